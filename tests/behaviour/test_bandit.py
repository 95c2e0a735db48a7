"""The bandit chooses with the probabilities that it states, tries every open arm, and learns what works."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviour.bandit import ARMS, Bandit, best_probabilities, with_floor

HERE = np.array([1.0, 0.0])
THERE = np.array([1.0, 1.0])


def taught(rewards: dict[str, tuple[float, float]], times: int = 200) -> Bandit:
    """Return a bandit that saw each arm's reward here and there."""
    bandit = Bandit(2, 0.05, 20, seed=1)
    draw = np.random.default_rng(0)
    for _ in range(times):
        for arm, (here, there) in rewards.items():
            bandit.learn("x", arm, HERE, here + draw.normal(0, 0.2))
            bandit.learn("x", arm, THERE, there + draw.normal(0, 0.2))
    return bandit


def test_the_probability_to_be_best_is_what_sampling_finds() -> None:
    means, deviations = np.array([0.1, 0.0, -0.3, 0.12]), np.array([0.1, 0.4, 0.2, 0.02])
    drawn = np.random.default_rng(0).normal(means, deviations, (1_000_000, 4)).argmax(axis=1)
    found = best_probabilities(means, deviations)
    assert found == pytest.approx(np.bincount(drawn, minlength=4) / 1_000_000, abs=0.003)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 2)), min_size=1, max_size=8), st.floats(0, 0.1))
def test_probabilities_sum_to_one_and_none_is_under_the_floor(scores: list[tuple[float, float]], floor: float) -> None:
    best = best_probabilities(np.array([mean for mean, _ in scores]), np.array([spread for _, spread in scores]))
    mixed = with_floor(best, floor)
    assert mixed.sum() == pytest.approx(1)
    assert mixed.min() >= min(floor, 1 / len(scores)) - 1e-12


def test_arms_are_drawn_with_the_propensities_that_are_stated() -> None:
    bandit = taught({"a": (0.1, 0.1), "b": (0.12, 0.1), "c": (-0.5, -0.5)}, times=15)
    choices = [bandit.choose("x", ["a", "b", "c"], "a", HERE) for _ in range(4_000)]
    drawn = Counter(choice.arm for choice in choices)
    for arm, propensity in choices[0].propensities.items():
        assert drawn[arm] / 4_000 == pytest.approx(propensity, abs=0.03)
    assert choices[0].propensities["c"] == pytest.approx(0.05, abs=0.01)


def test_the_usual_arm_is_taken_before_enough_was_seen_but_others_are_tried() -> None:
    choice = Bandit(2, 0.05, 20, seed=1).choose("x", ["a", "b", "c"], "b", HERE)
    assert not choice.sure
    assert choice.propensities == pytest.approx({"a": 0.05, "b": 0.9, "c": 0.05})


def test_what_works_depends_on_the_context() -> None:
    bandit = taught({"a": (0.5, -0.5), "b": (-0.5, 0.5)})
    assert bandit.choose("x", ["a", "b"], "a", HERE).propensities["a"] > 0.9
    assert bandit.choose("x", ["a", "b"], "a", THERE).propensities["b"] > 0.9


def test_what_one_intent_taught_does_not_speak_for_another() -> None:
    bandit = taught({"a": (0.5, 0.5), "b": (-0.5, -0.5)})
    assert not bandit.choose("y", ["a", "b"], "b", HERE).sure


def test_a_held_arm_is_kept_until_another_is_better_by_the_margin() -> None:
    bandit = taught({"a": (0.10, 0.10), "b": (0.14, 0.14)}, times=2_000)
    free = bandit.choose("x", ["a", "b"], "a", HERE).propensities
    held = bandit.choose("x", ["a", "b"], "a", HERE, held="a", margin=0.15).propensities
    assert free["b"] > free["a"]
    assert held["a"] > held["b"]


def test_old_outcomes_fade() -> None:
    bandit = taught({"a": (0.5, 0.5), "b": (0.0, 0.0)}, times=500)
    for _ in range(2_000):
        bandit.learn("x", "a", HERE, -0.5)
    assert bandit.choose("x", ["a", "b"], "a", HERE).propensities["b"] > 0.9


def test_the_number_of_arms_is_bounded() -> None:
    bandit = Bandit(2, 0.05, 20, seed=1)
    for number in range(ARMS + 10):
        bandit.learn(f"intent {number}", "a", HERE, 1.0)
    assert bandit.learned == ARMS


def test_a_usual_arm_that_is_not_open_is_refused() -> None:
    with pytest.raises(ValueError, match="not open"):
        Bandit(2, 0.05, 20, seed=1).choose("x", ["a"], "b", HERE)
