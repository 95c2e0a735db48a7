"""Variety and nearness are counted as their papers say."""

import pytest

from training.measures import chrf, distinct, self_bleu, tokens


def test_words_characters_sentinels_and_marks_are_tokens() -> None:
    assert tokens("<viewer>, it's 好的！") == ["<viewer>", ",", "it's", "好", "的", "！"]


def test_distinct_is_the_share_of_different_ngrams() -> None:
    assert distinct(["a b", "a b"], 1) == pytest.approx(0.5)
    assert distinct(["a b", "c d"], 2) == 1


def test_the_same_text_twice_has_a_self_bleu_of_one_and_strangers_nearly_none() -> None:
    assert self_bleu(["a b c d e", "a b c d e"]) == pytest.approx(1)
    assert self_bleu(["a b c d e", "f g h i j"]) < 0.05
    assert self_bleu([]) == 0


def test_chrf_takes_the_nearest_reference() -> None:
    assert chrf("abcdefg", ["xyz", "abcdefg"]) == pytest.approx(1)
    assert chrf("abcdefg", ["abcdxyz"]) == pytest.approx(chrf("abcdefg", ["abcdxyz", "qqq"]))
    assert 0 < chrf("abcdefg", ["abcdxyz"]) < 1
    assert chrf("abc", []) == 0
