"""What those are told who may be in danger, and what minors are told in place of an offer."""

import pytest

from bot.care import GROWN_UP, HELP, Care, CareOptions, for_minor, in_need
from bot.guard import Guard, GuardOptions
from bot.moderation import guard, safety
from core.events import Chat, Role, Understanding, Viewer, Voice
from core.settings.filters import Filters
from core.settings.rooms import Room
from nlu.intents import Role as Fact
from nlu.knowledge import Local, Product
from nlu.plan import Plan
from nlu.safety import Classifier, Safety, SafetyOptions
from nlu.understand import Meaning
from tests.bot.scripted_platform import Clock, Platform

JUDGE = Safety(SafetyOptions(), Classifier.load())
HOODIE = Product(id="1", title=Local("蓝色卫衣", "the blue hoodie"), price="99元", stock=12, link=3)


def chat(text: str, role: Role = Role.VIEWER, viewer: str = "v") -> Chat:
    return Chat(id="m", room="r", viewer=Viewer(viewer, "小明", role), at=1.0, received=1.0, text=text)


@pytest.mark.parametrize(
    ("text", "category", "language"),
    [
        ("我不想活了", "self_harm", "zh"),
        ("i want to kill myself", "self_harm", "en"),
        ("胸口疼喘不上气怎么办", "medical", "zh"),
        ("my chest hurts and i cant breathe", "medical", "en"),
    ],
)
def test_who_may_be_in_danger_is_told_where_help_is_in_their_language(text: str, category: str, language: str) -> None:
    ruling = Guard(GuardOptions(room="r"), JUDGE, Platform(), Clock()).judge(chat(text))
    assert ruling.help == HELP[category].in_(language)
    assert "120" in ruling.help
    assert not ruling.answer, "no other answer is given"
    assert ruling.label


def test_distress_is_never_an_offence_however_often_it_comes_or_what_else_it_says() -> None:
    platform = Platform()
    judge = Guard(GuardOptions(room="r"), JUDGE, platform, Clock())
    for _ in range(12):
        assert judge.judge(chat("傻逼世界我不想活了")).verdict.verdict == "care"
    assert not platform.did
    assert judge.judge(chat("操你妈")).step == "warn", "counted from here"


def test_help_is_not_repeated_to_the_same_viewer_within_minutes_but_another_danger_is_met() -> None:
    clock = Clock()
    judge = Guard(GuardOptions(room="r"), JUDGE, Platform(), clock)
    assert judge.judge(chat("我不想活了")).help
    assert not judge.judge(chat("我想自杀")).help
    assert judge.judge(chat("我想自杀", viewer="w")).help
    assert judge.judge(chat("我喘不上气了")).help
    clock.now += 301
    assert judge.judge(chat("我想自杀")).help


def test_those_who_are_not_judged_are_cared_for_and_a_dry_run_is_no_reason_not_to() -> None:
    judge = Guard(GuardOptions(room="r", dry_run=True), JUDGE, Platform(), Clock())
    assert judge.judge(chat("我想自杀", Role.MODERATOR)).help
    dry = judge.judge(chat("我想自杀", viewer="w"))
    assert dry.help
    assert not dry.answer


def test_a_voice_is_heard_too() -> None:
    voice = Voice(
        id="u", room="r", viewer=Viewer("v", "x"), at=1.0, received=1.0, text="我不想活了", language="zh",
        confidence=0.9, audio_s=1.0, ended=1.0,
    )  # fmt: skip
    assert Guard(GuardOptions(room="r"), JUDGE, Platform(), Clock()).judge(voice).help


def test_settings_say_what_help_is_and_a_language_they_leave_out_has_the_other_one() -> None:
    filters = Filters.model_validate(
        {"distress": {"self_harm": {"zh": "打给我们", "en": "call us"}, "medical": "call 999", "again": "1m"}}
    )
    room = Room(id="r", filters=filters)
    clock = Clock()
    judge = guard(room, safety(room, None), Platform(), clock)
    assert judge.judge(chat("我不想活了")).help == "打给我们"
    assert judge.judge(chat("i have chest pain")).help == "call 999"
    clock.now += 61
    assert judge.judge(chat("我不想活了")).help == "打给我们"
    off = Room(id="r", filters=Filters.model_validate({"distress": {"answer": False}}))
    assert guard(off, safety(off, None), Platform(), clock).judge(chat("我不想活了")).answer


def test_helpers_memory_is_bounded() -> None:
    care = Care(CareOptions(), Clock())
    for number in range(10_050):
        care.sentence(f"v{number}", "self_harm", "x")
    assert len(care._told) == 10_000


def test_a_minor_who_asks_for_the_price_hears_it_with_the_advice_and_no_offer() -> None:
    plan = Plan("ask_price", {Fact.PRODUCT: "蓝色卫衣", Fact.PRICE: "99元"}, HOODIE)
    assert for_minor(plan, GROWN_UP, "zh") == f"蓝色卫衣99元。{GROWN_UP.zh}"
    assert for_minor(plan, GROWN_UP, "en").startswith("The blue hoodie: 99")
    assert for_minor(Plan("buying", {}, HOODIE), GROWN_UP, "en") == GROWN_UP.en
    assert for_minor(Plan("greeting", {}), GROWN_UP, "en") == ""


def test_who_was_just_told_where_help_is_is_looked_after_for_a_while() -> None:
    clock = Clock()
    judge = Guard(GuardOptions(room="r"), JUDGE, Platform(), clock)
    assert not judge.looks_after("v")
    judge.judge(chat("我不想活了"))
    assert judge.looks_after("v")
    assert not judge.looks_after("other")
    clock.now += 301
    assert not judge.looks_after("v")


@pytest.mark.parametrize(
    ("intent", "answered_as"), [("complaint", "bad_news"), ("laugh", "bad_news"), ("ask_price", "ask_price")]
)
def test_what_they_say_next_is_met_as_bad_news_unless_it_asks_for_something(intent: str, answered_as: str) -> None:
    said = Meaning("没人在乎我", Understanding(intent=intent, slots={}, language="zh", addressed=False, confidence=0.4))
    met = in_need(said).understanding
    assert (met.intent, met.addressed) == (answered_as, answered_as == "bad_news")
