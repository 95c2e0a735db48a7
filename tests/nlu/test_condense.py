"""Long answers, shortened."""

from hypothesis import given
from hypothesis import strategies as st

from nlu.condense import LIMIT, condense

ENGLISH = (
    "We ship every weekday before four in the afternoon. Orders at the weekend leave on Monday. Delivery takes "
    "three days at home and up to ten days abroad. Returns are free within a week."
)


def test_what_is_short_enough_is_quoted_whole() -> None:
    assert condense("今晚十点下播", "几点下播", "zh") == "今晚十点下播"


def test_the_sentence_that_answers_is_kept_word_for_word() -> None:
    short = condense(ENGLISH, "how long does delivery take", "en")
    assert "Delivery takes three days at home and up to ten days abroad." in short
    assert len(short) <= LIMIT["en"]
    assert all(sentence in ENGLISH for sentence in short.split(". "))


def test_a_number_with_a_point_is_not_cut() -> None:
    text = f"{'这是一句很长很长的铺垫' * 6}。价格是9.9元一件。"
    assert "9.9元一件" in condense(text, "价格是多少", "zh")


def test_one_endless_sentence_stays_whole() -> None:
    assert condense("很" * 200, "多吗", "zh") == "很" * 200


@given(st.text("一二。.!？ ab", max_size=300), st.sampled_from(["zh", "en"]))
def test_nothing_is_ever_said_that_does_not_stand_in_the_answer(text: str, language: str) -> None:
    short = condense(text, "ab一", language)
    rest = text
    for word in short.replace(" ", ""):
        at = rest.find(word)
        assert at >= 0
        rest = rest[at + 1 :]
