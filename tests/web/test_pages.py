"""The pages as they are served: routes, headers, escaping, and what the files promise each other."""

import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from web.pages import STATIC, PageGift, PageRoom, routes

Client = TestClient[web.Request, web.Application]
TEMPLATES = ("room.html", "overlay.html", "rooms.html", "missing.html")


class Outline(HTMLParser):
    """Collects the start tags of a page with their attributes, and the text inside scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.scripted = ""
        self._in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripted += data

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


def table(language: str) -> dict[str, str]:
    source = (STATIC / f"{language}.js").read_text(encoding="utf-8")
    body = source.removeprefix("export default ").strip().removesuffix(";")
    texts: dict[str, str] = json.loads(re.sub(r",\s*}$", "}", body))
    return texts


def scripts() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in STATIC.glob("*.js")}


async def client_of(app: web.Application) -> AsyncIterator[Client]:
    async with TestClient(TestServer(app)) as running:
        yield running


@pytest.fixture
async def client(page_app: web.Application) -> AsyncIterator[Client]:
    async for running in client_of(page_app):
        yield running


@pytest.fixture
def app_of_two_rooms(page_room: PageRoom) -> web.Application:
    app = web.Application()
    other = PageRoom(id="night/owl", title="<i>late</i>", streamer="Lena", bot="Danny", language="en")
    app.add_routes(routes([page_room, other]))
    return app


@pytest.fixture
async def two_rooms(app_of_two_rooms: web.Application) -> AsyncIterator[Client]:
    async for running in client_of(app_of_two_rooms):
        yield running


async def test_the_only_room_is_where_the_front_page_leads(client: Client) -> None:
    answer = await client.get("/", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "/live/main")


async def test_several_rooms_are_listed_escaped_and_can_be_entered(two_rooms: Client) -> None:
    page = await (await two_rooms.get("/")).text()
    assert "&lt;i&gt;late&lt;/i&gt;" in page
    assert "<i>late" not in page
    links = [link for link in Outline(page).values("href") if link.startswith("/live/")]
    assert links == ["/live/main", "/live/night%2Fowl"]
    assert [(await two_rooms.get(link)).status for link in links] == [200, 200]


@pytest.mark.parametrize("rooms", [[], [PageRoom("a", "", "", ""), PageRoom("a", "", "", "")]])
def test_no_room_or_a_repeated_id_is_refused_at_start(rooms: list[PageRoom]) -> None:
    with pytest.raises(ValueError, match="one room or more"):
        routes(rooms)


@pytest.mark.parametrize("path", ["/live/nowhere", "/overlay/nowhere", "/static/x/nothing.js", "/static/x/room.html"])
async def test_what_is_not_there_says_so_in_both_languages(client: Client, path: str) -> None:
    answer = await client.get(path)
    page = await answer.text()
    assert answer.status == 404
    assert "没有这个房间" in page
    assert "No such room" in page


@pytest.mark.parametrize("path", ["/", "/live/main", "/overlay/main", "/live/nowhere", "/static/x/room.js"])
async def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    headers = (await client.get(path, allow_redirects=False)).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self' ws: wss:"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "microphone=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/live/main", "/overlay/main"])
async def test_a_page_carries_its_room_escaped_and_complete(client: Client, page_room: PageRoom, path: str) -> None:
    page = await (await client.get(path)).text()
    assert "<b>晚上好" not in page
    assert "{{" not in page
    assert msgspec.json.decode(Outline(page).values("data-room")[0], type=PageRoom) == page_room


@pytest.mark.parametrize("path", ["/live/main", "/overlay/main"])
async def test_everything_a_page_refers_to_is_served_with_its_type_and_for_ever(client: Client, path: str) -> None:
    outline = Outline(await (await client.get(path)).text())
    addresses = [*outline.values("src"), *(link for link in outline.values("href") if not link.startswith("#"))]
    assert len(addresses) >= 4
    types = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for address in addresses:
        answer = await client.get(address)
        assert answer.status == 200, address
        assert answer.content_type == types["." + address.rsplit(".", 1)[1]]
        assert "immutable" in answer.headers["Cache-Control"]


async def test_a_file_that_the_browser_has_is_not_sent_again(client: Client) -> None:
    first = await client.get("/static/x/room.js")
    again = await client.get("/static/x/room.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


async def test_a_page_from_before_an_upgrade_gets_todays_files_uncached(client: Client) -> None:
    answer = await client.get("/static/0123456789ab/capture-worklet.js")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_page_has_script_or_style_of_its_own(name: str) -> None:
    outline = Outline((STATIC / name).read_text(encoding="utf-8"))
    assert not outline.scripted.strip()
    assert not any(tag == "style" for tag, _ in outline.tags)
    attributes = {attribute for _, found in outline.tags for attribute in found}
    assert not {attribute for attribute in attributes if attribute.startswith("on") or attribute == "style"}


def test_every_module_that_is_imported_exists() -> None:
    files = scripts()
    imported = {name for source in files.values() for name in re.findall(r'(?:from|URL\() ?"\./([\w.-]+)"', source)}
    assert "resample.js" in imported
    assert imported <= files.keys()


def test_no_script_writes_markup() -> None:
    for name, source in scripts().items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source), (
            name
        )


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    chinese, english = table("zh"), table("en")
    assert chinese.keys() == english.keys()
    values = re.compile(r"\{\w+\}")
    differing = {key for key in chinese if set(values.findall(chinese[key])) != set(values.findall(english[key]))}
    assert not differing


def test_every_text_that_a_page_asks_for_is_there() -> None:
    texts = table("zh")
    asked = {
        value
        for name in TEMPLATES
        for _, attributes in Outline((STATIC / name).read_text(encoding="utf-8")).tags
        for attribute, value in attributes.items()
        if attribute.startswith("data-i18n")
    }
    families = "|".join(sorted({key.split(".")[0] for key in texts}))
    spoken = {key for source in scripts().values() for key in re.findall(rf'"((?:{families})\.[\w.]+)"', source)}
    assert len(asked) > 20
    assert len(spoken) > 40
    assert asked | spoken <= texts.keys()


def test_every_error_of_the_protocol_is_explained() -> None:
    protocol = (STATIC.parents[1] / "docs" / "room-protocol.md").read_text(encoding="utf-8")
    codes = re.findall(r"`(\w+)`", protocol.split("Error codes:")[1].split("Close codes:")[0])
    assert len(codes) > 8
    assert {f"error.{code}" for code in codes} <= table("zh").keys()


def test_the_room_page_names_what_tests_and_scripts_look_for() -> None:
    names = set(Outline((STATIC / "room.html").read_text(encoding="utf-8")).values("data-testid"))
    assert names >= {"chat-input", "chat-send", "chat-log", "mic", "caption", "bot-state", "name-input"}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_colour_reaches_contrast_aa(theme: str) -> None:
    blocks = re.findall(
        r"^:root.*?\{(.*?)^\}", (STATIC / "base.css").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    colours: dict[str, str] = {}
    for block in blocks[: 1 if theme == "light" else 2]:
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    pairs = [(ink, ground) for ink in ("ink", "ink-soft", "jade") for ground in ("panel", "raised")]
    pairs += [(f"name-{hue}", ground) for hue in range(8) for ground in ("panel", "raised")]
    pairs += [("yuzu-ink", "yuzu"), ("yuzu-ink", "yuzu-deep"), ("jade-ink", "jade"), ("pomelo-ink", "pomelo")]
    pairs += [("ink", "yuzu-wash"), ("ink-soft", "yuzu-wash"), ("ink", "line"), ("stage-ink", "stage-far")]
    for ink, ground in pairs:
        low, high = sorted((luminance(colours[ink]), luminance(colours[ground])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)


def test_a_gift_without_an_icon_has_one_all_the_same() -> None:
    assert PageGift("火箭", 500).icon
