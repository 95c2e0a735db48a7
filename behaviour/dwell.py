"""How long a viewer stays in a state: semi-Markov hazards, since counts of steps ignore silence.

For each state, the rate of leaving it is constant within each of a few log-spaced stretches of time already spent in it
(a piecewise exponential model: Friedman, Annals of Statistics 10 (1982), 101-113). A gamma prior keeps every rate above
0, and old evidence fades by a factor per event, as in the chain.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EDGES: Final = np.array([0.0, 1, 2, 4, 8, 15, 25, 35, 60, 120, 300, 900])
"""Seconds at which the stretches begin, some around a tick of silence (30 s); the last one never ends."""
LONGEST_S: Final = 86_400.0
"""A longer stay counts as a day."""

_WIDTHS: Final = np.diff(EDGES)


class Dwell:
    """The rates of moving on, by state and time already spent there."""

    def __init__(
        self, mean_s: Mapping[str, float], names: tuple[str, ...], weight: float, keep: float = 0.9995
    ) -> None:
        """Assume mean stays `mean_s` (30 s where not named), worth `weight` events; `keep` is what an event leaves."""
        mean = np.array([mean_s.get(name, 30.0) for name in names])
        # An exponential stay with this mean is at risk in stretch b for the area under its survival curve.
        survival = np.exp(-EDGES[None, :] / mean[:, None])
        risk = mean[:, None] * (survival - np.append(survival[:, 1:], np.zeros((len(mean), 1)), axis=1))
        self._prior_time = weight * (risk + 1e-3 * mean[:, None])
        self._prior_moves = self._prior_time / mean[:, None]
        self._time = np.zeros_like(risk)
        self._moves = np.zeros_like(risk)
        self._keep = keep

    @property
    def counts(self) -> Floats:
        """Return the evidence (2 × states × stretches): moves, and seconds at risk."""
        return np.stack([self._moves, self._time])

    def restore(self, counts: Floats) -> None:
        """Take evidence that `counts` returned; raise `ValueError` where it has another shape or is no evidence."""
        if counts.shape != (2, *self._time.shape) or not np.isfinite(counts).all() or (counts < 0).any():
            raise ValueError("dwell times do not fit these states")
        self._moves, self._time = np.array(counts[0]), np.array(counts[1])

    def learn(self, state: int, stayed_s: float) -> None:
        """Take in that somebody moved on from `state` after `stayed_s` seconds."""
        stayed = min(max(stayed_s, 0.0), LONGEST_S)
        row = self._time[state]
        row *= self._keep
        self._moves[state] *= self._keep
        last = int(np.searchsorted(EDGES, stayed, "right")) - 1
        row[:last] += _WIDTHS[:last]
        row[last] += stayed - EDGES[last]
        self._moves[state, last] += 1.0

    def rates(self) -> Floats:
        """Return the rates of moving on (states × stretches), in 1/s, all above 0."""
        return np.asarray((self._prior_moves + self._moves) / (self._prior_time + self._time))

    def survival(self, times: Floats, rates: Floats) -> Floats:
        """Return the chances (states × times) of a stay longer than `times` seconds, at `rates`."""
        spent = np.clip(times[None, :] - EDGES[:, None], 0.0, np.append(_WIDTHS, np.inf)[:, None])
        return np.asarray(np.exp(-rates @ spent))

    def mean_left(self, state: int, elapsed_s: float) -> float:
        """Return the expected further seconds in `state` after `elapsed_s` there."""
        rates = self.rates()[state]
        elapsed = min(max(elapsed_s, 0.0), LONGEST_S)
        first = int(np.searchsorted(EDGES, elapsed, "right")) - 1
        left, alive, at = 0.0, 1.0, elapsed
        for stretch in range(first, len(EDGES)):
            stays = np.exp(-rates[stretch] * (EDGES[stretch + 1] - at)) if stretch + 1 < len(EDGES) else 0.0
            left += alive * (1.0 - stays) / rates[stretch]
            if stretch + 1 < len(EDGES):
                alive, at = alive * stays, EDGES[stretch + 1]
        return float(left)


def first_passage(rows: Floats, dwell: Dwell, horizon_s: float, points: int = 60) -> tuple[Floats, Floats]:
    """Return a grid of times in seconds and the chances (states × times) of having reached the last state by then.

    Markov renewal equation F_i(t) = Σ_j P_ij ∫ dG_i(s) F_j(t − s), with F = 1 in the last state (Çinlar, Introduction
    to Stochastic Processes (1975), chapter 10), on a regular grid. A stay ends at the end of its step or sooner.
    """
    times = np.linspace(0.0, horizon_s, points + 1)
    survival = dwell.survival(times, dwell.rates())
    ends = survival[:, :-1] - survival[:, 1:]  # chance that a stay ends within each step
    last = len(rows) - 1
    reached = np.zeros((len(rows), points + 1))
    reached[last] = 1.0
    onward = np.zeros_like(reached)  # Σ_j P_ij F_j(t)
    onward[:, 0] = rows[:, last]
    # A stay that ends within its first step leaves half of the newest, still unknown value: hence a solve.
    first = 0.5 * ends[:last, 0]
    newest = np.linalg.inv(np.eye(last) - first[:, None] * rows[:last, :last])
    for step in range(1, points + 1):
        early = onward[:last, :step][:, ::-1]
        late = np.column_stack([np.zeros(last), onward[:last, 1:step][:, ::-1]])
        known = 0.5 * (ends[:last, :step] * (early + late)).sum(axis=1)
        reached[:last, step] = newest @ (known + first * rows[:last, last])
        onward[:, step] = rows @ reached[:, step]
    return times, reached
