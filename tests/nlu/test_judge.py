"""The judge of tone and goal, with its packaged weights."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from core.events import Goal
from nlu.danmate_t5 import WEIGHTS
from nlu.intents import Length, Tone
from nlu.judge import GOALS, TONES, Judge, grams
from nlu.prompt import Prompt


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load(WEIGHTS / "judge.npz")


@pytest.mark.parametrize(
    ("text", "language", "tone"),
    [
        ("来啦来啦，快看这里，<product>，<price>！", "zh", Tone.LIVELY),
        ("说明一下，<product>的价格是<price>，供你参考。", "zh", Tone.CALM),
        ("Woo! <viewer>, you rock!", "en", Tone.LIVELY),
        ("My antenna twitched. Beep boop, <viewer>.", "en", Tone.PLAYFUL),
    ],
)
def test_clear_tones_are_told(judge: Judge, text: str, language: str, tone: Tone) -> None:
    assert TONES[int(judge.probabilities(text, language)["tone"].argmax())] is tone


def test_thanks_are_no_sale(judge: Judge) -> None:
    thanked = judge.probabilities("谢谢<viewer>送的<gift>", "zh")["goal"]
    assert GOALS[int(thanked.argmax())] is Goal.THANK


def test_following_means_the_tone_and_a_goal_of_the_intent(judge: Judge) -> None:
    def follows(tone: Tone) -> float:
        return judge.follows("来啦来啦，<price>！", Prompt("zh", "ask_price", Goal.ANSWER, tone, Length.SHORT, ()))

    assert follows(Tone.LIVELY) > follows(Tone.CALM)


@pytest.mark.parametrize("text", ["", "   ", "zzz qqq"])
def test_probabilities_are_always_a_distribution(judge: Judge, text: str) -> None:
    for chances in judge.probabilities(text, "en").values():
        assert np.isfinite(chances).all()
        assert float(chances.sum()) == pytest.approx(1, abs=1e-4)


def test_the_same_text_has_the_same_places_in_every_run() -> None:
    assert grams("好") == grams("好")
    assert len(grams("好 的")) == 7  # start, two characters, end; and three pairs


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="install Danmate again"):
        Judge.load(tmp_path / "judge.npz")
