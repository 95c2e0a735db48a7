"""What follows from a transition matrix, against worked examples and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from behaviour.horizon import Floats, absorbing, after, steps_left, within

TWO = np.array([[0.9, 0.1], [0.5, 0.5]])
"""The example of docs/decisions/0009."""

weights = arrays(np.float64, (5, 5), elements=st.floats(0.01, 1.0))


def rows_of(found: Floats) -> Floats:
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def test_a_row_vector_steps_forward_as_in_the_worked_example() -> None:
    start = np.array([1.0, 0.0])
    assert after(start, TWO, 1).tolist() == pytest.approx([0.9, 0.1])
    assert after(start, TWO, 2).tolist() == pytest.approx([0.86, 0.14])


def test_the_column_form_does_not_even_give_a_distribution() -> None:
    assert (TWO @ np.array([1.0, 0.0])).sum() == pytest.approx(1.4)


@given(weights, st.integers(0, 200))
def test_a_distribution_stays_one_after_any_number_of_steps(found: Floats, steps: int) -> None:
    ahead = after(np.full(5, 0.2), rows_of(found), steps)
    assert ahead.sum() == pytest.approx(1.0)
    assert (ahead >= 0).all()


@given(weights)
@settings(max_examples=30)
def test_the_chance_to_have_left_is_the_mass_in_the_last_state(found: Floats) -> None:
    rows = absorbing(rows_of(found))
    for state in range(4):
        start = np.eye(5)[state]
        assert within(rows, 4, 6)[state] == pytest.approx(after(start, rows, 6)[4])


def test_a_chance_within_a_horizon_never_falls_as_it_grows() -> None:
    rows = absorbing(np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0, 0, 1.0]]))
    chances = [within(rows, 1, steps)[0] for steps in range(8)]
    assert chances[0] == 0.0
    assert chances[1] == pytest.approx(0.3)
    assert chances == sorted(chances)
    assert within(rows, 1, 8)[2] == 0.0  # who left does nothing any more


def test_steps_left_solve_the_worked_example() -> None:
    rows = absorbing(np.array([[0.5, 0.3, 0.2], [0.0, 0.5, 0.5], [0, 0, 1.0]]))
    assert steps_left(rows).tolist() == pytest.approx([3.2, 2.0, 0.0])
    assert steps_left(rows, np.array([10.0, 1.0, 0.0])).tolist() == pytest.approx([21.2, 2.0, 0.0])


def test_a_chain_that_nobody_leaves_is_an_error() -> None:
    with pytest.raises(ValueError, match="leaving"):
        steps_left(absorbing(np.array([[1.0, 0.0], [0.0, 1.0]])))


def test_an_absurd_horizon_is_an_error() -> None:
    with pytest.raises(ValueError, match="steps"):
        after(np.array([1.0, 0.0]), TWO, 10_001)
    with pytest.raises(ValueError, match="steps"):
        within(TWO, 0, -1)
