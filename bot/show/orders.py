"""What the streamer and moderators tell the show: typed commands, and the streamer's own words."""

import re
from typing import Final

import msgspec

from core.events import Chat, Role, Voice
from nlu.language import fold

_TYPED: Final = {
    "quiz": ("!quiz", "!答题", "!问答"), "poll": ("!poll", "!投票"), "sale": ("!sale", "!秒杀", "!特价"),
    "lesson": ("!lesson", "!上课", "!课程"),
}  # fmt: skip
_ALONE: Final = {
    "!下一题": ("quiz", "next"), "!收题": ("quiz", "end"), "!下一节": ("lesson", "next"), "!下课": ("lesson", "end"),
    "!小结": ("lesson", "recap"),
}  # fmt: skip
_END: Final = frozenset(("end", "stop", "close", "over", "结束", "停", "截止", "下课"))
_RECAP: Final = frozenset(("recap", "小结", "回顾"))
_SPOKEN: Final = (
    (re.compile(r"投票(?:结束|截止|到这)|结束投票|(?:close|end|stop) the (?:poll|vote|voting)"), "poll", "end"),
    (
        re.compile(r"(?:开始|发起|来个|来一个|搞个)投票|(?:open|start) (?:the|a) (?:poll|vote)|let's vote"),
        "poll",
        "next",
    ),
    (re.compile(r"公布答案|答题(?:结束|截止)|(?:close|end) the (?:question|quiz)|time's up"), "quiz", "end"),
    (re.compile(r"下一题|(?:来|出|做)(?:一|个|一个|一?道)题|开始答题|next question|quiz time"), "quiz", "next"),
    (re.compile(r"(?:秒杀|特价|限时活动)(?:结束|截止)|(?:end|close|stop) the (?:flash )?sale"), "sale", "end"),
    (re.compile(r"(?:开始|开|上)(?:限时)?秒杀|秒杀(?:开始|走起)|start the (?:flash )?sale"), "sale", "next"),
    (
        re.compile(r"(?:今天的?课|课)(?:就)?(?:到这|讲完|上完)|下课|(?:that's|that is) (?:all|it) for today"),
        "lesson",
        "end",
    ),
    (re.compile(r"小结一下|回顾一下|let's recap|quick recap"), "lesson", "recap"),
    (
        re.compile(r"(?:讲|看|进入|到)下一(?:节|部分|个知识点)|开始上课|next (?:part|section|step|topic)"),
        "lesson",
        "next",
    ),
)
_WHOLE: Final = re.compile(r"^(?:好(?:的|了)?|来|那|我们|咱们|大家|ok(?:ay)?)[\s,，]+|[\s,，.。!！~吧啦了咯]+$")
"""What may stand around an order that is all that is said."""
CHARACTERS: Final = 24
"""A longer remark of the streamer talks about something; it orders nothing. English may have three times as many."""


class Order(msgspec.Struct, frozen=True):
    """What the show is to do."""

    what: str
    """quiz, poll, sale or lesson."""
    do: str
    """next, end or recap."""
    about: str = ""
    """What else was said: the product of a sale."""
    typed: bool = True
    """Whether it is a command; in spoken words not everything names something."""


def read(event: Chat | Voice) -> Order | None:
    """Return what `event` orders, or nothing where it orders nothing or its sender has no say in the show."""
    if event.viewer.role not in (Role.STREAMER, Role.MODERATOR):
        return None
    folded = fold(event.text).replace("！", "!")
    typed = _typed(folded) if isinstance(event, Chat) else None
    if typed is not None or event.viewer.role is not Role.STREAMER:
        return typed
    return _whole(folded) or (_spoken(folded) if isinstance(event, Voice) else None)


def _typed(folded: str) -> Order | None:
    word, _, rest = folded.partition(" ")
    if word in _ALONE:
        return Order(*_ALONE[word])
    for what, names in _TYPED.items():
        if word in names:
            do = "end" if rest in _END else "recap" if rest in _RECAP else "next"
            return Order(what, do, rest if do == "next" else "")
    return None


def _whole(folded: str) -> Order | None:
    """Return what is ordered where the order is the whole remark; talk about it is none."""
    bare = _WHOLE.sub("", folded)
    if f"!{bare}" in _ALONE:
        return Order(*_ALONE[f"!{bare}"])
    for pattern, what, do in _SPOKEN:
        if pattern.fullmatch(bare):
            return Order(what, do, typed=False)
    return None


def _spoken(folded: str) -> Order | None:
    if len(folded) > CHARACTERS * (1 if re.search(r"[\u4e00-\u9fff]", folded) else 3):
        return None
    for pattern, what, do in _SPOKEN:
        if pattern.search(folded):
            return Order(what, do, folded if what == "sale" else "", typed=False)
    return None
