"""Cleaning what people type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.native.text import clean_name, clean_text, numbered, same_name


def test_script_stays_text() -> None:
    assert clean_text("<script>alert('x')</script>") == "<script>alert('x')</script>"


def test_control_and_bidirectional_characters_go_and_line_breaks_become_spaces() -> None:
    assert clean_text("a\x00b\x1b[31m\u202eevil\r\nline\u2028two\x7f") == "ab[31mevil line two"


def test_emoji_joined_of_several_keep_their_joiners() -> None:
    assert clean_text("👩‍👩‍👧 ok") == "👩‍👩‍👧 ok"


def test_a_name_of_ten_thousand_characters_is_cut() -> None:
    assert clean_name("长" * 10_000, 24) == "长" * 24


def test_a_name_loses_everything_invisible_and_its_white_space_collapses() -> None:
    assert clean_name("  小\u200b弹\u2066 \n\t  x\ufeff\u00ad ", 24) == "小弹 x"


def test_a_name_of_nothing_visible_is_empty() -> None:
    assert clean_name("\u200b\u3164 \u3000\u0301", 24) == ""


@given(st.text())
def test_a_clean_name_never_holds_what_cannot_be_seen(name: str) -> None:
    clean = clean_name(name, 24)
    assert len(clean) <= 24
    assert clean == clean.strip()
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") or letter in "\u200b\u200d\u202e" for letter in clean)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_name(clean_name(text, 24), 24) == clean_name(text, 24)


def test_names_that_read_alike_are_the_same() -> None:
    assert same_name("Danmate", "ｄａｎ mate")
    assert not same_name("小弹", "小单")


def test_a_number_is_appended_within_the_limit() -> None:
    assert numbered("小弹", 42, 24) == "小弹42"
    assert numbered("x" * 24, 42, 24) == "x" * 22 + "42"


@pytest.mark.parametrize("letter", "\u2800\u115f\u1160\u3164\uffa0\u180e\u17b5\u034f\U0001d159\U0001d173\U000e0001")
def test_a_letter_that_shows_nothing_makes_no_other_name(letter: str) -> None:
    assert clean_name(f"小{letter}弹{letter}", 24) == "小弹"
    assert clean_name(letter * 3, 24) == ""
