"""Of several drafts the one is chosen that follows its directive and reads surely; what is wrong is never chosen."""

from collections.abc import Mapping

import pytest

from core.events import Goal
from nlu.choose import best
from nlu.engine import Draft, Request
from nlu.intents import INTENTS, Length, Role, Tone
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


def refusal(text: str, intent: str, facts: Mapping[Role, str], tone: Tone = Tone.WARM, language: str = "en") -> str:
    """Return why `text` is refused as a reply to `intent`; nothing where it is taken."""
    prompt = Prompt(language, intent, INTENTS[intent].goals[0], tone, Length.MEDIUM, tuple(facts))
    return best([Draft(text, -0.1, 1.0)], Request(prompt, facts, ""), "", (), TEMPLATES)[1]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Oh, lovely. <viewer>, you're among kind people here.", "bad_news"),
        ("Oh yes! I'm so sorry to hear that, <viewer>!", "bad_news"),
        ("<viewer>, I'm sorry to hear that! Keep it going!", "bad_news"),
    ],
)
def test_nobody_cheers_at_bad_news_in_the_words_of_another_kind_of_intent(text: str, intent: str) -> None:
    assert refusal(text, intent, {Role.VIEWER: "Ana"}) == "opens or closes as another kind"


def test_an_opening_of_the_prompts_own_kind_is_welcome() -> None:
    assert refusal("I hear you. <viewer>, you're among kind people here.", "bad_news", {Role.VIEWER: "Ana"}) == ""


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I had a joke about paper!", "joke"),
        ("Hold on! <viewer>, I had a joke about paper!", "joke"),
        ("Hey <viewer>, I had a joke about paper!", "joke"),
        ("I'd love to help, <viewer>.", "off_topic"),
        ("Are you there? Any thoughts", "idle"),
    ],
)
def test_a_draft_that_stops_where_its_pattern_goes_on_is_refused(text: str, intent: str) -> None:
    facts = {Role.VIEWER: "Amy"} if "<viewer>" in text else {}
    assert refusal(text, intent, facts) != ""


def test_a_joke_with_its_point_is_told() -> None:
    assert refusal("I had a joke about paper. It's tearable.", "joke", {}, Tone.CALM) == ""


@pytest.mark.parametrize(
    ("text", "intent", "language"),
    [
        ("I've written it down in the streamer can see it.", "unknown", "en"),
        ("I'm sorry that helps you.", "ask_aftersales", "en"),
        ("<product> keeps me!", "unknown", "en"),
        ("我没有这个的这项信息", "unknown", "zh"),
    ],
)
def test_words_that_were_only_written_in_pairs_do_not_make_a_sentence(text: str, intent: str, language: str) -> None:
    facts = {Role.PRODUCT: "the blue hoodie"} if "<product>" in text else {}
    assert refusal(text, intent, facts, language=language) in {"comes apart", "breaks off"}
