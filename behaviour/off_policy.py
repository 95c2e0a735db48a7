"""What another policy would have earned, from the log of the one that ran.

Inverse propensity scoring and its self-normalised form (A. Swaminathan and T. Joachims, The self-normalized estimator
for counterfactual learning, NIPS 2015) and the doubly robust estimator (M. Dudík, J. Langford and L. Li, ICML 2011)
with a cross-fitted reward model. Intervals are bootstrap percentiles. The effective sample size is Kish's,
(Σw)² / Σw²; under 200 of it no verdict is given, whatever the interval says.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from behaviour.ledger import Came, Decided, Row
from behaviour.steering import FEATURES

ENOUGH: Final = 200
"""Effective decisions under which nothing is concluded."""
RESAMPLES: Final = 1_000
"""Bootstrap resamples behind an interval."""
FOLDS: Final = 5
"""Of the doubly robust estimator's reward model: no decision is scored by a model that saw it."""
RIDGE: Final = 10.0
"""Of that model."""

Floats = NDArray[np.float64]


class Estimate(msgspec.Struct, frozen=True):
    """One estimator's answer."""

    value: float
    """The mean reward that the policy would have earned."""
    low: float
    """The lower end of its 95% interval."""
    high: float
    """The upper end."""


class Judgement(msgspec.Struct, frozen=True):
    """What can be said of a policy."""

    policy: str
    """The policy's name."""
    decisions: int
    """Heard decisions in the log."""
    effective: float
    """How many decisions of the policy's own they are worth."""
    logged: Estimate
    """What the policy that ran earned."""
    ips: Estimate
    """By inverse propensity scoring."""
    snips: Estimate
    """By its self-normalised form."""
    doubly_robust: Estimate
    """By the doubly robust estimator."""
    verdict: str
    """better, worse, no difference seen, or no verdict: too little of it was tried."""


class Log(msgspec.Struct, frozen=True):
    """A log of decisions, as arrays of one row a decision."""

    rewards: Floats
    """What each earned."""
    propensities: Floats
    """With what probability the arm was chosen that was."""
    wanted: Floats
    """With what probability the policy to be judged would have chosen it."""
    fitted: Floats
    """What a reward model expects of the arm that was chosen."""
    expected: Floats
    """What it expects of the policy's choice, the mean over its arms."""


def judge(policy: str, log: Log, seed: int = 0) -> Judgement:
    """Return what the log says of a policy; raise `ValueError` for an empty log or a propensity of 0."""
    count = len(log.rewards)
    if not count or log.propensities.min() <= 0:
        raise ValueError("a log needs decisions, and each of them a propensity above 0")
    weights = log.wanted / log.propensities
    squares = float((weights**2).sum())
    effective = float(weights.sum()) ** 2 / squares if squares else 0.0
    weighted = weights * log.rewards
    robust = log.expected + weights * (log.rewards - log.fitted)
    draw = np.random.default_rng(seed)
    means = {name: np.empty(RESAMPLES) for name in ("logged", "ips", "snips", "robust", "gain")}
    for index in range(RESAMPLES):
        rows = draw.integers(0, count, count)
        total = weights[rows].sum()
        means["logged"][index] = log.rewards[rows].mean()
        means["ips"][index] = weighted[rows].mean()
        means["snips"][index] = weighted[rows].sum() / total if total else 0.0
        means["robust"][index] = robust[rows].mean()
        means["gain"][index] = means["robust"][index] - means["logged"][index]
    total = float(weights.sum())
    return Judgement(
        policy=policy,
        decisions=count,
        effective=effective,
        logged=_estimate(float(log.rewards.mean()), means["logged"]),
        ips=_estimate(float(weighted.mean()), means["ips"]),
        snips=_estimate(float(weighted.sum()) / total if total else 0.0, means["snips"]),
        doubly_robust=_estimate(float(robust.mean()), means["robust"]),
        verdict=_verdict(effective, means["gain"]),
    )


def judge_ledger(rows: Iterable[Row], policy: str) -> Judgement:
    """Return what a ledger says of always taking the `usual` arm, of taking any arm alike (`uniform`), or of a tone.

    A tone's policy takes the usual goal in that tone where it was open and the usual arm where not. Only heard replies
    count; those of which nothing was chosen are left out. Raise `ValueError` for a log without such decisions.
    """
    decided: dict[str, Decided] = {}
    paired: list[tuple[Decided, float]] = []
    for row in rows:
        if isinstance(row, Came):
            decision = decided.pop(row.id, None)
            if decision is not None and row.heard:
                paired.append((decision, row.reward))
        elif len(row.candidates) > 1:
            decided[row.id] = row
    if not paired:
        raise ValueError("there is no heard decision with a choice in this log")
    wanted = [_policy(decision, policy) for decision, _ in paired]
    rewards = np.array([reward for _, reward in paired])
    fitted, expected = _cross_fit([decision for decision, _ in paired], wanted, rewards)
    chosen = [decision.candidates.index(decision.chosen) for decision, _ in paired]
    log = Log(
        rewards=rewards,
        propensities=np.array([one.propensities[arm] for (one, _), arm in zip(paired, chosen, strict=True)]),
        wanted=np.array([row[arm] for row, arm in zip(wanted, chosen, strict=True)]),
        fitted=fitted,
        expected=expected,
    )
    return judge(policy, log)


def _policy(decision: Decided, policy: str) -> list[float]:
    """Return the probability that the policy takes each candidate."""
    if policy == "uniform":
        return [1 / len(decision.candidates)] * len(decision.candidates)
    goal = decision.usual.split(":")[0]
    arm = f"{goal}:{policy}" if f"{goal}:{policy}" in decision.candidates else decision.usual
    return [float(candidate == arm) for candidate in decision.candidates]


def _cross_fit(
    decisions: Sequence[Decided], wanted: Sequence[Sequence[float]], rewards: Floats
) -> tuple[Floats, Floats]:
    """Return what ridge models of the reward, one an arm of an intent, expect of the chosen arm and of the policy."""
    contexts = np.array([[decision.features.get(name, 0.0) for name in FEATURES] for decision in decisions])
    arms = [f"{decision.intent}/{decision.chosen}" for decision in decisions]
    fitted, expected = np.zeros(len(decisions)), np.zeros(len(decisions))
    fold_of = np.arange(len(decisions)) % FOLDS
    for fold in range(FOLDS):
        models = _fit(contexts, arms, rewards, fold_of != fold)
        for row in np.flatnonzero(fold_of == fold).tolist():
            decision = decisions[row]
            values = [_value(models, f"{decision.intent}/{arm}", contexts[row]) for arm in decision.candidates]
            fitted[row] = values[decision.candidates.index(decision.chosen)]
            expected[row] = float(np.dot(values, wanted[row]))
    return fitted, expected


def _fit(contexts: Floats, arms: Sequence[str], rewards: Floats, used: NDArray[np.bool_]) -> Mapping[str, Floats]:
    rows_of: dict[str, list[int]] = {}
    for row in np.flatnonzero(used).tolist():
        rows_of.setdefault(arms[row], []).append(row)
    penalty = RIDGE * np.eye(contexts.shape[1])
    penalty[0, 0] = 1.0  # the constant is shrunk least
    models: dict[str, Floats] = {}
    for arm, rows in rows_of.items():
        seen = contexts[rows]
        models[arm] = np.asarray(np.linalg.solve(seen.T @ seen + penalty, seen.T @ rewards[rows]), np.float64)
    return models


def _value(models: Mapping[str, Floats], arm: str, context: Floats) -> float:
    return float(models[arm] @ context) if arm in models else 0.0


def _estimate(value: float, resampled: Floats) -> Estimate:
    low, high = np.quantile(resampled, (0.025, 0.975))
    return Estimate(value, float(low), float(high))


def _verdict(effective: float, gain: Floats) -> str:
    if effective < ENOUGH:
        return f"no verdict: worth {effective:.0f} decisions of its own, {ENOUGH} are needed"
    low, high = np.quantile(gain, (0.025, 0.975))
    if low > 0:
        return "better"
    return "worse" if high < 0 else "no difference seen"
