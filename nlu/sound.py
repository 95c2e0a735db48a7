"""How words sound, for names that a recogniser or a hurried viewer spells differently."""

from functools import lru_cache
from typing import Final

from pypinyin import Style, pinyin

_FINALS: Final = (("iang", "ian"), ("uang", "uan"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_EXACT_BELOW: Final = 4
"""English names shorter than this must be spelt right: too many short words are one letter apart."""


@lru_cache(maxsize=8192)
def syllables(character: str) -> frozenset[str]:
    """Return every reading of one Chinese character without tones, accents merged (zh/z, ang/an …); none for others."""
    if not "\u3400" <= character <= "\u9fff":
        return frozenset()
    readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return frozenset(_merge(reading) for reading in readings)


def _merge(syllable: str) -> str:
    for written, merged in _INITIALS:
        if syllable.startswith(written):
            syllable = merged + syllable[len(written) :]
    for written, merged in _FINALS:
        if syllable.endswith(written):
            return syllable[: -len(written)] + merged
    return syllable


def sounds_alike(left: str, right: str) -> bool:
    """Return whether two Chinese strings of one length can be read alike, character by character."""
    return len(left) == len(right) and all(
        a == b or syllables(a) & syllables(b) for a, b in zip(left, right, strict=True)
    )


def find_by_sound(name: str, text: str) -> int:
    """Return where something that sounds like the Chinese `name` begins in `text`, or -1."""
    for start in range(len(text) - len(name) + 1):
        if sounds_alike(name, text[start : start + len(name)]):
            return start
    return -1


def edit_distance(left: str, right: str, limit: int) -> int:
    """Return the Levenshtein distance, or `limit` + 1 as soon as it is known to be above `limit`."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
        if min(row) > limit:
            return limit + 1
    return row[-1]


def spelt_alike(name: str, word: str) -> bool:
    """Return whether an English `word` is `name` but for a slip: one letter in up to seven, two beyond."""
    if len(name) < _EXACT_BELOW:
        return name == word
    limit = 1 if len(name) < 2 * _EXACT_BELOW - 1 else 2
    return name[0] == word[:1] and edit_distance(name, word, limit) <= limit
