"""Who is here and how fast things come: presence, rates, and whether a raid is on."""

from collections import OrderedDict, deque
from typing import Final

import msgspec

from core.clock import Clock
from core.events import Chat, Join, Leave, Removed, RoomEvent, StreamState, Voice

PRESENT: Final = 10_000
"""Viewers that are counted as present; beyond it the one longest silent gives way."""
WINDOW_S: Final = 3.0
"""Seconds over which rates are measured."""
_SLOT_S: Final = 0.25
_GONE: Final = 1_000  # who went last; a remark is understood only after its speaker may have gone


class CrowdOptions(msgspec.Struct, frozen=True):
    """When a rush is a raid."""

    joins: float = 20.0
    """Joins a second from which on it is one."""
    messages: float = 30.0
    """Messages a second from which on it is one."""
    calm_s: float = 10.0
    """Seconds for which both must stay below half of that until it is over."""


class Rate:
    """How many a second over the last `WINDOW_S`; counted in slots, so that memory does not grow with the rate."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slots: deque[tuple[int, int]] = deque()

    def count(self) -> None:
        """Count one now."""
        slot = int(self._clock.monotonic() / _SLOT_S)
        if self._slots and self._slots[-1][0] == slot:
            self._slots[-1] = (slot, self._slots[-1][1] + 1)
        else:
            self._slots.append((slot, 1))
            self._forget(slot)

    def value(self) -> float:
        """Return how many came a second."""
        self._forget(int(self._clock.monotonic() / _SLOT_S))
        return sum(count for _, count in self._slots) / WINDOW_S

    def _forget(self, slot: int) -> None:
        while self._slots and self._slots[0][0] <= slot - WINDOW_S / _SLOT_S:
            self._slots.popleft()


class Crowd:
    """Counts who is here and what comes; enters a raid at once, and leaves it only after calm."""

    def __init__(self, options: CrowdOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._present: OrderedDict[str, None] = OrderedDict()
        self._gone: OrderedDict[str, None] = OrderedDict()
        self.joins = Rate(clock)
        """Joins a second."""
        self.messages = Rate(clock)
        """Messages a second."""
        self._rushed = float("-inf")
        self.raid = False
        """Whether a raid is on."""
        self.raiders = 0
        """People that came in during the raid, or during the last one."""

    def __len__(self) -> int:
        return len(self._present)

    def note(self, event: RoomEvent) -> None:
        """Count `event`."""
        audience = event.viewer.role.is_audience
        if audience and event.viewer.id and not isinstance(event, StreamState | Removed):
            self._see(event)
        if isinstance(event, Join):
            if audience and not event.before:
                self.joins.count()
                self.tick()
                self.raiders += self.raid
        elif isinstance(event, Chat | Voice):
            self.messages.count()
            self.tick()

    def tick(self) -> None:
        """Look at the rates again."""
        joins = self.joins.value() / self._options.joins
        messages = self.messages.value() / self._options.messages
        now = self._clock.monotonic()
        if max(joins, messages) >= 1.0 and not self.raid:
            self.raid = True
            # Those of the window came with it; a rush of messages alone brought nobody.
            self.raiders = round(self.joins.value() * WINDOW_S) - 1 if joins >= 1.0 else 0
        if max(joins, messages) >= 0.5:  # noqa: PLR2004  # half of what begins a raid keeps it going
            self._rushed = now
        elif self.raid and now - self._rushed >= self._options.calm_s:
            self.raid = False

    def _see(self, event: RoomEvent) -> None:
        """Note where one of the audience is: what is heard of who went was said before they did."""
        viewer = event.viewer.id
        self._present.pop(viewer, None)
        if isinstance(event, Leave):
            _put(self._gone, viewer, _GONE)
        elif not (isinstance(event, Voice) and viewer in self._gone):
            self._gone.pop(viewer, None)
            _put(self._present, viewer, PRESENT)


def _put(people: OrderedDict[str, None], viewer: str, most: int) -> None:
    people[viewer] = None
    people.move_to_end(viewer)
    if len(people) > most:
        people.popitem(last=False)
