"""Which of the two languages a short live message is in, and the folded form that all matching works on."""

import re
import unicodedata
from collections.abc import Iterable
from importlib import resources
from typing import Final

MAX_CHARACTERS: Final = 500
"""Longer messages are cut: a platform allows no more, and every cost here is bounded by it."""

_CJK: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{_CJK}]")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_HANDLE = re.compile(r"[@#]\S+|https?://\S+|www\.\S+|\b\w*(?:\d[a-z]|[a-z]\d|_)\w*\b")
_NEUTRAL_WORDS: Final = """
ok okk okay lol lmao haha hahaha hh hhh hhhh yyds xswl awsl nb nice wow bgm vip pk up cp dj ktv app qq id wifi usb
led tv pc ai bot s m l xl xxl xxxl type c gg lv max pro plus mini emo kpi ppt cpu rap vlog iphone ipad oppo vivo
huawei xiaomi tiktok discord steam emm emmm orz u
"""
_NEUTRAL: Final = frozenset(_NEUTRAL_WORDS.split())
"""Latin words that Chinese viewers type as often as English ones: they say nothing of the language."""
_MANDARIN_LETTERS: Final = re.compile(
    r"^(?:h{2,}|x{2,}|w{2,}|z{2,}|a{3,}|k{3,}|6+|nmsl|xdm|dbq|ssr|plmm|zqsg|nsdd|u1s1)$"
)
_ENGLISH_WORD_WEIGHT: Final = 1.6
"""An English word says about as much as 1.6 Chinese characters."""


def _simplify() -> dict[int, int]:
    """Return the traditional characters of OpenCC with their simplified forms."""
    table = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {ord(old): ord(new[0]) for old, new in pairs if len(old) == 1}


_SIMPLIFIED: Final = _simplify()  # read on import: the event loop never waits for the disk


def fold(text: str) -> str:
    """Return `text` as it is compared: half-width, lower case, simplified, single spaces, bounded."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).lower().replace("’", "'")
    return " ".join(text.translate(_SIMPLIFIED).split())[:MAX_CHARACTERS]


def _weights(text: str) -> tuple[float, float]:
    """Return how much Chinese and how much English stands in a folded text."""
    text = _HANDLE.sub(" ", text)
    words = [w for w in _WORD.findall(text) if w not in _NEUTRAL and not _MANDARIN_LETTERS.match(w)]
    return float(len(_HAN.findall(text))), _ENGLISH_WORD_WEIGHT * len(words)


def detect(text: str, default: str = "zh") -> str:
    """Return `zh` or `en`: the language that a short, often mixed message is in.

    Chinese characters are weighed against Latin words. Handles, links, sizes and words at home in both languages (ok,
    666, hhh, yyds) do not count, and a Latin name in a Chinese sentence does not turn it. `default` is returned where
    nothing counts: 666, ???, an emoji.
    """
    folded = fold(text)
    chinese, english = _weights(folded)
    if chinese == english == 0:
        return default
    return "zh" if chinese >= english else "en"


def is_language(text: str, language: str, facts: Iterable[str] = ()) -> bool:
    """Return whether a reply is in `language`; `facts` (names, titles, answers) may be in any and are left out.

    A reply that is nothing but facts and signs passes.
    """
    rest = fold(text)
    for fact in sorted((fold(fact) for fact in facts), key=len, reverse=True):
        if fact:
            rest = rest.replace(fact, " ")
    chinese, english = _weights(rest)
    wanted, other = (chinese, english) if language == "zh" else (english, chinese)
    return other == 0 or wanted > other * (1.5 if language == "zh" else 3)


def has_han(text: str) -> bool:
    """Return whether any Chinese character stands in `text`."""
    return _HAN.search(text) is not None
