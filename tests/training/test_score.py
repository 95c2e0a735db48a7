"""Scoring asks what training never saw, and counts what is wrong."""

import pytest

from core.events import Goal
from nlu.intents import Length, Role, Tone
from nlu.prompt import Prompt
from training.corpus import Corpus, in_held_out_cell, load, split
from training.score import Asked, Examiner, opening, prompts

EVERYTHING = load()
HELD = split(EVERYTHING)[1]
PRICE = Prompt("zh", "ask_price", Goal.ANSWER, Tone.CALM, Length.SHORT, (Role.PRODUCT, Role.PRICE), "多少钱")
ASKED = Asked(PRICE, {Role.PRODUCT: "蓝色卫衣", Role.PRICE: "99元"}, "多少钱", unseen_cell=False)


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    """Return an examiner of a few intents: judges of all of them take seconds to train."""
    few = tuple(p for p in EVERYTHING.patterns if p.intent in {"ask_price", "gift", "greeting", "calm", "farewell"})
    return Examiner(Corpus(few, ()), split(Corpus(few, ()))[0])


def test_half_of_the_prompts_are_in_cells_that_were_never_trained() -> None:
    asked = prompts(HELD, 100)
    assert sum(one.unseen_cell for one in asked) == 50
    for one in asked:
        prompt = one.prompt
        assert one.unseen_cell == in_held_out_cell(prompt.language, prompt.intent, prompt.tone)
        assert set(prompt.roles) == set(one.facts)
        assert not any(value in prompt.message for value in one.facts.values() if len(value) > 1)


def test_a_good_reply_is_scored_as_good_on_every_count(examiner: Examiner) -> None:
    scores = examiner.exam([ASKED], ["查过了，<product>的价格是<price>"])
    for name in ("all_facts_said", "language_right", "length_followed", "goal_named", "tone_named", "tone_kept"):
        assert scores[name] == 1, name
    assert scores["states_something_unknown"] == 0


@pytest.mark.parametrize(
    ("text", "figure", "value"),
    [
        ("<product>不贵", "all_facts_said", 0),
        ("<product>的价格是<price>，包邮", "states_something_unknown", 1),
        ("<product>的价格是<price>，只要50", "states_something_unknown", 1),
        ("The price of <product> is <price>", "language_right", 0),
        ("<product>的价格是<price>，" + "慢慢看，" * 4, "length_followed", 0),
        ("<product>，<price>！来啦来啦，快看看！", "tone_kept", 0),
    ],
)
def test_what_is_wrong_lowers_its_own_figure(examiner: Examiner, text: str, figure: str, value: float) -> None:
    assert examiner.exam([ASKED], [text])[figure] == value


def test_an_opening_is_four_words_or_characters_with_facts_as_one() -> None:
    assert opening("<viewer>，来啦来啦", "zh") == "<viewer>，来啦"
    assert opening("Well, <viewer>, here it is.", "en") == "Well, <viewer>, here it"
