"""What a viewer asks of the show itself: what runs, how long still, how much is missing, what is taught.

Patterns that name the thing and what is asked of it: "how long is the sale on" is about the sale, "how long is the
stream on" is not.
"""

import re
from typing import Final

import msgspec

from bot.show.goals import GoalOptions
from core.local import Local
from nlu.language import fold

_SALE: Final = re.compile(
    r"秒杀|特价|限时|折扣价|活动价|优惠价|\b(?:(?:flash )?sale|flash deal|deal|discount|special price|promo)\b",
    re.ASCII,
)
_HOW_LONG: Final = re.compile(
    r"多久|多长时间|几分钟|几点(?:结束|截止)"
    r"|(?:什么时候|啥时候|何时)(?:结束|截止|完|停|没)|还剩|剩(?:多少|几)|快?结束了?(?:吗|没|了没)"
    r"|截止|\b(?:how (?:long|much time|many minutes|many seconds)|time left"
    r"|when (?:does|will|is) .*(?:end|over|stop|finish)\w*"
    r"|until when|still (?:on|going|running)|(?:is|are) .* over|end(?:s|ing)? when|ending soon)\b",
    re.ASCII,
)
_RUNS: Final = re.compile(
    r"(?:还在|在|还有|有)秒杀.*(?:吗|么|没)|秒杀(?:还在|还有|有)(?:吗|么|没)"
    r"|\b(?:is there (?:still )?a|any) (?:flash )?sale\b",
    re.ASCII,
)
_DELIVERY: Final = re.compile(r"发货|快递|物流|送到|\bship|\bdeliver", re.ASCII)
_MISSING: Final = re.compile(
    r"差(?:多少|几|好多)|还(?:要|需要?|缺|差|少)|多少(?!钱)|几(?:个|人|单|位|朵)|达标|达成|进度|完成|够了吗|到了(?:吗|没)|目标"
    r"|\b(?:how (?:many|far|close)|left|more|missing|remaining|progress|reached|target|goal)\b",
    re.ASCII,
)
_GOAL: Final = re.compile(
    r"目标|达标|达成|加播|进度|差(?:多少|几)|\b(?:goal|target|to go|left|missing|remaining|more)\b", re.ASCII
)
_ALL_GOALS: Final = re.compile(r"目标|达标|加播|\b(?:goal|target)s?\b", re.ASCII)
_KINDS: Final = {
    "follows": re.compile(r"关注|粉丝|涨粉|\b(?:follow\w*|subs?|subscribers?)\b", re.ASCII),
    "gifts": re.compile(r"礼物|\bgifts?\b", re.ASCII),
    "likes": re.compile(r"点赞|赞|\blikes?\b", re.ASCII),
    "shares": re.compile(r"分享|转发|\bshares?\b", re.ASCII),
    "orders": re.compile(r"下单|订单|单|\b(?:orders?|sold)\b", re.ASCII),
}
_WHERE: Final = re.compile(
    r"讲到(?:哪|什么|第几)|(?:在|正在|现在)(?:讲|学|教)(?:什么|啥|哪|到哪)|(?:讲|学|教)(?:什么|啥)呢?[?？]?$"
    r"|哪(?:个|一个)?(?:知识点|部分|章|节)"
    r"|第几(?:节|部分|章)|进度到哪|今天(?:讲|学|教)(?:什么|啥)"
    r"|\b(?:where are we|what(?:'s| is| are) (?:we|you|he|she|the) (?:on|at|learning|teaching|doing now|covering|topic)"
    r"|what(?:'s| is) (?:this|the) lesson about|what part|which (?:part|topic|section|step)|what topic|current topic"
    r"|today's (?:topic|lesson))\b",
    re.ASCII,
)
_WHAT_IS: Final = re.compile(
    r"是什么|是啥|啥是|什么是|什么意思|啥意思|干嘛用|干什么用|有什么用|怎么理解|怎么回事|解释|再说说|讲讲|重点|总结"
    r"|\b(?:what(?:'s| is| are| does| do)|whats|explain|meaning|mean|means|purpose|remind me|recap)\b",
    re.ASCII,
)
_VOTE: Final = re.compile(r"投票|投什么|投啥|投哪|怎么投|\b(?:vote|voting|poll)\b", re.ASCII)
_QUIZ: Final = re.compile(r"题目|问题是|什么题|啥题|哪道题|题是|\b(?:the question|quiz)\b", re.ASCII)
_ASKS: Final = re.compile(
    r"[?？]|吗|呢|么|什么|啥|哪|怎么|多久|多少|几|剩|\b(?:what|which|how|when|is|are|again|repeat|options|choices)\b",
    re.ASCII,
)
CHARACTERS: Final = 40
"""A longer message tells something; English may have three times as many."""


class Asked(msgspec.Struct, frozen=True):
    """What of the show is asked for."""

    what: str
    """sale, goal, goals, topic, recap, vote or question."""
    at: int = 0
    """Which goal, or which part of the lesson."""


def asked(text: str, goals: tuple[GoalOptions, ...], topics: tuple[Local, ...]) -> Asked | None:
    """Return what of the show `text` asks for, or nothing; `topics` are those of the lesson's parts."""
    folded = fold(text)
    if len(folded) > CHARACTERS * (1 if re.search(r"[\u4e00-\u9fff]", folded) else 3):
        return None
    if _SALE.search(folded) and (_HOW_LONG.search(folded) or _RUNS.search(folded)) and not _DELIVERY.search(folded):
        return Asked("sale")
    if _VOTE.search(folded) and _ASKS.search(folded):
        return Asked("vote")
    if _QUIZ.search(folded) and _ASKS.search(folded):
        return Asked("question")
    goal = _goal(folded, goals)
    if goal is not None:
        return Asked("goal", goal)
    if goals and _ALL_GOALS.search(folded) and _ASKS.search(folded):
        return Asked("goals")
    if topics and _WHERE.search(folded):
        return Asked("topic")
    if _WHAT_IS.search(folded):
        for at, topic in enumerate(topics):
            if any(_names(one, folded) for one in (topic.zh, topic.en) if one):
                return Asked("recap", at)
    return None


def _goal(folded: str, goals: tuple[GoalOptions, ...]) -> int | None:
    """Return the goal that is asked about: the one of the gift or the kind that is named."""
    if not _MISSING.search(folded):
        return None
    for at, goal in enumerate(goals):
        if goal.gift and fold(goal.gift) in folded:
            return at
    for at, goal in enumerate(goals):
        if not goal.gift and _KINDS[goal.count].search(folded) and _GOAL.search(folded):
            return at
    return None


def _names(topic: str, folded: str) -> bool:
    words = re.sub(r"^(?:the|an?) ", "", fold(topic))
    if not words.isascii():
        return words in folded
    stem = words.removesuffix("s") if len(words) > 3 else words  # noqa: PLR2004  # "a keyframe" for keyframes
    return re.search(rf"(?<![a-z0-9]){re.escape(stem)}s?(?![a-z0-9])", folded) is not None
