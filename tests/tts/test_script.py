"""Mixed text in runs of one language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.script import Run, runs


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("你好", "zh", [Run("你好", "zh")]),
        ("hello", "zh", [Run("hello", "en")]),
        ("买iPhone吧", "zh", [Run("买", "zh"), Run("iPhone", "en"), Run("吧", "zh")]),
        ("99", "en", [Run("99", "en")]),
        ("99", "zh", [Run("99", "zh")]),
        ("it is 99元", "en", [Run("it is ", "en"), Run("99元", "zh")]),
        ("Only 3 left哦", "zh", [Run("Only 3 left", "en"), Run("哦", "zh")]),
        ("iPhone 15 今天", "zh", [Run("iPhone ", "en"), Run("15 今天", "zh")]),
        ("500ml装", "zh", [Run("500ml装", "zh")]),
        ("卫衣¥99", "zh", [Run("卫衣¥99", "zh")]),
        ("", "zh", []),
    ],
)
def test_text_is_split_where_its_language_changes(text: str, language: str, expected: list[Run]) -> None:
    assert runs(text, language) == expected


@given(st.text(alphabet="你好a1 ，.-¥x元", max_size=40), st.sampled_from(["zh", "en"]))
def test_the_runs_joined_are_the_text(text: str, language: str) -> None:
    assert "".join(run.text for run in runs(text, language)) == text
