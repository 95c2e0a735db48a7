"""Backing off: each context's distribution is its own counts and, for the rest, that of a shorter context.

A context gives `share` = freed / whole of its probability to the one that it backs off onto, this one some of that to
the next, and the last one to all symbols alike. So every distribution is a weighted sum of the counts on the way, and
those of all contexts are one product of a matrix of weights and the counts.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from behaviour.features import Floats

ALIKE: Final = 1e9
"""Counts of every symbol in the context that all others end in: what they free is below what numbers can tell."""
_TINY: Final = 1e-6
"""Share that is freed where nothing was counted, so that it is all of it."""


class BackOff:
    """Contexts that back off onto others, for one event or many of them. The last context says that all is alike.

    By Witten and Bell's method C a context frees one count for each different symbol that followed it; with a
    `discount`, that much of each count.
    """

    def __init__(
        self, parents: Sequence[int], wanted: Sequence[int], prior: Mapping[int, float], size: int, discount: float
    ) -> None:
        """Take the number of each context's parent (the last has none) and the contexts whose distributions are wanted.

        Those of `prior` free at least so many counts. `size` is how many symbols there are.
        """
        self._discount = discount
        self._ones = np.ones(size, np.float32)
        self._least = np.full(len(parents) + 1, _TINY, np.float32)
        for number, least in prior.items():
            self._least[number] = least
        ways: list[list[int]] = []
        for number in wanted:
            way = [number]
            while way[-1] < len(parents):
                way.append(parents[way[-1]])
            ways.append(way)
        longest, width = max(map(len, ways)), len(parents) + 2  # the last column takes what shorter ways leave over
        rests = [[width - 1] * (longest - len(way)) for way in ways]
        takers = np.array([way[1:] + rest for way, rest in zip(ways, rests, strict=True)])
        self._givers = np.array([way[:-1] + way[:1] * len(rest) for way, rest in zip(ways, rests, strict=True)])
        self._places = takers + np.arange(len(ways))[:, None] * width
        self._own = np.eye(width, dtype=np.float32)[list(wanted)]

    def chances(self, counts: Floats, total: Floats) -> Floats:
        """Return the distributions ((n ×) contexts × symbols) that `counts` ((n ×) all contexts × symbols) give.

        `total` is their sum over the symbols. The last context's counts are all `ALIKE`.
        """
        if self._discount:
            counts = np.maximum(counts - self._discount, 0.0)
            kept = counts.dot(self._ones)
            freed = np.maximum(total - kept, self._least)
            whole = kept + freed
        else:
            freed = np.maximum(np.minimum(counts, 1.0).dot(self._ones), self._least)
            whole = total + freed
        share = freed / whole
        if counts.ndim == self._own.ndim:
            weights = self._own.copy()
            weights.put(self._places, np.multiply.accumulate(share.take(self._givers), 1))
            chances: Floats = (weights[:, :-1] / whole).dot(counts)
        else:
            weights = np.repeat(self._own[None], len(counts), axis=0)
            passed = np.multiply.accumulate(share[:, self._givers], 2).reshape(len(counts), -1)
            weights.reshape(len(counts), -1)[:, self._places.ravel()] = passed
            chances = np.matmul(weights[:, :, :-1] / whole[:, None], counts)
        return chances
