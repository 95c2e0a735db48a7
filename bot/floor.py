"""One voice for a crowd: who is answered next, and why the others are not.

A deadline scheduler. A claim is due when it came, plus `ageing_s` for every priority above its own, plus its own
lifetime for every earlier claim of the same viewer: whoever is due first is answered first. So urgency counts, a
viewer's second waits behind others' first, and nobody starves, since whatever comes later than a claim's due time is
due after it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from bot.candidate import Candidate, Priority
from bot.merging import MOST, SameQuestion, alike, is_full, merged
from core.clock import Clock
from core.events import Decision, Join, Outcome, Removed, RoomEvent
from core.reasons import decided

FAIR_S: Final = 60.0
"""Seconds for which an earlier claim makes the next one of the same viewer wait behind others' first."""
STRETCH: Final = 3
"""A claim that others keep joining waits at most so many times as long as it would alone."""
_VIEWERS: Final = 2_000
_TURNS: Final = 5
_FAIR: Final = frozenset((Priority.ADDRESSED, Priority.VOICE, Priority.QUESTION, Priority.CHAT))

Blocked = tuple[str, Mapping[str, str]]
"""Why a claim may not be answered now: the code of a reason for coming too late, and its values."""


class FloorOptions(msgspec.Struct, frozen=True):
    """How many wait, and in which order."""

    max: int = 50
    """Claims that may wait; the least urgent gives way."""
    per_viewer: int = 3
    """Claims of one viewer that may wait; the next is dropped."""
    order: tuple[Priority, ...] = tuple(Priority)
    """The most urgent first."""
    ageing_s: float = 4.0
    """Seconds of waiting that count as one priority more."""


class Waiting(msgspec.Struct):
    """A claim that waits."""

    candidate: Candidate
    """What it is."""
    came: float
    """Monotonic time of its arrival."""
    due: float
    """Whoever is due first is answered first."""
    latest: float
    """Monotonic time beyond which it does not live longer by what joins it."""
    pinned: bool = False
    """Whether a moderator keeps it: it neither expires nor gives way."""
    blocked: Blocked | None = None
    """What kept it from being answered last time it was looked at."""


class Turn(msgspec.Struct):
    """The claim that is being answered."""

    candidate: Candidate
    """What it is, less what was withdrawn meanwhile."""
    reply: str = ""
    """The id of the reply, once it has one."""
    late: list[Candidate] = msgspec.field(default_factory=list)
    """Claims that asked the same while it was being answered; they wait anew where the answer is not heard whole."""
    gone: list[RoomEvent] = msgspec.field(default_factory=list)
    """Events that its answer quotes and that were withdrawn meanwhile."""


class Floor:
    """A bounded queue of claims. Every event that enters it leaves with exactly one `Decision`."""

    def __init__(
        self,
        options: FloorOptions,
        clock: Clock,
        decide: Callable[[Decision], None],
        same_question: SameQuestion = lambda _one, _other: False,
        gate: Callable[[Candidate], Blocked | None] = lambda _: None,
    ) -> None:
        self._options = options
        self._rank = {priority: rank for rank, priority in enumerate(options.order)}
        self._clock = clock
        self._decide = decide
        self._same_question = same_question
        self._gate = gate
        self._waiting: dict[str, Waiting] = {}
        self._recent: OrderedDict[str, list[float]] = OrderedDict()
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._resting = False
        self.turn: Turn | None = None
        """What is being answered now."""

    def __len__(self) -> int:
        return len(self._waiting)

    def waiting(self) -> list[Waiting]:
        """Return what waits, the next one first."""
        return sorted(self._waiting.values(), key=lambda one: one.due)

    def find(self, event: str) -> Waiting | None:
        """Return the claim of the event with this id, if it waits."""
        return self._waiting.get(event)

    def push(self, candidate: Candidate) -> None:
        """Let `candidate` wait, or join the claim that it is like; where the floor is full, the last one gives way."""
        self._expire()
        if self._join(candidate):
            return
        viewer = candidate.event.viewer
        mine = [one for one in self._waiting.values() if viewer.id and one.candidate.event.viewer.id == viewer.id]
        if len(mine) >= self._options.per_viewer and candidate.priority in _FAIR and viewer.role.is_audience:
            self._drop(candidate, "viewer_full", count=str(self._options.per_viewer))
            return
        now = self._clock.monotonic()
        latest = now + STRETCH * max(0.0, candidate.expires - now)
        self._waiting[candidate.event.id] = Waiting(candidate, now, self._due(candidate, now), latest)
        if len(self._waiting) > self._options.max:
            free = [one for one in self._waiting.values() if not one.pinned]
            last = max(free or self._waiting.values(), key=lambda one: one.due)
            self._leave(last, "floor_full", count=str(self._options.max))
        self._wake.set()

    async def take(self) -> Turn:
        """Wait for and return the claim to answer next; expired ones are dropped on the way."""
        while True:
            self._expire()
            for one in () if self._resting else self.waiting():
                one.blocked = self._gate(one.candidate)
                if one.blocked is None:
                    del self._waiting[one.candidate.event.id]
                    self.turn = Turn(one.candidate)
                    return self.turn
            self._wake.clear()
            await self._wake.wait()

    def finish(self, outcome: Outcome, code: str, **values: str) -> None:
        """Decide on all events that the turn served; what was not withdrawn of a silenced answer waits anew."""
        turn, self.turn = self.turn, None
        self._over.set()
        if turn is None:
            return
        if turn.gone:
            for event in turn.gone:
                self._tell(event, Outcome.DROPPED, "withdrawn_while_said", turn.reply)
            left = turn.candidate.without(turn.gone)
            again = [left] if left is not None else []
        else:
            first, *others = turn.candidate.events()
            self._tell(first, outcome, code, turn.reply, **values)
            for event in others:
                if outcome is Outcome.ANSWERED:
                    self._tell(event, Outcome.MERGED, _merged_code(turn.candidate), turn.reply)
                else:
                    self._tell(event, outcome, code, turn.reply, **values)
            again = []
        for late in turn.late:
            if code == "answered" and not turn.gone:
                for event in late.events():
                    self._tell(event, Outcome.MERGED, "said_just_then", turn.reply)
            else:
                again.append(late)
        for candidate in again:
            self.push(candidate)

    def tick(self) -> None:
        """Drop what has expired, and look again at what was kept back."""
        self._expire()
        self._wake.set()

    def remove(self, removed: Removed) -> bool:
        """Drop what was withdrawn; return whether what is being said quotes it and must be silenced."""
        for one in list(self._waiting.values()):
            gone = one.candidate.withdrawn_by(removed)
            if gone:
                del self._waiting[one.candidate.event.id]
                for event in gone:
                    self._tell(event, Outcome.DROPPED, "withdrawn")
                left = one.candidate.without(gone)
                if left is not None:
                    self._waiting[left.event.id] = msgspec.structs.replace(one, candidate=left)
        return self._remove_from_turn(removed)

    def promote(self, event: str) -> bool:
        """Let the claim of this event be next; return whether it waits."""
        one = self._waiting.get(event)
        if one is None:
            return False
        one.due = min(other.due for other in self._waiting.values()) - 1.0
        one.candidate = msgspec.structs.replace(
            one.candidate, expires=max(one.candidate.expires, self._clock.monotonic() + FAIR_S)
        )
        self._wake.set()
        return True

    def pin(self, event: str, *, on: bool = True) -> bool:
        """Keep the claim of this event from expiring and giving way, or no longer; return whether it waits."""
        one = self._waiting.get(event)
        if one is None:
            return False
        one.pinned = on
        return True

    def drop(self, event: str) -> bool:
        """Drop the claim of this event as a moderator wishes; return whether it was waiting."""
        one = self._waiting.get(event)
        if one is not None:
            self._leave(one, "dropped_by_moderator")
        return one is not None

    async def rest(self) -> None:
        """Begin nothing further, and wait until what is being answered is over."""
        self._resting = True
        while self.turn is not None:
            self._over.clear()
            await self._over.wait()

    def hand_over(self) -> list[Candidate]:
        """Give up what waits, the next one first, without a decision; what states something already stays."""
        given = [one.candidate for one in self.waiting() if one.candidate.plan is None]
        for candidate in given:
            del self._waiting[candidate.event.id]
        return given

    def drop_all(self, is_over: Callable[[Candidate], bool], code: str) -> None:
        """Drop what waits and need not be said any more."""
        for one in [one for one in self._waiting.values() if is_over(one.candidate)]:
            self._leave(one, code)

    def close(self) -> None:
        """Drop everything: the room is over."""
        self.finish(Outcome.DROPPED, "room_over")
        for one in list(self._waiting.values()):
            self._leave(one, "room_over")

    def _join(self, candidate: Candidate) -> bool:
        """Let `candidate` be served by an answer that is coming, or being given, anyway."""
        for one in self._waiting.values():
            if alike(one.candidate, candidate, self._same_question):
                full, before = is_full(one.candidate, candidate), one.candidate
                if full:
                    self._tell_full(before, candidate)
                if full and not candidate.gifts:
                    return True  # nothing to count: they hear the answer like the others
                first = min(before.priority, candidate.priority, key=self._rank.__getitem__)
                both = merged(before, candidate, first)
                expires = max(before.expires, min(both.expires, one.latest))
                one.candidate = msgspec.structs.replace(both, expires=expires)
                one.due = min(one.due, self._due(candidate, self._clock.monotonic(), count=False))
                return True
        turn = self.turn
        if turn is None or turn.gone or candidate.meaning is None or len(turn.late) >= MOST:
            return False
        if all(one.candidate.meaning is None for one in self._waiting.values()):
            return False  # nobody else asks anything: they may have an answer of their own
        if candidate.priority is Priority.STREAMER or not alike(turn.candidate, candidate, self._same_question):
            return False
        turn.late.append(candidate)
        return True

    def _tell_full(self, served: Candidate, candidate: Candidate) -> None:
        """Decide on a claim that joins one which serves as many as it may."""
        for event in candidate.events():
            if candidate.gifts:
                self._tell(event, Outcome.MERGED, "counted_in_total")
            else:
                count = str(len(served.others))
                self._tell(event, Outcome.MERGED, "many_ask", count=count, first=served.event.id)

    def _remove_from_turn(self, removed: Removed) -> bool:
        turn = self.turn
        if turn is None:
            return False
        if turn.reply and removed.message == turn.reply:
            return True  # a moderator stopped the reply itself
        for late in [late for late in turn.late if late.withdrawn_by(removed)]:
            turn.late.remove(late)
            for event in late.events():
                self._tell(event, Outcome.DROPPED, "withdrawn")
        gone = turn.candidate.withdrawn_by(removed)
        if not gone:
            return False
        named = {viewer.id for viewer in turn.candidate.named()}
        quoted = [event for event in gone if event is turn.candidate.event or event.viewer.id in named]
        if quoted:
            turn.gone += [event for event in gone if event not in turn.gone]
            return True
        for event in gone:
            self._tell(event, Outcome.DROPPED, "withdrawn")
        turn.candidate = turn.candidate.without(gone) or turn.candidate
        return False

    def _due(self, candidate: Candidate, now: float, *, count: bool = True) -> float:
        """Return when a claim that comes now is due."""
        due = now + self._rank[candidate.priority] * self._options.ageing_s
        viewer = candidate.event.viewer
        if candidate.priority not in _FAIR or not viewer.id or not viewer.role.is_audience:
            return due
        times = [at for at in self._recent.pop(viewer.id, ()) if at > now - FAIR_S][-_TURNS:]
        self._recent[viewer.id] = [*times, now] if count else times
        if len(self._recent) > _VIEWERS:
            self._recent.popitem(last=False)
        return due + len(times) * max(0.0, candidate.expires - now)

    def _expire(self) -> None:
        now = self._clock.monotonic()
        for one in [one for one in self._waiting.values() if one.candidate.expires <= now and not one.pinned]:
            code, values = one.blocked or ("too_late", {})
            self._leave(one, code, **values)

    def _leave(self, one: Waiting, code: str, **values: str) -> None:
        del self._waiting[one.candidate.event.id]
        self._drop(one.candidate, code, **values)

    def _drop(self, candidate: Candidate, code: str, **values: str) -> None:
        for event in candidate.events():
            self._tell(event, Outcome.DROPPED, code, **values)

    def _tell(self, event: RoomEvent, outcome: Outcome, code: str, reply: str = "", **values: str) -> None:
        self._decide(decided(event.id, outcome, code, self._clock.wall(), reply, **values))


def _merged_code(candidate: Candidate) -> str:
    if candidate.care:
        return "cared_together"
    if candidate.meaning is not None:
        return "same_question"
    return "same_welcome" if isinstance(candidate.event, Join) else "same_thanks"
