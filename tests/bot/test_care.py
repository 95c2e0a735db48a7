"""What those are told who may be in danger, and what minors are told in place of an offer."""

import pytest

from bot.care import GROWN_UP, HELP, Care, CareOptions, for_minor, in_need
from bot.guard import Guard, GuardOptions
from bot.moderation import care_options, guard, safety
from core.events import Chat, Role, Viewer, Voice
from core.settings import Local as LocalSetting
from core.settings.filters import Distress, Filters
from core.settings.rooms import Room
from nlu.intents import Role as Fact
from nlu.knowledge import Local, Product
from nlu.plan import Plan
from nlu.safety import Classifier, Safety, SafetyOptions
from nlu.understand import Understander
from tests.bot.crowded_room import INTENTS, KNOWLEDGE
from tests.bot.scripted_platform import Clock, Platform

JUDGE = Safety(SafetyOptions(), Classifier.load())
UNDERSTANDER = Understander(KNOWLEDGE, INTENTS, wake=("小弹",))
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
        ("i cant breathe", "medical", "en"),
        ("我被家暴了", "violence", "zh"),
        ("my boyfriend hits me", "violence", "en"),
        ("我割腕了", "self_harm_act", "zh"),
        ("i took too many pills", "self_harm_act", "en"),
    ],
)
def test_who_may_be_in_danger_is_told_where_help_is_in_their_language(text: str, category: str, language: str) -> None:
    ruling = Guard(GuardOptions(room="r"), JUDGE, Platform(), Clock()).judge(chat(text))
    assert ruling.help == HELP[category].in_(language)
    assert category == "violence" or "120" in ruling.help
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


def test_an_act_is_met_with_help_at_once_however_lately_help_was_told() -> None:
    clock = Clock()
    judge = Guard(GuardOptions(room="r"), JUDGE, Platform(), clock)
    assert judge.judge(chat("活着没意思")).help
    clock.now += 180
    assert not judge.judge(chat("活着没意思")).help
    for text in ("我割腕了", "活着没意思，我割腕了", "我吃了一瓶药", "我吃了一瓶药"):
        assert judge.judge(chat(text)).help == HELP["self_harm_act"].zh, text
    assert judge.judge(chat("i cut myself")).help == HELP["self_harm_act"].en
    assert judge.looks_after("v")


def test_settings_that_name_some_dangers_leave_the_words_for_the_others() -> None:
    own = care_options(Distress(medical=LocalSetting(zh="打给我们"))).help
    assert own["medical"].zh == "打给我们"
    assert own.keys() == HELP.keys()
    assert "12338" in own["violence"].zh


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
    assert for_minor(plan, GROWN_UP, "zh", "") == f"蓝色卫衣99元。{GROWN_UP.zh}"
    assert for_minor(plan, GROWN_UP, "en", "").startswith("The blue hoodie: 99")
    assert for_minor(Plan("buying", {}, HOODIE), GROWN_UP, "en", "") == GROWN_UP.en
    assert for_minor(Plan("greeting", {}), GROWN_UP, "en", "") == ""


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
    "text",
    [
        "没人在乎我", "我好累", "嗯", "我没朋友", "我是不是很没用", "陪我聊聊", "救救我", "热线打不通",
        "我终于要解脱了", "死了也没人知道", "我真是个笑话", "nobody cares", "im useless", "help me",
        "am i a bad person", "goodbye everyone",
    ],
)  # fmt: skip
def test_what_is_sad_or_unclear_about_themselves_is_met_as_bad_news_and_never_with_silence(text: str) -> None:
    met = in_need(UNDERSTANDER.understand(text, Viewer("v", "小明"))).understanding
    assert (met.intent, met.addressed) == ("bad_news", True)


@pytest.mark.parametrize(
    "text",
    [
        "我老婆生了！！", "哈哈哈哈", "主播好帅", "passed my driving test", "better than stanley?", "我考上大学了",
        "多少钱", "太阳为什么是热的", "给我唱首歌", "适合我吗", "买错尺码怎么办", "质量太差了", "几点下播", "谢谢你",
        "你个骗子",
    ],
)  # fmt: skip
def test_good_news_laughter_praise_and_questions_are_answered_as_ever(text: str) -> None:
    meaning = UNDERSTANDER.understand(text, Viewer("v", "小明"))
    assert in_need(meaning) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "能买吗", "我能送礼物吗", "can i send a gift", "我13岁 能买吗", "我刚上高中能买吗",
        "am i old enough to buy this",
    ],
)  # fmt: skip
def test_a_minor_who_asks_whether_they_may_buy_hears_the_advice_however_it_is_understood(text: str) -> None:
    for intent in ("unknown", "ask_product", "off_topic"):
        assert for_minor(Plan(intent, {}, known=False), GROWN_UP, "zh", text) == GROWN_UP.zh


@pytest.mark.parametrize("text", ["主播今天吃什么", "面料是什么", "太阳为什么是热的", "能拍照吗"])
def test_a_minor_who_asks_for_something_else_is_answered(text: str) -> None:
    assert for_minor(Plan("unknown", {}, known=False), GROWN_UP, "zh", text) == ""
