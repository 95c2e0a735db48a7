"""Whether a message speaks to us: by name, as an answer to something we said, or because nobody else is meant."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from nlu.language import fold, has_han
from nlu.sound import find_by_sound, heard_alike, spelt_alike

_ELSEWHERE: Final = re.compile(r"^@(\S+)")
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
_REACTION: Final = re.compile(
    r"(?:[哈啊呵嘿嘻]{2,}|h{2,}|(?:ha|he){2,}h?|l+o+l+|lmf?ao+|6{2,}|[嗯哦噢喔啊额好行对是]{1,3}[的吧啊哒滴]?|ok(?:ay|k)?|"
    r"cool|nice|wow|yeah|yep|yes|no|nah|nope|i see|got it|收到|知道了|懂了|明白了?|真的|牛+|赞)?[\W_]*"
)
"""What closes an exchange, or only reacts to it."""
_PLURAL: Final = re.compile(r"你们|大家|各位|\b(?:you guys|you all|y'all|everyone|everybody)\b")


class Addressing(msgspec.Struct, frozen=True):
    """Whether we are spoken to, and why we think so."""

    us: bool
    """Whether we are meant."""
    why: str
    """In words that a moderator understands."""


def addressed(
    text: str, wake: Sequence[str], *, reply_to_us: bool = False, alone: bool = False, goes_on: bool = False
) -> Addressing:
    """Return whether `text` speaks to the bot that answers to the names in `wake`.

    `reply_to_us`: it answers a message of ours. `alone`: the speaker and we are the only ones who talk. `goes_on`: we
    have just answered the speaker, who is taken to go on talking to us unless this is a mere reaction.
    Names match in any width, case and spacing; Chinese ones also by sound (小蛋 for 小弹), as recognisers write them;
    English ones with a letter or two wrong and split in two words (dan mate, danmade).
    """
    if reply_to_us:
        return Addressing(us=True, why="answers a message of ours")
    folded = fold(text)
    at = _ELSEWHERE.match(folded)
    if at and not names_us(at[1], wake):
        return Addressing(us=False, why="speaks to another viewer")
    if names_us(folded, wake):
        return Addressing(us=True, why="calls us by name")
    if _BOT.search(folded):
        return Addressing(us=True, why="speaks of the bot")
    if alone:
        return Addressing(us=True, why="nobody else is here")
    if _HOST.match(folded):
        return Addressing(us=False, why="speaks to the streamer")
    if goes_on and not _REACTION.fullmatch(folded) and not _PLURAL.search(folded):
        return Addressing(us=True, why="goes on talking to us")
    if _YOU.search(folded) and _QUESTION.search(folded) and not _PLURAL.search(folded):
        return Addressing(us=True, why="asks somebody a question, and we are listening")
    return Addressing(us=False, why="speaks to the room")


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


def _name(name: str) -> str:
    return re.sub(r"[^\w]|_", "", fold(name))
