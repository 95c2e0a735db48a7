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
    r"[?？]|吗|呢|么|什么|啥|哪|怎么|多久|多少|几|剩|再(?:说|念|读|发|看)|重复|没(?:听|看)"
    r"|\b(?:what|which|how|when|is|are|did|have we|do we|(?:don't|didn't) (?:get|understand|hear|see|catch)"
    r"|again|repeat|options|choices)\b",
    re.ASCII,
)
_REWARD: Final = re.compile(
    r"(?:目标|达成|达标).*(?:会怎|会发生|有什么|奖励|福利|惩罚|干嘛|干什么|做什么|怎么样|怎样)|(?:奖励|惩罚)是(?:什么|啥)"
    r"|\b(?:what (?:happens|do we get|will happen|do you do).*(?:goal|target)s?|(?:goal|target).*(?:reward|prize)"
    r"|(?:reward|prize).*(?:goal|target)s?|what(?:'s| is) the (?:reward|prize))\b",
    re.ASCII,
)
_NEXT: Final = re.compile(
    r"(?:下一?(?:个|节课?|堂课?|部分|步|章)|接下来|后面|然后)(?:是|要|会|我们)*(?:讲|学|教|是)(?:什么|啥|哪)"
    r"|\b(?:what(?:'s| is| comes)(?: coming)?(?: up)? next|what(?:'s| is) the next (?:part|step|topic|section|lesson)"
    r"|what (?:do|will|are|shall) (?:we|you) .*next|next (?:part|topic|section)\s*\?)",
    re.ASCII,
)
_PARTS: Final = re.compile(
    r"(?<!第)几(?:个|大)?(?:节(?!课)|部分|章|知识点)|\bhow many (?:parts|sections|steps|topics|chapters)\b", re.ASCII
)
_TAUGHT: Final = re.compile(
    r"今天(?:都)?(?:讲|学|教)了(?:什么|啥|哪些|些)|(?:总结|小结|回顾|概括)(?:一?下)|重点(?:是(?:什么|啥)|有哪些|再|呢)"
    r"|(?:说|讲|列|过|复习)(?:一?下|一遍)重点|错过了?(?:什么|啥|哪些)"
    r"|\b(?:recap|summar(?:y|ise|ize)|key points?|what (?:did|have) (?:we|you) (?:learn|cover|teach|do)\w*"
    r"|what (?:did|have) i miss(?:ed)?)\b",
    re.ASCII,
)
_ANSWER: Final = re.compile(
    r"答案(?:是|为|选)?(?:什么|啥|多少|哪|几)|(?:什么|啥|哪个)是?(?:正确)?答案|正确答案|(?:公布|揭晓)答案了?(?:吗|没)"
    r"|谁(?:答|猜|写|做)?对|我们?(?:答|猜|写|做|选)?对了?(?:吗|没|么)|(?:几|多少)个?人(?:答|做|猜)?对"
    r"|(?:应该|到底)选(?:什么|啥|哪)|选(?:什么|啥|哪个)才?对"
    r"|\b(?:what(?:'s|s| is| was) the (?:right |correct )?answer|(?:am|was) i (?:right|correct)"
    r"|did (?:i|we) get (?:it|that)|who (?:got|was|is|had) (?:it )?(?:right|correct)"
    r"|how many (?:of us )?(?:were|got it) right)\b",
    re.ASCII,
)
_WHY: Final = re.compile(
    r"为(?:什么|啥)(?:是|选|不是|不选)?\s*[a-h1-8](?![a-z0-9])"
    r"|\bwhy (?:is (?:it|that) |was it |isn't it |not )?[a-h1-8](?: then| not| again)?\W*$",
    re.ASCII,
)
_WON: Final = re.compile(
    r"结果(?:是|呢|怎么样|如何|出来|$)|谁(?:赢|胜)|哪(?:个|边|一个)(?:赢|胜|票多|最多|得票)|(?:选|投)出?了(?:谁|什么|哪个|啥)"
    r"|\b(?:what(?:'s|s| is| was| were) the results?|(?:what|who|which(?: one| option)?) (?:has )?won"
    r"|what did (?:we|you|they|chat) (?:choose|pick|vote)\w*)\b",
    re.ASCII,
)
_LEADS: Final = re.compile(
    r"领先|(?:哪个|谁)的?票?(?:更|最)?(?:多|高)|(?:多少|几)票|票数"
    r"|\b(?:(?:who|what|which(?: one| option)?)(?:'s|s| is) (?:winning|leading|ahead)|how many votes|the score)\b",
    re.ASCII,
)
_LEFT: Final = re.compile(
    r"(?:现在|请问|那|答题|这题)*还?(?:剩下?|有|要|能投|能答)(?:多久|多长时间|多少时间|几秒钟?|多少秒|几分钟)"
    r"(?:时间)?(?:结束|截止|收题|公布)?[了呀啊呢]*"
    r"|(?:什么时候|几点|啥时候|多久)(?:才|后)?(?:截止|收题|公布(?:答案)?|揭晓)|还有时间吗|还能(?:投|答)吗|截止了?[吗没]|还来得及吗"
    r"|how (?:long|much time|many seconds|much longer)(?: is| do we| have we| do i| we| have| got| left| still| more"
    r"| remaining| to go| to vote| to answer)*|(?:any )?time left|can (?:i|we) still (?:vote|answer)",
    re.ASCII,
)
CHARACTERS: Final = 40
"""A longer message tells something; English may have three times as many."""


class Asked(msgspec.Struct, frozen=True):
    """What of the show is asked for."""

    what: str
    """sale; goal, goals, reward, rewards; topic, recap, next, parts, taught; vote, standing; question, answer, why;
    left."""
    at: int = 0
    """Which goal, or which part of the lesson."""


class Rounds(msgspec.Struct, frozen=True):
    """What was put to the room so lately that few words name it."""

    question: bool = False
    """Whether a question is open or just closed."""
    poll: bool = False
    """Whether a poll is."""


def asked(text: str, goals: tuple[GoalOptions, ...], topics: tuple[Local, ...], rounds: Rounds) -> Asked | None:
    """Return what of the show `text` asks for, or nothing; `topics` are those of the lesson's parts."""
    folded = fold(text)
    if len(folded) > CHARACTERS * (1 if re.search(r"[\u4e00-\u9fff]", folded) else 3):
        return None
    if _SALE.search(folded) and (_HOW_LONG.search(folded) or _RUNS.search(folded)) and not _DELIVERY.search(folded):
        return Asked("sale")
    return _of_round(folded, rounds) or _of_goals(folded, goals) or (_of_lesson(folded, topics) if topics else None)


def _of_round(folded: str, rounds: Rounds) -> Asked | None:
    """Return what is asked of a question or a poll; where none was lately, only what names it counts."""
    if rounds.question and (_WHY.search(folded) or _ANSWER.search(folded)):
        return Asked("why" if _WHY.search(folded) else "answer")
    if rounds.poll and (_WON.search(folded) or _LEADS.search(folded)):
        return Asked("standing")
    if (rounds.question or rounds.poll) and _LEFT.fullmatch(folded.rstrip(" ?？!！.。~")):
        return Asked("left")
    if _VOTE.search(folded) and _ASKS.search(folded):
        return Asked("vote")
    if _QUIZ.search(folded) and _ASKS.search(folded):
        return Asked("question")
    return None


def _of_goals(folded: str, goals: tuple[GoalOptions, ...]) -> Asked | None:
    """Return what is asked of the goals: of the one that is named, or of all."""
    if goals and _REWARD.search(folded):
        named = next((at for at, goal in enumerate(goals) if _is_named(goal, folded)), None)
        return Asked("rewards") if named is None else Asked("reward", named)
    goal = _goal(folded, goals)
    if goal is not None:
        return Asked("goal", goal)
    return Asked("goals") if goals and _ALL_GOALS.search(folded) and _ASKS.search(folded) else None


def _of_lesson(folded: str, topics: tuple[Local, ...]) -> Asked | None:
    """Return what is asked of the lesson: where it is, what comes, or what was taught of a topic or of all."""
    if _NEXT.search(folded):
        return Asked("next")
    if _PARTS.search(folded):
        return Asked("parts")
    if _WHERE.search(folded):
        return Asked("topic")
    if _WHAT_IS.search(folded):
        for at, topic in enumerate(topics):
            if any(_names(one, folded) for one in (topic.zh, topic.en) if one):
                return Asked("recap", at)
    return Asked("taught") if _TAUGHT.search(folded) else None


def _goal(folded: str, goals: tuple[GoalOptions, ...]) -> int | None:
    """Return the goal that is asked about: the one of the gift or the kind that is named."""
    if not _MISSING.search(folded):
        return None
    for at, goal in enumerate(goals):
        if _is_named(goal, folded) and (goal.gift or _GOAL.search(folded)):
            return at
    return None


def _is_named(goal: GoalOptions, folded: str) -> bool:
    return fold(goal.gift) in folded if goal.gift else _KINDS[goal.count].search(folded) is not None


def _names(topic: str, folded: str) -> bool:
    words = re.sub(r"^(?:the|an?) ", "", fold(topic))
    if not words.isascii():
        return words in folded
    stem = words.removesuffix("s") if len(words) > 3 else words  # noqa: PLR2004  # "a keyframe" for keyframes
    return re.search(rf"(?<![a-z0-9]){re.escape(stem)}s?(?![a-z0-9])", folded) is not None
