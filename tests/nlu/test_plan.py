"""Plans state what the room's settings hold, and nothing else."""

import pytest

from core.events import Viewer
from nlu.faq import Faq
from nlu.intent import IntentModel
from nlu.intents import INTENTS, Role
from nlu.knowledge import Knowledge, Product
from nlu.local import Local
from nlu.plan import Plan, Planner
from nlu.understand import Understander

HOODIE = Product(
    id="1", title=Local("蓝色卫衣", "the blue hoodie"), aliases=("卫衣", "hoodie"), price="99元", stock=12, link=3,
    facts=(Local("面料是纯棉", "the fabric is pure cotton"),),
)  # fmt: skip
MUG = Product(
    id="2", title=Local("保温杯", "the travel mug"), aliases=("mug",), price="59元", stock=0, link=None, facts=()
)
FAQ = Faq(("几点下播", "when do you end"), Local("今晚十点下播", "the stream ends at ten"))
KNOWLEDGE = Knowledge(products=(HOODIE, MUG), faq=(FAQ,))
MODEL = IntentModel.load()


def plan(text: str, knowledge: Knowledge = KNOWLEDGE, last: Product | None = None, viewer: str = "") -> Plan:
    meaning = Understander(knowledge, MODEL, wake=("小弹",)).understand(text, Viewer("v", "小鱼"))
    return Planner(knowledge, "小弹", "阿杰", ("老王的钓鱼间",)).answer(meaning, (viewer,), last)


@pytest.mark.parametrize(
    ("text", "intent", "facts"),
    [
        ("卫衣多少钱", "ask_price", {Role.PRODUCT: "蓝色卫衣", Role.PRICE: "99元"}),
        ("how much is the hoodie", "ask_price", {Role.PRODUCT: "the blue hoodie", Role.PRICE: "99 yuan"}),
        ("卫衣还有货吗", "ask_stock", {Role.PRODUCT: "蓝色卫衣", Role.STOCK: "12件"}),
        ("保温杯还有货吗", "sold_out", {Role.PRODUCT: "保温杯"}),
        ("卫衣链接在哪", "ask_link", {Role.PRODUCT: "蓝色卫衣", Role.LINK: "3号链接"}),
        ("几点下播", "ask_faq", {Role.ANSWER: "今晚十点下播"}),
        ("when do you end", "ask_faq", {Role.ANSWER: "the stream ends at ten"}),
        ("你是谁", "who_are_you", {Role.ME: "小弹"}),
    ],
)
def test_what_the_room_knows_is_stated_exactly(text: str, intent: str, facts: dict[Role, str]) -> None:
    made = plan(text)
    assert (made.intent, dict(made.facts)) == (intent, facts)


@pytest.mark.parametrize("text", ["卫衣多少钱", "几点下播", "多久发货", "还有货吗", "how much is it"])
def test_an_empty_room_states_nothing(text: str) -> None:
    made = plan(text, Knowledge())
    assert made.intent in {"unknown", "unclear"}
    assert not made.facts
    assert made.intent == "unclear" or not made.known


def test_a_question_without_a_product_is_about_the_last_one() -> None:
    assert plan("多少钱", last=MUG).facts[Role.PRICE] == "59元"
    assert plan("多少钱").facts[Role.PRICE] == "99元"


def test_a_viewer_is_named_where_a_name_is_given() -> None:
    assert plan("卫衣多少钱", viewer="小鱼").facts[Role.VIEWER] == "小鱼"


def test_every_plan_holds_only_facts_that_its_intent_can_carry() -> None:
    chinese = ["你好", "再见", "主播真好看", "什么破东西", "哈哈哈", "明天下雨吗", "唱首歌吧", "便宜点", "推荐一个"]
    english = ["hello", "bye", "lol", "sing a song", "any discount", "what else do you sell", "asdf qwer"]
    for text in chinese + english:
        made = plan(text, viewer="小鱼")
        assert set(made.facts) <= INTENTS[made.intent].roles, (text, made)


def test_events_carry_what_they_have() -> None:
    values = {Role.VIEWER: "小鱼", Role.GIFT: "玫瑰", Role.COUNT: "", Role.PRICE: "1元"}
    made = Planner(KNOWLEDGE, "小弹", "阿杰").event("gift", values)
    assert dict(made.facts) == {Role.VIEWER: "小鱼", Role.GIFT: "玫瑰"}
