"""One room's state without any I/O: who is here, what happened, who may be heard. Only enqueues, never waits."""

import itertools
import secrets
from collections import OrderedDict
from typing import Final

from core.clock import Clock
from core.errors import DanmateError
from core.events import Role, Stream, Viewer
from rooms.native import client_messages as client
from rooms.native import metrics, wire
from rooms.native import server_messages as server
from rooms.native.history import History
from rooms.native.limits import Limits, Window
from rooms.native.members import Member, Outbox
from rooms.native.options import RoomOptions
from rooms.native.people import People
from rooms.native.shelf import OpenedProducts, RoomShelf
from rooms.native.sound import Mics, Voice
from rooms.native.text import clean_name, numbered, same_name
from rooms.native.tokens import role_of
from rooms.native.wire import Close

_PRESENCE_S: Final = 1.0


class JoinRefusedError(DanmateError):
    """A hello that is not welcome: the code to close with, and a sentence."""

    def __init__(self, code: Close, why: str) -> None:
        super().__init__(why)
        self.code = code


class _Likes:
    """Likes of one viewer on their way to becoming one event."""

    def __init__(self, viewer: Viewer, event: str, due: float) -> None:
        self.viewer = viewer
        self.event = event
        self.due = due
        self.count = 0


class Room:
    """A room; every method is called from one loop and returns at once."""

    def __init__(self, options: RoomOptions, limits: Limits, gifts: dict[str, float], clock: Clock) -> None:
        self.options = options
        self.limits = limits
        self.gifts = {**gifts, **options.gifts}
        self.clock = clock
        self.history = History(limits)
        self.mics = Mics(limits)
        self.voice = Voice(limits)
        self.people = People()
        self.shelf = RoomShelf(limits)
        self.stream = Stream.LIVE
        self.bot_state: client.BotState = "absent"
        self._members: dict[str, Member] = {}
        self._staff: dict[str, Member] = {}
        self._sessions: dict[str, Member] = {}
        self._lost: OrderedDict[str, Member] = OrderedDict()
        self._likes: dict[str, _Likes] = {}
        self._opened = OpenedProducts(limits)
        self._comings = Window(limits.joins_per_s, 1.0)
        self._told_viewers = 0
        self._told_at = float("-inf")
        self._prefix = secrets.token_hex(3)  # so that ids do not repeat when the server starts again
        self._ids = itertools.count(1)

    def join(self, hello: client.Hello, outbox: Outbox, guest: str = "观众") -> Member:
        """Welcome who says `hello`, anew or resumed; raise `JoinRefusedError`. A nameless one is a numbered `guest`."""
        if hello.version != client.VERSION:
            raise JoinRefusedError(Close.NO_HELLO, f"this room speaks version {client.VERSION} of the protocol")
        role = role_of(hello.token, self.options.tokens)
        if role is None:
            raise JoinRefusedError(Close.WRONG_TOKEN, "this token opens nothing here; ask the streamer for another")
        if hello.watch:
            role = Role.VIEWER
        member = self._sessions.get(hello.session) if hello.session else None
        missed: list[server.EventTold] | None = None
        back = member is not None and (member.viewer.role, member.watches) == (role, hello.watch)
        if member is not None and back:
            missed = self._return(member, hello)
        else:
            member = self._admit(hello, role, guest)
        if role is Role.BOT:
            self._tell_bots()  # the others: to this one it is no news
        member.outbox = outbox
        member.hears = frozenset(hello.audio)
        new, member.gone = not back or member.gone, False
        if new and member.counts:
            self.people.come(member.viewer)
        self._welcome(member, missed, resumed=back and missed is not None)
        if role is Role.BOT:
            send(member, self.people.roll())
        if new:
            self._tell_come(member)
        return member

    def lost(self, member: Member, outbox: Outbox) -> None:
        """Note that the connection of `member` by way of `outbox` is gone; they may resume."""
        if member.outbox is outbox:
            self._hang_up(member)
            self._keep(member)

    def leave(self, member: Member, outbox: Outbox) -> None:
        """Note that `member` has left by way of `outbox`: for good, unless they are timed out."""
        if member.outbox is outbox:
            self._hang_up(member)
            if self.muted_s(member):
                self._say_goodbye(member)
                self._keep(member)  # or whoever goes and comes again would be free
            else:
                self._forget(member)

    def tick(self) -> None:
        """Do what is due; called some times a second."""
        now = self.clock.monotonic()
        for likes in [likes for likes in self._likes.values() if likes.due <= now]:
            self._tell_likes(likes)
        for member in list(self._lost.values()):
            if now - member.lost_at >= self.limits.resume_s and not self.muted_s(member):
                self._forget(member)
            elif now - member.lost_at >= self.limits.away_s:
                self._tell_gone(member)
            else:
                break
        self._tell_bots()  # before the number, which a bot compares with what it was told
        self._tell_clicks()
        shelf = self.shelf.take_news(now)
        if shelf is not None:
            self.tell(shelf)
        viewers = self.viewers()
        if viewers != self._told_viewers and now - self._told_at >= _PRESENCE_S:
            self._told_viewers, self._told_at = viewers, now
            self.tell(server.Presence(viewers=viewers))

    def close(self) -> None:
        """Say goodbye to everybody: the server is stopping."""
        for member in self._members.values():
            if member.outbox is not None:
                member.outbox.close(Close.GOING_AWAY, "the server is stopping")

    def viewers(self) -> int:
        """Return how many are here, bots not counted."""
        return len(self.people)

    def member(self, viewer: str) -> Member | None:
        """Return who has the id `viewer`, lost ones included."""
        return self._members.get(viewer)

    def call_roll(self, member: Member) -> None:
        """Tell `member`, a bot, of everybody who is here, after the news: who came just now is not one of the old."""
        self._tell_bots()
        send(member, self.people.roll())

    def new_id(self) -> str:
        """Return an id for an event."""
        return f"{self._prefix}-{next(self._ids)}"

    def happen(self, event: server.Happening) -> None:
        """Give `event` its number, remember it and tell everybody."""
        self.tell(self.history.add(event))

    def tell(self, message: server.ServerMessage | client.ClientMessage, but: Member | None = None) -> None:
        """Send `message` to everybody `but` one."""
        data = wire.encode(message)
        for member in self._members.values():
            if member.outbox is not None and member is not but:
                member.outbox.text(data)

    def play(self, frame: bytes, what: str, but: Member) -> None:
        """Send an audio `frame` to everybody `but` one who hears `what`: `voice` or `mics`."""
        for member in self._members.values():
            if member.outbox is not None and what in member.hears and member is not but:
                member.outbox.audio(frame)

    def like(self, member: Member, count: int) -> str:
        """Fold `count` likes into those of this second; return the id of the event they become."""
        likes = self._likes.get(member.viewer.id)
        if likes is None:
            due = self.clock.monotonic() + self.limits.fold_s
            likes = self._likes[member.viewer.id] = _Likes(member.viewer, self.new_id(), due)
        likes.count += count
        return likes.event

    def click(self, member: Member, product: str) -> str:
        """Let bots soon be told that `member` opened `product`; return the event's id, or nothing: too many did."""
        event = server.ClickEvent(id=self.new_id(), at=self.clock.wall(), viewer=member.viewer, product=product)
        made = self._opened.note(event)
        if not made:
            metrics.CLICKS_DROPPED.labels(self.options.id).inc()
        return made

    def rename(self, member: Member, name: str) -> None:
        """Give `member` another name, as far as it is free, and tell who needs to know."""
        viewer = member.viewer
        guest = viewer.name  # an empty name changes nothing
        member.viewer = Viewer(viewer.id, self._name(name, viewer.role) or guest, viewer.role, viewer.level)
        send(member, server.You(viewer=member.viewer))
        for owner, mic in self.mics.items():
            if owner == viewer.id:
                self.tell(server.MicTold(viewer=member.viewer, channel=mic.channel, on=True), but=member)

    def mute(self, member: Member, seconds: float) -> None:
        """Time `member` out for `seconds`, 0 to lift it, and tell them."""
        member.muted_until = self.clock.monotonic() + seconds
        send(member, server.Muted(seconds=seconds))
        if seconds:
            self.close_mic(member, told=True)

    def muted_s(self, member: Member) -> float:
        """Return how many seconds of a timeout `member` has left."""
        return max(0.0, member.muted_until - self.clock.monotonic())

    def close_mic(self, member: Member, *, told: bool) -> None:
        """Close the microphone of `member` and tell the others, and with `told` its owner too."""
        mic = self.mics.close(member.viewer.id)
        if mic is not None:
            message = server.MicTold(viewer=member.viewer, channel=mic.channel, on=False)
            self.tell(message, but=None if told else member)

    def _return(self, member: Member, hello: client.Hello) -> list[server.EventTold] | None:
        if member.outbox is not None:
            member.outbox.close(Close.REPLACED, "another connection resumed this session")
            self._hang_up(member)
        self._lost.pop(member.viewer.id, None)
        return self.history.missed(hello.seq)

    def _admit(self, hello: client.Hello, role: Role, guest: str) -> Member:
        if len(self._members) >= self.limits.participants:
            if not self._lost:
                raise JoinRefusedError(Close.FULL, "the room is full; try again later")
            self._forget(next(iter(self._lost.values())))  # who is here goes before who may come back
        name = self._name(hello.name, role) or f"{guest}{secrets.randbelow(9000) + 1000}"
        member = Member(Viewer(secrets.token_hex(6), name, role), self.limits, watches=hello.watch)
        self._members[member.viewer.id] = self._sessions[member.session] = member
        if role in (Role.STREAMER, Role.BOT):
            self._staff[member.viewer.id] = member
        return member

    def _name(self, wanted: str, role: Role) -> str:
        name = clean_name(wanted, self.limits.name)
        if role is Role.STREAMER:
            return name or self.options.streamer
        if role is Role.BOT:
            return name or self.options.bot
        staff = (one.viewer.name for one in self._staff.values())
        if name and any(same_name(name, taken) for taken in (self.options.bot, self.options.streamer, *staff)):
            return numbered(name, secrets.randbelow(90) + 10, self.limits.name)
        return name

    def _welcome(self, member: Member, missed: list[server.EventTold] | None, *, resumed: bool) -> None:
        options, limits = self.options, self.limits
        bot = server.Bot(options.bot, self.bot_state)
        told = server.LimitsTold(limits.text, limits.name, limits.frame_bytes, limits.messages_of(member.viewer.role))
        send(
            member,
            server.Welcome(
                you=member.viewer,
                session=member.session,
                resumed=resumed,
                room=server.RoomFacts(options.id, options.title, options.streamer, bot, self.stream),
                viewers=self.viewers(),
                history=self.history.recent() if missed is None else missed,
                seq=self.history.seq,
                limits=told,
                muted=self.muted_s(member),
            ),
        )
        for owner, mic in self.mics.items():
            speaker = self._members[owner].viewer
            send(member, server.MicTold(viewer=speaker, channel=mic.channel, on=True))
        if self.shelf.told.products or resumed:  # it may have been cleared while they were away
            send(member, self.shelf.told)

    def _hang_up(self, member: Member) -> None:
        member.outbox = None
        self.close_mic(member, told=False)
        reply = self.voice.lose(member.viewer.id)
        if reply:
            self.tell(client.Cancel(reply=reply))

    def _keep(self, member: Member) -> None:
        """Let the session of `member` wait to be resumed."""
        member.lost_at = self.clock.monotonic()
        self._lost[member.viewer.id] = member

    def _say_goodbye(self, member: Member) -> None:
        likes = self._likes.get(member.viewer.id)
        if likes is not None:
            self._tell_likes(likes)  # before they are gone: who is gone does nothing any more
        self._tell_gone(member)

    def _forget(self, member: Member) -> None:
        self._say_goodbye(member)
        self._lost.pop(member.viewer.id, None)
        self._members.pop(member.viewer.id, None)
        self._staff.pop(member.viewer.id, None)
        self._sessions.pop(member.session, None)

    def _tell_come(self, member: Member) -> None:
        self._come_or_go(member, server.JoinEvent(id=self.new_id(), at=self.clock.wall(), viewer=member.viewer))
        if member.viewer.role is Role.BOT and self.bot_state == "absent":
            self.bot_state = "listening"
            self.tell(client.State(state=self.bot_state))

    def _tell_gone(self, member: Member) -> None:
        if member.gone:
            return
        member.gone = True
        if member.counts:
            self.people.go(member.viewer)
        if self._opened.of(member.viewer.id):
            self._tell_clicks()  # before they are gone, as likes
        self._come_or_go(member, server.LeaveEvent(id=self.new_id(), at=self.clock.wall(), viewer=member.viewer))
        if member.viewer.role is not Role.BOT:
            return
        bots = (other for other in self._members.values() if other.viewer.role is Role.BOT and not other.gone)
        last = next(bots, None) is None
        self.shelf.lose(member.viewer.id, self.clock.monotonic(), last=last)
        if last:
            self.bot_state = "absent"
            self.tell(client.State(state="absent"))

    def _come_or_go(self, member: Member, event: server.JoinEvent | server.LeaveEvent) -> None:
        if member.counts and self._comings.allow(self.clock.monotonic()):
            self.happen(event)

    def _tell_bots(self) -> None:
        """Tell the bots of everybody who came or went, however many: they have no eyes for a number alone."""
        for people in self.people.take_news():
            self._to_bots(people)

    def _tell_clicks(self) -> None:
        """Tell the bots, and nobody else, who opened what."""
        clicks = self._opened.take()
        if clicks is not None:
            self._to_bots(clicks)

    def _to_bots(self, message: server.ServerMessage) -> None:
        data = wire.encode(message)
        for member in self._staff.values():
            if member.viewer.role is Role.BOT and member.outbox is not None:
                member.outbox.text(data)

    def _tell_likes(self, likes: _Likes) -> None:
        del self._likes[likes.viewer.id]
        self.happen(server.LikeEvent(id=likes.event, at=self.clock.wall(), viewer=likes.viewer, count=likes.count))


def send(member: Member, message: server.ServerMessage) -> None:
    """Send `message` to `member` alone, if they can be reached."""
    if member.outbox is not None:
        member.outbox.text(wire.encode(message))
