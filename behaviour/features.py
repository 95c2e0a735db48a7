"""What a chain looks back on: one viewer's history as it grows, or every history of a file at once.

Both give the same numbers (tests/behaviour/test_sequence.py), the second with array operations alone.
"""

from collections.abc import Iterator, Sequence
from math import log
from typing import Any, Final, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

KEYS: Final = ("last", "second", "third", "before", "run", "at", "seen", "segment")
"""Columns: the last three symbols; the one before the current run of equal ones; the run's length and position in bins;
a hash of which symbols came so far; the segment."""
COLUMN: Final = {name: number for number, name in enumerate(KEYS)}
RADIX: Final = {"run": 10, "at": 14, "seen": 1 << 24, "segment": 66}
"""Values that a column takes, where it is no symbol."""
NUMBERS: Final = 4
"""Logarithms that the mixing looks at: position, run length, different symbols, visits to the last one."""
OWN_AT_MOST: Final = 1_000
"""Events that a viewer's own counts hold; then they are halved."""

TOGETHER: Final = 2_000
"""Sequences looked at with array operations at a time."""

_RUNS: Final = np.array([0, 1, 2, 3, 4, 5, 5, 6, 6, *[7] * 4, *[8] * 12, 9])
_PLACES: Final = np.array([*range(9), 8, 9, 9, 9, *[10] * 4, *[11] * 6, *[12] * 20, 13])
_RUN_LIST: Final = _RUNS.tolist()
_PLACE_LIST: Final = _PLACES.tolist()
_LAST_RUN: Final = len(_RUNS) - 1
_LAST_PLACE: Final = len(_PLACES) - 1
_MARKS: Final = np.random.default_rng(20240229).integers(0, RADIX["seen"], 64)
_MARK_LIST: Final = _MARKS.tolist()


class Batch(msgspec.Struct, frozen=True):
    """Everything that is looked at before each of n events."""

    keys: Ints
    """n × the columns of `KEYS`."""
    numbers: Floats
    """n × `NUMBERS`, natural logarithms of 1 + a count."""
    own: Floats
    """n × symbols: how often each came so far in this history."""
    own_next: Floats
    """n × symbols: how often each followed the last symbol so far in this history."""
    came: Ints
    """n: the symbol that came."""


class History:
    """One viewer's past, in the same terms; symbols are numbers below `size`, and `size` itself means none yet."""

    __slots__ = (
        "_keys", "_looked", "_next", "_often", "_seen", "before", "keys", "kinds", "last", "looked", "own", "position",
        "run", "size", "visits",
    )  # fmt: skip

    def __init__(self, size: int) -> None:
        self.size = size
        self.last = self.before = size
        self.own = np.zeros(size, np.float32)
        self.visits = [0] * size
        self.position = self.run = self.kinds = 0
        self._seen = 0
        self.keys = np.array([size, size, size, size, 0, 0, 0, 0, 1], np.int64)  # the columns of `KEYS`, and a 1
        self.looked = np.zeros(looks(size), np.float32)
        self.looked[-1] = 1.0
        self._next: dict[int, Floats] = {}
        # Number by number, a view of memory is twice as fast as an array.
        self._keys: Any = memoryview(cast(Any, self.keys))
        self._looked: Any = memoryview(cast(Any, self.looked))
        self._often: Any = memoryview(cast(Any, self.own))

    def move(self, symbol: int) -> None:
        """Take in that `symbol` came."""
        last = self.last
        if self.position:
            own = self._next.get(last)
            if own is None:
                own = self._next[last] = np.zeros(self.size, np.float32)
            own[symbol] += 1
            if own[symbol] > OWN_AT_MOST:
                own /= 2
        if symbol == last:
            self.run += 1
        else:
            self.run, self.before = 1, last
        if not self.visits[symbol]:
            self.kinds += 1
            self._seen = (self._seen + _MARK_LIST[symbol]) % RADIX["seen"]
        self.visits[symbol] += 1
        self.position += 1
        self.last = symbol
        run, place = min(self.run, _LAST_RUN), min(self.position, _LAST_PLACE)
        keys = self._keys
        keys[2], keys[1], keys[0] = keys[1], last, symbol
        keys[3], keys[4], keys[5], keys[6] = self.before, _RUN_LIST[run], _PLACE_LIST[place], self._seen
        self._look(symbol, last)

    def _look(self, symbol: int, last: int) -> None:
        seen, size = self._looked, self.size
        often = self._often[symbol] = self._often[symbol] + 1.0
        place, run = log(1 + self.position), log(1 + self.run)
        seen[symbol] = 1.0
        seen[size + symbol] = log(1 + often)
        if last < size:
            seen[2 * size + last] = seen[3 * size + last] = 0.0
        seen[2 * size + symbol] = seen[4 * size] = place
        seen[3 * size + symbol] = seen[4 * size + 1] = run
        seen[4 * size + 2] = log(1 + self.kinds)
        seen[4 * size + 3] = log(1 + self.visits[symbol])
        if often > OWN_AT_MOST:
            self.own /= 2
            self.looked[size : 2 * size] = np.log1p(self.own)

    def own_next(self) -> Floats | None:
        """Return how often each symbol followed the last one here, or nothing where none did."""
        return self._next.get(self.last)


def looks(size: int) -> int:
    """Return how many numbers the mixture's linear part sees for `size` symbols."""
    return 4 * size + NUMBERS + 1


def looked(own: Floats, numbers: Floats, last: Ints) -> Floats:
    """Return what the mixture's linear part sees (n × `looks`): which symbols came, how often, how long all that took.

    Blocks: whether each symbol came; log(1 + times) of each; log position and log run length, each at the place of the
    last symbol; all `numbers`; 1.
    """
    size = own.shape[1]
    found = np.zeros((len(own), looks(size)), np.float32)
    found[:, :size] = own > 0
    found[:, size : 2 * size] = np.log1p(own)
    index, known = np.arange(len(own)), np.minimum(last, size - 1)
    found[index, 2 * size + known] = numbers[:, 0]
    found[index, 3 * size + known] = numbers[:, 1]
    found[:, 4 * size : -1] = numbers
    found[:, -1] = 1.0
    return found


def batch(sequences: Sequence[Ints], size: int) -> Batch:
    """Return what is looked at before every event but the first of each sequence; its first symbol is its segment.

    Files name no segments. Where a session begins says most about what kind of visitor came, so it stands for one.
    """
    flat = np.concatenate([np.zeros(0, np.int64), *sequences])
    lengths = np.array([len(sequence) for sequence in sequences], np.int64)
    starts = np.cumsum(lengths) - lengths
    which = np.repeat(np.arange(len(sequences)), lengths)
    index = np.arange(len(flat))
    place = index - starts[which]

    def back(steps: int) -> Ints:
        return np.where(place >= steps, np.roll(flat, steps), size)

    last = back(1)
    fresh = (place == 0) | (flat != last)
    run_start = np.maximum.accumulate(np.where(fresh, index, 0))  # of the run that an event is in
    start = np.where(place > 0, np.roll(run_start, 1), 0)  # of the run that ends just before it
    start_place = place - (index - start)
    before = np.where((place > 0) & (start_place > 0), flat[np.maximum(start - 1, 0)], size)
    came = np.zeros((len(flat), size), np.int32)
    came[index, flat] = 1
    so_far = np.cumsum(came, axis=0, dtype=np.int32) - came
    own = so_far - so_far[starts[which]]
    wanted = place > 0
    index, last, own = index[wanted], last[wanted], own[wanted]
    visited = own > 0
    run = index - start[wanted]
    often = own[np.arange(len(index)), last]
    kinds = visited.sum(axis=1)
    seen = (visited.astype(np.float64) @ _MARKS[:size].astype(np.float64)).astype(np.int64) % RADIX["seen"]
    runs, places = _RUNS[np.minimum(run, _LAST_RUN)], _PLACES[np.minimum(place[wanted], _LAST_PLACE)]
    symbols = (last, back(2)[wanted], back(3)[wanted], before[wanted])
    keys = np.column_stack([*symbols, runs, places, seen, flat[starts[which[wanted]]]])
    numbers = np.log1p(np.column_stack([place[wanted], run, kinds, often]).astype(np.float32))
    own_next = _followed(which[wanted], last, came[wanted], size)
    return Batch(keys, numbers, own.astype(np.float32), own_next, flat[wanted])


def batches(sequences: Sequence[Ints], size: int) -> Iterator[Batch]:
    """Yield what `batch` returns, of `TOGETHER` sequences at a time, so that memory stays bounded."""
    for start in range(0, len(sequences), TOGETHER):
        yield batch(sequences[start : start + TOGETHER], size)


def _followed(which: Ints, last: Ints, came: NDArray[np.int32], size: int) -> Floats:
    """Return how often each symbol followed `last` earlier in the same sequence."""
    group = which * (size + 1) + last
    order = np.argsort(group, kind="stable")
    sorted_came = came[order]
    so_far = np.cumsum(sorted_came, axis=0, dtype=np.int32) - sorted_came
    fresh = np.append(True, group[order][1:] != group[order][:-1])[: len(order)]
    begins = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0)) if len(order) else order
    found = np.empty(so_far.shape, np.float32)
    found[order] = so_far - so_far[begins]
    return found
