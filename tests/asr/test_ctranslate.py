"""Whisper on CTranslate2: the short context and its safeguards."""

import csv
import functools
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.audio import load
from asr.ctranslate import CTranslate2Recogniser, ShortContext, _Decoded, dated
from asr.invented import Evidence
from core.errors import ModelError

TIME = 50_364
"""The first timestamp token of multilingual Whisper."""


@given(st.integers(0, 30 * 16_000))
def test_a_context_holds_the_remark_its_margin_and_the_floor_but_never_more_than_30_s(samples: int) -> None:
    frames = ShortContext().frames(samples)
    assert frames % 2 == 0
    assert min(max(samples / 160 + 200, 600), 3000) <= frames <= 3000


def test_longer_speech_may_have_more_tokens() -> None:
    assert ShortContext().tokens(16_000) < ShortContext().tokens(160_000)


def test_timestamps_become_stretches() -> None:
    found = dated([TIME, 11, 12, TIME + 100, TIME + 100, 13, TIME + 150], TIME, 3.0)
    assert [(part.start, part.end, part.tokens) for part in found] == [(0.0, 2.0, [11, 12]), (2.0, 3.0, [13])]


def test_what_begins_after_the_end_of_the_sound_was_never_said() -> None:
    again = [TIME, 11, TIME + 150, TIME + 150, 11, TIME + 290]
    assert [part.tokens for part in dated(again, TIME, 3.0)] == [[11]]


def test_a_stretch_that_is_never_closed_ends_with_the_sound() -> None:
    (part,) = dated([TIME + 10, 11, 12], TIME, 3.0)
    assert (part.start, part.end) == (0.2, 3.0)


def test_tokens_without_any_time_are_one_stretch() -> None:
    (part,) = dated([11, 12], TIME, 3.0)
    assert (part.start, part.end, part.tokens) == (0.0, 3.0, [11, 12])


@given(st.lists(st.integers(0, 51_864), max_size=50), st.floats(0.02, 30))
def test_whatever_the_decoder_says_times_are_in_order_and_within_the_sound(tokens: list[int], length: float) -> None:
    for part in dated(tokens, TIME, length):
        assert 0 <= part.start <= part.end <= length
        assert part.tokens


def test_a_folder_without_weights_says_which_file_and_which_command(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.bin.*models fetch"):
        CTranslate2Recogniser(tmp_path)


@pytest.mark.weights
def test_damaged_weights_say_which_command_checks_them(models: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        shutil.copy(models / "whisper-base" / name, tmp_path)
    (tmp_path / "model.bin").write_bytes((models / "whisper-base" / "model.bin").read_bytes()[:100_000])
    with pytest.raises(ModelError, match="models verify"):
        CTranslate2Recogniser(tmp_path)


@pytest.mark.weights
def test_a_damaged_tokenizer_is_named(models: Path, tmp_path: Path) -> None:
    for name in ("config.json", "model.bin", "vocabulary.json"):
        (tmp_path / name).symlink_to(models / "whisper-base" / name)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="tokenizer"):
        CTranslate2Recogniser(tmp_path)


loaded = functools.cache(CTranslate2Recogniser)


@pytest.fixture
def whisper(models: Path) -> CTranslate2Recogniser:
    return loaded(models / "whisper-base")


@pytest.mark.weights
@pytest.mark.recordings
@pytest.mark.parametrize(
    ("file", "language", "expected"),
    [
        ("en_harvard_spk1_snt1.wav", "en", "The child almost hurt the small dog."),
        ("en_LJ001-0008.wav", "en", "has never been surpassed"),
        ("zh_aishell3_SSB00090181.wav", "zh", "那很不明智"),
    ],
)
def test_real_remarks_are_understood_and_their_language_is_found(
    whisper: CTranslate2Recogniser, recordings: Path, file: str, language: str, expected: str
) -> None:
    found = whisper.transcribe(load(recordings / "audio" / file), None, ())
    assert found.language == language
    assert expected.casefold() in found.text.casefold()
    assert found.confidence > 0.5
    assert found.compute_s > 0
    assert "".join(segment.text for segment in found.segments).replace(" ", "") == found.text.replace(" ", "")


@pytest.mark.weights
@pytest.mark.recordings
def test_hot_words_help_a_name_to_be_heard(whisper: CTranslate2Recogniser, recordings: Path) -> None:
    audio = load(recordings / "audio" / "en_librispeech_mr_quilter.wav")
    assert "Kwilter" not in whisper.transcribe(audio, "en", ()).text
    assert "Kwilter" in whisper.transcribe(audio, "en", ("Mr. Kwilter",)).text


@pytest.mark.weights
@pytest.mark.recordings
def test_nothing_is_said_on_noise_music_and_silence(whisper: CTranslate2Recogniser, recordings: Path) -> None:
    clips = [load(path) for path in sorted((recordings / "audio").glob("non_*"))]
    assert len(clips) >= 4
    for audio in [*clips, np.zeros(48_000, np.float32), np.zeros(0, np.float32)]:
        found = whisper.transcribe(audio, None, ())
        assert (found.text, found.segments, found.confidence) == ("", (), 0.0)


@pytest.mark.weights
@pytest.mark.recordings
def test_traditional_is_written_where_it_is_asked_for(models: Path, recordings: Path) -> None:
    whisper = CTranslate2Recogniser(models / "whisper-base", script="traditional")
    text = whisper.transcribe(load(recordings / "audio" / "zh_aishell3_SSB00570140.wav"), "zh", ()).text
    assert "發展現代" in text
    whisper.close()


@pytest.mark.weights
@pytest.mark.recordings
def test_audio_beyond_30_s_is_transcribed_to_its_end(whisper: CTranslate2Recogniser, recordings: Path) -> None:
    found = whisper.transcribe(load(recordings / "audio" / "en_long_sonnet1.wav"), None, ())
    assert found.language == "en"
    assert "fairest creatures" in found.text
    assert "the grave and" in found.text
    assert found.segments[-1].end > 45


@pytest.mark.weights
@pytest.mark.recordings
def test_no_recording_makes_it_run_in_circles(whisper: CTranslate2Recogniser, recordings: Path) -> None:
    with (recordings / "audio" / "clips.tsv").open() as file:
        clips = [row for row in csv.DictReader(file, delimiter="\t") if row["language"] in {"zh", "en"}]
    for row in clips:
        if float(row["duration_s"]) < 30:
            found = whisper.transcribe(load(recordings / "audio" / row["file"]), row["language"], ())
            assert len(found.text) < 1.5 * len(row["transcript"]) + 5, row["file"]


class Deaf(CTranslate2Recogniser):
    """Hears what it is told to where no prompt helps."""

    def __init__(self, bare: str) -> None:
        self.bare = decoded(bare)

    def _decode(self, encoded: Any, language: str, hot_words: Sequence[str], samples: int) -> _Decoded:
        assert not hot_words
        return self.bare


def decoded(text: str) -> _Decoded:
    return _Decoded([(0.0, 0.5, text)], Evidence(-0.5, 0.0), suspicious=False)


@pytest.mark.parametrize(
    ("prompted", "bare", "kept"),
    [("小弹。", "小蛋。", True), ("小弹。", "哈哈", False), ("danmate.", "Donmate.", True), ("danmate.", "Oh.", False),
     ("多少钱", "薄少钱", True)],
)  # fmt: skip
def test_a_hot_word_in_a_brief_remark_is_believed_where_it_is_heard_without_the_prompt_too(
    prompted: str, bare: str, *, kept: bool
) -> None:
    recogniser, first = Deaf(bare), decoded(prompted)
    found = recogniser._without_prompted(first, None, "zh", ("小弹", "danmate", "卫衣"), 8000)
    assert found is (first if kept else recogniser.bare)
