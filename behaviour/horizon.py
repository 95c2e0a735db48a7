"""What follows from a transition matrix: distributions after k steps, chances within a horizon, absorption.

Everywhere a distribution is a row vector and rows of P sum to 1, so π_t = π_0 P^t (docs/decisions/0009). The last state
absorbs. Method: Kemeny and Snell, Finite Markov Chains (1960), chapter III.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_STEPS: Final = 10_000
"""Steps ahead; more than anybody stays for."""


def absorbing(rows: Floats) -> Floats:
    """Return `rows` (n × n, each summing to 1) with a last state that is never left."""
    whole = np.array(rows, np.float64)
    whole[-1] = 0.0
    whole[-1, -1] = 1.0
    return whole


def after(start: Floats, rows: Floats, steps: int) -> Floats:
    """Return π_t = π_0 P^t: the distribution `steps` steps after `start`; raise `ValueError` for absurd `steps`."""
    if not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be from 0 to {MOST_STEPS}, not {steps}")
    return np.asarray(start @ np.linalg.matrix_power(rows, steps), np.float64)


def within(rows: Floats, target: int, steps: int) -> Floats:
    """Return, for each state, the chance to enter `target` in 1 to `steps` steps; being there does not count."""
    if not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be from 0 to {MOST_STEPS}, not {steps}")
    chance = np.zeros(len(rows))
    stay = np.array(rows, np.float64)
    stay[:, target] = 0.0
    for _ in range(steps):
        chance = np.minimum(rows[:, target] + stay @ chance, 1.0)
    if target != len(rows) - 1:
        chance[-1] = 0.0
    return chance


def steps_left(rows: Floats, each: Floats | None = None) -> Floats:
    """Return (I − Q)^-1 m, each transient state's expected steps until absorption, or time where `each` is m.

    `each` is the mean time spent in a state per visit; without it every visit counts 1. The last entry is 0. Raise
    `ValueError` where some state never reaches the last one.
    """
    transient = rows[:-1, :-1]
    visit = np.ones(len(transient)) if each is None else np.asarray(each[: len(transient)], np.float64)
    try:
        left = np.linalg.solve(np.eye(len(transient)) - transient, visit)
    except np.linalg.LinAlgError as error:
        raise ValueError("some state never leads to leaving") from error
    if not np.all(np.isfinite(left)) or (left < 0).any():
        raise ValueError("some state never leads to leaving")
    return np.append(left, 0.0)
