"""What asks for the bot's voice: one event, or several that one answer serves."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final

import msgspec

from core.events import Chat, Gift, Purchase, Removed, RoomEvent, Viewer, Voice
from nlu.plan import Plan
from nlu.understand import Meaning

NAMED: Final = 3
"""Askers that one answer names."""


class Priority(IntEnum):
    """What kind of claim it is; `floor.priority` in settings orders them, this is the usual order."""

    STREAMER = 0
    PAID = 1
    ADDRESSED = 2
    VOICE = 3
    QUESTION = 4
    CHAT = 5
    IDLE = 6


class Candidate(msgspec.Struct, frozen=True):
    """Something that asks for an answer."""

    event: RoomEvent
    """What happened."""
    priority: Priority
    """How soon it deserves an answer."""
    expires: float
    """Monotonic time after which an answer would come too late."""
    meaning: Meaning | None = None
    """What a message means; nothing for other events."""
    fixed: str | None = None
    """The exact words to say, where a command or a timer holds them."""
    plan: Plan | None = None
    """What to state, where that is settled already."""
    gifts: tuple[Gift, ...] = ()
    """Exact totals by kind, where one giver's gifts are thanked together."""
    language: str = ""
    """The language of `plan`, or of the answer once its turn has come; nothing: whom it serves decides."""
    count: int = 0
    """People that a raid brought."""
    care: str = ""
    """The danger that its author may be in, as moderators read it; it is then told before everything else."""
    minor: bool = False
    """Whether its author is under 18."""
    others: tuple[RoomEvent, ...] = ()
    """Further events that the same answer serves."""

    def events(self) -> Iterator[RoomEvent]:
        """Yield every event that the answer serves, the first one first."""
        yield self.event
        yield from self.others

    def named(self) -> tuple[Viewer, ...]:
        """Return the first viewers that it serves, each once: those whose names are said. A till knows no buyer."""
        found: dict[str, Viewer] = {}
        for event in self.events():
            if event.viewer.id:
                found.setdefault(event.viewer.id, event.viewer)
            if len(found) == NAMED:
                break
        return tuple(found.values())

    def without(self, gone: Iterable[RoomEvent]) -> "Candidate | None":
        """Return it without events that were withdrawn, or nothing where none is left."""
        ids = {event.id for event in gone}
        left = [event for event in self.events() if event.id not in ids]
        if not left:
            return None
        first, meaning = left[0], self.meaning
        if meaning is not None and isinstance(first, Chat | Voice):
            meaning = msgspec.structs.replace(meaning, text=first.text)
        return msgspec.structs.replace(self, event=first, others=tuple(left[1:]), meaning=meaning)

    def withdrawn_by(self, removed: Removed) -> list[RoomEvent]:
        """Return those of its events that `removed` withdraws."""
        return [event for event in self.events() if concerns(removed, event)]


def concerns(removed: Removed, event: RoomEvent) -> bool:
    """Return whether `removed` withdraws `event`: paid events go only with everything of their viewer."""
    if removed.message:
        return event.id == removed.message and not isinstance(event, Gift | Purchase)
    return event.viewer.id == removed.target
