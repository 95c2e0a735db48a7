"""What breaks off where people went on is unfinished."""

import pytest

from nlu.manner import Manners
from nlu.unfinished import Unfinished

PATTERNS = [
    ("joke", "I had a joke about paper, <viewer>. It's tearable."),
    ("joke", "My blanket tells jokes. Good night."),
    ("joke", "My blanket tells jokes."),
    ("ask_price", "<product> is <price>. Just ask."),
    ("unknown", "<product> keeps me guessing."),
]
ENGLISH = Unfinished("en", Manners("en", [], PATTERNS), PATTERNS)


@pytest.mark.parametrize(
    "text", ["I had a joke about paper!", "<viewer>, I had a joke about paper.", "Hey you, I had a joke about paper."]
)
def test_the_beginning_of_a_pattern_is_unfinished_whoever_is_addressed(text: str) -> None:
    assert ENGLISH(text, "joke")


def test_the_whole_of_it_is_not_nor_is_a_beginning_that_is_a_pattern_itself() -> None:
    assert not ENGLISH("I had a joke about paper. It's tearable.", "joke")
    assert not ENGLISH("My blanket tells jokes!", "joke")


def test_what_says_the_fact_has_said_all() -> None:
    assert not ENGLISH("<product> is <price>.", "ask_price")


def test_a_clause_that_breaks_off_within_is_unfinished_too() -> None:
    assert ENGLISH("<product> keeps me!", "unknown")
    assert ENGLISH("This one keeps me!", "unknown")


def test_a_particle_may_be_left_away() -> None:
    patterns = [("unknown", "<product>的事我真不知道呀，先记下")]
    chinese = Unfinished("zh", Manners("zh", [], patterns), patterns)
    assert not chinese("<product>的事我真不知道，帮你记下", "unknown")
    assert chinese("<product>的事我真不，帮你记下", "unknown")
