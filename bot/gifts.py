"""Thanks that do not stutter: gifts of one giver are folded into one event with the exact total."""

import msgspec

from core.clock import Clock
from core.events import Gift


class _Combo(msgspec.Struct):
    gift: Gift
    due: float


class GiftFolder:
    """Holds gifts back until their giver has paused for `merge` seconds; bounded by viewers and gifts."""

    def __init__(self, merge: float, clock: Clock, capacity: int = 1000) -> None:
        self._merge = merge
        self._clock = clock
        self._capacity = capacity
        self._open: dict[tuple[str, str], _Combo] = {}

    def add(self, gift: Gift) -> list[Gift]:
        """Fold `gift` in; return combos that had to be closed to make room."""
        key = (gift.viewer.id, gift.gift)
        due = self._clock.monotonic() + self._merge
        combo = self._open.pop(key, None)
        if combo is not None:
            total = msgspec.structs.replace(
                combo.gift, count=combo.gift.count + gift.count, value=combo.gift.value + gift.value
            )
            self._open[key] = _Combo(total, due)
            return []
        closed = [self._open.pop(next(iter(self._open))).gift] if len(self._open) >= self._capacity else []
        self._open[key] = _Combo(gift, due)
        return closed

    def due(self) -> list[Gift]:
        """Return the combos whose giver has paused, each once."""
        now = self._clock.monotonic()
        ready = [key for key, combo in self._open.items() if combo.due <= now]
        return [self._open.pop(key).gift for key in ready]
