"""Numbers as live messages write them: digits, Chinese numerals, English words."""

import re
from typing import Final

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_SMALL_WORDS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS: Final = {word: n for n, word in enumerate(_SMALL_WORDS.split())} | {
    word: 10 * n for n, word in enumerate(_TEN_WORDS.split(), 2)
}
_TENS: Final = 20

CHINESE: Final = r"[零〇一二两俩仨三四五六七八九十百千万]{1,9}"
"""Matches a run of Chinese numerals."""
_WORD: Final = "|".join(sorted(_WORDS, key=len, reverse=True))
ENGLISH: Final = rf"(?:a hundred|hundred|{_WORD})(?:[ -](?:{_WORD}|hundred|and(?= (?:{_WORD})))){{0,5}}"
"""Matches a run of English number words, folded."""
NUMBER: Final = rf"(?:\d{{1,6}}(?:[.,]\d{{1,3}}){{0,3}}|(?<![唯统]){CHINESE}|(?<![a-z]){ENGLISH}(?![a-z]))"
"""Matches a number in any of the three ways."""


def number(text: str) -> float | None:
    """Return the number that `text` writes, or None: 12, 1,299, 9.9, 三十五, 一百二 (120), 两千, twenty five."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", text):
        return float(text.replace(",", ""))
    if re.fullmatch(CHINESE, text):
        return _chinese(text)
    return _english(text)


def _chinese(text: str) -> float | None:
    """Return a Chinese number below a hundred million; digits in a row are read one by one: 二零二四."""
    if "万" in text:
        above, _, below = text.partition("万")
        high, low = _chinese(above) if above else None, _chinese(below) if below else 0.0
        if high is None or low is None:
            return None
        return high * 10_000 + (low * 1000 if len(below) == 1 and below in _DIGITS else low)
    if not any(c in _UNITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total, digit, last = 0.0, None, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
            if digit == 0:
                last = 0  # 一百零二: what follows are ones
        else:
            last = _UNITS[character]
            total += (1 if digit is None else digit) * last
            digit = None
    if digit:
        total += digit * (last // 10 if last >= 100 else 1)  # noqa: PLR2004  # 一百二 is 120
    return total


def _english(text: str) -> float | None:
    total, current, seen = 0.0, 0.0, False
    for word in re.split(r"[ -]", text):
        if word in _WORDS:
            value = _WORDS[word]
            if (current % 100 >= _TENS and value < 10) or not current % 100:  # noqa: PLR2004
                current += value
            elif seen:
                return None  # two numbers side by side
            seen = True
        elif word == "hundred":
            current, seen = (current or 1) * 100, True
        elif word not in {"and", "a"}:
            return None
    total += current
    return total if seen else None


def written(value: float) -> str:
    """Return a number in digits, without a point where it needs none."""
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"  # noqa: PLR2004  # from there on :g writes exponents
