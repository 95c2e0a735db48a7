"""The routes of the room page, the moderators' desk and the OBS overlay. All is read and rendered once, at start."""

import hashlib
import html
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import msgspec
from aiohttp import web

STATIC: Final = Path(__file__).parent / "static"

MIME_TYPES: Final = MappingProxyType({".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"})
"""What is served below /static, by suffix; the HTML files beside them are templates."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws: wss:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

SECURITY_HEADERS: Final = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageGift(msgspec.Struct, frozen=True):
    """A gift on the room's list."""

    name: str
    """What it is called, in the protocol too."""
    value: float
    """What one is worth, in yuan."""
    icon: str = "🎁"
    """An emoji."""


class PageRoom(msgspec.Struct, frozen=True):
    """What the page of a room shows before it has connected."""

    id: str
    """The room's id, as in its address."""
    title: str
    """The room's title."""
    streamer: str
    """The streamer's name."""
    bot: str
    """The bot's name."""
    gifts: tuple[PageGift, ...] = ()
    """The gifts on offer, in the order in which they are shown."""
    language: str = "zh"
    """`zh` or `en`: the page's language where the browser asks for neither."""


class _Asset(msgspec.Struct, frozen=True):
    """A file below /static."""

    body: bytes
    """Its contents."""
    content_type: str
    """Its MIME type."""
    etag: str
    """A hash of its contents."""


def routes(rooms: Sequence[PageRoom]) -> list[web.AbstractRouteDef]:
    """Return the routes of the pages of `rooms`: /, /live/ROOM, /moderator/ROOM, /overlay/ROOM, /static/VERSION/FILE.

    Reads the files at once, so that no request waits for a disk. Raise `ValueError` for no room or a repeated id.
    """
    ids = [room.id for room in rooms]
    if not ids or len(set(ids)) != len(ids):
        raise ValueError(f"the pages need one room or more, each with an id of its own, not {ids}")
    assets = _read_assets()
    version = _version_of(assets)
    missing = _render("missing.html", {"version": version})
    return [
        web.get("/", _front(rooms, version)),
        web.get("/live/{room}", _room_pages("room.html", rooms, version, missing)),
        web.get("/moderator/{room}", _room_pages("moderator.html", rooms, version, missing)),
        web.get("/overlay/{room}", _room_pages("overlay.html", rooms, version, missing)),
        web.get("/static/{version}/{name}", _static(assets, version, missing)),
    ]


def _read_assets() -> dict[str, _Asset]:
    assets = {}
    for path in sorted(STATIC.iterdir()):
        if content_type := MIME_TYPES.get(path.suffix):
            body = path.read_bytes()
            assets[path.name] = _Asset(body, content_type, hashlib.sha256(body).hexdigest()[:20])
    return assets


def _version_of(assets: Mapping[str, _Asset]) -> str:
    """Return one version for all files: modules import each other by relative paths and so stay in one version."""
    names = "".join(f"{name}:{asset.etag};" for name, asset in assets.items())
    return hashlib.sha256(names.encode()).hexdigest()[:12]


def _render(template: str, values: Mapping[str, str]) -> bytes:
    """Return `template` with its {{names}} filled in, escaped for HTML text and quoted attributes."""
    source = (STATIC / template).read_text(encoding="utf-8")
    return _PLACEHOLDER.sub(lambda match: html.escape(values[match[1]]), source).encode()


def _page(body: bytes, status: int = 200) -> web.Response:
    return web.Response(
        body=body,
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={**SECURITY_HEADERS, "Cache-Control": _ASK_AGAIN},
    )


def _front(rooms: Sequence[PageRoom], version: str) -> Handler:
    if len(rooms) == 1:
        address = f"/live/{quote(rooms[0].id, safe='')}"

        async def redirect(_request: web.Request) -> web.StreamResponse:
            return web.Response(
                status=302, headers={**SECURITY_HEADERS, "Location": address, "Cache-Control": _ASK_AGAIN}
            )

        return redirect

    body = _render("rooms.html", {"version": version}).replace(
        b"<!--rooms-->", "".join(_list_item(room) for room in rooms).encode()
    )

    async def listing(_request: web.Request) -> web.StreamResponse:
        return _page(body)

    return listing


def _list_item(room: PageRoom) -> str:
    return (
        f'<li><a href="/live/{quote(room.id, safe="")}"><strong><bdi>{html.escape(room.title)}</bdi></strong>'
        f"<span><bdi>{html.escape(room.streamer)}</bdi> × <bdi>{html.escape(room.bot)}</bdi></span></a></li>\n"
    )


def _room_pages(template: str, rooms: Sequence[PageRoom], version: str, missing: bytes) -> Handler:
    pages = {
        room.id: _render(
            template,
            {
                "version": version,
                "language": "en" if room.language == "en" else "zh",
                "title": room.title,
                "streamer": room.streamer,
                "bot": room.bot,
                "room": msgspec.json.encode(room).decode(),
            },
        )
        for room in rooms
    }

    async def page(request: web.Request) -> web.StreamResponse:
        body = pages.get(request.match_info["room"])
        return _page(missing, 404) if body is None else _page(body)

    return page


def _static(assets: Mapping[str, _Asset], version: str, missing: bytes) -> Handler:
    async def asset(request: web.Request) -> web.StreamResponse:
        found = assets.get(request.match_info["name"])
        if found is None:
            return _page(missing, 404)
        # A page that was opened before an upgrade may still ask for its own version: it gets ours, uncached.
        cache = _FOR_EVER if request.match_info["version"] == version else _ASK_AGAIN
        headers = {**SECURITY_HEADERS, "Cache-Control": cache, "ETag": f'"{found.etag}"'}
        if any(tag.value in (found.etag, "*") for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=found.body, content_type=found.content_type, charset="utf-8", headers=headers)

    return asset
