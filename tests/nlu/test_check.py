"""What a reply must be before anybody hears it."""

import pytest

from core.events import Goal
from nlu.check import clause_problem, missing_roles, whole_problem
from nlu.intents import Length, Role, Tone
from nlu.prompt import Prompt

FACTS = {Role.PRODUCT: "蓝色卫衣", Role.PRICE: "99元"}
PROMPT = Prompt("zh", "ask_price", Goal.ANSWER, Tone.WARM, Length.SHORT, (Role.PRODUCT, Role.PRICE), "")


def chinese(text: str, language: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text) == (language == "zh")


@pytest.mark.parametrize("text", ["<product>只要<price>哦", "蓝色卫衣是99元。", "<product>是<price>，喜欢就看看。"])
def test_a_good_reply_passes(text: str) -> None:
    assert clause_problem(text, PROMPT, FACTS, "99元 蓝色卫衣") == ""
    assert whole_problem(text, PROMPT, FACTS, (), chinese) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<product>是<price>，还有<stock>", "unknown fact"),
        ("<price>，对，<price>", "repeats a fact"),
        ("<product>是<pri", "leaks a symbol"),
        ("<product>\ufffd是<price>", "leaks a symbol"),
        ("请坐请坐请坐一下一下一下一下", "repeats itself"),
        ("这一亩三分地我还行，别的不敢说，这一亩三分地我还行", "repeats itself"),
        ("小猫学得快，它都喵懂呀，小猫学得快，它都喵懂呀", "repeats itself"),
        ("<product>原价199元，现在<price>", "invents a number"),
        ("<product>是<price>，去 taobao.com 看", "invents a link"),
    ],
)
def test_a_bad_clause_is_refused_with_its_reason(text: str, problem: str) -> None:
    assert problem in clause_problem(text, PROMPT, FACTS, "99元 蓝色卫衣")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<product>不贵哦", "lost price"),
        ("It is <price> for <product>", "wrong language"),
        ("<product>，<price>" + "好" * 40, "too long"),
    ],
)
def test_a_bad_whole_is_refused_with_its_reason(text: str, problem: str) -> None:
    assert problem in whole_problem(text, PROMPT, FACTS, (), chinese)


def test_what_was_said_just_now_is_not_said_again() -> None:
    assert whole_problem("<product>是<price>", PROMPT, FACTS, ("<product>是<price>",), chinese) == "said just now"


def test_numbers_of_the_message_and_the_facts_may_be_said() -> None:
    assert clause_problem("要3件的话，<product>一件<price>", PROMPT, FACTS, "买3件多少钱 99元") == ""


def test_facts_said_in_words_are_not_missing() -> None:
    assert missing_roles("蓝色卫衣", PROMPT, FACTS) == [Role.PRICE]
