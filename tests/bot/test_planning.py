"""What happened, as the facts of a reply."""

from typing import Any

import pytest

from bot.candidate import Candidate, Priority
from bot.planning import plan, spoken_name
from core.events import Chat, Follow, Gift, Join, RoomEvent, Understanding, Viewer
from nlu.intents import Role
from nlu.knowledge import Knowledge
from nlu.plan import Planner
from nlu.understand import Meaning

PLANNER = Planner(Knowledge((), ()), "小弹", "阿杰")


def event(kind: type[RoomEvent], name: str, **fields: Any) -> RoomEvent:
    return kind(id=f"e-{name}", room="r", viewer=Viewer(name, name), at=0, received=0, **fields)


def facts(candidate: Candidate, language: str = "zh", crowd: int = 9) -> tuple[str, dict[Role, str]]:
    names = {viewer.id: spoken_name(viewer.name) for viewer in candidate.named()}
    made = plan(candidate, PLANNER, names, None, language, crowd=crowd)
    return made.intent, dict(made.facts)


def gifts(*kinds: tuple[str, int]) -> Candidate:
    given = tuple(
        Gift(id=kind, room="r", viewer=Viewer("a", "阿明"), at=0, received=0, gift=kind, count=count)
        for kind, count in kinds
    )
    return Candidate(given[0], Priority.PAID, 9, gifts=given)


@pytest.mark.parametrize(
    ("kinds", "zh", "en"),
    [
        ([("玫瑰", 1)], {Role.GIFT: "玫瑰"}, {Role.GIFT: "玫瑰"}),
        ([("玫瑰", 9)], {Role.GIFT: "玫瑰", Role.COUNT: "9个"}, {Role.GIFT: "玫瑰", Role.COUNT: "9"}),
        ([("火箭", 1), ("玫瑰", 9)], {Role.GIFT: "1个火箭和9个玫瑰"}, {Role.GIFT: "1 × 火箭 and 9 × 玫瑰"}),
        (
            [("火箭", 1), ("咖啡", 2), ("玫瑰", 9), ("星星", 1)],
            {Role.GIFT: "1个火箭、2个咖啡、9个玫瑰等礼物"},
            {Role.GIFT: "1 × 火箭, 2 × 咖啡, 9 × 玫瑰 and more"},
        ),
    ],
)
def test_all_kinds_of_one_giver_stand_in_one_thanks(
    kinds: list[tuple[str, int]], zh: dict[Role, str], en: dict[Role, str]
) -> None:
    assert facts(gifts(*kinds), "zh") == ("gift", {Role.VIEWER: "阿明", **zh})
    assert facts(gifts(*kinds), "en") == ("gift", {Role.VIEWER: "阿明", **en})


def test_a_welcome_names_up_to_three_and_reads_out_no_handle() -> None:
    joins = [event(Join, name) for name in ("小鱼", "user83920175643", "阿明", "小红")]
    together = Candidate(joins[0], Priority.IDLE, 9, others=tuple(joins[1:]))
    assert facts(together) == ("welcome", {Role.VIEWER: "小鱼", Role.VIEWER2: "阿明"})
    assert facts(Candidate(joins[1], Priority.IDLE, 9)) == ("greeting", {})


def test_a_raid_is_welcomed_by_its_count() -> None:
    assert facts(Candidate(event(Join, "小鱼"), Priority.CHAT, 9, count=512)) == ("raid", {Role.COUNT: "512个"})


def test_what_is_asked_of_the_show_is_answered_with_what_it_states_now_and_by_name() -> None:
    asked = Chat(id="e", room="r", viewer=Viewer("小鱼", "小鱼"), at=0, received=0, text="秒杀还有多久结束")
    understood = Understanding(intent="off_topic", slots={}, language="zh", addressed=True, confidence=0.9)
    meaning = Meaning(asked.text, understood)
    candidate = Candidate(asked, Priority.ADDRESSED, 9, meaning)
    names = {"小鱼": "小鱼"}
    made = plan(candidate, PLANNER, names, None, "zh", crowd=9, now="还剩1分钟")
    assert (made.intent, made.facts) == ("ask_faq", {Role.VIEWER: "小鱼", Role.ANSWER: "还剩1分钟"})
    assert made.known
    assert plan(candidate, PLANNER, names, None, "zh", crowd=1, now="还剩1分钟").facts == {Role.ANSWER: "还剩1分钟"}
    assert plan(candidate, PLANNER, names, None, "zh", crowd=9).intent != "ask_faq"


def test_a_follower_whose_name_may_not_be_said_is_thanked_without_it() -> None:
    candidate = Candidate(event(Follow, "小鱼"), Priority.CHAT, 9)
    assert plan(candidate, PLANNER, {"小鱼": ""}, None, "zh", crowd=9).facts == {}


def test_a_commands_words_need_no_plan() -> None:
    assert facts(Candidate(event(Chat, "小鱼", text="!价格"), Priority.ADDRESSED, 9, fixed="99元")) == ("command", {})
