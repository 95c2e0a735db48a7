"""What becomes of each event: dropped as a repeat, noted, answered at once by a command, or sent to the floor."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

import msgspec

from bot.floor import Candidate, Floor, Priority
from bot.gifts import GiftFolder
from core.clock import Clock
from core.events import (
    Chat,
    Decision,
    Follow,
    Gift,
    Join,
    Leave,
    Like,
    Outcome,
    Purchase,
    Removed,
    Role,
    RoomEvent,
    StreamState,
    Viewer,
    Voice,
)
from nlu.commands import Commands, Granted, Refused
from nlu.understand import Meaning, Understander

REMEMBERED: Final = 5_000
"""Event ids that are known as repeats."""
PRESENT: Final = 10_000
"""Viewers that are counted as present."""
CROWD: Final = 5
"""Viewers from which on only what is meant for us, or what the room knows, is answered."""
LIKES: Final = 20
"""Likes of one viewer that deserve thanks."""

_QUESTIONS: Final = frozenset(
    (
        "ask_price", "ask_stock", "ask_link", "ask_product", "ask_delivery", "ask_aftersales", "ask_schedule",
        "ask_faq", "haggle", "buying", "recommend_product", "recommend_room", "who_are_you",
    )
)  # fmt: skip


class IntakeOptions(msgspec.Struct, frozen=True):
    """What a room's settings say of whom to answer."""

    expire_s: float
    """Seconds after which an answer comes too late."""
    answer_all: bool
    """Whether messages that are not addressed to us are answered where the room knows the answer."""
    min_gift_value: float
    """Yuan from which on gifts are thanked aloud."""
    thank_follows: bool
    """Whether follows are thanked."""


class Intake:
    """Sorts a room's events. Synchronous: it only decides and enqueues."""

    def __init__(
        self,
        options: IntakeOptions,
        understander: Understander,
        commands: Commands,
        floor: Floor,
        gifts: GiftFolder,
        clock: Clock,
        decide: Callable[[Decision], None],
    ) -> None:
        self._options = options
        self._understander = understander
        self._commands = commands
        self._floor = floor
        self._gifts = gifts
        self._clock = clock
        self._decide = decide
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._present: OrderedDict[str, None] = OrderedDict()
        self._ours: deque[str] = deque(maxlen=100)
        self.last_message = clock.monotonic()
        """When somebody last wrote or spoke, monotonic."""
        self.messages = 0
        """Messages so far."""

    @property
    def crowd(self) -> int:
        """How many viewers are here."""
        return len(self._present)

    def said(self, reply_id: str) -> None:
        """Remember that `reply_id` is ours, so that an answer to it is addressed to us."""
        self._ours.append(reply_id)

    def take(self, event: RoomEvent) -> None:
        """Decide on `event`, or let it wait for its turn."""
        if event.id in self._seen:
            return  # the first one has its decision
        self._seen[event.id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        if event.viewer.role is Role.BOT:
            return  # what we or other bots say is never answered
        self._note_presence(event)
        self._react(event)

    def _react(self, event: RoomEvent) -> None:
        match event:
            case Chat() | Voice():
                self._message(event)
            case Gift():
                for closed in self._gifts.add(event):
                    self._thank(closed)
            case Removed():
                self._floor.remove(event)
                self._note(event, "withdrawn messages are not answered")
            case Follow() if self._options.thank_follows:
                self._wait(event, Priority.CHAT)
            case Purchase():
                self._wait(event, Priority.PAID)
            case Like() if event.count >= LIKES:
                self._wait(event, Priority.CHAT)
            case Join() if self.crowd <= CROWD:
                self._wait(event, Priority.IDLE)
            case _:
                self._note(event, "counted; nothing to say to it")

    def tick(self) -> None:
        """Let gifts whose giver has paused be thanked."""
        for gift in self._gifts.due():
            self._thank(gift)

    def wait(self, candidate: Candidate) -> None:
        """Let something of our own wait for its turn."""
        self._floor.push(candidate)

    def _message(self, event: Chat | Voice) -> None:
        self.last_message = self._clock.monotonic()
        self.messages += 1
        verdict = self._commands.match(event.text, event.viewer)
        if isinstance(verdict, Granted):
            self._wait(event, Priority.ADDRESSED, fixed=verdict.reply)
            return
        if isinstance(verdict, Refused):
            self._note(event, verdict.why)
            return
        reply_to_us = isinstance(event, Chat) and event.reply_to in self._ours
        meaning = self._understander.understand(event.text, event.viewer, reply_to_us=reply_to_us)
        addressed = meaning.understanding.addressed or self.crowd <= 1
        priority = self._priority(event, meaning, addressed=addressed)
        if priority is None:
            self._note(event, "not addressed to us, and nothing that the room can answer")
        else:
            self._wait(event, priority, meaning=meaning)

    def _priority(self, event: Chat | Voice, meaning: Meaning, *, addressed: bool) -> Priority | None:
        if event.viewer.role is Role.STREAMER:  # the streamer talks to the room all the time
            return Priority.STREAMER if meaning.understanding.addressed else None
        if addressed:
            return Priority.ADDRESSED
        if isinstance(event, Voice):
            return Priority.VOICE
        if not self._options.answer_all:
            return None
        if meaning.faq is not None or meaning.understanding.intent in _QUESTIONS:
            return Priority.QUESTION
        return Priority.CHAT if self.crowd <= CROWD else None

    def _thank(self, gift: Gift) -> None:
        if gift.value >= self._options.min_gift_value:
            self._wait(gift, Priority.PAID)
        else:
            self._note(gift, f"worth less than {self._options.min_gift_value:g} yuan")

    def _wait(
        self, event: RoomEvent, priority: Priority, *, meaning: Meaning | None = None, fixed: str | None = None
    ) -> None:
        expires = self._clock.monotonic() + self._options.expire_s
        self._floor.push(Candidate(event, priority, expires, meaning, fixed))

    def _note(self, event: RoomEvent, why: str) -> None:
        self._decide(Decision(event=event.id, outcome=Outcome.NOTED, why=why, at=self._clock.wall()))

    def _note_presence(self, event: RoomEvent) -> None:
        viewer: Viewer = event.viewer
        if isinstance(event, StreamState | Removed) or viewer.role is not Role.VIEWER:
            return
        self._present.pop(viewer.id, None)
        if not isinstance(event, Leave):
            self._present[viewer.id] = None
            if len(self._present) > PRESENT:
                self._present.popitem(last=False)
