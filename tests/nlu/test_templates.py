"""Templates: the corpus's own patterns, picked to fit."""

from itertools import combinations
from pathlib import Path

import pytest

from core.errors import ModelError
from core.events import Goal
from nlu.intents import Length, Role, Tone
from nlu.length import fits
from nlu.manner import Manner
from nlu.prompt import Prompt, sentinels
from nlu.templates import Template, Templates


def prompt(*roles: Role, intent: str = "ask_price", tone: Tone = Tone.WARM) -> Prompt:
    return Prompt("zh", intent, Goal.ANSWER, tone, Length.SHORT, roles)


def test_the_packaged_ones_say_exactly_the_facts_that_are_asked_for() -> None:
    templates = Templates.load()
    for roles in ((Role.PRICE,), (Role.PRODUCT, Role.PRICE), (Role.VIEWER, Role.PRODUCT, Role.PRICE)):
        assert set(sentinels(templates.pick(prompt(*roles), (), 1))) == set(roles)


def test_tone_and_length_decide_among_those_and_what_was_heard_lately_comes_last() -> None:
    made = Templates(
        [
            Template("zh", "ask_price", Tone.WARM, Length.SHORT, "<price>哦"),
            Template("zh", "ask_price", Tone.CALM, Length.SHORT, "<price>。"),
            Template("zh", "ask_price", Tone.WARM, Length.LONG, "这个呀，<price>哦，喜欢的话就慢慢看一看吧"),
        ]
    )
    assert made.pick(prompt(Role.PRICE), (), 1) == "<price>哦"
    assert made.pick(prompt(Role.PRICE, tone=Tone.CALM), (), 1) == "<price>。"
    assert made.pick(prompt(Role.PRICE), ("<price>哦",), 1) == "<price>。"
    assert made.fitting(prompt(Role.PRICE)) == ["<price>哦"]


def test_what_can_be_left_out_is_left_out_before_a_price_is() -> None:
    made = Templates([Template("zh", "ask_price", Tone.WARM, Length.SHORT, "<price>哦")])
    assert made.pick(prompt(Role.VIEWER, Role.PRODUCT, Role.PRICE), (), 1) == "<price>哦"
    assert made.pick(prompt(Role.PRICE, Role.ANSWER), (), 1) == "<price>，<answer>。"


def test_where_none_fits_the_least_too_long_is_picked_whatever_its_tone() -> None:
    made = Templates(
        [
            Template(
                "zh", "ask_price", Tone.WARM, Length.LONG, "别着急呀，慢慢看，这个东西的标价呢，我给你看了，是<price>哦"
            ),
            Template("zh", "ask_price", Tone.CALM, Length.MEDIUM, "按页面上写的，目前的标价是<price>。"),
        ]
    )
    assert made.pick(prompt(Role.PRICE), (), 1) == "按页面上写的，目前的标价是<price>。"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("intent", ["recommend_product", "flash_sale", "countdown"])
@pytest.mark.parametrize("tone", list(Tone))
def test_what_is_for_sale_is_told_in_its_length_whatever_its_facts(language: str, intent: str, tone: Tone) -> None:
    templates, goal = Templates.load(), Goal.SELL
    optional = (Role.LINK,) if intent == "recommend_product" else (Role.STOCK, Role.LINK)
    told = (Role.PRODUCT, Role.PRICE) if intent == "recommend_product" else (Role.PRODUCT, Role.PRICE, Role.TIME)
    for count in range(len(optional) + 1):
        for more in combinations(optional, count):
            wanted = Prompt(language, intent, goal, tone, Length.MEDIUM, (*told, *more))
            text = templates.pick(wanted, (), 1)
            assert set(sentinels(text)) == {*told, *more}
            assert fits(text, language, Length.MEDIUM)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("intent", "roles"),
    [
        ("gift", (Role.GIFT,)), ("gift", (Role.GIFT, Role.COUNT)), ("order", (Role.PRODUCT,)), ("order", ()),
        ("follow", ()), ("share", ()), ("like", ()), ("greeting", ()), ("raid", (Role.COUNT,)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tone", list(Tone))
def test_who_has_no_name_to_be_said_is_thanked_in_a_sentence_all_the_same(
    language: str, intent: str, roles: tuple[Role, ...], tone: Tone
) -> None:
    wanted = Prompt(language, intent, Goal.THANK, tone, Length.MEDIUM, roles)
    templates = Templates.load()
    assert templates.knows(wanted)
    assert set(sentinels(templates.pick(wanted, (), 1))) == set(roles)


MANNERS = [Manner("zh", "answer", Tone.LIVELY, ("听好啦",), ("都听清楚没有呀",))]


def test_a_calm_one_takes_the_tone_that_none_was_written_in() -> None:
    calm = Template("zh", "ask_price", Tone.CALM, Length.SHORT, "标价<price>。")
    warm = Template("zh", "ask_price", Tone.WARM, Length.SHORT, "<price>哦")
    made = Templates([calm, warm], MANNERS)
    found = {made.pick(prompt(Role.PRICE, tone=Tone.LIVELY), (), seed) for seed in range(20)}
    assert found == {"听好啦，标价<price>！", "标价<price>，都听清楚没有呀！"}  # with both it is too long


def test_nothing_is_said_after_a_question_that_is_asked() -> None:
    asks = Template("zh", "quiz_ask", Tone.CALM, Length.MEDIUM, "请听题：<question>")
    manner = Manner("zh", "show", Tone.LIVELY, ("注意啦",), ("快来抢答",))
    wanted = Prompt("zh", "quiz_ask", Goal.ENLIVEN, Tone.LIVELY, Length.MEDIUM, (Role.QUESTION,))
    assert Templates([asks], [manner]).pick(wanted, (), 1).endswith("<question>！")


def test_one_that_hardly_sounds_like_its_tone_gives_way_to_one_that_does() -> None:
    flat = Template("zh", "ask_price", Tone.LIVELY, Length.SHORT, "<price>。", 0.1)
    calm = Template("zh", "ask_price", Tone.CALM, Length.SHORT, "标价<price>。")
    made = Templates([flat, calm], MANNERS)
    assert made.pick(prompt(Role.PRICE, tone=Tone.LIVELY), (), 1) != "<price>。"


class HearsOpenings:
    """A judge to whom only what opens like the tone sounds like it."""

    def follows(self, text: str, prompt: Prompt) -> float:
        return 0.9 if text.startswith("听好啦") else 0.1


def test_what_is_dressed_must_sound_like_the_tone() -> None:
    calm = Template("zh", "ask_price", Tone.CALM, Length.SHORT, "标价<price>。")
    made = Templates([calm], MANNERS, HearsOpenings())  # type: ignore[arg-type]  # all that is asked of a judge
    found = {made.pick(prompt(Role.PRICE, tone=Tone.LIVELY), (), seed) for seed in range(20)}
    assert found == {"听好啦，标价<price>！"}


def test_where_none_has_the_tone_one_that_sounds_like_it_is_taken() -> None:
    other = Template("zh", "ask_price", Tone.WARM, Length.SHORT, "<price>哦")
    like = Template("zh", "ask_price", Tone.WARM, Length.SHORT, "听好啦，<price>")
    made = Templates([other, like], (), HearsOpenings())  # type: ignore[arg-type]  # all that is asked of a judge
    assert {made.pick(prompt(Role.PRICE, tone=Tone.LIVELY), (), seed) for seed in range(20)} == {"听好啦，<price>"}


def test_damaged_ones_are_named(tmp_path: Path) -> None:
    (tmp_path / "templates.json").write_text("[{}]")
    with pytest.raises(ModelError, match="install Danmate again"):
        Templates.load(tmp_path / "templates.json")
