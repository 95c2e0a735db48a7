"""The main job: pages and native rooms on one web server, and a supervised bot in every room."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rich.console import Console

from bot import build, lag
from bot.console import RoomConsole
from bot.engines import Engines
from bot.recording import Header, Recorder
from bot.reload import Stamps, changes, named, stamps
from bot.room import RoomBot
from bot.settle import settle
from bot.supervisor import State, supervise
from core.clock import SystemClock
from core.errors import DanmateError
from core.events import Role
from core.settings import SECTIONS, Room, Settings, differences
from rooms.native.server import RoomServer
from rooms.source import Connector, Inheritable
from web.console import Access, console_routes
from web.pages import routes

LAST_WORDS_S: Final = 10.0
"""Seconds that a bot has to say to the end what it is saying when its room's settings change."""
CLOSE_S: Final = 5.0
"""Everything is closed within this time of Ctrl-C."""
_log = structlog.get_logger(__name__)


class Deployment:
    """One running `danmate serve`."""

    def __init__(
        self,
        settings: Settings,
        console: Console,
        recorders: Mapping[str, Recorder],
        engines: Engines | None = None,
    ) -> None:
        """Take what writes down what happens, by room; it is closed with the deployment, as the engines are."""
        self.settings = settings
        """What is at work."""
        self._recorders = recorders
        self._console = console
        self._engines = engines or Engines(settings.models)
        self._clock = SystemClock()
        self._secrets = {room.id: build.tokens(room) for room in settings.rooms}
        self._read: dict[str, Stamps] = {}
        self._bots: dict[str, asyncio.Task[None]] = {}
        self._sent: dict[str, RoomBot] = {}
        self._connectors: WeakKeyDictionary[RoomBot, Connector] = WeakKeyDictionary()
        self._consoles: dict[str, RoomConsole] = {}
        self._states: dict[str, State] = {}
        self._runner: web.AppRunner | None = None
        self._measuring: asyncio.Task[None] | None = None
        self._recording: list[asyncio.Task[None]] = []
        self.port = settings.server.port
        """The port that is listened on; known once started where settings say 0."""

    async def start(self) -> None:
        """Open the doors, load the models, send the bots in."""
        begun = time.perf_counter()
        await self._listen()
        self._measuring = asyncio.create_task(lag.measure(), name="loop lag")
        self._recording = [asyncio.create_task(one.run(), name="recording") for one in self._recorders.values()]
        models = self.settings.models
        with self._console.status("loading models · 正在加载模型"):
            await self._engines.load(ears=self.settings.ears.enabled, mind=bool(models.reply.engine))
        for room in self.settings.rooms:
            self._send_bot(room)
        self._announce(time.perf_counter() - begun)

    async def apply(self, settings: Settings) -> bool:
        """Put new settings to work: rooms whose settings differ get their bot anew, removed rooms lose theirs.

        All of it or nothing: return False, and say why in the log, where a room's new bot cannot be made; then every
        bot goes on as before. Servers and models stay.
        """
        for name in SECTIONS:
            if getattr(settings, name) != getattr(self.settings, name):
                _log.warning("restart_needed", section=name)
        # What needs a restart stays as it is, so that it is said again until there is one.
        settings = settings.model_copy(update={name: getattr(self.settings, name) for name in SECTIONS})
        made = await self._make_changed(settings)
        if made is None:
            return False
        removed = {room.id for room in self.settings.rooms} - {room.id for room in settings.rooms}
        self.settings = settings
        for name in removed:
            await self._leave(name)
            self._sent.pop(name, None)
            self._consoles.pop(name, None)
            _log.warning("room_left", room=name, why="it is no longer in the settings; its page stays until a restart")
        await asyncio.gather(*(self._replace(room, made[room.id]) for room in settings.rooms if room.id in made))
        if made:
            settle()
        return True

    async def _replace(self, room: Room, bot: RoomBot) -> None:
        """Let a room's bot finish what it says, and send `bot` in its place; it hears what comes in between."""
        before = self._sent.get(room.id)
        if before is not None:
            await before.finish(LAST_WORDS_S)
            connector = self._connectors[before]
            if isinstance(connector, Inheritable):
                connector.hand_over()
        await self._leave(room.id)
        self._send_bot(room, bot)

    async def _make_changed(self, settings: Settings) -> dict[str, RoomBot] | None:
        """Return a new bot for each room that differs; where one cannot be made say why, and return nothing."""
        made: dict[str, RoomBot] = {}
        read: dict[str, Stamps] = {}
        old = {room.id: room for room in self.settings.rooms}
        for room in settings.rooms:
            if room.id not in self._secrets:
                _log.warning("restart_needed", section=f"rooms: {room.id} is new")
                continue
            read[room.id] = await asyncio.to_thread(stamps, named(room))
            if room == old.get(room.id) and read[room.id] == self._read.get(room.id):
                continue
            self._say_what_stays(old.get(room.id), room)
            try:
                made[room.id] = await self._make(room, settings)
            except Exception as error:  # noqa: BLE001  # a live room must not end for an edit, whatever is wrong
                told = str(error) if isinstance(error, DanmateError) else repr(error)
                _log.error("settings_kept", room=room.id, error=f"{told}; the old settings stay")
                for unused in made.values():
                    await unused.close()
                return None
        self._read |= read
        return made

    async def close(self) -> None:
        """Leave the rooms, close the doors, let the models go; whatever takes too long is left to the system."""
        background = [*self._bots.values(), *self._recording]
        if self._measuring is not None:
            background.append(self._measuring)
        for task in background:
            task.cancel()
        try:
            async with asyncio.timeout(CLOSE_S - 1):
                await asyncio.gather(*background, return_exceptions=True)
                if self._runner is not None:
                    await self._runner.cleanup()
                for recorder in self._recorders.values():
                    await recorder.close()
                await self._engines.close()
        except TimeoutError:
            _log.warning("closing_took_too_long")

    async def _listen(self) -> None:
        settings = self.settings
        app = web.Application()
        hosted = [room for room in settings.rooms if build.is_hosted(room)]
        server = RoomServer(
            build.server_options(settings), [build.hosted_room(room, self._secrets[room.id]) for room in hosted]
        )
        server.attach(app)
        if hosted:
            app.add_routes(routes([build.page_room(room) for room in hosted]))
            app.add_routes(
                console_routes({room.id: self._console_of(room) for room in hosted}, settings.server.origins)
            )
        app.add_routes([web.get("/health", self._health), web.get("/metrics", _metrics)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, settings.server.host, settings.server.port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise DanmateError(
                f"port {settings.server.port} of {settings.server.host} cannot be opened: {error.strerror}; "
                "is Danmate running already? Another port: server: {port: 8801}"
            ) from error
        self.port = self._runner.addresses[0][1]

    def _console_of(self, room: Room) -> Access:
        secret = self._secrets[room.id]
        return Access(lambda: self._consoles.get(room.id), (secret[Role.MODERATOR], secret[Role.STREAMER]))

    def _send_bot(self, room: Room, ready: RoomBot | None = None) -> None:
        """Send a bot into `room`, the one that is `ready` first; whenever one fails, another is made."""

        async def make() -> RoomBot:
            nonlocal ready
            bot, ready, failed = ready, None, False
            if bot is None:
                self._read[room.id] = await asyncio.to_thread(stamps, named(room))
                bot, failed = await self._make(room, self.settings), True
                settle()
            before = self._sent.get(room.id)
            if before is not None:
                bot.take_over(before, failed=failed)
                connector = self._connectors[bot]
                if isinstance(connector, Inheritable) and not failed:
                    connector.take_over(self._connectors[before])
            self._sent[room.id] = bot
            recorder = self._recorders.get(room.id)
            bot.record = recorder.note if recorder is not None else None
            self._consoles[room.id] = bot.console
            return bot

        tell = partial(self._states.__setitem__, room.id)
        self._bots[room.id] = asyncio.create_task(supervise(room.id, make, tell=tell), name=f"room {room.id}")

    async def _make(self, room: Room, settings: Settings) -> RoomBot:
        """Return a new bot for `room`, which has joined nothing yet; raise `DanmateError` where none can be made."""
        if build.is_hosted(room):
            host = settings.server.host
            reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  # compared, not bound
            url, token = f"ws://{reachable}:{self.port}/rooms/{room.id}", self._secrets[room.id][Role.BOT]
        else:
            url, token = room.connect.url, room.connect.token or ""
        joined = build.connector(room, url, token)
        # In a thread: word lists are read and indexed. The bot before this one answers until it is done.
        bot = await asyncio.to_thread(build.room_bot, room, settings, self._engines, joined, self._clock)
        self._connectors[bot] = joined
        return bot

    async def _leave(self, name: str) -> None:
        """End the bot of a room, and wait until it is gone."""
        bot = self._bots.pop(name, None)
        if bot is None or bot.done():
            return
        bot.cancel()
        if not (await asyncio.wait([bot], timeout=CLOSE_S))[0]:
            _log.warning("leaving_took_too_long", room=name)

    def _say_what_stays(self, old: Room | None, room: Room) -> None:
        """Say which of a hosted room's new settings its page and server do not take up while they run."""
        if old is None or not (build.is_hosted(old) or build.is_hosted(room)):
            return
        for name in ("title", "streamer", "gifts", "tokens", "connect"):
            if getattr(old, name) != getattr(room, name):
                _log.warning("restart_needed", section=f"rooms.{room.id}.{name}, on its page")

    def _announce(self, seconds: float) -> None:
        missing = [
            name
            for name, engine in (("ears", self._engines.recogniser), ("voice", self._engines.mouth))
            if engine is None and (name != "ears" or self.settings.ears.enabled)
        ]
        self._console.print(f"[bold]Danmate 弹幕搭子[/bold] is ready after {seconds:.1f} s", highlight=False)
        if missing:
            self._console.print(f"  [yellow]without {' and '.join(missing)}: the lines above say why[/yellow]")
        for room in self.settings.rooms:
            if not build.is_hosted(room):
                continue
            address = f"http://{self.settings.server.host}:{self.port}"
            secret = self._secrets[room.id]
            lines = [
                f"  {build.title(room)}",
                f"    viewers 观众      {address}/live/{room.id}",
                f"    OBS overlay 字幕  {address}/overlay/{room.id}",
            ]
            if self._console.is_terminal:  # secrets do not belong in log files
                lines.append(f"    streamer 主播     {address}/live/{room.id}#token={secret[Role.STREAMER]}")
                lines.append(f"    moderator 房管    {address}/live/{room.id}#token={secret[Role.MODERATOR]}")
                lines.append(f"    desk 房管台       {address}/moderator/{room.id}#token={secret[Role.MODERATOR]}")
            self._console.print("\n".join(lines), highlight=False, soft_wrap=True)

    async def _health(self, _: web.Request) -> web.Response:
        rooms = {name: self._states.get(name, "starting") for name in self._bots}
        ready = bool(rooms) and all(state == "running" for state in rooms.values())
        parts: Mapping[str, bool] = {
            "ears": self._engines.recogniser is not None,
            "mind": self._engines.templates is not None,
            "voice": self._engines.mouth is not None,
        }
        return web.json_response({"ready": ready, "rooms": rooms, **parts}, status=200 if ready else 503)


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def serve(
    settings: Settings, config: Path, load: Callable[[Path], Settings], console: Console, record: Path | None = None
) -> None:
    """Serve until Ctrl-C or SIGTERM; a changed settings file is applied while rooms live.

    What happens is written to `record`; with several rooms, to one file each, whose name ends in the room's.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    deployment = Deployment(settings, console, _recorders(settings, config, record) if record is not None else {})
    working = asyncio.create_task(_start_and_follow(deployment, config, load))
    waiting = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([waiting, working], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working  # it ends only by failing: say why
    finally:
        for task in (waiting, working):
            task.cancel()
        await asyncio.gather(waiting, working, return_exceptions=True)
        await deployment.close()


async def _start_and_follow(deployment: Deployment, config: Path, load: Callable[[Path], Settings]) -> None:
    await deployment.start()
    async for _ in changes(config, lambda: [file for room in deployment.settings.rooms for file in named(room)]):
        try:
            settings = await asyncio.to_thread(load, config)
        except Exception as error:  # noqa: BLE001  # a live room must not end for an edit, whatever is wrong
            told = str(error) if isinstance(error, DanmateError) else repr(error)
            _log.error("settings_kept", error=f"{told}; the old settings stay")  # the sentence is all that helps
            continue
        changed = differences(deployment.settings, settings) or ["files that it names"]
        if await deployment.apply(settings):
            _log.info("settings_applied", file=config.name, changed=", ".join(changed))


def _recorders(settings: Settings, config: Path, record: Path) -> dict[str, Recorder]:
    names = [room.id for room in settings.rooms]
    files = {name: record if len(names) == 1 else record.with_stem(f"{record.stem}-{name}") for name in names}
    beside = os.path.relpath(config.resolve(), record.parent.resolve())
    return {name: Recorder(file, Header(room=name, started=time.time(), config=beside)) for name, file in files.items()}
