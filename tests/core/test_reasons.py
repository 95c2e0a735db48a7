"""Reasons are told in both languages."""

import string

import pytest

from core.events import Outcome
from core.reasons import REASONS, decided, words


@pytest.mark.parametrize("code", sorted(REASONS))
def test_both_languages_say_the_same_values(code: str) -> None:
    reason = REASONS[code]
    names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (reason.en, reason.zh)]
    assert names[0] == names[1] or names[1] >= names[0] == {"why"}
    assert all("\u4e00" <= letter <= "\u9fff" for letter in reason.zh[:1]) or reason.zh.startswith("{")


def test_a_decision_has_english_words_and_what_the_chinese_ones_need() -> None:
    decision = decided("e", Outcome.DROPPED, "floor_full", 1.0, count="50")
    assert decision.why == "50 were waiting already and this was the least urgent"
    assert words(decision.code, decision.values, "zh") == "已有50条在等，这条最不急"
