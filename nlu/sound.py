"""How words sound, for names that a recogniser or a hurried viewer spells differently."""

import re
from functools import lru_cache
from typing import Final

from pypinyin import Style, pinyin

_FINALS: Final = (("iang", "ian"), ("uang", "uan"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_EXACT_BELOW: Final = 4
"""English names shorter than this must be spelt right: too many short words are one letter apart."""
_DIALECT_CHARACTERS: Final = 3
"""Chinese names from this length on also match as accents that swap l/n and f/h say them."""
_KEY_SOUNDS: Final = 3
"""Consonants that an English name must have to be matched by them alone."""
_SPELLINGS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^(?:kn|gn)", "n"), ("^wr", "r"), ("^wh(?=o)", "h"), ("wh", "w"), ("ph", "f"), ("ck", "k"), ("sch", "sk"),
        ("tch", "c"), ("dg(?=[eiy])", "j"), ("gh", ""), ("th", "t"), ("sh", "S"), ("ch", "C"), ("c(?=[eiy])", "s"),
        ("[cq]", "k"), ("x", "ks"), ("z", "s"), ("d", "t"), ("mb$", "m"),
    )
)  # fmt: skip
_VOWELS: Final = re.compile(r"[aeiouy]+")


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


@lru_cache(maxsize=8192)
def dialect_syllables(character: str) -> frozenset[str]:
    """Return the readings of a character with l and n, f and hu merged: 蓝 is heard as 男, 灰 as 飞."""
    return frozenset(map(_merge_dialect, syllables(character)))


def _merge_dialect(syllable: str) -> str:
    if syllable.startswith("n"):
        return "l" + syllable[1:]
    if syllable.startswith("hu"):
        rest = {"": "u", "i": "ei", "n": "en"}.get(syllable[2:], syllable[2:])
        return "f" + rest
    return syllable


def sounds_alike(left: str, right: str) -> bool:
    """Return whether two Chinese strings of one length can be read alike, character by character.

    From three characters on, accents that swap l/n and f/h are allowed for: the other characters make up for it.
    """
    read = dialect_syllables if len(left) >= _DIALECT_CHARACTERS else syllables
    return len(left) == len(right) and all(a == b or read(a) & read(b) for a, b in zip(left, right, strict=True))


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


@lru_cache(maxsize=8192)
def _heard(word: str) -> tuple[str, int]:
    """Return the consonants of English letters, and how many syllables they make.

    After Metaphone (Philips, 1990), coarser: d is t, z is s, th is t, as recognisers confuse them in names.
    """
    bare = re.sub(r"(?<=[^aeiouy])e$", "", word)
    vowels = len(_VOWELS.findall(bare))
    for pattern, sound in _SPELLINGS:
        bare = pattern.sub(sound, bare)
    consonants = re.sub(r"(.)\1+", r"\1", re.sub(r"(?<!^)[hw]", "", _VOWELS.sub("", bare)))
    return consonants, vowels


def heard_alike(name: str, said: str) -> bool:
    """Return whether English `said`, written in one, sounds like `name`: the same consonants and as many syllables."""
    consonants, vowels = _heard(name)
    return len(consonants) >= _KEY_SOUNDS and _heard(said) == (consonants, vowels)
