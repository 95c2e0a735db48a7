"""Stays are learned as they are long, and passage times agree with what can be computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from behaviour.dwell import Dwell, first_passage

NAMES = ("here", "there", "gone")


def dwell(mean_s: float = 20.0, keep: float = 1.0) -> Dwell:
    return Dwell(dict.fromkeys(NAMES, mean_s), NAMES, 5.0, keep)


def test_before_anything_was_seen_a_stay_is_as_long_as_assumed() -> None:
    assert dwell(20.0).mean_left(0, 0.0) == pytest.approx(20.0, rel=0.05)
    assert dwell(20.0).mean_left(0, 100.0) == pytest.approx(20.0, rel=0.05)  # no memory


def test_stays_are_learned() -> None:
    random = np.random.default_rng(1)
    found = dwell(20.0)
    for stay in random.exponential(5.0, 4000):
        found.learn(0, float(stay))
    assert found.mean_left(0, 0.0) == pytest.approx(5.0, rel=0.1)
    assert found.mean_left(1, 0.0) == pytest.approx(20.0, rel=0.05)


def test_silence_tells_short_stayers_from_long_ones() -> None:
    random = np.random.default_rng(2)
    found = dwell()
    for number in range(4000):  # half stay 2 s, half 200 s: the longer, the longer still
        found.learn(0, float(random.exponential(2.0 if number % 2 else 200.0)))
    assert found.mean_left(0, 20.0) > 1.5 * found.mean_left(0, 0.0)


def test_old_stays_are_forgotten() -> None:
    found = dwell(keep=0.99)
    for _ in range(1000):
        found.learn(0, 300.0)
    for _ in range(1000):
        found.learn(0, 3.0)
    assert found.mean_left(0, 0.0) < 10


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(-1e9, 1e9)), max_size=50), st.floats(0, 1e6))
def test_rates_are_positive_and_survival_never_rises_whatever_came(stays: list[tuple[int, float]], at: float) -> None:
    found = dwell(keep=0.9)
    for state, stay in stays:
        found.learn(state, stay)
    rates = found.rates()
    assert np.isfinite(rates).all()
    assert (rates > 0).all()
    alive = found.survival(np.array([0.0, 1.0, 30.0, at + 30]), rates)
    assert (np.diff(alive) <= 0).all()
    assert (alive[:, 0] == 1.0).all()
    assert np.isfinite(found.mean_left(0, at))


def test_passage_of_one_exponential_state_is_its_distribution() -> None:
    rows = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    times, reached = first_passage(rows, dwell(20.0), 60.0)
    assert reached[0].tolist() == pytest.approx((1 - np.exp(-times / 20.0)).tolist(), abs=1e-6)
    assert (reached[2] == 1.0).all()


def test_passage_through_two_equal_states_is_an_erlang_distribution() -> None:
    rows = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    times, reached = first_passage(rows, dwell(20.0), 60.0)
    erlang = 1 - np.exp(-times / 20.0) * (1 + times / 20.0)
    assert reached[0].tolist() == pytest.approx(erlang.tolist(), abs=2e-3)


def test_passage_with_returns_is_as_simulated() -> None:
    rows = np.array([[0.5, 0.3, 0.2], [0.6, 0.1, 0.3], [0.0, 0.0, 1.0]])
    _, reached = first_passage(rows, dwell(20.0), 60.0)
    random = np.random.default_rng(3)
    gone = 0
    for _ in range(4000):
        state, at = 0, 0.0
        while state != 2 and at < 60.0:
            at += random.exponential(20.0)
            state = int(random.choice(3, p=rows[state])) if at < 60.0 else state
        gone += state == 2
    assert reached[0, -1] == pytest.approx(gone / 4000, abs=0.03)


def test_evidence_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        dwell().restore(np.zeros((2, 5, 3)))
    other = dwell()
    other.learn(0, 3.0)
    again = dwell()
    again.restore(other.counts)
    assert again.mean_left(0, 0.0) == other.mean_left(0, 0.0)
