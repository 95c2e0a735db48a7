"""What a free engine may not bring into small talk: numbers, people and places that nobody mentioned."""

import pytest

from nlu.names import Names

NAMES = Names()
ORDINARY = frozenset({"both", "the", "no", "well", "dogs", "i"})


def unknown(text: str, language: str, known: str = "") -> str:
    return NAMES.unknown(text, language, known, ordinary=lambda word: word.lower() in ORDINARY)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("当然是巴黎。", "zh", "巴黎"),
        ("我最喜欢周杰伦的歌。", "zh", "周杰伦"),
        ("大概有三百年吧。", "zh", "三百年"),
        ("Paris.", "en", "Paris"),
        ("The answer is Paris.", "en", "Paris"),
        ("Well, ask NASA.", "en", "NASA"),
        ("No. Dogs live for fifteen years.", "en", "fifteen"),
        ("About ½ of it.", "en", "½"),
    ],
)
def test_a_name_or_number_of_its_own_is_found(text: str, language: str, found: str) -> None:
    assert unknown(text, language) == found


@pytest.mark.parametrize(
    ("text", "language", "known"),
    [
        ("猫和狗都可爱，我都喜欢。", "zh", ""),
        ("我想一下，现在说不好。", "zh", ""),
        ("巴黎我没去过。", "zh", "你去过巴黎吗"),
        ("Both, I think. No, dogs.", "en", ""),
        ("Well, I'd say Lily's right.", "en", "lily"),
        ("Paris sounds lovely.", "en", "have you been to paris?"),
    ],
)
def test_ordinary_words_and_what_was_mentioned_pass(text: str, language: str, known: str) -> None:
    assert unknown(text, language, known) == ""
