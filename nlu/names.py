"""Numbers, people and places that a free engine brings into small talk of its own accord.

A larger engine knows the world, and often wrongly. What it says may name only what the message and the facts name.
Parts of speech decide in Chinese (jieba), capitals in English; a name that is written small is not seen.
"""

import re
import unicodedata
import warnings
from collections.abc import Callable
from typing import Any, Final

_NAMING: Final = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg"})
"""jieba's tags of people, places, organisations and other names."""
_COUNTING: Final = frozenset({"m", "mq", "t"})
"""… of numbers, amounts and times; vague ones have no numeral (一下, 几个, 现在)."""
_NUMERAL: Final = re.compile(r"[〇零二两三四五六七八九十百千万亿]")
_NUMBER_WORD: Final = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OPENS: Final = re.compile(r"(?:^|[.!?…:]\s+|[\"“(])$")
_FIRST_PERSON: Final = re.compile(r"I(?:['’][a-z]+)?$")


class Names:
    """Finds what a text names. Loading reads jieba's dictionary: about a second."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba compiles patterns in ways that newer Pythons dislike
            import jieba.posseg

            jieba.setLogLevel("WARNING")
            jieba.initialize()
            self._tagged: Callable[[str], Any] = jieba.posseg.lcut

    def unknown(self, text: str, language: str, known: str, *, ordinary: Callable[[str], bool]) -> str:
        """Return the first number or name in `text` that `known` has not, or nothing.

        `ordinary` says whether a word is one that needs no capital: the first word of a sentence has one anyway.
        """
        known = known.lower()
        odd = [letter for letter in text if unicodedata.category(letter) in {"No", "Nl"} and letter not in known]
        if odd:
            return odd[0]
        if language == "zh":
            return next(
                (pair.word for pair in self._tagged(text) if _names(pair.word, pair.flag) and pair.word not in known),
                "",
            )
        words = set(_WORD.findall(known))
        counted = (match.group() for match in _NUMBER_WORD.finditer(text))
        return next((word for word in (*counted, *_capitals(text, ordinary)) if _base(word) not in words), "")


def _names(word: str, tag: str) -> bool:
    return tag in _NAMING or (tag in _COUNTING and _NUMERAL.search(word) is not None)


def _capitals(text: str, ordinary: Callable[[str], bool]) -> list[str]:
    """Return the words with a capital that is neither `I`'s nor that of a sentence's ordinary first word."""
    return [
        match.group()
        for match in _WORD.finditer(text)
        if match.group() != match.group().lower()
        and not _FIRST_PERSON.match(match.group())
        and not (
            _OPENS.search(text[: match.start()])
            and match.group()[1:] == match.group()[1:].lower()
            and ordinary(match.group())
        )
    ]


def _base(word: str) -> str:
    return re.sub(r"['’]s$", "", word.lower())
