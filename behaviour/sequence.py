"""Next-symbol probabilities: a variable-order Markov chain, and chains of other contexts mixed with it.

Every context keeps counts of what followed and backs off onto a shorter one: by Witten and Bell's method C (IEEE
Transactions on Information Theory 37 (1991), 1085-1094) or by absolute discounting (Ney, Essen and Kneser, Computer
Speech and Language 8 (1994), 1-38). The chains are combined by a log-linear mixture whose weights depend on how often
each context was seen (Mahoney, Adaptive Weighing of Context Models for Lossless Data Compression, 2005, done for
symbols instead of bits). Old counts fade.
"""

from math import sqrt
from typing import Any, Final, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from behaviour.back_off import ALIKE, BackOff
from behaviour.features import COLUMN, KEYS, NUMBERS, RADIX, Batch, Floats, History, Ints, looked, looks

MOST_CONTEXTS: Final = 400_000
"""Contexts remembered; once they are so many, unseen ones stay unseen and back off."""
LEAST_SYMBOLS: Final = 2
MOST_SYMBOLS: Final = 64
"""Symbols told apart, the end among them."""
BINS: Final = 13
"""Kinds of contexts by the times they were seen: never, once, 2 to 3, 4 to 7, …, 2048 and more."""
FADED: Final = 1e4
"""Counts are kept scaled up instead of fading each; at this scale all are divided."""
RATE: Final = 0.002
"""Longest step of the mixture's weights for an event learned online, so that no event can throw them far."""
FLOOR: Final = 1e-7
"""No symbol is ever less likely than this share of a uniform draw."""
OWN_PRIOR: Final = 3.0
"""Events of a viewer's own that weigh as much as what their segment does."""
_MANTISSA: Final = 23
"""Bits of a number in single precision below its exponent, which is 126 for numbers from a half up to one."""
_HALF: Final = 126
_SEGMENT: Final = COLUMN["segment"]
_BLOCK: Final = 2048


class Table(msgspec.Struct, frozen=True):
    """One kind of context."""

    name: str
    """Its name in figures."""
    keys: tuple[str, ...]
    """The columns of `features.KEYS` that it consists of; `own` tables have a viewer's own counts instead."""
    parent: str
    """The context it backs off onto."""
    mixed: bool = True
    """Whether the mixture looks at it, or only those that back off onto it."""


TABLES: Final = (
    Table("all", (), "", mixed=False),
    Table("last", ("last",), "all"),
    Table("second", ("last", "second"), "last"),
    Table("before", ("last", "before"), "last", mixed=False),
    Table("segment", ("segment", "last"), "last", mixed=False),
    Table("seen", ("last", "seen"), "last"),
    Table("third", ("last", "second", "third"), "second"),
    Table("streak", ("last", "before", "run"), "before"),
    Table("segment_at", ("segment", "last", "at"), "segment"),
    Table("own_next", (), "segment"),
    Table("own", (), "segment"),
)
"""In the order in which they can be computed: parents first, a level of the tree after the other."""
ORDER: Final = ("all", "last", "second", "third")
"""The plain chain: its contexts of 0 to 3 symbols."""


class SequenceModel:
    """Learns from histories and says what comes next; every probability is above 0, every row sums to 1."""

    def __init__(
        self, symbols: tuple[str, ...], order: int = 3, keep: float = 1.0, discount: float = 0.0,
        tables: tuple[Table, ...] = TABLES,
    ) -> None:  # fmt: skip
        """Take the symbols (the last one ends a history), the longest plain context, and how to smooth.

        `keep` is what an event leaves of every count before it; `discount` is taken from each count, 0 for Witten-Bell.
        """
        if not LEAST_SYMBOLS <= len(symbols) <= MOST_SYMBOLS or not 1 <= order < len(ORDER):
            raise ValueError(f"{LEAST_SYMBOLS} to {MOST_SYMBOLS} symbols and an order from 1 to 3 are wanted")
        self.symbols = symbols
        self.size = len(symbols)
        self.order, self.keep, self.discount = order, keep, discount
        self.tables = tuple(table for table in tables if table.name not in ORDER[order + 1 :])
        self.index = {table.name: number for number, table in enumerate(self.tables)}
        self._global = [number for number, table in enumerate(self.tables) if table.keys or table.name == "all"]
        self._codes = self._linear_codes()
        self._padding = [0] * (len(self.tables) - len(self._global) + 1)
        self._ones = np.ones(self.size, np.float32)
        self._alike = np.full(self.size, ALIKE, np.float32)
        self._floor = np.full(self.size, FLOOR / self.size, np.float32)
        self._mixed = np.array([number for number, table in enumerate(self.tables) if table.mixed])
        self._mixing = self._backing_off(self._mixed.tolist())
        self.rows: dict[int, int] = {}
        self.counts = np.zeros((1024, self.size), np.float32)  # row 0 stays empty: contexts never seen
        self.scale = 1.0
        weights = {ORDER[order]: 0.4, "streak": 0.3, "own_next": 0.3}  # assumed until `fit` or events say better
        names = [self.tables[number].name for number in self._mixed]
        mixed = np.array([[weights.get(name, 0.0)] * BINS for name in names], np.float32)
        self.weights = np.stack([mixed, np.zeros_like(mixed)])  # of every symbol; added for the end
        self.linear = np.zeros((looks(self.size), self.size), np.float32)
        self._range = np.arange(len(self._mixed))
        self._offset = self._range * BINS
        self._bins = np.clip(np.arange(256) - _HALF, 0, BINS - 1)  # by the exponent of a count in single precision
        self._mantissa = np.full(len(self._mixed), _MANTISSA, np.int32)

    # One event at a time ------------------------------------------------------------------------------------------

    def begin(self) -> History:
        """Return the history of somebody who has done nothing yet."""
        return History(self.size)

    def predict(self, history: History, segment: int = 0) -> Floats:
        """Return the distribution of the next symbol; `segment` counts from 0."""
        return self._predict(history, self._find(history, segment))[0]

    def learn(self, history: History, symbol: int, segment: int = 0) -> Floats:
        """Take in that `symbol` came next, move the history on, and return what had been predicted."""
        rows = self._find(history, segment, create=True)
        row, logs, place, weights = self._predict(history, rows)
        # The mixture's weights go down the gradient of -log p(symbol), as far as they matter for this context.
        wrong = logs.dot(row)
        wrong -= logs[:, symbol]
        wrong *= RATE / (1.0 + sqrt(wrong.dot(wrong)))
        self.weights[0].put(place, weights - wrong)
        if self.keep < 1.0:
            self.scale /= self.keep
            if self.scale > FADED:
                self.counts /= self.scale
                self.scale = 1.0
        counts: Any = memoryview(cast(Any, self.counts))  # cell by cell it is three times as fast as an array
        scale = self.scale
        for context in rows:
            if context:
                counts[context, symbol] += scale
        history.move(symbol)
        return row

    def _find(self, history: History, segment: int, *, create: bool = False) -> list[int]:
        """Return the row of each table's context; 0 for those never seen, and for a history's own counts."""
        history.keys[_SEGMENT] = segment
        codes = self._codes.dot(history.keys).tolist()
        known = self.rows.get
        rows = [known(code, 0) for code in codes]
        if create and 0 in rows:
            rows = [row or self._new(code) for code, row in zip(codes, rows, strict=True)]
        return rows + self._padding

    def _predict(self, history: History, rows: list[int]) -> tuple[Floats, Floats, Ints, Floats]:
        """Return what `predict_many` does of one event; the logarithms mixed, where their weights are, and these.

        In few and small array operations: each costs a microsecond, whatever it does; with a number instead of an array
        as its second operand, half of one more.
        """
        counts = self.counts.take(rows, 0)
        if self.scale != 1.0:
            counts *= 1.0 / self.scale
        own_next = history.own_next()
        if own_next is not None:
            counts[-3] = own_next
        counts[-2] = history.own
        counts[-1] = self._alike
        total = counts.dot(self._ones)
        logs = self._mixing.chances(counts, total)
        np.log(logs, out=logs)
        place = self._bins.take(total.take(self._mixed).view(np.int32) >> self._mantissa) + self._offset
        weights = self.weights.reshape(2, -1).take(place, 1)
        both = weights.dot(logs)
        row: Floats = both[0]
        row[-1] += both[1, -1]
        row += history.looked.dot(self.linear)
        row -= row[row.argmax()]
        np.exp(row, out=row)
        row *= (1.0 - FLOOR) / row.dot(self._ones)
        row += self._floor
        return row, logs, place, weights[0]

    # Many at once -------------------------------------------------------------------------------------------------

    def predict_many(self, batch: Batch) -> Floats:
        """Return the distributions (n × symbols) of the next symbols; learns nothing."""
        found = np.empty((len(batch.came), self.size), np.float32)
        for start in range(0, len(found), _BLOCK):
            part = slice(start, start + _BLOCK)
            found[part] = self.mix(*self.look(batch, part))
        return found

    def plain_many(self, batch: Batch, name: str) -> Floats:
        """Return the distributions that the context `name` alone gives, backed off but not mixed."""
        found, alone = np.empty((len(batch.came), self.size), np.float32), self._backing_off([self.index[name]])
        for start in range(0, len(found), _BLOCK):
            part = slice(start, start + _BLOCK)
            counts = self._gather(batch, part, self._rows(batch.keys[part]))
            found[part] = alone.chances(counts, counts @ self._ones)[:, 0]
        return found

    def learn_many(self, batch: Batch) -> Floats:
        """Return what is predicted of every event of a batch, and then add all of them to the counts."""
        found, rows = np.empty((len(batch.came), self.size), np.float32), []
        for start in range(0, len(found), _BLOCK):
            part = slice(start, start + _BLOCK)
            rows.append(self._rows(batch.keys[part], create=True))
            found[part] = self.mix(*self.look(batch, part, rows[-1]))
        for start, contexts in zip(range(0, len(found), _BLOCK), rows, strict=True):
            self._add(contexts, batch.came[start : start + _BLOCK], 1.0)
        return found

    def count(self, batch: Batch, weight: float = 1.0) -> None:
        """Add every event of a batch to its contexts' counts, or take it away with a `weight` of -1."""
        for start in range(0, len(batch.came), _BLOCK):
            part = slice(start, start + _BLOCK)
            self._add(self._rows(batch.keys[part], create=True), batch.came[part], weight)

    def look(self, batch: Batch, part: slice, rows: Ints | None = None) -> tuple[Floats, Ints, Floats]:
        """Return what the mixture sees: logarithms (n × mixed × symbols), bins of counts, and the linear part."""
        contexts = self._rows(batch.keys[part]) if rows is None else rows
        counts = self._gather(batch, part, contexts)
        total = counts @ self._ones
        bins = self._bins[total[:, self._mixed].view(np.int32) >> _MANTISSA]
        seen = looked(batch.own[part], batch.numbers[part], batch.keys[part, 0])
        return np.log(self._mixing.chances(counts, total)), bins, seen

    def matrix(self, segment: int | None = None) -> NDArray[np.float64]:
        """Return the transition matrix of order 1 (rows sum to 1) of a segment, or of everyone."""
        keys = np.zeros((self.size, len(KEYS)), np.int64)
        keys[:, COLUMN["last"]] = np.arange(self.size)
        keys[:, COLUMN["segment"]] = segment or 0
        nobody = np.zeros((self.size, self.size), np.float32)
        empty = Batch(keys, np.zeros((self.size, NUMBERS), np.float32), nobody, nobody, np.zeros(self.size, np.int64))
        name = "last" if segment is None else "segment"
        rows = self.plain_many(empty, name).astype(np.float64) + FLOOR / self.size
        return np.asarray(rows / rows.sum(axis=1, keepdims=True))

    def without(self, names: tuple[str, ...]) -> None:
        """Forget the counts of some tables; what looked at them backs off."""
        gone = {self.index[name] for name in names if name in self.index}
        kept = {code: row for code, row in self.rows.items() if code % len(self.tables) not in gone}
        self.counts = self.counts[[0, *kept.values()]]
        self.rows = {code: number for number, code in enumerate(kept, 1)}

    def assume(self, rows: NDArray[np.float64], weight: float) -> None:
        """Start from `rows` (each the distribution of what follows a symbol), each worth `weight` events."""
        keys = np.zeros((self.size, len(KEYS)), np.int64)
        keys[:, COLUMN["last"]] = np.arange(self.size)
        found = self._rows(keys, only=("all", "last"), create=True)
        self.counts[found[:, 1]] = rows * weight
        self.counts[found[0, 0]] = rows.mean(axis=0) * weight

    # Both ---------------------------------------------------------------------------------------------------------

    def mix(self, logs: Floats, bins: Ints, seen: Floats) -> Floats:
        """Return the mixed distributions (n × symbols)."""
        weights, ending = self.weights[:, self._range, bins]
        mixed: Floats = np.matmul(weights[:, None], logs)[:, 0]
        mixed[:, -1] += (logs[:, :, -1] * ending).sum(axis=1)
        mixed += seen @ self.linear
        mixed -= mixed.max(axis=1, keepdims=True)
        np.exp(mixed, out=mixed)
        mixed *= (1.0 - FLOOR) / mixed.sum(axis=1, keepdims=True)
        mixed += FLOOR / self.size
        return mixed

    def _add(self, rows: Ints, came: Ints, weight: float) -> None:
        place = (rows * self.size + came[:, None])[rows > 0]
        places, times = np.unique(place, return_counts=True)
        self.counts.reshape(-1)[places] += (weight * self.scale) * times.astype(np.float32)

    def _gather(self, batch: Batch, part: slice, rows: Ints) -> Floats:
        counts = self.counts[rows]
        if self.scale != 1.0:
            counts /= self.scale
        counts[:, -3], counts[:, -2], counts[:, -1] = batch.own_next[part], batch.own[part], ALIKE
        return counts

    def _rows(self, keys: Ints, *, create: bool = False, only: tuple[str, ...] = ()) -> Ints:
        codes = keys @ self._codes[:, :-1].T + self._codes[:, -1]
        unique, where = np.unique(codes, return_inverse=True)
        listed = unique.tolist()
        if create:
            wanted = {self.index[name] for name in only} or set(self._global)
            known = [
                self.rows.get(code) or (self._new(code) if code % len(self.tables) in wanted else 0) for code in listed
            ]
        else:
            known = [self.rows.get(code, 0) for code in listed]
        rows = np.zeros((len(keys), len(self.tables) + 1), np.int64)
        rows[:, self._global] = np.array(known, np.int64)[where].reshape(codes.shape)
        return rows

    def _new(self, code: int) -> int:
        if len(self.rows) >= MOST_CONTEXTS:
            return 0
        row = self.rows[code] = len(self.rows) + 1
        if row >= len(self.counts):
            self.counts = np.concatenate([self.counts, np.zeros_like(self.counts)])
        return row

    def _backing_off(self, wanted: list[int]) -> BackOff:
        parents = [self.index.get(table.parent, len(self.tables)) for table in self.tables]
        prior = {self.index[name]: OWN_PRIOR for name in ("own_next", "own")}
        return BackOff(parents, wanted, prior, self.size, self.discount)

    def _linear_codes(self) -> Ints:
        """Return how a context's code follows from the columns and a 1: as a mixed-radix number, so by a matrix."""
        codes = []
        for number in self._global:
            factors, factor = np.zeros(len(KEYS) + 1, np.int64), len(self.tables)
            for key in self.tables[number].keys:
                factors[COLUMN[key]] = factor
                factor *= RADIX.get(key, self.size + 1)
            factors[-1] = number
            codes.append(factors)
        return np.array(codes)
