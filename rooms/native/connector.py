"""The bot's way into a native room: a websocket client that comes back by itself, without loss or repeats."""

import asyncio
import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Self
from urllib.parse import urlsplit

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from core.clock import Clock, SystemClock
from core.errors import AudioError, OverloadError, RoomError, RoomRefusedError
from core.events import Card, Heard, Reply, Speech, Utterance
from rooms.native import client_messages as client
from rooms.native import metrics, wire
from rooms.native import server_messages as server
from rooms.native.outbound import Outbound
from rooms.native.reception import Reception
from rooms.native.retry import backoff, fatal
from rooms.native.translate import TEXT, to_caption, to_say, to_shelf, to_speech
from rooms.native.wire import AudioKind, AudioPacket, WireError
from rooms.pacing import Begin, Pacer
from rooms.source import BotState, Capabilities, ConnectOptions, Connector, OnStopped

_log = structlog.get_logger(__name__)
_WELCOME_S: Final = 10.0
_CLOSE_S: Final = 1.0
_LARGEST: Final = 4 * 1024 * 1024  # a welcome with all that was missed
_KNOWN: Final = 1024  # replies whose hearing is remembered
_ROLL_S: Final = 5.0  # between two questions of who is here
_SHELF_S: Final = 1.0  # between two states of the shelf
_FEED_S: Final = 0.02
_RATES: Final = range(8_000, 48_001)


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
            shelf=True, text=TEXT,
        )  # fmt: skip
        self._options = options
        self._clock = clock or SystemClock()
        self._reception = Reception(options, self._clock)
        self.events = self._reception.events
        self._delays = delays
        self._on_stopped = on_stopped
        self._task: asyncio.Task[None] | None = None
        self._outbound = Outbound()
        self._pacer = Pacer()
        self._speech_came = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Heard]] = {}
        self._heard: OrderedDict[str, Heard] = OrderedDict()
        self._live = False
        self._handed_over = False
        self._before: Reception | None = None
        self._state: BotState = "listening"
        self._shelf: list[client.Shelf] | None = None
        self._shelf_changed = asyncio.Event()

    def hand_over(self) -> None:
        """Leave the session to whoever will `take_over` from this, once this is stopped."""
        self._handed_over = self._task is not None and not self._task.done()

    def take_over(self, before: Connector) -> None:
        """Go on in the session of `before`, which handed over and has ended: nothing is missed in between.

        Where `before` is in another room, or did not hand over, this begins anew. Call it once, before `start`.
        """
        if isinstance(before, type(self)):
            self._go_on(before)

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
        self._outbound.keep(client.Cancel(reply=reply_id))

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
        self._outbound.passing(client.Duck(reply=reply_id, on=on))

    def state(self, state: BotState) -> None:
        """Show what the bot is doing."""
        if state != self._state:
            self._state = state
            self._outbound.passing(client.State(state=state))

    def caption(self, utterance: Utterance) -> None:
        """Show what somebody is understood to say."""
        self._outbound.passing(to_caption(utterance))

    def shelf(self, cards: Sequence[Card]) -> None:
        """Show these products, in place of those before, and again whenever a lost connection is back.

        The room shows the first 50 that have a title, their texts cut to 100 characters and their facts to 5. Changes
        are told at most once a second, the last one always.
        """
        self._shelf = to_shelf(cards)
        self._shelf_changed.set()

    def delete(self, message_id: str) -> None:
        """Withdraw a message; raise `OverloadError` when too much waits to be sent."""
        self._outbound.keep(client.Delete(id=message_id))

    def timeout(self, viewer_id: str, seconds: int) -> None:
        """Silence a viewer, 0 to lift it, and withdraw what they wrote; raise `OverloadError`."""
        self._outbound.keep(client.Timeout(viewer=viewer_id, seconds=seconds))

    def _go_on(self, before: Self) -> None:
        ended = before._task is not None and before._task.done()
        here = (before._options.url, before._options.token) == (self._options.url, self._options.token)
        if before._handed_over and ended and here:
            self._before = before._reception
            self._outbound = before._outbound
            self._outbound.shut()

    async def _run(self) -> None:
        delays = self._delays()
        if self._before is not None:
            await self._reception.take_over(self._before)
            self._before = None
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
                        # As one who leaves, unless another comes back: left to itself the socket reports an error.
                        await socket.close(wire.Close.GOING_AWAY if self._handed_over else wire.Close.NORMAL)
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
        hello = client.Hello(
            version=client.VERSION,
            name=options.name,
            token=options.token,
            session=self._reception.session,
            seq=self._reception.seq,
            audio=("mics",),
        )
        await socket.send(wire.encode(hello).decode())
        async with asyncio.timeout(_WELCOME_S):
            welcome = wire.parse_server(await socket.recv())
        if not isinstance(welcome, server.Welcome):
            raise WireError(wire.Code.BAD_MESSAGE, "the server did not begin with a welcome")
        self._enter(welcome)

    def _enter(self, welcome: server.Welcome) -> None:
        self._live = True
        _log.info("room_joined", room=self._options.room, resumed=welcome.resumed)
        self._reception.enter(welcome)
        self._outbound.open()
        if self._options.name and welcome.you.name != self._options.name:
            self._outbound.passing(client.Rename(name=self._options.name))  # the session began under another
        self._outbound.passing(client.State(state=self._state))
        if self._shelf is not None:
            self._shelf_changed.set()

    async def _talk(self, socket: ClientConnection) -> None:
        ending: ConnectionClosed | None = None
        async with asyncio.TaskGroup() as group:
            work = (self._write(socket), self._pace(), self._put_up_shelf(), self._feed_on(), self._call_roll())
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

    async def _put_up_shelf(self) -> None:
        """Tell the room what is on the shelf whenever that changed, and after every welcome."""
        while True:
            await self._shelf_changed.wait()
            self._shelf_changed.clear()
            try:
                self._outbound.keep(*self._shelf or ())
            except OverloadError:
                self._shelf_changed.set()  # later, as it is then
            await asyncio.sleep(_SHELF_S)

    async def _feed_on(self) -> None:
        """Tell of comings and goings for which there was no room before."""
        while True:
            await self._reception.crowded.wait()
            self._reception.crowded.clear()
            await asyncio.sleep(_FEED_S)
            self._reception.feed()

    async def _call_roll(self) -> None:
        """Ask who is here whenever our picture does not agree with the room's number; a welcome brings it unasked."""
        while True:
            await self._reception.doubted.wait()
            self._outbound.passing(client.Roll())
            await asyncio.sleep(_ROLL_S)

    def _receive(self, data: str | bytes) -> None:
        try:
            if isinstance(data, bytes):
                self._reception.hear(wire.parse_audio(data))
            else:
                self._understand(wire.parse_server(data))
        except WireError as error:  # one odd frame costs that frame, never the connection
            metrics.CONNECTOR_DROPPED.labels(self._options.room, error.code).inc()

    def _understand(self, message: server.ServerMessage | client.ClientMessage) -> None:
        match message:
            case server.Ack():
                self._outbound.settle(message.ref)
            case server.Error():
                self._refused(message)
            case client.Cancel():  # a moderator's
                self._cut(message.reply)
                self._reception.withdraw(message.reply)
            case _:
                self._reception.take(message)

    def _refused(self, error: server.Error) -> None:
        self._outbound.settle(error.ref)
        metrics.CONNECTOR_REFUSED.labels(self._options.room, error.code).inc()
        _log.debug("frame_refused", room=self._options.room, code=error.code, why=error.message)
        if error.code == wire.Code.BUSY:
            for heard in self._pacer.cancel_all(self._clock.monotonic()):
                self._finish(heard)

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
        self._reception.lose(why)

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
