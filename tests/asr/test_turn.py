"""How long to wait for the end of a turn."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import load
from asr.turn import Clause, Evidence, Pauses, SmartTurn, TurnOptions, clause, wait
from core.errors import ModelError

OPTIONS = TurnOptions()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("这个多少钱", "zh", Clause.QUESTION),
        ("这件有没有黑色的", "zh", Clause.QUESTION),
        ("你在吗", "zh", Clause.QUESTION),
        ("什么时候发货？", "zh", Clause.QUESTION),
        ("好的谢谢", "zh", Clause.FINISHED),
        ("我已经下单了", "zh", Clause.FINISHED),
        ("我想问一下", "zh", Clause.UNFINISHED),
        ("我喜欢这件但是", "zh", Clause.UNFINISHED),
        ("蓝色、", "zh", Clause.UNFINISHED),
        ("今天天气很好", "zh", Clause.OPEN),
        ("", "zh", Clause.OPEN),
        ("How much is it?", "en", Clause.QUESTION),
        ("where do you ship to", "en", Clause.UNFINISHED),
        ("when does the stream end", "en", Clause.QUESTION),
        ("How much is the", "en", Clause.UNFINISHED),
        ("I was going to...", "en", Clause.UNFINISHED),
        ("I like the blue one.", "en", Clause.FINISHED),
        ("and so my fellow Americans", "en", Clause.OPEN),
        ("?!", "en", Clause.OPEN),
    ],
)
def test_words_show_whether_a_clause_is_finished(text: str, language: str, expected: Clause) -> None:
    assert clause(text, language) is expected


evidence = st.builds(
    Evidence,
    complete=st.none() | st.floats(0, 1),
    text=st.text(max_size=40) | st.sampled_from(["这个多少钱", "因为", "How much is it?", "and the"]),
    language=st.sampled_from(["zh", "en", "ja", ""]),
    usual_pause_s=st.none() | st.floats(0, 30),
)


@given(evidence)
def test_the_wait_stays_between_its_bounds(known: Evidence) -> None:
    assert OPTIONS.min_wait_s <= wait(known, OPTIONS) <= OPTIONS.max_wait_s


def test_a_question_waits_less_than_an_open_clause_and_that_less_than_an_unfinished_one() -> None:
    question, unknown, unfinished = (
        wait(Evidence(0.9, text, "en"), OPTIONS)
        for text in ("how much is this one", "this one over there", "how much is the")
    )
    assert question < unknown < unfinished


def test_a_melody_that_only_leans_to_finished_shortens_the_wait_in_english_and_not_in_chinese() -> None:
    def gain(language: str, complete: float) -> float:
        return wait(Evidence(language=language), OPTIONS) - wait(Evidence(complete, language=language), OPTIONS)

    assert gain("zh", 0.9) <= 0 < gain("en", 0.9)
    assert gain("zh", 0.99) > 0
    assert gain("zh", 0.1) < 0


def test_a_speaker_who_pauses_long_is_given_more_time_unless_the_end_is_sure() -> None:
    def added(text: str) -> float:
        slow = wait(Evidence(0.9, text, "en", usual_pause_s=0.9), OPTIONS)
        return slow - wait(Evidence(0.9, text, "en"), OPTIONS)

    assert added("this one over there") > added("how much is this one") > 0


def test_a_speaker_who_pauses_briefly_is_not_cut_off_sooner() -> None:
    assert wait(Evidence(usual_pause_s=0.1), OPTIONS) == wait(Evidence(), OPTIONS)


def test_usual_pauses_are_known_from_the_third_on_and_follow_the_longer_ones() -> None:
    pauses = Pauses()
    pauses.add(0.3)
    pauses.add(0.3)
    assert pauses.usual() is None
    pauses.add(0.9)
    usual = pauses.usual()
    assert usual is not None
    assert 0.3 < usual <= 0.9


def test_old_pauses_are_forgotten() -> None:
    pauses = Pauses(kept=4)
    for seconds in (0.9,) * 10 + (0.3,) * 4:
        pauses.add(seconds)
    assert pauses.usual() == pytest.approx(0.3)


def test_a_missing_turn_model_says_which_command_brings_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="models fetch"):
        SmartTurn(tmp_path / "smart-turn.onnx")


def test_a_damaged_turn_model_says_which_command_checks_it(tmp_path: Path) -> None:
    (tmp_path / "smart-turn.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="models verify"):
        SmartTurn(tmp_path / "smart-turn.onnx")


@pytest.mark.weights
@pytest.mark.recordings
def test_smart_turn_hears_that_an_english_sentence_breaks_off(models: Path, recordings: Path) -> None:
    model = SmartTurn(models / "smart-turn" / "smart-turn-v3.2-cpu.onnx")
    audio = load(recordings / "audio" / "en_librispeech_mr_quilter.wav")
    silence = np.zeros(3200, np.float32)
    whole = model.probability(np.concatenate((audio, silence)))
    cut = model.probability(np.concatenate((audio[: int(len(audio) * 0.65)], silence)))
    assert whole > 0.8
    assert cut < 0.4


@pytest.mark.weights
@pytest.mark.parametrize("samples", [0, 100, 500_000])
def test_smart_turn_takes_any_length(models: Path, samples: int) -> None:
    model = SmartTurn(models / "smart-turn" / "smart-turn-v3.2-cpu.onnx")
    assert 0 <= model.probability(np.zeros(samples, np.float32)) <= 1
