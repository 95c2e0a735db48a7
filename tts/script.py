"""Which pieces of a mixed text are Chinese and which are English."""

import re
from itertools import groupby
from typing import Final

import msgspec

HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Chinese characters, as the inside of a character class."""

_TOKEN: Final = re.compile(
    rf"(?P<zh>[{HAN}]+)|(?P<en>[A-Za-z]+(?:['’][A-Za-z]+)*)|(?P<number>\d+(?:[.,:/-]\d+)*)|(?P<other>[^{HAN}A-Za-z\d]+)"
)
_UNIT: Final = re.compile(r"kg|km|cm|mm|m|ml|mL|L|g|mg|[kKwWmM]")


class Run(msgspec.Struct, frozen=True):
    """A piece of text in one language."""

    text: str
    """As it stands in the whole, punctuation and spaces included."""
    language: str
    """`zh` or `en`."""


def runs(text: str, language: str) -> list[Run]:
    """Split `text` where its language changes; `language` decides where the text itself does not.

    The runs joined give the text again. A number belongs to the Chinese character that it touches, to English where
    both its neighbours are English words, and to `language` otherwise; a unit belongs to its number. Punctuation
    belongs to what precedes it.
    """
    tokens = _tokens(text)
    languages: list[str] = []
    for index, (kind, _) in enumerate(tokens):
        if kind in ("zh", "en"):
            languages.append(kind)
        elif kind == "number":
            languages.append(_number_language(tokens, index, language))
        else:
            languages.append("")
    _give_away_the_neutral(tokens, languages, language)
    pieces = zip(languages, (token for _, token in tokens), strict=True)
    return [
        Run("".join(token for _, token in group), name) for name, group in groupby(pieces, key=lambda piece: piece[0])
    ]


def _tokens(text: str) -> list[tuple[str, str]]:
    """Return (kind, token); a unit counts as part of its number, and so does the x of "3x3" and "x2"."""
    tokens = [(match.lastgroup or "other", match.group()) for match in _TOKEN.finditer(text)]
    for index, (kind, token) in enumerate(tokens):
        after_number = index > 0 and tokens[index - 1][0] == "number"
        before_number = index + 1 < len(tokens) and tokens[index + 1][0] == "number"
        if kind == "en" and ((after_number and _UNIT.fullmatch(token)) or (before_number and token in ("x", "X"))):
            tokens[index] = ("number", token)
    return tokens


def _number_language(tokens: list[tuple[str, str]], index: int, language: str) -> str:
    before = tokens[index - 1][0] if index else ""
    after = tokens[index + 1][0] if index + 1 < len(tokens) else ""
    if "zh" in (before, after):
        return "zh"
    left = next((kind for kind, _ in reversed(tokens[:index]) if kind in ("zh", "en")), "")
    right = next((kind for kind, _ in tokens[index + 1 :] if kind in ("zh", "en")), "")
    return "en" if left == right == "en" else language


def _give_away_the_neutral(tokens: list[tuple[str, str]], languages: list[str], language: str) -> None:
    """Punctuation follows what precedes it, but a sign right before a number (¥, $, -, +, #) goes with the number."""
    for index, name in enumerate(languages):
        if name:
            continue
        following = languages[index + 1] if index + 1 < len(languages) else ""
        sign = index + 1 < len(tokens) and tokens[index + 1][0] == "number" and tokens[index][1][-1] in "¥￥$€£-+#×±≈"
        languages[index] = (following if sign else "") or (languages[index - 1] if index else following) or language
