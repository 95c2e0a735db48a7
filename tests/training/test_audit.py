"""The audit finds what the checker may miss, by other means."""

import pytest

from nlu.intents import Length, Tone
from training.audit import Audit
from training.corpus import Pattern

PATTERNS = (
    Pattern("zh", "ask_price", Tone.CALM, Length.SHORT, "{product}的价格是{price}，一起去看看"),
    Pattern("zh", "ask_delivery", Tone.CALM, Length.SHORT, "三天，{answer}"),
    Pattern("en", "ask_price", Tone.CALM, Length.SHORT, "The price of {product} is {price}."),
)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return Audit(PATTERNS, [("zh", "来啦来啦")])


@pytest.mark.parametrize(
    ("text", "language"),
    [("<product>的价格是<price>", "zh"), ("来啦来啦，<price>", "zh"), ("<product> is <price>.", "en")],
)
def test_what_people_wrote_is_known(audit: Audit, text: str, language: str) -> None:
    assert audit.unknown(text, language, "ask_price", "") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("<product>的价格是<price>，北京去看看", "zh"),
        ("<product>三天", "zh"),
        ("<product>是99", "zh"),
        ("The price is fifty.", "en"),
        ("The price is <price>, Tom.", "en"),
    ],
)
def test_places_numbers_times_and_names_without_a_source_are_found(audit: Audit, text: str, language: str) -> None:
    assert audit.unknown(text, language, "ask_price", "")


def test_what_a_fact_or_the_message_says_is_known(audit: Audit) -> None:
    assert audit.unknown("<product>是99", "zh", "ask_price", "99元") == []
