"""Undoes the ways of writing a word so that a list does not find it: width, script, invisible signs, digits, gaps.

Every step is bounded by `MAX_CHARACTERS`, and what ordinary lines do not need is not done for them.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from pypinyin.constants import PINYIN_DICT

from nlu.language import MAX_CHARACTERS, fold

_PLAIN = re.compile(r"[a-z0-9 ,.!?'\u4e00-\u9fff，。！？、…~～：；“”]*")
"""What needs no normalising but, perhaps, simplifying."""
_HAN = range(0x4E00, 0xA000)
_SIMPLER: Final = {code: simple for code in _HAN if (simple := fold(chr(code))) != chr(code)}
_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLER))}]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_COMBINING = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_LOOKALIKES: Final = str.maketrans("аеорсухіјѕԁһոӏαεοριτυνκɑɡı×✘✖", "aeopcyxijsdhnlaeopituvkagixxx")
"""Cyrillic, Greek and phonetic letters, and crosses, that stand for Latin letters."""
_EMOJI: Final = str.maketrans(
    "🐎🐴🏇🐶🐕🐷🐖🐔🐓🐤🐥🦆🐢🌿🌱🍀☘🌾🥚🍳💩🐮🐂🍺🍻🖊🖋✏🖕💀⚰☠🔪👩🤱👨🏠🅰🅱🅾🅿❌⭕",
    "马马马狗狗猪猪鸡鸡鸡鸡鸭龟草草草草草蛋蛋屎牛牛逼逼笔笔笔操死死死杀妈妈爸家abopxo",
)
"""Emoji that are read aloud as a word, or as one that sounds like it."""
_FLAG_LETTERS: Final = {0x1F1E6 + i: chr(97 + i) for i in range(26)}
_ODD: Final[dict[int, str | int | None]] = {**_LOOKALIKES, **_EMOJI, **_FLAG_LETTERS}

_TONES: Final = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê", "aaaaeeeeiiiioooouuuuvvvvvnnnme")
_FIRST_SOUND: Final = 0xE000


def _sounds() -> tuple[dict[int, str], dict[str, str]]:
    """Return each character's sign, one a syllable without tone, and each syllable's sign."""
    table: dict[int, str] = {}
    signs: dict[str, str] = {}
    for code in _HAN:
        readings = PINYIN_DICT.get(code)
        if readings:
            syllable = readings.split(",")[0].translate(_TONES)
            table[code] = signs.setdefault(syllable, chr(_FIRST_SOUND + len(signs)))
    return table, signs


_SOUNDS, _SIGNS = _sounds()
_SYLLABLES: Final = {sign: syllable.replace("v", "u") for syllable, sign in _SIGNS.items()}

_MARKS = re.compile(r"(?<=[^\s,.!?，。！？；：、'])[^\w\s,!?，。！？；：、'\"“”()（）<>《》]+(?=\S)|_+")
"""Signs within a run of letters that no sentence needs."""
_GAPS = re.compile(r"(?<=[\u4e00-\u9fff])[\s.·]+(?=[\u4e00-\u9fff])")
_LONE_LETTERS = re.compile(r"(?<![a-z0-9])[a-z](?:[\W_]{1,3}[a-z](?![a-z])){2,}")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_LEET_WORD = re.compile(r"(?=[0-9@$!|+€]*[a-z])(?=[a-z]*[0-9@$!|+€])[a-z0-9@$!|+€]{3,}")
_LATIN = re.compile(r"[a-z]{2}|[a-z][\W\d_]+[a-z]")
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[a-z])|_+")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_LEET_SIGN = re.compile(r"[a-z][0-9@$!|+€]+[a-z]|[0-9@$!|+€][a-z]{2}|[a-z]{2}[0-9@$!|+€]")
_LEET: Final = str.maketrans("0134578@$!|+€", "oieastbasiite")


def clean(text: str) -> str:
    """Return `text` half-width, lower case, simplified, without invisible and combining signs, emoji as words."""
    text = text[:MAX_CHARACTERS].lower()
    if _PLAIN.fullmatch(text) is None:
        text = _INVISIBLE.sub("", text)
        text = _COMBINING.sub("", unicodedata.normalize("NFKD", text).translate(_ODD))
        text = unicodedata.normalize("NFKC", text).lower()[:MAX_CHARACTERS]
    return text.translate(_SIMPLER) if _TRADITIONAL.search(text) else text


def apart(name: str) -> str:
    """Return a name as typed with its words set apart where a capital or a digit begins one (FreeToday, Ajie5off)."""
    return _WORD_BEGINS.sub(" ", name[:MAX_CHARACTERS])


def sound(text: str) -> str:
    """Return a clean text with each Chinese character as the sign of its syllable, everything else as it is."""
    return text.translate(_SOUNDS)


def without_marks(text: str) -> str:
    """Return a clean text without the signs that stand between letters (傻*逼, f.u.c.k)."""
    return _MARKS.sub("", text)


def without_gaps(text: str) -> str:
    """Return a clean text without spaces between Chinese characters (傻 逼)."""
    return _GAPS.sub("", text)


def syllable(character: str) -> str:
    """Return a Chinese character's pinyin without tone, or the character where it has none."""
    sign = _SOUNDS.get(ord(character))
    return character if sign is None else _SYLLABLES[sign]


def has_latin(text: str) -> bool:
    """Return whether two Latin letters stand in a clean text, next to one another or apart."""
    return _LATIN.search(text) is not None


def respelt(text: str, *, name: bool = False) -> Iterator[str]:
    """Yield other readings of a clean text's Latin words where there are any.

    Without marks inside words (f.u.c.k), with lone letters put together (f u c k) and stretched ones shortened
    (fuuuck), with digits and signs as the letters that they look like (5h1t); of a name
    also its letters alone, apart and together.
    """
    whole = without_marks(text)
    close = _STRETCHED.sub(r"\1", _LONE_LETTERS.sub(lambda run: _NOT_LETTERS.sub("", run[0]), whole))
    if close != text:
        yield close
    if _LEET_SIGN.search(close) is not None:
        yield _STRETCHED.sub(r"\1", _LEET_WORD.sub(lambda word: word[0].translate(_LEET), close))
    if name:
        yield _NOT_LETTERS.sub(" ", text)
        yield _NOT_LETTERS.sub("", close)
