"""Where a reply may be cut, so that its first words are heard while the rest is computed."""

import re
from itertools import accumulate, pairwise
from typing import Final

from tts.script import HAN
from tts.symbols import EMAIL, LINK

FIRST: Final = 8.0
"""Weight that the first clause aims at: 8 Chinese characters or 5 English words."""
SECOND: Final = 16.0
"""The second is computed while the short first one plays."""
LATER: Final = 28.0
"""Clauses after that."""
STRETCH: Final = 1.6
"""How far past its aim a clause without a natural break may go before it is cut between words."""

_WORD_WEIGHT: Final = 1.6
_TINY: Final = 2.0
"""A clause as light as this (嗯，) is spoken with what follows."""
_ENOUGH: Final = 0.6
"""From this share of the aim on, the end of a sentence ends the clause."""

_WEIGHED: Final = re.compile(rf"(?P<word>[A-Za-z]+(?:['’][A-Za-z]+)*)|[{HAN}\d]")
_STRONG: Final = "。！？!?…\n"
_MARK: Final = re.compile(r"[，、。！？；：…,;:!?\n~～]+[\"”’」』）)]*\s*|\.+[\"”’)]*(?=\s|$)\s*|\s+[-–—]+\s+|——+")
_WHOLE: Final = re.compile(
    rf"{LINK.pattern}|{EMAIL.pattern}"
    r"|\d(?:[\d.,:/~-]*\d)?"
    r"|《[^《》]{1,30}》|“[^“”]{1,20}”|「[^「」]{1,20}」|\"[^\"]{1,20}\""
    r"|\b(?:Mr|Mrs|Ms|Dr|St|Prof|No|vs|etc|e\.g|i\.e|approx)\."
    r"|\b[A-Z](?:\.[A-Z])+\.?|\b[A-Z]\.(?= [A-Z])"
    r"|@[^\s，,。！!？?：:]{1,24}",
    re.IGNORECASE,
)
"""What is never cut: links, addresses, numbers, quoted titles, abbreviations, @names."""
_SOFT: Final = re.compile(
    r"(?<=[^\s])\s+(?=(?:and|but|so|because|which|or|then|if|when|while|with|to|for|that|from)\b)"
    r"|(?=(?:但是|不过|而且|所以|因为|然后|还有|如果|或者|并且|以及|记得))|(?<=[呢吧啊呀哦吗嘛啦])"
)
_BETWEEN: Final = re.compile(rf"(?<=[{HAN}])(?=[{HAN}A-Za-z])|\s+")


def weigh(text: str) -> float:
    """Return how long `text` takes to say, in Chinese syllables; an English word counts 1.6."""
    return sum(_WORD_WEIGHT if match["word"] else 1.0 for match in _WEIGHED.finditer(text))


def split(text: str) -> list[str]:
    """Return the clauses of `text`, which joined give it again but for white space at its ends.

    Clauses end at punctuation. Never inside a number, price, time, link, quoted title or @name.
    """
    pieces = _pieces(text.strip())
    clauses: list[str] = []
    current = ""
    for piece in pieces:
        aim = _aim(len(clauses))
        if current and _closes(current, piece, aim):
            clauses.append(current)
            current, aim = "", _aim(len(clauses))
        current += piece
        while weigh(current) > aim * STRETCH:
            head, tail = _cut(current, aim)
            if not tail:
                break
            clauses.append(head)
            current, aim = tail, _aim(len(clauses))
    if clauses and weigh(current) <= _TINY:
        current = clauses.pop() + current
    return [*clauses, current] if current else clauses


def _aim(index: int) -> float:
    return (FIRST, SECOND)[index] if index < 2 else LATER  # noqa: PLR2004  # two have aims of their own


def _closes(current: str, piece: str, aim: float) -> bool:
    weight = weigh(current)
    sentence = current.rstrip()[-1:] in _STRONG or current.rstrip().endswith(".")
    return weight + weigh(piece) > aim or (sentence and weight >= aim * _ENOUGH)


def _pieces(text: str) -> list[str]:
    """Cut at every mark that no protected piece covers."""
    protected = [match.span() for match in _WHOLE.finditer(text)]
    ends = [
        match.end()
        for match in _MARK.finditer(text)
        if not any(start <= match.start() < end for start, end in protected)
    ]
    cuts = [0, *ends, len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if text[start:end]]


def _cut(text: str, aim: float) -> tuple[str, str]:
    """Cut a piece without punctuation before a conjunction near `aim`; between words only where it is very long."""
    longest = LATER * STRETCH
    weights = _running_weight(text)
    patterns = (_SOFT, _BETWEEN) if aim >= LATER or weights[-1] > longest else (_SOFT,)
    protected = [match.span() for match in _WHOLE.finditer(text)]
    for pattern in patterns:
        places = [
            place
            for place in (match.end() for match in pattern.finditer(text))
            if _TINY < weights[place] <= longest
            and weights[-1] - weights[place] > _TINY
            and not any(start < place < end for start, end in protected)
        ]
        if places:
            place = min(places, key=lambda place: abs(weights[place] - aim))
            return text[:place], text[place:]
    return text, ""


def _running_weight(text: str) -> list[float]:
    """Return the weight of `text[:n]` for every n, words counted at their ends."""
    added = [0.0] * (len(text) + 1)
    for match in _WEIGHED.finditer(text):
        added[match.end()] = _WORD_WEIGHT if match["word"] else 1.0
    return list(accumulate(added))
