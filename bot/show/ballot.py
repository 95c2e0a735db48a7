"""Reads votes out of what viewers write and say: A, 选B, "option b", 第二个, 2, or the option's own words."""

import re
from collections.abc import Sequence
from typing import Final

from nlu.language import fold, has_han
from nlu.local import Local

LETTERS: Final = "abcdefgh"
MORE_CHARACTERS: Final = 8
"""Characters that may stand around an option's words; a longer message only mentions it."""
_ORDINALS: Final = {
    **{character: at for at, character in enumerate("一二三四五六七八")},
    **{str(number): number - 1 for number in range(1, 9)},
    **{word: at for at, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight"))},
    **{word: at for at, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"))},
}
_SPOKEN: Final = {
    "ay": 0, "hey": 0, "eh": 0, "诶": 0, "欸": 0, "be": 1, "bee": 1, "必": 1, "币": 1, "比": 1, "see": 2, "sea": 2,
    "西": 2, "c位": 2, "dee": 3, "地": 3, "弟": 3, "第": 3,
}  # fmt: skip
"""What recognisers write for a letter; believed only after a word that announces it."""
_ANNOUNCED: Final = re.compile(
    r"^(?:我|i(?:'d| would| will|'ll)?|it(?:'s| is)|the|my)?\s*"
    r"(?:选择?|投|猜|答案?|觉得|认为|应该|肯定"
    r"|vote(?: for)?|pick|choose|say|think(?: it's)?|answer(?: is)?|option|letter)\s*"
    r"(?:是|选|option|answer|letter)?\s*[:：]?\s*|^it(?:'s| is) "
)
_CHANGED: Final = re.compile(r"^(?:我?(?:要)?改(?:了|成|为|投)?|no,? wait|actually|change(?: it)?(?: to)?)[\s,，:：]*")
_AFTER: Final = re.compile(r"[\s!！?？。.,，~…吧呀啊哦嘛呢的]+$")
_CHOICE: Final = re.compile(
    r"(?:第|option |number |no\.? ?|the )?([a-h]|[一二三四五六七八]|[1-8]|[a-z]{3,6})(?:个|号|项|选项| one)?"
)
_NOT: Final = re.compile(r"不是|不选|没有|别选|\bnot\b|n't\b")


def read(text: str, options: Sequence[Local], names: Sequence[str] = ()) -> int | None:
    """Return the position of the option that `text` chooses, or nothing where it chooses none, or more than one.

    `names` are the bot's own, which may stand before a choice. An option's own words go before numbers: where 2 and 3
    are to choose from, "3" is an answer and no position.
    """
    folded = _bare(text, names)
    if not folded or _NOT.search(folded):
        return None
    named = _named(folded, options)
    if named:
        return named[0] if len(named) == 1 else None
    announced = _ANNOUNCED.match(folded)
    rest = folded[announced.end() :] if announced and announced.end() else folded
    at = _position(rest)
    if at is None and announced and announced.end():
        at = _SPOKEN.get(rest)
    return at if at is not None and at < len(options) else None


def accepted(text: str, answers: Sequence[str], names: Sequence[str] = ()) -> bool:
    """Return whether `text` gives one of `answers` to an open question."""
    folded = _bare(text, names)
    return not _NOT.search(folded) and any(_says(folded, fold(answer)) for answer in answers)


def _bare(text: str, names: Sequence[str]) -> str:
    folded = fold(text)
    for name in sorted(map(fold, names), key=len, reverse=True):
        folded = folded.removeprefix("@").removeprefix(name).lstrip(" ,，:：、")
    return _AFTER.sub("", _CHANGED.sub("", folded))


def _named(folded: str, options: Sequence[Local]) -> list[int]:
    """Return the options whose words stand in the message; of words within words the longest count."""
    words = {at: {fold(one) for one in (option.zh, option.en) if one} for at, option in enumerate(options)}
    said = {at: max((len(one) for one in own if _says(folded, one)), default=0) for at, own in words.items()}
    longest = max(said.values(), default=0)
    return [at for at, length in said.items() if length and length == longest]


def _says(folded: str, words: str) -> bool:
    if not words or len(folded) > len(words) + MORE_CHARACTERS * (1 if has_han(folded) else 3):
        return False
    if has_han(words):
        return words in folded
    return re.search(rf"(?<![a-z0-9.]){re.escape(words)}(?![a-z0-9.])", folded) is not None


def _position(text: str) -> int | None:
    """Return the position that a letter or number names; a letter may be typed many times over."""
    if len(set(text)) == 1 and text[0] in LETTERS:
        return LETTERS.index(text[0])
    match = _CHOICE.fullmatch(text)
    if match is None:
        return None
    return LETTERS.index(match[1]) if match[1] in LETTERS else _ORDINALS.get(match[1])
