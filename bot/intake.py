"""What becomes of each event: dropped as a repeat, noted, answered at once by a command, or sent to the floor."""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from asr.backchannel import is_backchannel
from bot.candidate import Candidate, Priority
from bot.care import in_need
from bot.control import Journal
from bot.crowd import Crowd
from bot.floor import Floor
from bot.gifts import GiftFolder, Thanks
from bot.guard import Guard
from bot.joins import Joins, LikeFolder
from bot.ladder import Step
from bot.rate import Bucket
from bot.screening import Screening
from bot.show.line import Line
from bot.show.show import Show
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
    Share,
    Stream,
    StreamState,
    Viewer,
    Voice,
)
from core.reasons import decided
from nlu.addressed import is_reaction
from nlu.commands import Commands, Granted, Refused
from nlu.language import fold
from nlu.memory import Memory, asks_to_forget
from nlu.plan import Plan
from nlu.safety.complaints import doubts
from nlu.understand import Meaning, Understander, language_of

REMEMBERED: Final = 5_000
"""Event ids that are known as repeats."""
CROWD: Final = 5
"""Viewers from which on only what is meant for us, or what the room knows, is answered."""
SPOKEN: Final = 15
"""Messages whose language decides which one the show speaks."""
NAMED_SAMPLE: Final = 5
"""In a rush, messages that call us by name are read so many times as often as others."""
SURE_COMPLAINT: Final = 0.6
"""How sure understanding must be of a complaint that is answered in a crowd."""
LONGEST_AGE_S: Final = 3_600.0
"""An event that seems older than that comes from a platform whose clock is not ours."""

_QUESTIONS: Final = frozenset(
    (
        "ask_price", "ask_stock", "ask_link", "ask_product", "ask_delivery", "ask_aftersales", "ask_schedule",
        "ask_faq", "haggle", "buying", "recommend_product", "recommend_room", "who_are_you",
    )
)  # fmt: skip
_FOR_US: Final = frozenset((Priority.STREAMER, Priority.PAID, Priority.ADDRESSED))


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
    thank_shares: bool = True
    """Whether shares are thanked."""
    thank_orders: bool = True
    """Whether orders are thanked."""
    likes: int = 20
    """Likes of one viewer that are thanked; 0: none."""
    welcome: bool = True
    """Whether those who come in are welcomed."""
    sample: int = 10
    """Messages a second that are read in a rush."""
    sells: bool = False
    """Whether the room sells something: whoever complains is answered then, in a crowd too."""


class Intake:
    """Sorts a room's events. Synchronous: it only decides and enqueues."""

    def __init__(
        self,
        options: IntakeOptions,
        understander: Understander,
        commands: Commands,
        floor: Floor,
        gifts: GiftFolder,
        crowd: Crowd,
        clock: Clock,
        decide: Callable[[Decision], None],
        *,
        wake: tuple[str, ...] = (),
        memory: Memory | None = None,
        too_quiet: Callable[[], bool] = lambda: False,
        journal: Journal | None = None,
        guard: Guard | None = None,
        removed: Callable[[Removed], None] = lambda _: None,
        show: Show | None = None,
        language: str = "auto",
        is_minor: Callable[[Chat | Voice], bool] = lambda _: False,
    ) -> None:
        self._options = options
        self._understander = understander
        self._commands = commands
        self._floor = floor
        self._gifts = gifts
        self._crowd = crowd
        self._clock = clock
        self._decide = decide
        self._memory = memory
        self._too_quiet = too_quiet
        self._journal = journal
        self._guard = guard
        self._screening = Screening(guard, floor, clock, decide, removed, journal) if guard is not None else None
        self._show = show
        self._language = language
        self._is_minor = is_minor
        self._spoken: deque[str] = deque(maxlen=SPOKEN)
        self._lines = 0
        self._wake = tuple(map(fold, wake))
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._ours: deque[str] = deque(maxlen=100)
        self._joins = Joins(options.expire_s, clock)
        self._likes = LikeFolder(options.likes)
        self._sample = Bucket(options.sample, 1.0, clock)
        self._named_sample = Bucket(options.sample * NAMED_SAMPLE, 1.0, clock)
        self.messages = 0
        """Messages so far."""
        self.live = False
        """Whether the stream is known to be live."""
        self.step = Step.NONE
        """How overloaded we are."""

    def said(self, reply_id: str) -> None:
        """Remember that `reply_id` is ours, so that an answer to it is addressed to us."""
        self._ours.append(reply_id)

    def knows(self, event: RoomEvent) -> bool:
        """Return whether `event` came before, and has its decision."""
        return event.id in self._seen

    def take(self, event: RoomEvent) -> Meaning | None:
        """Decide on `event`, or let it wait for its turn; return the meaning of a message that was understood."""
        if self.knows(event):
            return None
        if self._journal is not None:
            self._journal.note(event)
        self._seen[event.id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        if event.viewer.role is Role.BOT:
            self._note(event, "ours")
            return None
        self._crowd.note(event)
        if isinstance(event, Voice) and not event.text:
            self._tell(event, Outcome.REFUSED, "unheard")
            return None
        if isinstance(event, Chat | Voice):
            return self._message(event)
        if self._show is not None:
            self._show.observe(self._unnamed(event), self._room_language())
        self._react(event)
        return None

    def again(self, candidate: Candidate) -> None:
        """Let what waited in the room's bot before wait here, understood by what the room knows now."""
        for event in candidate.events():
            self._seen[event.id] = None
            if self._journal is not None:
                self._journal.note(event)
        event = candidate.event
        if candidate.meaning is not None and isinstance(event, Chat | Voice):
            candidate = msgspec.structs.replace(candidate, meaning=self._understood(event))
        elif isinstance(event, Chat | Voice) and (words := self._commands.again(event.text, event.viewer)):
            candidate = msgspec.structs.replace(candidate, fixed=words)
        self._floor.push(candidate)

    def language(self, viewers: Sequence[Viewer]) -> str:
        """Return the language to speak to `viewers` in where they said nothing just now.

        It is the one that a single viewer wrote in last, or else the room's.
        """
        spoken = self._understander.spoken_by(viewers[0].id) if len(viewers) == 1 else ""
        return spoken or self._room_language()

    def tick(self) -> None:
        """Let those be thanked who have paused, and those be welcomed who have come."""
        self._crowd.tick()
        for thanks in self._gifts.due():
            self._thank(thanks)
        for candidate in self._joins.due(self._crowd.raiders, raid=self._crowd.raid):
            self._floor.push(candidate)
        if self._show is not None:
            for line in self._show.tick(self._room_language()):
                self._perform(line, self._own())
            self._floor.drop_all(self._is_over, "show_over")

    def withdraw(self, removed: Removed) -> None:
        """Let go of what is held back of a viewer whose everything was withdrawn."""
        if removed.target:
            for event in (*self._gifts.remove(removed.target), *self._joins.remove(removed.target)):
                self._tell(event, Outcome.DROPPED, "withdrawn")

    def close(self) -> None:
        """Decide on everything that is still held back: the room is over."""
        held: list[RoomEvent] = [*self._joins.close()]
        for thanks in self._gifts.close():
            held += thanks.events
        for event in held:
            self._tell(event, Outcome.DROPPED, "room_over")

    def _react(self, event: RoomEvent) -> None:
        match event:
            case Gift():
                if not self._gifts.add(event):
                    self._tell(event, Outcome.MERGED, "counted_in_total")
            case Removed():
                self._note(event, "removal")
            case StreamState():
                self.live = event.state is Stream.LIVE
                self._note(event, "counted")
            case Leave():
                for join in self._joins.remove(event.viewer.id):
                    self._note(join, "left_again")
                self._note(event, "counted")
            case Join(before=False) if self._options.welcome and event.viewer.role is not Role.STREAMER:
                self._welcome(event)
            case _:
                priority = self._thanked(event)
                if priority is None:
                    self._note(event, "counted")
                else:
                    self._wait(event, priority)

    def _thanked(self, event: RoomEvent) -> Priority | None:
        """Return how soon an event deserves thanks of its own, or nothing where it deserves none."""
        options = self._options
        match event:
            case Follow() if options.thank_follows:
                return Priority.CHAT
            case Share() if options.thank_shares:
                return Priority.CHAT
            case Purchase() if options.thank_orders:
                return Priority.PAID
            case Like() if self._likes.add(event.viewer.id, event.count):
                return Priority.CHAT
            case _:
                return None

    def _welcome(self, event: Join) -> None:
        candidate, why = self._joins.add(event, crowd=len(self._crowd), raid=self._crowd.raid)
        if candidate is not None:
            self._floor.push(candidate)
        elif why:
            self._note(event, why)

    def _message(self, event: Chat | Voice) -> Meaning | None:
        self.messages += 1
        if self._screening is not None and not self._screening.passes(event):
            return None
        unnamed = self._unnamed(event)
        if self._show is not None and (taken := self._show.observe(unnamed, self._room_language())) is not None:
            if taken.line is None:
                self._note(event, taken.code)
            else:
                self._perform(taken.line, event)
            return None
        if self._crowd.raid and not asks_to_forget(event.text) and not self._sampled(event):
            self._note(event, "raid_sampled", rate=f"{self._crowd.messages.value():.0f}")
            return None
        if self._commanded(event, unnamed.viewer):
            return None
        meaning = self._understood(event)
        if isinstance(event, Voice) and is_backchannel(event.text):
            self._note(event, "backchannel")
            return meaning
        if code := self._left_alone(event, meaning):
            self._note(event, code)
        elif (priority := self._priority(event, meaning)) is None:
            self._note(event, "not_for_us")
        elif self.step >= Step.REFUSE and priority not in _FOR_US:
            self._tell(event, Outcome.REFUSED, "overload")
        else:
            self._wait(event, priority, meaning=meaning, minor=self._is_minor(event))
        return meaning

    def _commanded(self, event: Chat | Voice, viewer: Viewer) -> bool:
        """Return whether a message is a command, which has its answer or its decision then."""
        verdict = self._commands.match(event.text, viewer)
        if isinstance(verdict, Granted):
            self._wait(event, Priority.ADDRESSED, fixed=verdict.reply)
        elif isinstance(verdict, Refused):
            self._note(event, "command_refused", why=verdict.why)
        return verdict is not None

    def _understood(self, event: Chat | Voice) -> Meaning:
        reply_to_us = isinstance(event, Chat) and event.reply_to in self._ours
        hurried = self._crowd.raid or self.step >= Step.REFUSE
        meaning = self._understander.understand(
            event.text, event.viewer, reply_to_us=reply_to_us, memory=self._memory, hurried=hurried
        )
        if language := language_of(event.text):
            self._spoken.append(language)
        if self._guard is not None and self._guard.looks_after(event.viewer.id):
            meaning = in_need(meaning)
        return meaning

    def _unnamed(self, event: RoomEvent) -> RoomEvent:
        """Return `event` without its viewer's name where that is not to be said."""
        if self._guard is None or event.viewer.role is Role.STREAMER or self._guard.may_say(event.viewer):
            return event
        return msgspec.structs.replace(event, viewer=msgspec.structs.replace(event.viewer, name=""))

    def _sampled(self, event: Chat | Voice) -> bool:
        """Return whether a message is read in a rush: those who run the room always, the others by sample."""
        if event.viewer.role in (Role.STREAMER, Role.MODERATOR):
            return True
        folded = fold(event.text)
        named = isinstance(event, Voice) or event.reply_to in self._ours or any(name in folded for name in self._wake)
        return self._named_sample.take() if named else self._sample.take()

    def _left_alone(self, event: Chat | Voice, meaning: Meaning) -> str:
        """Return the reason why a message is left alone whatever it asks, or nothing."""
        if meaning.understanding.addressed:
            return ""
        if event.viewer.role is Role.STREAMER:  # the streamer talks to the room all the time
            return "streamer_talks"
        if meaning.another:
            return "to_another"
        return "reaction" if meaning.faq is None and is_reaction(event.text) else ""

    def _priority(self, event: Chat | Voice, meaning: Meaning) -> Priority | None:
        if event.viewer.role is Role.STREAMER:
            return Priority.STREAMER
        if meaning.understanding.addressed or len(self._crowd) <= 1:
            return Priority.ADDRESSED
        if isinstance(event, Voice):
            return Priority.VOICE
        if not self._options.answer_all:
            return None
        complains = _complains(meaning)
        asks = meaning.understanding.intent in _QUESTIONS and not complains  # whoever doubts a shop asks it nothing
        if meaning.faq is not None or asks or (complains and self._options.sells):
            return Priority.QUESTION
        if self._show is not None and self._show.states(meaning.text, meaning.understanding.language):
            return Priority.QUESTION
        return Priority.CHAT if len(self._crowd) <= CROWD or self._too_quiet() else None

    def _is_over(self, candidate: Candidate) -> bool:
        """Return whether a claim announces a part of the show that is not on any more."""
        plan = candidate.plan
        return plan is not None and self._show is not None and self._show.is_over(plan.intent, plan.facts)

    def _perform(self, line: Line, event: RoomEvent) -> None:
        plan = Plan(line.intent, line.facts, line.product, source=line.product.source if line.product else "")
        expires = self._clock.monotonic() + line.lasts_s
        fixed = line.fixed or None
        self._floor.push(Candidate(event, line.priority, expires, fixed=fixed, plan=plan, language=line.language))

    def _room_language(self) -> str:
        """Return the room's language, or what most of the last messages were in: one guest turns no show around."""
        if self._language != "auto":
            return self._language
        return "en" if 2 * self._spoken.count("en") > len(self._spoken) else "zh"

    def _own(self) -> StreamState:
        """Return what stands for something that the show says of its own accord."""
        self._lines += 1
        now, us = self._clock.wall(), Viewer("", "", Role.BOT)
        return StreamState(id=f"show-{self._lines}", room="", viewer=us, at=now, received=now, state=Stream.QUIET)

    def _thank(self, thanks: Thanks) -> None:
        if thanks.value >= self._options.min_gift_value:
            first, *others = thanks.events
            expires = self._clock.monotonic() + self._options.expire_s
            self._floor.push(Candidate(first, Priority.PAID, expires, gifts=thanks.gifts, others=tuple(others)))
            return
        for event in thanks.events:
            self._note(event, "small_gift", value=f"{self._options.min_gift_value:g}")

    def _wait(
        self,
        event: RoomEvent,
        priority: Priority,
        *,
        meaning: Meaning | None = None,
        fixed: str | None = None,
        minor: bool = False,
    ) -> None:
        age = event.received - event.at
        expires = self._clock.monotonic() + self._options.expire_s - (age if 0 <= age <= LONGEST_AGE_S else 0.0)
        self._floor.push(Candidate(event, priority, expires, meaning, fixed, minor=minor))

    def _note(self, event: RoomEvent, code: str, **values: str) -> None:
        self._tell(event, Outcome.NOTED, code, **values)

    def _tell(self, event: RoomEvent, outcome: Outcome, code: str, **values: str) -> None:
        self._decide(decided(event.id, outcome, code, self._clock.wall(), **values))


def _complains(meaning: Meaning) -> bool:
    """Return whether a message surely complains, or doubts the shop."""
    understood = meaning.understanding
    return (understood.intent == "complaint" and understood.confidence >= SURE_COMPLAINT) or doubts(meaning.text)
