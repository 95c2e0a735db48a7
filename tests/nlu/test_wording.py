"""What people wrote is known, and what nobody may claim."""

import pytest

from nlu.intents import Role
from nlu.wording import Wording

FACTS = {Role.ANSWER: "48小时内发货，默认顺丰包邮"}


@pytest.fixture
def chinese() -> Wording:
    patterns = [("ask_price", "<product>的价格是<price>"), ("ask_delivery", "发货的事，<answer>")]
    return Wording("zh", patterns, ["问得正好"])


def test_pairs_that_stand_in_a_pattern_or_a_phrase_are_not_strange(chinese: Wording) -> None:
    assert chinese.strange("问得正好，<product>的价格是<price>。") == []
    assert chinese.strange("这款的价格是<price>") == []  # a product that is not named


def test_pairs_that_nobody_wrote_are_named(chinese: Wording) -> None:
    assert chinese.strange("<product>的发货是<price>") == ["的 发", "货 是"]


def test_triples_that_nobody_wrote_are_named_though_every_pair_was_written() -> None:
    english = Wording("en", [("a", "I'm sorry that it broke."), ("b", "I hope that helps you.")], [])
    assert english.strange("I'm sorry that helps you.") == []
    assert english.unheard("I'm sorry that helps you.") == ["sorry that helps"]
    assert english.unheard("I hope that helps you.") == []


def test_a_product_that_is_not_named_is_not_put_where_nobody_would_say_it() -> None:
    chinese = Wording("zh", [("unknown", "我没有<product>的这项信息")], [])
    assert chinese.unheard("我没有这款的这项信息") == []
    assert chinese.unheard("我没有这个的这项信息") != []


def test_a_capital_within_a_sentence_is_strange_unless_people_wrote_it() -> None:
    english = Wording("en", [("greeting", "Hello <viewer>, I'm glad. Could you say more?")], [])
    assert english.strange("Hello <viewer>, I'm glad. Could you say more?") == []
    assert english.strange("Hello <viewer>, Could you say more?") == ["Could"]


def test_words_that_nobody_wrote_are_found_unless_a_fact_or_the_message_has_them(chinese: Wording) -> None:
    assert chinese.invented("的价格是", "") == ""
    assert chinese.invented("小猫的价格", "") == "小"
    assert chinese.invented("小猫的价格", "小猫多少钱") == ""


@pytest.mark.parametrize("text", ["，包邮", "，第二件半价", "，明天到货", "，送两件", "，三天送到"])
def test_a_claim_that_neither_facts_nor_the_intents_patterns_make_is_found(chinese: Wording, text: str) -> None:
    assert chinese.claim(text, "ask_price", {}) != ""


def test_a_claim_belongs_to_the_intent_whose_patterns_make_it(chinese: Wording) -> None:
    assert chinese.claim("发货的事", "ask_delivery", {}) == ""
    assert chinese.claim("发货的事", "ask_price", {}) == "发货"


def test_what_a_fact_says_may_be_said(chinese: Wording) -> None:
    assert chinese.claim("包邮哦", "ask_price", FACTS) == ""
    assert chinese.claim("退款也行哦", "ask_price", FACTS) == "退款"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("It's yours with free shipping.", "free shipping"),
        ("It ships tomorrow.", "ships"),
        ("Half price today!", "half"),
        ("Ask me anything, feel free.", ""),
    ],
)
def test_english_claims_are_found_as_well(text: str, claim: str) -> None:
    assert Wording("en", [("ask_price", "It is <price>.")], ()).claim(text, "ask_price", {}) == claim
