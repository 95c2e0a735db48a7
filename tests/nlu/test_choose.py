"""Of several drafts the one is chosen that follows its directive and reads surely; what is wrong is never chosen."""

import pytest

from core.events import Goal
from nlu.choose import best
from nlu.engine import Draft, Request
from nlu.intents import Length, Role, Tone
from nlu.prompt import Prompt
from nlu.templates import Templates

TEMPLATES = Templates.load()
FACTS = {Role.PRODUCT: "蓝色卫衣", Role.PRICE: "99元"}
PROMPT = Prompt("zh", "ask_price", Goal.ANSWER, Tone.CALM, Length.SHORT, (Role.PRODUCT, Role.PRICE), "多少钱")
GOOD = "<product>的价格是<price>"


def chosen(*drafts: Draft, recent: tuple[str, ...] = ()) -> tuple[str, str]:
    return best(drafts, Request(PROMPT, FACTS, ""), "多少钱", recent, TEMPLATES)


def test_the_tone_that_was_asked_for_outweighs_a_little_likelihood() -> None:
    other = "目前<product>是<price>"
    assert chosen(Draft(GOOD, -0.2, 0.4), Draft(other, -0.4, 0.9)) == (other, "")


def test_a_draft_off_its_directive_is_refused_however_likely() -> None:
    assert chosen(Draft(GOOD, -0.1, 0.1)) == ("", "off its directive")


def test_likelihood_decides_between_drafts_that_follow_alike() -> None:
    other = "目前<product>是<price>"
    assert chosen(Draft(other, -0.9, 0.9), Draft(GOOD, -0.1, 0.9)) == (GOOD, "")


def test_a_draft_that_its_engine_finds_unlikely_is_refused_however_well_it_follows() -> None:
    assert chosen(Draft(GOOD, -0.8, 0.99)) == ("", "reads unsurely")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<product>的价格", "lost price"),
        ("<product>的价格是<price>，包邮", "claims"),
        ("<product>的价格是<price>，还有<stock>", "unknown fact"),
        ("<product>价的<price>格哦", "comes apart"),
        ("<product>的价格是<price>，嗡", "invents a word"),
        ("说明一下，目前<product>的价格是<price>，供你参考", "off its length"),
    ],
)
def test_what_is_wrong_is_never_chosen_and_its_reason_is_told(text: str, problem: str) -> None:
    told, why = chosen(Draft(text, -0.1, 1.0))
    assert told == ""
    assert problem in why


def test_what_was_said_just_now_is_not_chosen_again() -> None:
    assert chosen(Draft(GOOD, -0.2, 0.9), recent=(GOOD,)) == ("", "said just now")


def test_no_drafts_are_a_reason_too() -> None:
    assert chosen() == ("", "nothing was written")
