"""How short phrases sound, for words that a recogniser spells as others: 部队 for 不对, 懂一下 for 等一下."""

import re
from functools import lru_cache
from typing import Final

from pypinyin import lazy_pinyin

_SLURRED: Final = 3
"""Syllables from which each may be a letter off. Shorter phrases have too many neighbours."""
_KEY_SOUNDS: Final = 3
"""Consonants that an English phrase must have to be known by them alone."""
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_ACCENTS: Final = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"(?<=n)g$"), ""))


@lru_cache(maxsize=1024)
def spoken(text: str) -> tuple[str, ...]:
    """Return the syllables of the Chinese in `text` without tones, accents merged (zh/z, ang/an …)."""
    found = lazy_pinyin("".join(_HAN.findall(text)))
    for pattern, merged in _ACCENTS:
        found = [pattern.sub(merged, syllable) for syllable in found]
    return tuple(found)


def sounds_in(phrase: str, text: str) -> bool:
    """Return whether Chinese `phrase` is heard in `text`: two syllables as they are, more each but a letter off.

    One syllable is in too many words; it must be all that is heard, once or again and again.
    """
    wanted, heard = spoken(phrase), spoken(text)
    if len(wanted) <= 1:
        return bool(wanted) and set(wanted) == set(heard)
    alike = _near if len(wanted) >= _SLURRED else str.__eq__
    return any(all(map(alike, wanted, heard[at : at + len(wanted)])) for at in range(len(heard) - len(wanted) + 1))


def named_in(name: str, text: str) -> bool:
    """Return whether `name` is in `text`, as written, by sound (Chinese), or by all its consonants (English)."""
    if name.casefold() in text.casefold() or sounds_in(name, text):
        return True
    wanted = _consonants(name)
    return len(wanted) >= _KEY_SOUNDS and wanted in _consonants(text)


def _consonants(text: str) -> str:
    return re.sub(r"[^a-z]|[aeiouyhw]", "", text.casefold())


def _near(left: str, right: str) -> bool:
    """Return whether two syllables differ by one letter at most: put in, left out or another."""
    first = next((at for at, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), None)
    if first is None:
        return abs(len(left) - len(right)) <= 1
    rest = left[first + 1 :], right[first + 1 :]
    return rest[0] == rest[1] or left[first:] == rest[1] or rest[0] == right[first:]
