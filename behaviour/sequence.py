"""A variable-order Markov chain over a closed set of symbols, learned one event at a time.

Contexts of the last 0 to `order` symbols, each backing off onto the next shorter one by Witten and Bell's method C
(IEEE Transactions on Information Theory 37 (1991), 1085-1094); then the viewer's segment onto everyone's, and the
viewer's own transitions onto the segment's. All counts fade by a factor per event.
"""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_CONTEXTS: Final = 200_000
"""Contexts remembered; once they are so many, unseen ones stay unseen and back off."""


class History(msgspec.Struct):
    """What one viewer did so far, as far as the chain looks back."""

    last: list[int]
    """Their last symbols, the newest first."""
    own: dict[int, Floats]
    """Their own transitions: counts of the next symbol, by symbol."""


class SequenceModel:
    """Next-symbol probabilities; every one above 0, every row summing to 1."""

    def __init__(self, symbols: tuple[str, ...], order: int = 3, keep: float = 0.99999, own_keep: float = 0.98) -> None:
        """Take the symbols, the longest context, and what of a count an event leaves (of a viewer's own one too)."""
        self.symbols = symbols
        self.order = order
        self._keep = keep
        self._own_keep = own_keep
        self._size = len(symbols)
        self._counts: dict[tuple[int | str, ...], Floats] = {}
        self._scale = 1.0
        self._uniform = np.full(self._size, 1.0 / self._size)

    def assume(self, rows: Floats, weight: float) -> None:
        """Start from `rows` (each the distribution of what follows a symbol), each worth `weight` events."""
        for symbol, row in enumerate(rows):
            self._counts[symbol,] = row * weight
        self._counts[()] = rows.mean(axis=0) * weight

    def begin(self) -> History:
        """Return the history of somebody who has done nothing yet."""
        return History([], {})

    def predict(self, history: History, segment: str = "") -> Floats:
        """Return the distribution of the next symbol."""
        row = self._uniform
        last = history.last
        for length in range(min(self.order, len(last)) + 1):
            row = _backed(self._counts.get(tuple(last[:length])), row, self._scale)
        if last:
            row = _backed(self._counts.get((segment, last[0])), row, self._scale)
            row = _backed(history.own.get(last[0]), row, 1.0)
        return row

    def matrix(self, segment: str = "") -> Floats:
        """Return the transition matrix of order 1 (rows sum to 1) of a segment, or of everyone."""
        rows = []
        for symbol in range(self._size):
            row = _backed(self._counts.get(()), self._uniform, self._scale)
            row = _backed(self._counts.get((symbol,)), row, self._scale)
            rows.append(_backed(self._counts.get((segment, symbol)), row, self._scale))
        return np.array(rows)

    def learn(self, history: History, segment: str, symbol: int) -> None:
        """Take in that `symbol` came next, and move the history on."""
        self._scale /= self._keep
        last = history.last
        for length in range(min(self.order, len(last)) + 1):
            self._count(tuple(last[:length]), symbol)
        if last:
            self._count((segment, last[0]), symbol)
            own = history.own.setdefault(last[0], np.zeros(self._size))
            own *= self._own_keep
            own[symbol] += 1.0
        history.last = [symbol, *last[: self.order - 1]]
        if self._scale > 1e12:  # noqa: PLR2004  # long before floats run out
            for counts in self._counts.values():
                np.divide(counts, self._scale, out=counts)
            self._scale = 1.0

    def _count(self, context: tuple[int | str, ...], symbol: int) -> None:
        counts = self._counts.get(context)
        if counts is None:
            if len(self._counts) >= MOST_CONTEXTS:
                return
            counts = self._counts[context] = np.zeros(self._size)
        counts[symbol] += self._scale


def _backed(counts: Floats | None, base: Floats, scale: float) -> Floats:
    """Return the counts' distribution backed off onto `base`: (c + T·base) / (n + T), T the kinds seen."""
    if counts is None:
        return base
    seen = counts / scale
    kinds = float(np.minimum(seen, 1.0).sum())
    if kinds <= 1e-9:  # noqa: PLR2004  # all but forgotten
        return base
    return np.asarray((seen + kinds * base) / (seen.sum() + kinds))
