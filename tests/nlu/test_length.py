"""Lengths are counted as directives give them."""

import pytest

from nlu.intents import Length
from nlu.length import excess, fits, measure


@pytest.mark.parametrize(
    ("text", "language", "size"),
    [("<product>是<price>哦。", "zh", 8), ("<product> is <price>.", "en", 5), ("", "zh", 0)],
)
def test_a_fact_counts_three_characters_or_two_words(text: str, language: str, size: int) -> None:
    assert measure(text, language) == size


def test_a_reply_keeps_its_limit_and_a_long_one_is_not_short() -> None:
    assert fits("好" * 14, "zh", Length.SHORT)
    assert not fits("好" * 15, "zh", Length.SHORT)
    assert not fits("好" * 14, "zh", Length.LONG)
    assert fits("好" * 15, "zh", Length.LONG)


def test_how_far_a_reply_is_from_its_length_is_counted_in_both_directions() -> None:
    assert excess("好" * 14, "zh", Length.SHORT) == 0
    assert excess("好" * 17, "zh", Length.SHORT) == 3
    assert excess("好" * 10, "zh", Length.LONG) == 5
