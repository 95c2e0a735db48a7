"""Which directive works: Thompson sampling over Bayesian linear models, with every choice's exact probability.

Each arm of an intent has a linear model of its reward (S. Agrawal and N. Goyal, Thompson sampling for contextual
bandits with linear payoffs, ICML 2013). Drawing a score for each arm and taking the best chooses an arm with a
probability that is an integral over one variable; that integral is computed by quadrature, mixed with the exploration
floor, and the arm is drawn from the result, so the propensity that is logged is the one that was used.
"""

import math
from collections.abc import Sequence
from random import Random
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

PRIOR_SD: Final = 0.3
"""Of each weight before anything was seen; rewards lie between -1 and 1."""
NOISE_SD: Final = 0.5
"""Of a reward around what the model expects."""
MEMORY: Final = 0.998
"""What an outcome weighs after each later one of its arm: rooms change, and some 500 outcomes count."""
ARMS: Final = 2_000
"""Models kept; an arm beyond that is expected to do what the prior says and learns nothing."""
_NODES: Final = 129
_WIDTH: Final = 8.0

Floats = NDArray[np.float64]


class Choice(msgspec.Struct, frozen=True):
    """One arm chosen, and how."""

    arm: str
    """The arm."""
    propensities: dict[str, float]
    """With what probability each open arm would have been chosen; they sum to 1."""
    expected: dict[str, float]
    """The reward that each arm's model expects, -1 to 1."""
    sure: bool
    """Whether the models were followed; else the usual arm was taken but for exploration."""
    outcomes: float
    """Outcomes behind the open arms' models, forgotten ones not counted."""


class _Arm:
    """The posterior of one arm's weights, as precision and precision times mean."""

    def __init__(self, size: int) -> None:
        self._prior: Floats = np.eye(size) / PRIOR_SD**2
        self._precision: Floats = self._prior.copy()
        self._weighted = np.zeros(size)
        self._covariance: Floats = np.eye(size) * PRIOR_SD**2
        self.outcomes = 0.0

    def learn(self, features: Floats, reward: float) -> None:
        """Take an outcome in; older ones fade towards the prior, so that precision never falls below it."""
        self._precision = MEMORY * self._precision + (1 - MEMORY) * self._prior
        self._precision += np.outer(features, features) / NOISE_SD**2
        self._weighted = MEMORY * self._weighted + features * (reward / NOISE_SD**2)
        self._covariance = np.asarray(np.linalg.inv(self._precision), np.float64)
        self.outcomes = MEMORY * self.outcomes + 1

    def score(self, features: Floats) -> tuple[float, float]:
        """Return the expected reward's mean and standard deviation."""
        spread = self._covariance @ features
        return float(spread @ self._weighted), math.sqrt(float(features @ spread))


class Bandit:
    """Chooses among named arms in a context of `size` features and learns from rewards."""

    def __init__(self, size: int, explore: float, enough: int, seed: int) -> None:
        """Take the exploration floor (0 to 1) and the outcomes from which on the models are followed."""
        self._size = size
        self._explore = explore
        self._enough = enough
        self._draw = Random(seed)  # noqa: S311  # a choice of tone is no secret
        self._arms: dict[str, _Arm] = {}
        self.learned = 0
        """Outcomes so far."""

    def choose(
        self,
        group: str,
        arms: Sequence[str],
        usual: str,
        features: Floats,
        *,
        follow: bool = True,
        held: str = "",
        margin: float = 0.0,
    ) -> Choice:
        """Choose among `arms` of the models of `group`; `held` is kept until another beats it by `margin`.

        Without `follow`, or before enough was seen, the usual arm is taken but for exploration. Raise `ValueError`
        where `usual` is not among the arms.
        """
        if usual not in arms:
            raise ValueError(f"{usual!r} is not open")
        scores = {arm: self._score(f"{group}/{arm}", features) for arm in arms}
        outcomes = sum(self._outcomes(f"{group}/{arm}") for arm in arms)
        sure = follow and outcomes >= self._enough
        if sure:
            means = np.array([scores[arm][0] + (margin if arm == held else 0.0) for arm in arms])
            best = best_probabilities(means, np.array([scores[arm][1] for arm in arms]))
        else:
            best = np.array([float(arm == usual) for arm in arms])
        mixed = with_floor(best, self._explore)
        chosen = self._draw.choices(arms, mixed.tolist())[0]
        return Choice(
            arm=chosen,
            propensities=dict(zip(arms, mixed.tolist(), strict=True)),
            expected={arm: scores[arm][0] for arm in arms},
            sure=sure,
            outcomes=outcomes,
        )

    def learn(self, group: str, arm: str, features: Floats, reward: float) -> None:
        """Take in what came of a choice: `reward` between -1 and 1."""
        name = f"{group}/{arm}"
        if name not in self._arms:
            if len(self._arms) >= ARMS:
                return
            self._arms[name] = _Arm(self._size)
        self._arms[name].learn(features, reward)
        self.learned += 1

    def take_over(self, before: Self) -> None:
        """Go on with what another one learned of the same features."""
        self._arms, self.learned = before._arms, before.learned

    def _score(self, name: str, features: Floats) -> tuple[float, float]:
        if name in self._arms:
            return self._arms[name].score(features)
        return 0.0, PRIOR_SD * float(np.linalg.norm(features))

    def _outcomes(self, name: str) -> float:
        return self._arms[name].outcomes if name in self._arms else 0.0


def best_probabilities(means: Floats, deviations: Floats) -> Floats:
    """Return for each of independent normal scores the probability that it is the highest; they sum to 1.

    P(a is best) = ∫ φ(z) ∏_b Φ((m_a + s_a z - m_b) / s_b) dz, by Simpson's rule on 129 nodes over ±8 deviations.
    """
    nodes = np.linspace(-_WIDTH, _WIDTH, _NODES)
    weights = np.where(np.arange(_NODES) % 2, 4.0, 2.0)
    weights[[0, -1]] = 1.0
    weights *= np.exp(-0.5 * nodes**2)
    deviations = np.maximum(deviations, 1e-6)
    drawn = means[:, None] + deviations[:, None] * nodes
    below = ndtr((drawn[:, None, :] - means[None, :, None]) / deviations[None, :, None])
    count = np.arange(len(means))
    below[count, count] = 1.0
    won = (below.prod(axis=1) * weights).sum(axis=1)
    result: Floats = won / won.sum()
    return result


def with_floor(probabilities: Floats, floor: float) -> Floats:
    """Return the probabilities with at least `floor` for each; where that leaves nothing over, all alike."""
    count = len(probabilities)
    if floor * count >= 1:
        return np.full(count, 1 / count)
    return floor + (1 - floor * count) * probabilities
