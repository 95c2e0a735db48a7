"""Fitting moves the moods' figures towards what was recorded and leaves each mood its meaning."""

from pathlib import Path

import numpy as np
import pytest

from behaviour.mood import MOODS, SIGNALS, MoodModel
from behaviour.mood_fit import Bins, fit, save
from core.errors import DanmateError


def recorded(rates: dict[int, float], bins: int) -> Bins:
    """Return bins of a room whose moods follow the packaged rates times a factor."""
    draw = np.random.default_rng(3)
    model = MoodModel.load()
    true = model.rate_matrix() * model.bin / 60
    mood, counts = next(iter(rates)), []
    for _ in range(bins):
        if draw.random() > 0.95:
            mood = int(draw.choice(list(rates)))
        counts.append(draw.poisson(true[mood] * rates[mood]))
    return Bins(np.array(counts, float), np.full(bins, 25.0))


def test_rates_move_towards_a_room_that_is_livelier_than_assumed() -> None:
    before = MoodModel.load()
    after = fit(before, [recorded({MOODS.index("warm"): 1.0, MOODS.index("hot"): 1.6}, 1_500)])
    assert after.rates["hot"]["chat"] == pytest.approx(1.6 * before.rates["hot"]["chat"], rel=0.1)
    assert after.rates["warm"]["chat"] == pytest.approx(before.rates["warm"]["chat"], rel=0.1)
    assert after.version != before.version


def test_a_mood_that_was_never_seen_keeps_its_figures() -> None:
    before = MoodModel.load()
    after = fit(before, [recorded({MOODS.index("warm"): 1.0}, 600)])
    for signal in SIGNALS:
        assert after.rates["tense"][signal] == pytest.approx(before.rates["tense"][signal], rel=0.25, abs=0.2)


def test_a_fitted_file_reads_back_the_same(tmp_path: Path) -> None:
    fitted = fit(MoodModel.load(), [recorded({0: 1.0, 1: 1.0}, 100)])
    save(fitted, tmp_path / "mood.yaml")
    assert MoodModel.load(tmp_path / "mood.yaml") == fitted


def test_a_few_minutes_are_too_little_to_fit_to() -> None:
    with pytest.raises(DanmateError, match="too few"):
        fit(MoodModel.load(), [recorded({0: 1.0}, 10)])
