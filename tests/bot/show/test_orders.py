"""What orders the show, and what is talk about it."""

import pytest

from bot.show.orders import Order, read
from core.events import Chat, Role, Viewer, Voice


def typed(text: str, role: Role = Role.STREAMER) -> Order | None:
    return read(Chat(id="e", room="main", viewer=Viewer("s", "林老师", role), at=0.0, received=0.0, text=text))


def spoken(text: str) -> Order | None:
    viewer = Viewer("s", "林老师", Role.STREAMER)
    return read(
        Voice(
            id="e", room="main", viewer=viewer, at=0.0, received=0.0, text=text, language="zh", confidence=0.9,
            audio_s=1.0, ended=0.0,
        )
    )  # fmt: skip


ORDERS = [
    ("开始上课", "lesson", "next"), ("看下一节", "lesson", "next"), ("next part", "lesson", "next"),
    ("下一节", "lesson", "next"), ("小结一下", "lesson", "recap"), ("let's recap", "lesson", "recap"),
    ("下课", "lesson", "end"), ("that's all for today", "lesson", "end"), ("下一题", "quiz", "next"),
    ("来道题", "quiz", "next"), ("出个题", "quiz", "next"), ("来一道题吧", "quiz", "next"),
    ("next question", "quiz", "next"), ("公布答案", "quiz", "end"), ("time's up", "quiz", "end"),
    ("收题", "quiz", "end"), ("开始投票", "poll", "next"), ("投票结束！", "poll", "end"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "what", "do"), ORDERS)
def test_an_order_that_is_the_whole_remark_is_obeyed_spoken_or_typed_by_the_streamer(
    text: str, what: str, do: str
) -> None:
    for order in (spoken(text), typed(text)):
        assert order is not None
        assert (order.what, order.do) == (what, do)
    assert typed(text, Role.MODERATOR) is None
    assert typed(text, Role.VIEWER) is None


@pytest.mark.parametrize(
    "text", ["我们下一节再说", "今天讲讲下一节的内容", "一会儿开始投票", "公布答案之前再想想", "大家好，我们开始上课"]
)
def test_typed_talk_of_an_order_is_none(text: str) -> None:
    assert typed(text) is None


def test_in_speech_an_order_may_stand_in_a_short_remark() -> None:
    assert spoken("好，我们来道题") == Order("quiz", "next", typed=False)
