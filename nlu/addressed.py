"""Whether a message speaks to us: by name, as an answer to something we said, or because nobody else is meant."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from nlu.language import fold, has_han
from nlu.sound import find_by_sound, heard_alike, spelt_alike

_AT: Final = re.compile(r"^@(\S+)|\s@(\S+)$")
_OF_ROOM: Final = re.compile(
    r"(?:主播|客服|房管|小助手|小助理|机器人|大家|所有人|全体).*|"
    r"老板|老师|streamer|host|mods?|bot|all|everyone|everybody|here|chat"
)
"""What is called with an @ and is no viewer: those who run the room, us, or everybody."""
_HOST: Final = re.compile(
    r"^(?:主播|老板|老师|小姐姐|小哥哥)(?=[\s，,你您能可]|$)|^(?:hey |hi |yo )?(?:streamer|host)\b"
)
_BOT: Final = re.compile(
    r"小助手|小助理|机器人|人工智能|弹幕助手|(?<![a-z])(?:bot|robot|ai|assistant|co-?host)(?![a-z])"
)
_YOU: Final = re.compile(r"你|您|(?<![a-z])(?:you|your|yours|u|ur|yourself)(?![a-z])")
_QUESTION: Final = re.compile(
    r"[?]|吗|呢|么|什么|怎么|谁|几|多少|哪|能不能|可不可以|是不是|会不会|"
    r"^(?:who|what|when|where|why|how|which|can|could|do|does|did|are|is|will|would|whats|hows)\b"
)
_APPLAUSE: Final = re.compile(
    r"(?:[哈啊呵嘿嘻]{2,}|h{2,}|(?:ha|he){2,}h?|l+o+l+|lmf?ao+|6{2,}|cool|nice|wow|真的|牛+|赞)[\W_]*"
)
"""What only reacts to what was said, and may be answered with as much."""
_NOD: Final = re.compile(
    r"(?:[嗯恩哦噢喔啊额呃诶欸唉哎哇呜耶好行对是寄]*(?:[的吧啊哒滴了呀]|懂了|收到|知道了|明白了?|可以的?|确实)?|"
    r"ok(?:ay|k)?|k+|f+|h+m+|e?m{2,}|u+h+|u+m+|a+h*|o+h+|oops|yeah?|yep|yup|yes|no|nah|nope|i see|got it|"
    r"(?!6{2}|8{2})(?P<digit>\d)(?P=digit)*)[^\w?]*|(?:[嗯啊哈额诶欸哦哎]+|huh|eh)[?!]+|[\W_]*"
)
"""What asks for nothing and wants no answer: it closes an exchange, nods, sighs or cries out, or has no words."""
_NUMBERS: Final = re.compile(r"(?!.*(?:6{2}|8{2}|23{2}))[\W\d_]*")
"""Numbers that are no words, as 666, 88 and 233 are."""
_PLURAL: Final = re.compile(
    r"你们|您们|大家|各位|(?:还|都)?有(?:谁|没有人|人)|谁还|还有哪|"
    r"(?:宝|宝宝|宝子|家人|亲人|亲|兄弟|弟兄|姐妹|集美|同学|朋友|老铁|铁子|铁铁|伙伴|粉丝|观众|小主|哥哥|姐姐)们|"
    r"\b(?:you all|y'all|everyone|everybody|anyone|anybody|who else|folks|fam)\b|(?<!for )(?<!the )\bguys\b|"
    r"^(?:(?:hey|hi|hello|ok|okay|so|alright|yo|come on) )?chat\b(?! (?:with|to|about))|,? chat[.!?]*$"
)
"""Speaks to everybody."""


class Addressing(msgspec.Struct, frozen=True):
    """Whether we are spoken to, and why we think so."""

    us: bool
    """Whether we are meant."""
    why: str
    """In words that a moderator understands."""
    another: bool = False
    """Whether another viewer is meant, who is called with an @."""


def addressed(
    text: str,
    wake: Sequence[str],
    *,
    streamer: str = "",
    reply_to_us: bool = False,
    alone: bool = False,
    goes_on: bool = False,
) -> Addressing:
    """Return whether `text` speaks to the bot that answers to the names in `wake`.

    `streamer` is the name of whose room it is. `reply_to_us`: it answers a message of ours. `alone`: the speaker and we
    are the only ones who talk. `goes_on`: we have just answered the speaker, who is taken to go on talking to us unless
    this is a mere reaction, or speaks to everybody.
    Names match in any width, case and spacing; Chinese ones also by sound (小蛋 for 小弹), as recognisers write them;
    English ones with a letter or two wrong and split in two words (dan mate, danmade).
    """
    if reply_to_us:
        return Addressing(us=True, why="answers a message of ours")
    folded = fold(text)
    called = _called(folded, wake)
    to_host = _is_host(called, streamer) or _HOST.match(folded.removeprefix("@")) is not None
    if called and not to_host and _OF_ROOM.fullmatch(called) is None:
        return Addressing(us=False, why="speaks to another viewer", another=True)
    if names_us(folded, wake):
        return Addressing(us=True, why="calls us by name")
    if _BOT.search(folded):
        return Addressing(us=True, why="speaks of the bot")
    if alone:
        return Addressing(us=True, why="nobody else is here")
    if to_host:
        return Addressing(us=False, why="speaks to the streamer")
    to_all, reacts = _PLURAL.search(folded), _APPLAUSE.fullmatch(folded) or _NOD.fullmatch(folded)
    if goes_on and not reacts and not to_all:
        return Addressing(us=True, why="goes on talking to us")
    if _YOU.search(folded) and _QUESTION.search(folded) and not to_all:
        return Addressing(us=True, why="asks somebody a question, and we are listening")
    return Addressing(us=False, why="speaks to the room")


def is_reaction(text: str) -> bool:
    """Return whether `text` is a mere sign, number, nod or cry (👍, 1, 嗯, hmm); laughter and praise are more."""
    folded = fold(text)
    return _NOD.fullmatch(folded) is not None or _NUMBERS.fullmatch(folded) is not None


def names_us(text: str, wake: Sequence[str]) -> bool:
    """Return whether one of the names in `wake` stands in `text`, or something that sounds or looks like it."""
    folded = fold(text)
    close = re.sub(r"\s+", "", folded)
    words = re.findall(r"[a-z0-9]+", folded)
    pairs = [first + second for first, second in pairwise(words)]
    for name in map(_name, wake):
        if not name:
            continue
        if has_han(name):
            if name in close or (len(name) > 1 and find_by_sound(name, close) >= 0):
                return True
        elif any(spelt_alike(name, word) or heard_alike(name, word) for word in (*words, *pairs)):
            return True
    return False


def _called(folded: str, wake: Sequence[str]) -> str:
    """Return whom a folded message calls with an @ before or after what it says, or nothing where that is us."""
    at = _AT.search(folded)
    return "" if at is None or names_us(at[1] or folded, wake) else at[1] or at[2]


def _is_host(called: str, streamer: str) -> bool:
    host = fold(streamer).split(" ")[0]
    return bool(host) and (called == host or (has_han(host) and called.startswith(host)))


def _name(name: str) -> str:
    return re.sub(r"[^\w]|_", "", fold(name))
