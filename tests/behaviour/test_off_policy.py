"""Off-policy estimates find what is true, and say nothing where too little was tried."""

from pathlib import Path

import numpy as np
import pytest

from behaviour.ledger import Came, Decided, Row
from behaviour.off_policy import Log, judge, judge_ledger
from benchmarks.off_policy import run


def ledger(count: int, worth: dict[str, float], floor: float = 0.05, *, heard: bool = True) -> list[Row]:
    """Return a ledger whose arms earn `worth` in the mean, and more where the room is hot."""
    draw = np.random.default_rng(5)
    arms = tuple(worth)
    propensities = (1 - floor * (len(arms) - 1), *[floor] * (len(arms) - 1))
    rows: list[Row] = []
    for number in range(count):
        hot = float(draw.random())
        chosen = str(draw.choice(arms, p=propensities))
        reward = float(np.clip(worth[chosen] + 0.3 * (hot - 0.5) + draw.normal(0, 0.3), -1, 1))
        rows.append(
            Decided(
                id=str(number), at=0, room="main", model="m", viewer="", segment="fan", intent="haggle",
                features={"constant": 1.0, "hot": hot}, candidates=arms, propensities=propensities, usual=arms[0],
                chosen=chosen, expected=(0.0,) * len(arms),
            )
        )  # fmt: skip
        rows.append(Came(id=str(number), at=60, heard=heard, reward=reward if heard else 0.0))
    return rows


def test_every_estimator_finds_the_truth_of_a_policy_that_was_seldom_tried() -> None:
    found = judge_ledger(ledger(6_000, {"answer:warm": 0.1, "answer:lively": 0.3}), "lively")
    assert found.effective == pytest.approx(300, rel=0.15)
    for estimate in (found.ips, found.snips, found.doubly_robust):
        assert estimate.low <= 0.3 <= estimate.high
    assert found.verdict == "better"


def test_the_doubly_robust_interval_is_narrower_than_inverse_propensity_scoring_alone() -> None:
    found = judge_ledger(ledger(6_000, {"answer:warm": 0.1, "answer:lively": 0.3}), "lively")
    robust, plain = found.doubly_robust, found.ips
    assert robust.high - robust.low < plain.high - plain.low


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        chosen = draw.random(800) < 0.3
        rewards = draw.normal(np.where(chosen, 0.4, 0.1), 0.3)
        fitted = np.where(chosen, 0.3, 0.2)
        log = Log(
            rewards=rewards, propensities=np.where(chosen, 0.3, 0.7), wanted=chosen.astype(float), fitted=fitted,
            expected=np.full(800, 0.3),
        )  # fmt: skip
        estimate = judge("always", log).doubly_robust
        held += estimate.low <= 0.4 <= estimate.high
    assert held >= 52


def test_under_two_hundred_effective_decisions_there_is_no_verdict() -> None:
    found = judge_ledger(ledger(1_000, {"answer:warm": -0.9, "answer:lively": 0.9}), "lively")
    assert found.effective < 200
    assert found.verdict.startswith("no verdict")


def test_a_policy_that_is_no_better_is_not_called_better() -> None:
    found = judge_ledger(ledger(6_000, {"answer:warm": 0.2, "answer:lively": 0.2}), "lively")
    assert found.verdict == "no difference seen"


def test_replies_that_nobody_heard_do_not_count() -> None:
    with pytest.raises(ValueError, match="no heard decision"):
        judge_ledger(ledger(100, {"answer:warm": 0.2, "answer:lively": 0.2}, heard=False), "usual")


def test_a_propensity_of_zero_is_refused() -> None:
    ones = np.ones(3)
    with pytest.raises(ValueError, match="above 0"):
        judge("x", Log(rewards=ones, propensities=np.zeros(3), wanted=ones, fitted=ones, expected=ones))


def test_on_open_bandit_each_policys_log_estimates_the_other_within_its_interval(recordings: Path) -> None:
    found = run(recordings / "bandit")
    for name in ("bts_from_random", "random_from_bts"):
        assert all(found[name]["within"].values()), name
        assert found[name]["effective"] > 200
