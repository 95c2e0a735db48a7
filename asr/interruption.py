"""Whether what is heard over our voice takes the turn: words, sound, length and the recogniser's confidence together.

Of a short sound Whisper makes words that nobody said: 嗯 becomes "Na.", a laugh 摔反反. No single sign tells these
from a real "wait"; but they are short, their tokens are improbable, and what interrupts briefly does so in few ways,
which can be listed.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from asr.backchannel import is_backchannel
from asr.sound import named_in, sounds_in

SHORT_S: Final = 0.45
"""Seconds of a syllable or two: up to here nothing is believed but what stops, asks or calls us."""
LONG_S: Final = 1.5
"""Seconds from which any words are believed: hardly a backchannel is as long."""
HEARD: Final = 0.45
"""Confidence from which words that correct, ask or call us are believed; of "oh" Whisper makes "No." with 0.43."""
CONFIDENCE: Final = 0.62
"""Confidence that other words need at `SHORT_S`; most of what Whisper makes of backchannels has 0.3 to 0.6."""
LESS_A_SECOND: Final = 0.25
"""How much less confidence a second more of sound needs."""
_QUESTION_SYLLABLES: Final = 2
_AGAIN: Final = 3
"""Times that one word in a short remark is no word: "twee, twee, twee" is 对对对."""
_ZH_STOPS: Final = ("停", "停下", "停一下", "打住", "等等", "等一下", "等下", "别说了", "闭嘴")
_ZH_BIDS: Final = (
    "等会", "慢着", "且慢", "慢点", "先别", "别说", "别讲", "别念", "安静", "不对", "不是", "不要", "不行", "错了",
    "说错", "搞错", "听我说", "请问", "想问", "问一下", "问个", "我问", "有问题", "主播", "换一个", "下一个",
    "再说一遍", "没听清",
)  # fmt: skip
_ZH_ASKS: Final = (
    "多少", "什么", "怎么", "为啥", "几点", "几号", "几块", "几个", "几天", "多大", "多久", "哪个", "哪里", "哪款",
    "哪种", "是不是", "有没有", "能不能", "可不可以", "会不会",
)  # fmt: skip
_ZH_ASKING: Final = ("吗", "呢")
_EN_STOPS: Final = re.compile(r"\b(?:stop|wait|hold on|hang on|shut up)\b")
_EN_BIDS: Final = re.compile(
    r"(?:(?:oh|uh|um|hey|well|yeah|and|but|okay|ok) )*"
    r"(?:hold it|pause|no|nope|not|don't|wrong|that's (?:not|wrong)|excuse me|sorry|pardon|"
    r"listen|(?:just )?(?:a|one) (?:second|sec|moment|minute|question)|be quiet|quiet|never ?mind|forget it|"
    r"(?:i have|i've got) a|can i|could i|may i|let me|what about|how about|next|skip|again|say (?:that|it) again)\b"
)
_EN_ASKS: Final = re.compile(r"(?:who|what|when|where|why|how|which|whose|is|are|do|does|did|can|could|will|would)\b")
_WORD: Final = re.compile(r"[a-z']+|\d|[\u4e00-\u9fff]")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_SILENT_E: Final = re.compile(r"(?<=[aeiouy][^aeiouy'])e$")


class Bid(StrEnum):
    """What a sound over our voice is."""

    BACKCHANNEL = "backchannel"
    """They listen; we go on."""
    UNSURE = "unsure"
    """Too short and too doubtful to be stopped by; more of it may tell."""
    TURN = "turn"
    """They want to speak."""


def bid(text: str, seconds: float, confidence: float, names: Sequence[str] = ()) -> Bid:
    """Return what a remark is that sounds like `text` so far and has lasted `seconds`, pauses inside included.

    `confidence` is the recogniser's, 0 to 1. What tells us to stop takes the turn however short it is; what corrects,
    asks or calls one of `names` as well, if it was heard at all well; other words the sooner the surer they are.
    """
    if is_backchannel(text):
        return Bid.BACKCHANNEL
    words = _WORD.findall(text.casefold().replace("’", "'"))
    if seconds >= LONG_S:
        return Bid.TURN if words else Bid.UNSURE
    if _stops(words) or (confidence >= HEARD and (_bids(words, names) or _asks(words))):
        return Bid.TURN
    needed = CONFIDENCE - LESS_A_SECOND * (seconds - SHORT_S)
    return Bid.TURN if seconds > SHORT_S and confidence >= needed and not _one_sound(words) else Bid.UNSURE


def syllables(word: str) -> int:
    """Return how many syllables a Chinese character, a digit or an English word in small letters has, about."""
    return max(len(_VOWELS.findall(_SILENT_E.sub("", word))), 1)


def _one_sound(words: list[str]) -> bool:
    """Whether it is one syllable, also said again, or any word again and again."""
    often = max(map(words.count, words), default=0)
    return often >= _AGAIN or (often == len(words) and sum(map(syllables, set(words))) <= 1)


def _stops(words: list[str]) -> bool:
    written = "".join(words)
    return bool(_EN_STOPS.search(" ".join(words))) or any(sounds_in(phrase, written) for phrase in _ZH_STOPS)


def _bids(words: list[str], names: Sequence[str]) -> bool:
    written = "".join(words)
    return (
        bool(_EN_BIDS.match(" ".join(words)))
        or any(sounds_in(phrase, written) for phrase in _ZH_BIDS)
        or any(named_in(name, written) for name in names if name)
    )


def _asks(words: list[str]) -> bool:
    if len(set(words)) == 1 or sum(map(syllables, words)) < _QUESTION_SYLLABLES:
        return False
    written = "".join(words)
    if words[-1] in _ZH_ASKING and len(words) > _QUESTION_SYLLABLES:
        return True
    return bool(_EN_ASKS.match(words[0])) or any(sounds_in(phrase, written) for phrase in _ZH_ASKS)
