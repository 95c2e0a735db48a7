"""Recorded sessions of the three kinds of rooms, replayed: what a streamer expects of each, and the same each time."""

from functools import cache
from pathlib import Path

import msgspec
import pytest

from bot.recording import load as load_recording
from bot.replay import Done, Row, Said, replay
from bot.show.show import Report
from core.events import Chat, Join, Outcome, Reply, Role, StreamState, Voice
from core.settings import load

HERE = Path(__file__).parent
SESSIONS = ("selling", "teaching", "gaming")


@pytest.fixture(autouse=True)
def blocking_calls_fail() -> None:
    """Let models compute in the loop's thread: in virtual time nothing waits for it."""


def run(name: str) -> list[Row]:
    recording = load_recording(HERE / f"{name}.jsonl")
    assert recording.config is not None
    return list(replay(load(recording.config), recording))


@cache
def rows(name: str) -> tuple[Row, ...]:
    return tuple(run(name))


def said(name: str, intent: str = "") -> list[Reply]:
    return [row.reply for row in rows(name) if isinstance(row, Said) and (not intent or row.reply.intent == intent)]


def report(name: str) -> Report:
    return next(row for row in rows(name) if isinstance(row, Report))


def answers(name: str, text: str) -> list[Reply]:
    """Return what was said to the messages that read `text`."""
    asked = {event.id for event in load_recording(HERE / f"{name}.jsonl").events if getattr(event, "text", "") == text}
    assert asked
    return [reply for reply in said(name) if reply.event in asked]


@pytest.fixture(params=SESSIONS)
def name(request: pytest.FixtureRequest) -> str:
    """Return each session's name."""
    return str(request.param)


def test_a_replay_is_the_same_to_the_byte(name: str) -> None:
    assert msgspec.json.encode(run(name)) == msgspec.json.encode(rows(name))


def test_every_event_ends_in_exactly_one_decision_with_a_reason(name: str) -> None:
    events = [event.id for event in load_recording(HERE / f"{name}.jsonl").events]
    decided = [row.decision for row in rows(name) if isinstance(row, Done)]
    for event in events:
        assert len([one for one in decided if one.event == event]) == 1, event
    assert all(one.why for one in decided)


def test_a_price_is_the_cards_and_the_sales_only_while_it_runs() -> None:
    assert [reply.facts["price"] for reply in answers("selling", "杯子现在多少钱")] == ["39元"]
    assert [reply.facts["price"] for reply in answers("selling", "杯子多少钱")] == ["59元"]
    assert [reply.facts["price"] for reply in answers("selling", "卫衣多少钱")] == ["99元"]


def test_stock_counts_down_and_sold_out_is_announced_once() -> None:
    assert [reply.facts["stock"] for reply in answers("selling", "5号链接还有吗")] == ["4件"]
    announced = [reply for reply in said("selling", "sold_out") if not reply.event]
    assert [reply.facts["product"] for reply in announced] == ["保温杯"]
    assert [reply.intent for reply in answers("selling", "杯子还有吗")] == ["sold_out"]
    assert answers("selling", "!sale 5") == [], "what is sold out goes on no sale"


def test_a_sale_is_announced_and_counted_down() -> None:
    assert [reply.facts["price"] for reply in said("selling", "flash_sale")] == ["39元", "35元"]
    left = [reply.facts.get("time") for reply in said("selling", "countdown")]
    assert left.count("1分钟") == 2
    assert report("selling").sales == ("2", "3")


def test_haggling_changes_no_price_and_absolute_claims_are_not_made() -> None:
    (declined,) = answers("selling", "能便宜点吗，八十卖不卖")
    assert declined.intent == "haggle"
    assert "80" not in declined.text
    assert not any("最低" in reply.text or "最好" in reply.text for reply in said("selling"))
    assert not any("一块钱" in reply.text for reply in said("selling"))


def test_gifts_of_one_giver_are_thanked_once_and_orders_by_name() -> None:
    (thanks,) = said("selling", "gift")
    assert "8个玫瑰" in thanks.text
    assert "1个咖啡" in thanks.text
    assert {"Mia", "橙子", "老王"} <= {reply.facts.get("viewer") for reply in said("selling", "order")}


def test_the_class_answers_by_chat_and_voice_and_its_understanding_is_measured() -> None:
    shown = report("teaching")
    assert [(one.right, one.answers) for one in shown.questions] == [(4, 5), (1, 5), (3, 4), (2, 2)]  # 一百 is 100
    assert shown.polls[0].votes == (0, 4, 0)
    assert (shown.parts, shown.recaps, shown.lost) == (3, 1, 3)


def test_what_too_few_understood_is_said_again_before_it_goes_on() -> None:
    intents = [reply.intent for reply in said("teaching")]
    first = next(reply for reply in said("teaching", "lesson_recap"))
    assert first.facts["topic"] == "关键帧"
    assert [reply.facts.get("topic") for reply in said("teaching", "lesson_next")] == ["时间线", "关键帧", "转场"]
    assert intents.index("lesson_recap") < len(intents) - intents[::-1].index("lesson_next") - 1


def test_the_lesson_ends_with_a_summary_of_all_parts() -> None:
    summary = said("teaching", "lesson_recap")[-1]
    assert summary.facts["topic"] == "剪辑入门"
    assert all(point in summary.text for point in ("先后顺序", "自动补动画", "硬切最常用"))


def test_who_is_lost_is_helped_by_name() -> None:
    helped = [reply.facts.get("viewer") for reply in said("teaching", "catch_up") if reply.event]
    assert helped == ["阿南", "Leo", "大圣"]


def test_no_vote_is_answered_with_talk() -> None:
    for text in ("B", "选B", "Option B.", "ctrl+z", "改了，选B", "选2"):
        assert answers("teaching", text) == []


def test_goals_are_told_on_the_way_and_their_end_once() -> None:
    shown = report("gaming")
    assert shown.goals == ((8, 8), (43, 40))
    texts = [reply.text for reply in said("gaming")]
    assert texts.count("关注目标达成，阿杰加播半小时！") == 1
    assert texts.count("玫瑰目标达成，下一把裸装打Boss！") == 1
    assert len(said("gaming", "goal_progress")) <= 8


def test_a_raid_is_welcomed_once_and_not_one_by_one() -> None:
    raiders = {
        e.id for e in load_recording(HERE / "gaming.jsonl").events if isinstance(e, Join) and "突袭" in e.viewer.name
    }
    assert len(said("gaming", "raid")) == 1
    assert len([reply for reply in said("gaming", "welcome") if reply.event in raiders]) <= 5
    messages = [
        e.id for e in load_recording(HERE / "gaming.jsonl").events if isinstance(e, Chat) and "突袭" in e.viewer.name
    ]
    assert len([reply for reply in said("gaming") if reply.event in messages]) < len(messages) / 2
    codes = {row.decision.event: row.decision.code for row in rows("gaming") if isinstance(row, Done)}
    assert [codes[message] for message in messages].count("raid_sampled") >= 5, "only a sample is read"


def test_insults_are_not_answered_and_idle_talk_comes_at_most_twice_in_a_row() -> None:
    assert all(reply.route == "moderation" for reply in answers("gaming", "你们都是傻逼，滚出去"))
    row, messages = 0, {e.id for e in load_recording(HERE / "gaming.jsonl").events if isinstance(e, Chat | Voice)}
    for one in rows("gaming"):
        if isinstance(one, Done) and one.decision.event in messages:
            row = 0
        elif isinstance(one, Said) and one.reply.intent == "idle":
            row += 1
        assert row <= 2


def test_the_streamers_own_talk_is_left_alone() -> None:
    events = {event.id: event for event in load_recording(HERE / "teaching.jsonl").events}
    for row in rows("teaching"):
        if isinstance(row, Done) and row.decision.event in events:
            event = events[row.decision.event]
            if event.viewer.role is Role.STREAMER and getattr(event, "text", "") == "谢谢大家":
                assert row.decision.outcome is Outcome.NOTED
            assert not (isinstance(event, StreamState) and row.decision.outcome is Outcome.ANSWERED)
