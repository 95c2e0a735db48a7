"""What moderators see of the floor, and what they can do to it."""

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from bot.crowd import Crowd
from bot.floor import Blocked, Floor, Waiting
from bot.gate import Gate
from bot.ladder import Ladder
from bot.planning import message_of
from core.channels import Channel, Overflow
from core.clock import Clock
from core.events import Decision, Outcome, Reply, RoomEvent, Viewer
from core.reasons import words

KEPT: Final = 500
"""Decisions that are kept for moderators; the oldest give way."""
NOTED: Final = 100
"""Decisions that only note something, which are kept apart: in a rush hundreds of them come every second."""
PENDING: Final = 2_000
"""Events whose decision is still to come; the oldest give way, and their decision is told without them."""
WATCHED: Final = 256
"""Decisions that wait for one who watches; the oldest give way."""
REPLIES: Final = 32
"""Replies that are kept for decisions that name them."""
WATCHERS: Final = 32
"""Pages that may watch one room."""


class Judged(msgspec.Struct, frozen=True):
    """What the safety check found of a message."""

    verdict: str
    """warn, block or care."""
    category: str
    """In both languages, as `bot.guard.LABELS` has it."""
    rule: str
    """The rule that found it."""
    step: str
    """What its author gets, as `bot.guard.Ruling.step` says; empty where nothing."""
    dry: bool = False
    """Whether it was only told, not done."""


class Told(msgspec.Struct, frozen=True):
    """A decision with what it is about, for those who run the room. Texts and names are hostile: never markup."""

    number: int
    """Its place among all decisions of the room, from 1."""
    decision: Decision
    """What was done, and why."""
    why_zh: str
    """The reason in Chinese; the decision has it in English."""
    what: str
    """The kind of event: Chat, Gift … ; empty where it is no longer known."""
    viewer: Viewer | None
    """Who did it; nothing where that is no longer known."""
    text: str
    """What was said, where something was."""
    reply: str
    """The answer's text, where there is one."""
    source: str
    """Where the answer's facts stand; empty where it states none."""
    safety: Judged | None = None
    """What the safety check found of it; nothing for what it allows."""


class Claim(msgspec.Struct, frozen=True):
    """Something that waits for an answer."""

    event: str
    """The event's id, by which it is promoted, dropped or pinned."""
    what: str
    """The kind of event."""
    viewer: Viewer
    """Who asks first."""
    text: str
    """What was said, where something was: hostile, never markup."""
    priority: str
    """streamer, paid, addressed, voice, question, chat or idle."""
    serves: int
    """Events that one answer would serve."""
    waited_s: float
    """Seconds that it has waited."""
    left_s: float
    """Seconds until its answer would come too late."""
    pinned: bool
    """Whether a moderator keeps it."""
    blocked: str
    """The code of what keeps it from being answered now; empty where nothing does."""


class Status(msgspec.Struct, frozen=True):
    """How the floor stands."""

    silent_s: float | None
    """Seconds that a moderator's silence still lasts; nothing: until lifted."""
    raid: bool
    """Whether a raid is on."""
    overload: int
    """Step of the overload ladder, 0 to 3."""


class Journal:
    """Joins decisions to their events and passes them on, bounded everywhere."""

    def __init__(self) -> None:
        self._events: dict[str, RoomEvent] = {}
        self._replies: dict[str, Reply] = {}
        self._judged: dict[str, Judged] = {}
        self._watchers: list[Channel[Told]] = []
        self._forgotten: set[str] = set()
        self._told: deque[Told] = deque(maxlen=KEPT)
        self._noted: deque[Told] = deque(maxlen=NOTED)
        self._count = 0

    @property
    def told(self) -> list[Told]:
        """The last decisions, oldest first."""
        return list(heapq.merge(self._told, self._noted, key=lambda told: told.number))

    def note(self, event: RoomEvent) -> None:
        """Keep `event` until it is decided on; a repeat changes nothing."""
        self._events.setdefault(event.id, event)
        if len(self._events) > PENDING:
            del self._events[next(iter(self._events))]

    def awaits(self, event: str) -> bool:
        """Return whether the event with this id is still to be decided on."""
        return event in self._events

    def replied(self, reply: Reply) -> None:
        """Keep the reply that decisions will name."""
        self._replies[reply.id] = reply
        if len(self._replies) > REPLIES:
            del self._replies[next(iter(self._replies))]

    def judged(self, event: str, found: Judged) -> None:
        """Keep what the safety check found of the event with this id."""
        self._judged[event] = found
        if len(self._judged) > PENDING:
            del self._judged[next(iter(self._judged))]

    def tell(self, decision: Decision) -> None:
        """Pass a decision on to everybody who watches."""
        event = self._events.pop(decision.event, None)
        reply = self._replies.get(decision.reply)
        self._count += 1
        told = Told(
            number=self._count,
            decision=decision,
            why_zh=words(decision.code, decision.values, "zh"),
            what=type(event).__name__ if event is not None else "",
            viewer=event.viewer if event is not None else None,
            text=message_of(event) if event is not None else "",
            reply=reply.text if reply is not None else "",
            source=reply.source if reply is not None else "",
            safety=self._judged.pop(decision.event, None),
        )
        if decision.event in self._forgotten:
            self._forgotten.remove(decision.event)
            self._unsay({decision.reply})
            told = _nameless(told)
        (self._noted if decision.outcome is Outcome.NOTED else self._told).append(told)
        for watcher in self._watchers:
            watcher.send(told)

    def forget(self, viewer_id: str) -> None:
        """Forget a viewer's name and words and what they were answered; that there was a decision, and why, stays."""
        self._forgotten |= {event.id for event in self._events.values() if event.viewer.id == viewer_id}
        self._unsay({told.decision.reply for told in self.told if _is_of(told, viewer_id)})
        self._change(lambda told: _is_of(told, viewer_id), _nameless)

    def _unsay(self, replies: set[str]) -> None:
        """Forget the words of replies, which may name whom they answer."""
        for reply in replies:
            self._replies.pop(reply, None)
        self._change(lambda told: told.decision.reply in replies, lambda told: msgspec.structs.replace(told, reply=""))

    def _change(self, which: Callable[[Told], bool], change: Callable[[Told], Told]) -> None:
        for kept in (self._told, self._noted):
            for place, told in enumerate(kept):
                if which(told):
                    kept[place] = change(told)

    @contextmanager
    def watch(self) -> Iterator[Channel[Told]]:
        """Open a channel that gets every decision from now on; the slow lose the oldest."""
        channel: Channel[Told] = Channel(WATCHED, Overflow.DROP_OLDEST)
        if len(self._watchers) >= WATCHERS:
            self._watchers.pop(0).close()
        self._watchers.append(channel)
        try:
            yield channel
        finally:
            if channel in self._watchers:
                self._watchers.remove(channel)
            channel.close()

    def close(self) -> None:
        """End every channel: the room is over."""
        for watcher in self._watchers:
            watcher.close()


class FloorControl:
    """A moderator's hands on one room's floor."""

    def __init__(
        self,
        floor: Floor,
        gate: Gate,
        crowd: Crowd,
        ladder: Ladder,
        journal: Journal,
        clock: Clock,
        stop: Callable[[], None],
    ) -> None:
        self._floor = floor
        self._gate = gate
        self._crowd = crowd
        self._ladder = ladder
        self._clock = clock
        self._stop = stop
        self.journal = journal
        """The last decisions, and channels of those to come."""

    def waiting(self) -> list[Claim]:
        """Return what waits, the next one first."""
        now = self._clock.monotonic()
        return [_claim(one, self._gate.blocked(one.candidate), now) for one in self._floor.waiting()]

    def promote(self, event: str) -> bool:
        """Let the claim of this event be next; return whether it waits."""
        return self._floor.promote(event)

    def drop(self, event: str) -> bool:
        """Drop the claim of this event; return whether it was waiting."""
        return self._floor.drop(event)

    def pin(self, event: str, *, on: bool = True) -> bool:
        """Keep the claim of this event from expiring, or no longer; return whether it waits."""
        return self._floor.pin(event, on=on)

    def silence(self, seconds: float | None) -> None:
        """Keep the bot silent for `seconds`, None until lifted, 0 to lift it; what it is saying stops."""
        self._gate.silence(float("inf") if seconds is None else max(0.0, seconds))
        if seconds != 0:
            self.stop()

    def stop(self) -> None:
        """Stop what is being said now."""
        self._stop()

    def status(self) -> Status:
        """Return how the floor stands."""
        silent = self._gate.silent_s
        return Status(
            silent_s=None if silent == float("inf") else silent,
            raid=self._crowd.raid,
            overload=int(self._ladder.step),
        )


def _is_of(told: Told, viewer_id: str) -> bool:
    return told.viewer is not None and told.viewer.id == viewer_id


def _nameless(told: Told) -> Told:
    return msgspec.structs.replace(told, viewer=None, text="", reply="")


def _claim(one: Waiting, blocked: Blocked | None, now: float) -> Claim:
    candidate = one.candidate
    return Claim(
        event=candidate.event.id,
        what=type(candidate.event).__name__,
        viewer=candidate.event.viewer,
        text=message_of(candidate.event),
        priority=candidate.priority.name.lower(),
        serves=1 + len(candidate.others),
        waited_s=round(now - one.came, 1),
        left_s=round(max(0.0, candidate.expires - now), 1),
        pinned=one.pinned,
        blocked=blocked[0] if blocked is not None else "",
    )
