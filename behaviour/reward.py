"""What counts as success: the reward of a directive, from what happened within a minute of its reply being heard."""

import math
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

import msgspec

WITHIN_S: Final = 60.0
"""Seconds after a heard reply in which what happens is counted."""
WORTH: Final = {
    "chat": 0.3, "ask": 0.3, "praise": 0.4, "speak": 0.4, "like": 0.1, "click": 0.3, "follow": 0.6, "share": 0.6,
    "small_gift": 0.5, "big_gift": 0.8, "buy": 1.0, "complain": -0.8, "hit": -0.8, "leave": -0.6,
}  # fmt: skip
"""What one act of a viewer is worth; states that are not named are worth nothing. This is the only place that says."""
RESPONSES: Final = ("silent", "talks", "supports", "buys", "turns_away")
"""Kinds of response, weakest first of those that are welcome."""
_RESPONSE_OF: Final = {
    "chat": 1, "ask": 1, "praise": 1, "speak": 1, "like": 2, "follow": 2, "share": 2, "small_gift": 2, "big_gift": 2,
    "click": 1, "buy": 3, "complain": 4, "hit": 4, "leave": 4,
}  # fmt: skip
OPEN: Final = 256
"""Replies whose minute runs at once; the oldest gives way and is not learned from."""
OPEN_TO_ALL: Final = 8
"""Of these, replies that speak to the whole room: every event is counted for each of them."""


class Reaction(msgspec.Struct):
    """What has happened since a reply was heard."""

    viewer_id: str
    """Whom it answered; empty where it spoke to the room."""
    until: float
    """When its minute is over, monotonic seconds."""
    present: int
    """Viewers who were there."""
    worth: dict[str, float] = msgspec.field(default_factory=dict)
    """What each viewer's acts are worth so far; at most one entry a viewer."""
    acts: dict[str, int] = msgspec.field(default_factory=dict)
    """How often each state was entered."""

    def note(self, viewer_id: str, state: str) -> None:
        """Count one act of a viewer."""
        if state in WORTH:
            self.acts[state] = self.acts.get(state, 0) + 1
            self.worth[viewer_id] = self.worth.get(viewer_id, 0.0) + WORTH[state]

    def reward(self) -> float:
        """Return what it was worth, -1 to 1.

        No viewer counts for more than 1; a room's sum is divided by the square root of its size, so that big rooms,
        in which much happens whatever is said, do not always score full marks.
        """
        total = sum(max(-1.0, min(1.0, worth)) for worth in self.worth.values())
        if not self.viewer_id:
            total /= math.sqrt(max(1, self.present))
        return max(-1.0, min(1.0, total))

    def response(self) -> str:
        """Return the kind of response: turning away if that weighs more, else the strongest of the others."""
        kinds = [_RESPONSE_OF[state] for state in self.acts]
        if not kinds:
            return RESPONSES[0]
        if self.reward() < 0:
            return RESPONSES[4]
        return RESPONSES[max((kind for kind in kinds if kind < 4), default=0)]  # noqa: PLR2004  # turns_away's index


class Reactions:
    """Replies whose minute runs, by the viewer they answered."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Reaction] = OrderedDict()
        self._of_viewer: dict[str, list[str]] = {}
        self._to_all: list[str] = []

    def begin(self, name: str, viewer_id: str, at: float, present: int) -> list[str]:
        """Let the minute of the reply `name` run from `at`, monotonic seconds; return the names of what gave way."""
        self._open[name] = Reaction(viewer_id=viewer_id, until=at + WITHIN_S, present=present)
        if viewer_id:
            self._of_viewer.setdefault(viewer_id, []).append(name)
        else:
            self._to_all.append(name)
        gone = []
        if len(self._to_all) > OPEN_TO_ALL:
            gone.append(self._to_all[0])
        if len(self._open) - len(gone) > OPEN:
            gone.append(next(other for other in self._open if other not in gone))
        for other in gone:
            self._close(other)
        return gone

    def __contains__(self, name: str) -> bool:
        return name in self._open

    def note(self, viewer_id: str, state: str) -> None:
        """Count what a viewer did for the replies that it may answer."""
        for name in self._of_viewer.get(viewer_id, ()):
            self._open[name].note(viewer_id, state)
        for name in self._to_all:
            self._open[name].note(viewer_id, state)

    def forget(self, viewer_id: str) -> None:
        """Let go of the replies that answered a viewer, and of what they did after others."""
        for name in [*self._of_viewer.get(viewer_id, ())]:
            self._close(name)
        for name in self._to_all:
            self._open[name].worth.pop(viewer_id, None)

    def over(self, at: float) -> Iterator[tuple[str, Reaction]]:
        """Yield the replies whose minute is over at `at`, and let go of them."""
        while self._open:
            name, reaction = next(iter(self._open.items()))
            if reaction.until > at:
                return
            yield name, self._close(name)

    def _close(self, name: str) -> Reaction:
        reaction = self._open.pop(name)
        if reaction.viewer_id:
            names = self._of_viewer[reaction.viewer_id]
            names.remove(name)
            if not names:
                del self._of_viewer[reaction.viewer_id]
        else:
            self._to_all.remove(name)
        return reaction
