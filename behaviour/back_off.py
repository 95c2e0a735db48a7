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
        self._each = np.ones((len(parents) + 1, size), np.float32)
        self._least = np.full(len(parents) + 1, _TINY, np.float32)
        for number, least in prior.items():
            self._least[number] = least
        # A count's weight is what every context on the way to it freed, over what each held in the whole: in logarithms
        # a sum, so that all weights are one product with a matrix.
        contexts = len(parents) + 1
        freed, whole = np.zeros((2, len(wanted), contexts, contexts), np.float32)
        beside = np.full((len(wanted), contexts), -np.inf, np.float32)  # contexts that are not on the way
        for number, context in enumerate(wanted):
            way = [context]
            while way[-1] < len(parents):
                way.append(parents[way[-1]])
            for steps, passed in enumerate(way):
                beside[number, passed] = 0.0
                freed[number, passed, way[:steps]] = 1.0
                whole[number, passed, way[: steps + 1]] = -1.0
        sums = np.concatenate([freed, whole], axis=-1)
        self._sums = np.ascontiguousarray(sums.reshape(-1, 2 * contexts).T)
        self._beside = beside.ravel()

    def chances(self, counts: Floats, total: Floats) -> Floats:
        """Return the distributions ((n ×) wanted × symbols) that `counts` ((n ×) all contexts × symbols) give.

        `total` is their sum over the symbols. The last context's counts are all `ALIKE`.
        """
        if self._discount:
            counts = np.maximum(counts - self._discount, 0.0)
            kept = counts.dot(self._ones)
            freed = np.maximum(total - kept, self._least)
            whole = kept + freed
        else:
            freed = np.maximum(np.minimum(counts, self._each).dot(self._ones), self._least)
            whole = total + freed
        logs = np.concatenate((freed, whole), axis=-1)
        np.log(logs, out=logs)
        weights = logs.dot(self._sums)
        weights += self._beside
        np.exp(weights, out=weights)
        chances: Floats
        if counts.ndim == self._each.ndim:
            chances = weights.reshape(-1, len(counts)).dot(counts)
        else:
            chances = np.matmul(weights.reshape(len(counts), -1, counts.shape[1]), counts)
        return chances
