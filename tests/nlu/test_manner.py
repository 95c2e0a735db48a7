"""Openings and closings belong to kinds of intent."""

import msgspec
import pytest

from nlu.intents import INTENTS, Tone
from nlu.manner import KIND, RETIRED, Manner, Manners
from nlu.templates import FILE, Bank

ENGLISH = Manners(
    "en",
    [
        Manner("en", "social", Tone.LIVELY, ("Oh yes!",), ("Join the fun!",)),
        Manner("en", "comfort", Tone.CALM, ("I hear you.",), ("Rest for a while.",)),
    ],
    [("bad_news", "Oh yes! It happens to many."), ("greeting", "Hello there.")],
)


def test_a_phrase_of_another_kind_is_named_wherever_a_sentence_begins() -> None:
    assert ENGLISH.misplaced("That is hard, <viewer>. Join the fun!", "bad_news") == "join the fun"
    assert ENGLISH.misplaced("I hear you, <viewer>. That is hard.", "joke") == "i hear you"


def test_a_phrase_of_its_own_kind_or_of_its_kinds_patterns_is_not() -> None:
    assert ENGLISH.misplaced("I hear you. That is hard. Rest for a while.", "bad_news") == ""
    assert ENGLISH.misplaced("Oh yes! That is hard.", "bad_news") == ""


def test_words_within_a_sentence_are_no_opening() -> None:
    assert ENGLISH.misplaced("They say I hear you too often.", "joke") == ""


def test_what_cannot_hurt_may_be_borrowed() -> None:
    assert ENGLISH.misplaced("Link three. Join the fun!", "ask_link") == ""


def test_a_retired_phrase_belongs_to_no_kind() -> None:
    assert ENGLISH.misplaced("Oh, lovely, <viewer>. Hello there.", "greeting") == "oh, lovely"
    chinese = Manners("zh", [], [])
    assert chinese.misplaced("<viewer>，别停，继续，我在听", "small_talk") == "别停, 继续"


def test_what_is_said_is_found_between_opening_and_closing() -> None:
    assert [one.words for one in ENGLISH.within("Oh yes! Hello, you. Join the fun!")] == ["hello", "you"]


def test_every_intent_has_a_kind() -> None:
    assert set(KIND) == set(INTENTS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_is_retired_is_served_as_an_opening_or_closing(language: str) -> None:
    manners = msgspec.json.decode(FILE.read_bytes(), type=Bank).manners
    said = {phrase for one in manners if one.language == language for phrase in (*one.open, *one.close)}
    assert said.isdisjoint(RETIRED[language])
