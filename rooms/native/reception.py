"""What a native room tells its bot, on its way into the bot: each thing once, who comes before what they do.

No sockets: the connector hands messages in, and what they come to waits in the inbox.
"""

import asyncio
import secrets
from collections import OrderedDict
from typing import Any, Final, Self

from core.channels import ClosedError
from core.clock import Clock
from core.errors import OverloadError
from core.events import AudioFrame, Gift, Join, Leave, Purchase, Removed, Role, RoomEvent, Stream, StreamState, Viewer
from rooms.inbox import Inbox
from rooms.native import client_messages as client
from rooms.native import metrics, wire
from rooms.native import server_messages as server
from rooms.native.picture import Picture
from rooms.native.translate import Microphones, to_event
from rooms.native.wire import AudioKind, AudioPacket
from rooms.source import ConnectOptions

_KNOWN: Final = 1024  # events whose repeats are noticed
_SERVER: Final = Viewer("", "", Role.MODERATOR)
_FIRST: Final = (AudioFrame, Removed, Gift, Purchase, StreamState)  # sound has room of its own
_KEPT: Final = 32  # of so many places one is kept for the first; with more the bot would never see its inbox full


class Reception:
    """Takes in what one room tells, over all connections to it."""

    def __init__(self, options: ConnectOptions, clock: Clock) -> None:
        self.events = Inbox(options.events, options.frames)
        """What waits for the bot; what finds no room there is dropped and counted."""
        self.session = ""
        """The secret that resumes us; empty before the first welcome."""
        self.seq = 0
        """The number of the newest event that we have."""
        self.crowded = asyncio.Event()
        """Set when comings and goings wait for room in the inbox: call `feed` again."""
        self.doubted = asyncio.Event()
        """Set while our picture of who is here does not agree with the room's number: ask for the roll."""
        self._options = options
        self._clock = clock
        self._mics = Microphones()
        self._picture = Picture()
        self._comings = 0
        self._mine: set[str] = set()
        self._known: OrderedDict[str, None] = OrderedDict()
        self._changes = 0
        self._prefix = secrets.token_hex(4)

    async def take_over(self, before: Self) -> None:
        """Go on where `before`, whose inbox is closed, stopped, with what waits there, sound aside.

        Our picture of who is here begins anew, as that of the bot that listens now does. Call it once, before the first
        welcome.
        """
        self.session, self.seq = before.session, before.seq
        self._mine, self._known = before._mine, before._known
        async for item in before.events:
            match item:
                case Join():
                    self._picture.came(item.viewer, item.id, before=item.before)
                    self.feed()
                case Leave():
                    self._picture.went(item.viewer.id, item.id)
                    self.feed()
                case RoomEvent():
                    self._give(item)

    def enter(self, welcome: server.Welcome) -> None:
        """Take in a welcome; what happened before the first one is known, and not told to the bot."""
        again = bool(self.session)
        self.session = welcome.session
        self._mine.add(welcome.you.id)
        self._change(welcome.room.stream, "")
        self._picture.whole = False
        for told in welcome.history:
            self._told(told, tell=again)
        self.seq = welcome.seq
        self.doubted.clear()

    def lose(self, why: str) -> None:
        """Note that the connection is lost, for a reason in words: microphones are closed with it."""
        for frame in self._mics.lost(self._clock.wall()):
            self._give(frame)
        self._change(Stream.BROKEN, why)

    def take(self, message: server.ServerMessage | client.ClientMessage) -> None:
        """Take in a message; what pages need and a bot does not is ignored. Raise `WireError` for a broken event."""
        match message:
            case server.EventTold():
                if message.seq > self.seq:
                    self.seq = message.seq
                    self._told(message, tell=True)
            case server.Clicks():
                for click in message.clicks:
                    self._happen(click, tell=True)
            case server.MicTold():
                self._give(self._mics.told(message, self._clock.wall()))
            case server.People():
                self._picture.change(message)
                self.feed()
            case server.RollTold():
                self._picture.call(message)
                self.doubted.clear()
                self.feed()
            case server.Presence() if message.viewers != len(self._picture):
                self.doubted.set()  # something was lost on the way
            case _:
                pass

    def hear(self, packet: AudioPacket) -> None:
        """Take in a frame of a microphone; what a bot says is not heard."""
        if packet.kind is AudioKind.MIC:
            self._give(self._mics.heard(packet, self._clock.wall()))

    def withdraw(self, reply: str) -> None:
        """Tell the bot that somebody else cancelled one of its replies."""
        now = self._clock.wall()
        self._give(
            Removed(id=f"cancel-{reply}", room=self._options.room, viewer=_SERVER, at=now, received=now, message=reply)
        )

    def feed(self) -> None:
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
        self.crowded.set()

    def _told(self, told: server.EventTold, *, tell: bool) -> None:
        happening = wire.parse_happening(told.event)
        if happening is not None:
            self._happen(happening, tell=tell)

    def _happen(self, happening: server.Happening, *, tell: bool) -> None:
        if happening.viewer.id in self._mine:
            return
        if tell:
            self._see(happening)
        if isinstance(happening, server.JoinEvent | server.LeaveEvent):
            return
        event = to_event(happening, self._options.room, self._clock.wall())
        if event is None or event.id in self._known:
            return
        self._known[event.id] = None
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        if tell:
            self._give(event)

    def _see(self, happening: server.Happening) -> None:
        """Tell of comings and goings first: a viewer comes before what they do."""
        match happening:
            case server.JoinEvent():
                self._picture.came(happening.viewer, happening.id)
            case server.LeaveEvent():
                self._picture.went(happening.viewer.id, happening.id)
            case _:
                self._picture.acted(happening.viewer)
        self.feed()

    def _give(self, item: RoomEvent | AudioFrame | None) -> None:
        if item is None:
            return
        room = self._options.events
        if room - room // _KEPT <= self.events.waiting_events < room and not isinstance(item, _FIRST):
            metrics.CONNECTOR_DROPPED.labels(self._options.room, "event").inc()
            return
        try:
            gone = self.events.send(item)
        except (OverloadError, ClosedError):
            metrics.CONNECTOR_DROPPED.labels(self._options.room, "event").inc()
            return
        if gone is not None:
            metrics.CONNECTOR_DROPPED.labels(self._options.room, "audio").inc()

    def _change(self, state: Stream, why: str) -> None:
        self._changes += 1
        now = self._clock.wall()
        name = f"connection-{self._prefix}-{self._changes}"
        self._give(
            StreamState(id=name, room=self._options.room, viewer=_SERVER, at=now, received=now, state=state, why=why)
        )
