"""The figures are what they are called, worked by hand; and the public sessions are foretold as promised."""

from pathlib import Path

import numpy as np
import pytest

from behaviour.evaluate import area_under_roc, calibration_error, evaluate, figures, train
from behaviour.sessions import Sessions, read


def test_the_figures_of_four_predictions_are_as_worked_by_hand() -> None:
    rows = np.array([[0.5, 0.3, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.25, 0.35, 0.2, 0.2]])
    found = figures(rows.astype(np.float32), np.array([0, 3, 1, 2]))
    assert found.nats == pytest.approx(-np.log([0.5, 0.4, 0.1, 0.2]).mean())
    assert found.perplexity == pytest.approx(np.exp(found.nats))
    assert (found.top1, found.top3, found.n) == (0.5, 1.0, 4)
    assert found.leave_auc == pytest.approx(1.0)


def test_calibration_compares_confidence_with_accuracy_bin_by_bin() -> None:
    confidence, right = np.array([0.9, 0.9, 0.4, 0.4]), np.array([True, False, True, True])
    assert calibration_error(confidence, right) == pytest.approx((0.4 + 0.6) / 2)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0.0


def test_area_under_the_curve_counts_ties_half() -> None:
    assert area_under_roc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])) == pytest.approx(0.75)
    assert area_under_roc(np.array([0.5, 0.5]), np.array([True, False])) == 0.5
    assert area_under_roc(np.array([0.5]), np.array([True])) == 0.5


def test_test_lines_do_not_change_the_model() -> None:
    lines = [["a", "b"], ["b", "a", "a"]] * 20
    one = train(Sessions(lines, lines[:5], [["c", "c", "c"]], 0))
    other = train(Sessions(lines, lines[:5], [], 0))
    assert one.symbols == other.symbols
    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.weights, other.weights)


def test_a_file_without_test_lines_still_has_a_report() -> None:
    found = evaluate(Sessions([["a", "b", "a"]] * 8, [["a"]], [], 0))
    assert found.n == 0
    assert found.events_per_s > 0


@pytest.mark.timeout(600)
def test_public_sessions_are_foretold_as_promised(recordings: Path) -> None:
    file = recordings / "msnbc" / "sessions_first_100k.txt.gz"
    if not file.is_file():
        pytest.skip("no msnbc sessions beside the recordings")
    sessions = read(file)
    fewer = Sessions(sessions.train[::4], sessions.validation[::2], sessions.test, sessions.dropped)
    found = evaluate(fewer)
    assert found.nats < 1.42  # from a quarter of the training lines
    assert found.nats < found.plain.nats - 0.03
    assert found.leave_auc > found.plain.leave_auc + 0.01
    assert found.ece < 0.02
    assert found.events_per_s > 5_000  # the machine may be busy
