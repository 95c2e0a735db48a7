"""The bot's way into a native room: a websocket client that comes back by itself, without loss or repeats."""

import asyncio
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from core.channels import ClosedError
from core.clock import Clock, SystemClock
from core.errors import AudioError, OverloadError, RoomError, RoomRefusedError
from core.events import (
    AudioFrame,
    Heard,
    Join,
    Leave,
    Removed,
    Reply,
    Role,
    RoomEvent,
    Speech,
    Stream,
    StreamState,
    Utterance,
    Viewer,
)
from rooms.inbox import Inbox
from rooms.native import messages as m
from rooms.native import metrics, wire
from rooms.native.outbound import Outbound
from rooms.native.picture import Picture
from rooms.native.retry import backoff, fatal
from rooms.native.translate import TEXT, Microphones, to_caption, to_event, to_say, to_speech
from rooms.native.wire import AudioKind, AudioPacket, WireError
from rooms.pacing import Begin, Pacer
from rooms.source import BotState, Capabilities, ConnectOptions, OnStopped

_log = structlog.get_logger(__name__)
_WELCOME_S: Final = 10.0
_CLOSE_S: Final = 1.0
_LARGEST: Final = 4 * 1024 * 1024  # a welcome with all that was missed
_KNOWN: Final = 1024  # messages whose repeats are noticed, replies whose hearing is remembered
_ROLL_S: Final = 5.0  # between two questions of who is here
_FEED_S: Final = 0.02
_RATES: Final = range(8_000, 48_001)
_SERVER: Final = Viewer("", "", Role.MODERATOR)


class NativeConnector:
    """One native room, as `rooms.source.Connector`."""

    def __init__(
        self,
        options: ConnectOptions,
        *,
        clock: Clock | None = None,
        delays: Callable[[], Iterator[float]] = backoff,
        on_stopped: OnStopped | None = None,
    ) -> None:
        """Make a connector to `options.url`; `delays` yields seconds before attempts, and gives up where it ends."""
        self.capabilities = Capabilities(
            platform="native", say=True, speak=True, hear=True, caption=True, state=True, delete=True, timeout=True,
            text=TEXT,
        )  # fmt: skip
        self.events = Inbox(options.events, options.frames)
        self._options = options
        self._clock = clock or SystemClock()
        self._delays = delays
        self._on_stopped = on_stopped
        self._task: asyncio.Task[None] | None = None
        self._outbound = Outbound()
        self._pacer = Pacer()
        self._speech_came = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Heard]] = {}
        self._heard: OrderedDict[str, Heard] = OrderedDict()
        self._mics = Microphones()
        self._picture = Picture()
        self._crowded = asyncio.Event()
        self._doubted = asyncio.Event()
        self._comings = 0
        self._live = False
        self._state: BotState = "listening"
        self._session = ""
        self._seq = 0
        self._mine: set[str] = set()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._changes = 0
        self._prefix = secrets.token_hex(4)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"room-{self._options.room}")
            self._task.add_done_callback(self._ended)

    def stop(self) -> None:
        """Begin to leave; returns at once."""
        if self._task is not None:
            self._task.cancel()

    async def join(self) -> None:
        """Wait until it has stopped, for whatever reason."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Stop and wait until nothing of it is left."""
        self.stop()
        await self.join()
        self.events.close()

    def say(self, reply: Reply, *, final: bool = True) -> None:
        """Write `reply`, or its text so far; raise `OverloadError` when too much waits to be sent."""
        message = to_say(reply, final=final)
        if final:
            self._outbound.keep(message)
        else:
            self._outbound.passing(message)

    def speech(self, speech: Speech) -> None:
        """Play a clause after those before it; raise `OverloadError` when too much waits, `AudioError` for no PCM.

        While the connection is lost a reply cannot be spoken: it counts as cut.
        """
        if speech.sample_rate not in _RATES:
            raise AudioError(f"the room plays 8,000 to 48,000 samples a second, not {speech.sample_rate}; resample")
        self._pacer.push(speech)
        if self._live:
            self._speech_came.set()
        elif speech.reply not in self._heard:
            self._finish(self._pacer.cancel(speech.reply, self._clock.monotonic()))

    def cancel(self, reply_id: str) -> None:
        """Stop playing a reply and drop what is left of it."""
        self._cut(reply_id)
        self._outbound.keep(m.Cancel(reply=reply_id))

    async def heard(self, reply_id: str) -> Heard:
        """Wait until a reply has been played, cut or lost; return what of it was heard."""
        if reply_id in self._heard:
            return self._heard[reply_id]
        if self._task is None or self._task.done():
            return Heard(reply=reply_id, text="", played_s=0.0, cut=True)
        if reply_id not in self._waiting:
            self._waiting[reply_id] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._waiting[reply_id])

    def duck(self, reply_id: str, *, on: bool) -> None:
        """Play a reply quietly, or at its own volume again."""
        self._outbound.passing(m.Duck(reply=reply_id, on=on))

    def state(self, state: BotState) -> None:
        """Show what the bot is doing."""
        if state != self._state:
            self._state = state
            self._outbound.passing(m.State(state=state))

    def caption(self, utterance: Utterance) -> None:
        """Show what somebody is understood to say."""
        self._outbound.passing(to_caption(utterance))

    def delete(self, message_id: str) -> None:
        """Withdraw a message; raise `OverloadError` when too much waits to be sent."""
        self._outbound.keep(m.Delete(id=message_id))

    def timeout(self, viewer_id: str, seconds: int) -> None:
        """Silence a viewer, 0 to lift it, and withdraw what they wrote; raise `OverloadError`."""
        self._outbound.keep(m.Timeout(viewer=viewer_id, seconds=seconds))

    async def _run(self) -> None:
        delays = self._delays()
        while True:
            try:
                async with connect(
                    self._options.url,
                    compression=None,
                    max_size=_LARGEST,
                    close_timeout=_CLOSE_S,
                    proxy=None if _is_loopback(self._options.url) else True,
                ) as socket:
                    await self._greet(socket)
                    delays = self._delays()
                    try:
                        await self._talk(socket)
                    except asyncio.CancelledError:
                        await socket.close()  # as one who leaves: left to itself the socket reports an error
                        raise
            except (OSError, WebSocketException, WireError) as error:
                reason = fatal(error)
                self._lose(reason or str(error) or type(error).__name__)
                if reason is not None:
                    raise RoomRefusedError(f"room {self._options.room}: {reason}") from error
            delay = next(delays, None)
            if delay is None:
                raise RoomError(f"room {self._options.room} could not be reached again; start the server, then the bot")
            await asyncio.sleep(delay)

    async def _greet(self, socket: ClientConnection) -> None:
        options = self._options
        hello = m.Hello(
            version=m.VERSION,
            name=options.name,
            token=options.token,
            session=self._session,
            seq=self._seq,
            audio=("mics",),
        )
        await socket.send(wire.encode(hello).decode())
        async with asyncio.timeout(_WELCOME_S):
            welcome = wire.parse_server(await socket.recv())
        if not isinstance(welcome, m.Welcome):
            raise WireError(wire.Code.BAD_MESSAGE, "the server did not begin with a welcome")
        self._enter(welcome)

    def _enter(self, welcome: m.Welcome) -> None:
        again = bool(self._session)
        self._session = welcome.session
        self._mine.add(welcome.you.id)
        self._live = True
        _log.info("room_joined", room=self._options.room, resumed=welcome.resumed)
        self._change(welcome.room.stream, "")
        self._picture.whole = False
        for told in welcome.history:
            self._happen(told, tell=again)
        self._seq = welcome.seq
        self._outbound.open()
        self._outbound.passing(m.State(state=self._state))
        self._doubted.clear()

    async def _talk(self, socket: ClientConnection) -> None:
        ending: ConnectionClosed | None = None
        async with asyncio.TaskGroup() as group:
            work = (self._write(socket), self._pace(), self._feed_on(), self._call_roll())
            tasks = [group.create_task(one) for one in work]
            try:
                while True:
                    self._receive(await socket.recv())
            except ConnectionClosed as error:
                ending = error
            for task in tasks:
                task.cancel()
        if ending is not None:
            raise ending

    async def _write(self, socket: ClientConnection) -> None:
        try:
            while True:
                await socket.send(await self._outbound.next())
        except ConnectionClosed:
            return  # the reader sees it too, and says why

    async def _pace(self) -> None:
        while True:
            now = self._clock.monotonic()
            for item in self._pacer.due(now):
                if isinstance(item, Begin):
                    self._outbound.passing(to_speech(item.speech))
                else:
                    packet = AudioPacket(AudioKind.VOICE, item.sequence, item.count, item.pcm, item.last)
                    self._outbound.passing(wire.encode_audio(packet))
            for heard in self._pacer.finished(now):
                self._finish(heard)
            self._speech_came.clear()
            try:
                async with asyncio.timeout(self._pacer.wait_s(now)):
                    await self._speech_came.wait()
            except TimeoutError:
                continue

    async def _feed_on(self) -> None:
        """Tell of comings and goings for which there was no room before."""
        while True:
            await self._crowded.wait()
            self._crowded.clear()
            await asyncio.sleep(_FEED_S)
            self._feed()

    async def _call_roll(self) -> None:
        """Ask who is here whenever our picture does not agree with the room's number; a welcome brings it unasked."""
        while True:
            await self._doubted.wait()
            self._outbound.passing(m.Roll())
            await asyncio.sleep(_ROLL_S)

    def _receive(self, data: str | bytes) -> None:
        try:
            if isinstance(data, bytes):
                self._listen(wire.parse_audio(data))
            else:
                self._understand(wire.parse_server(data))
        except WireError as error:  # one odd frame costs that frame, never the connection
            metrics.CONNECTOR_DROPPED.labels(self._options.room, error.code).inc()

    def _understand(self, message: m.ServerMessage | m.ClientMessage) -> None:
        match message:
            case m.EventTold():
                if message.seq > self._seq:
                    self._seq = message.seq
                    self._happen(message, tell=True)
            case m.Ack():
                self._outbound.settle(message.ref)
            case m.Error():
                self._refused(message)
            case m.MicTold():
                self._give(self._mics.told(message, self._clock.wall()))
            case m.People():
                self._picture.change(message)
                self._feed()
            case m.RollTold():
                self._picture.call(message)
                self._doubted.clear()
                self._feed()
            case m.Presence() if message.viewers != len(self._picture):
                self._doubted.set()  # something was lost on the way
            case m.Cancel():  # a moderator's
                self._cut(message.reply)
                now = self._clock.wall()
                self._give(
                    Removed(
                        id=f"cancel-{message.reply}",
                        room=self._options.room,
                        viewer=_SERVER,
                        at=now,
                        received=now,
                        message=message.reply,
                    )
                )
            case _:
                pass  # what pages need and a bot does not

    def _listen(self, packet: AudioPacket) -> None:
        if packet.kind is AudioKind.MIC:
            self._give(self._mics.heard(packet, self._clock.wall()))

    def _happen(self, told: m.EventTold, *, tell: bool) -> None:
        happening = wire.parse_happening(told.event)
        if happening is None or happening.viewer.id in self._mine:
            return
        if tell:
            self._see(happening)
        if isinstance(happening, m.JoinEvent | m.LeaveEvent):
            return
        event = to_event(happening, self._options.room, self._clock.wall())
        if event is None or event.id in self._known:
            return
        self._known[event.id] = None
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        if tell:
            self._give(event)

    def _see(self, happening: m.Happening) -> None:
        """Tell of comings and goings first: a viewer comes before what they do."""
        match happening:
            case m.JoinEvent():
                self._picture.came(happening.viewer, happening.id)
            case m.LeaveEvent():
                self._picture.went(happening.viewer.id, happening.id)
            case _:
                self._picture.acted(happening.viewer)
        self._feed()

    def _feed(self) -> None:
        """Tell of comings and goings, as many as leave room for what people do."""
        while self.events.waiting_events <= self._options.events // 2:
            change = self._picture.next()
            if change is None:
                return
            self._comings += 1
            now = self._clock.wall()
            base: dict[str, Any] = {
                "id": change.event or f"coming-{self._prefix}-{self._comings}",
                "room": self._options.room,
                "viewer": change.viewer,
                "at": now,
                "received": now,
            }
            self._give(Join(**base, before=change.before) if change.came else Leave(**base))
        self._crowded.set()

    def _refused(self, error: m.Error) -> None:
        self._outbound.settle(error.ref)
        metrics.CONNECTOR_REFUSED.labels(self._options.room, error.code).inc()
        _log.debug("frame_refused", room=self._options.room, code=error.code, why=error.message)
        if error.code == wire.Code.BUSY:
            for heard in self._pacer.cancel_all(self._clock.monotonic()):
                self._finish(heard)

    def _give(self, item: RoomEvent | AudioFrame | None) -> None:
        if item is None:
            return
        try:
            gone = self.events.send(item)
        except (OverloadError, ClosedError):
            metrics.CONNECTOR_DROPPED.labels(self._options.room, "event").inc()
            return
        if gone is not None:
            metrics.CONNECTOR_DROPPED.labels(self._options.room, "audio").inc()

    def _lose(self, why: str) -> None:
        if not self._live:
            _log.info("room_unreachable", room=self._options.room, why=why)
            return
        self._live = False
        metrics.CONNECTOR_LOST.labels(self._options.room).inc()
        _log.warning("room_lost", room=self._options.room, why=why)
        self._outbound.shut()
        for heard in self._pacer.cancel_all(self._clock.monotonic()):
            self._finish(heard)
        for frame in self._mics.lost(self._clock.wall()):
            self._give(frame)
        self._change(Stream.BROKEN, why)

    def _change(self, state: Stream, why: str) -> None:
        self._changes += 1
        now = self._clock.wall()
        name = f"connection-{self._prefix}-{self._changes}"
        self._give(
            StreamState(id=name, room=self._options.room, viewer=_SERVER, at=now, received=now, state=state, why=why)
        )

    def _cut(self, reply: str) -> None:
        if reply not in self._heard:
            self._finish(self._pacer.cancel(reply, self._clock.monotonic()))

    def _finish(self, heard: Heard) -> None:
        self._heard[heard.reply] = heard
        if len(self._heard) > _KNOWN:
            self._heard.popitem(last=False)
        waiter = self._waiting.pop(heard.reply, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(heard)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        self._live = False
        for heard in self._pacer.cancel_all(self._clock.monotonic()):
            self._finish(heard)
        for reply in list(self._waiting):
            self._finish(Heard(reply=reply, text="", played_s=0.0, cut=True))
        self.events.close()
        if self._on_stopped is not None:
            self._on_stopped(self, error if isinstance(error, Exception) else None)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
