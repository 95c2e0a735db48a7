"""The room's mood follows what happens, and its filter is the forward algorithm."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviour.mood import MOODS, SIGNALS, Mood, MoodModel
from core.errors import SettingsError
from core.events import Chat, Leave, Like, Purchase, Removed, RoomEvent, Viewer

BIN = 10.0


def chat(number: int) -> RoomEvent:
    viewer = Viewer(f"v{number % 25}", "x")
    return Chat(id=f"e{number}", room="main", viewer=viewer, at=0, received=0, text="")


def mood_after(each_bin: list[tuple[RoomEvent, str]], bins: int = 6, present: int = 25) -> dict[str, float]:
    mood = Mood(MoodModel.load(), 0.0)
    for number in range(bins):
        for event, intent in each_bin:
            mood.count(event, intent)
        mood.pass_time((number + 1) * BIN, present)
    return mood.probabilities


def test_a_silent_room_turns_cold() -> None:
    moods = mood_after([])
    assert max(moods, key=moods.__getitem__) == "cold"
    assert moods["cold"] > 0.9


def test_a_rush_of_chat_and_likes_turns_it_hot() -> None:
    viewer = Viewer("v", "x")
    likes = [(Like(id=f"l{n}", room="main", viewer=viewer, at=0, received=0), "") for n in range(4)]
    moods = mood_after([*((chat(n), "small_talk") for n in range(6)), *likes])
    assert max(moods, key=moods.__getitem__) == "hot"


def test_questions_about_prices_and_orders_turn_it_selling() -> None:
    order = Purchase(id="p", room="main", viewer=Viewer("v", "x"), at=0, received=0, product="1")
    moods = mood_after([(chat(1), "ask_price"), (chat(2), "buying"), (chat(3), "small_talk"), (order, "")])
    assert max(moods, key=moods.__getitem__) == "selling"


def test_insults_removals_and_leavers_turn_it_tense() -> None:
    viewer = Viewer("v", "x")
    removed = Removed(id="r", room="main", viewer=viewer, at=0, received=0, target="v1")
    gone = Leave(id="g", room="main", viewer=viewer, at=0, received=0)
    moods = mood_after(
        [(chat(1), "insult"), (chat(2), "complaint"), (chat(3), "small_talk"), (removed, ""), (gone, "")]
    )
    assert max(moods, key=moods.__getitem__) == "tense"


def test_one_insult_in_a_busy_friendly_room_does_not() -> None:
    mood = Mood(MoodModel.load(), 0.0)
    for number in range(12):
        for n, intent in enumerate(("small_talk", "praise")):
            mood.count(chat(n), intent)
        mood.count(Like(id="l", room="main", viewer=Viewer("v", "x"), at=0, received=0), "")
        if number == 6:
            mood.count(chat(3), "insult")
        mood.pass_time((number + 1) * BIN, 25)
        assert mood.probabilities["tense"] < 0.5


def test_the_same_chat_means_less_in_a_bigger_room() -> None:
    said: list[tuple[RoomEvent, str]] = [(chat(n), "small_talk") for n in range(5)]
    assert mood_after(said, present=4)["hot"] > mood_after(said, present=2_500)["hot"]


def test_the_filter_equals_a_sum_over_every_path_of_moods() -> None:
    model = MoodModel.load()
    bins = [3, 0, 7]
    mood = Mood(model, 0.0)
    for number, messages in enumerate(bins):
        for n in range(messages):
            mood.count(chat(n), "")
        mood.pass_time((number + 1) * BIN, 25)
    rates, steps = model.rate_matrix() * (model.bin / 60), model.transitions()

    def log_likelihood(messages: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        counts = np.zeros(len(SIGNALS))
        counts[0] = messages
        each = (counts * np.log(rates) - rates) / model.overdispersion
        found: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.maximum(each, each.max(axis=0) - model.most).sum(
            axis=1
        )
        return found

    evidence = [log_likelihood(messages) for messages in bins]
    total = np.zeros(len(MOODS))
    for path in itertools.product(range(len(MOODS)), repeat=len(bins) + 1):
        weight = 1 / len(MOODS)
        for step, (before, after) in enumerate(itertools.pairwise(path)):
            weight *= steps[before, after] * math.exp(evidence[step][after])
        total[path[-1]] += weight
    assert list(mood.probabilities.values()) == pytest.approx((total / total.sum()).tolist())


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 100_000), st.floats(0, 1e6)), max_size=8))
def test_probabilities_always_sum_to_one(bins: list[tuple[int, int, float]]) -> None:
    mood, at, event = Mood(MoodModel.load(), 0.0), 0.0, chat(1)
    for messages, present, pause in bins:
        for _ in range(min(messages, 300)):
            mood.count(event, "insult")
        at += pause
        mood.pass_time(at, present)
    values = list(mood.probabilities.values())
    assert sum(values) == pytest.approx(1)
    assert all(0 <= value <= 1 for value in values)


def test_a_long_pause_is_caught_up_with_in_bounded_work() -> None:
    mood = Mood(MoodModel.load(), 0.0)
    mood.pass_time(1e9, 3)
    assert mood.bins <= 60
    mood.pass_time(1e9 + 5, 3)
    assert mood.probabilities["cold"] > 0.9


def test_a_mood_file_that_lacks_a_rate_is_refused(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "behaviour" / "mood.yaml").read_text(encoding="utf-8")
    file = tmp_path / "mood.yaml"
    file.write_text(text.replace("conflict: 2}", "konflict: 2}"), encoding="utf-8")
    with pytest.raises(SettingsError, match="conflict"):
        MoodModel.load(file)
