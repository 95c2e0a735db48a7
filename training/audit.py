"""Whether a reply states what no fact and no message says, found by other means than the checker's.

The checker compares with lists of claims. This tags parts of speech: every number, time, place, person and name in a
reply has to come from its facts, from the message, or from a hand-written pattern of the same intent.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import jieba.posseg

from training.corpus import Pattern
from training.measures import tokens

_NAMING: Final = {"m", "t", "nr", "ns", "nt", "nz", "mq", "nrt", "nrfg"}
"""jieba's tags of numbers, times, people, places, organisations and other names."""
_VAGUE: Final = frozenset(
    ["款", "往后", "往下", "本来", "原来", "如下", "以后", "后来", "以前", "一点", "一下", "一些"]
)
"""What jieba tags as a number or a time and what states none: a measure word, a while."""
_NUMBER: Final = re.compile(
    r"\d+|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
    r"|half|dozen)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+")
_SLOT: Final = re.compile(r"<\w+>")


class Audit:
    """Knows what each intent's patterns name, and every word of them."""

    def __init__(self, patterns: Iterable[Pattern], phrases: Iterable[tuple[str, str]]) -> None:
        """Take the patterns and (language, phrase) pairs that may stand around any of them."""
        self._named: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._words: dict[str, set[str]] = defaultdict(set)
        for pattern in patterns:
            self._named[pattern.language, pattern.intent].update(_named(pattern.target, pattern.language))
            self._words[pattern.language].update(tokens(pattern.target))
        self._around: dict[str, set[str]] = defaultdict(set)
        for language, phrase in phrases:
            self._around[language].update(_named(phrase, language))
            self._words[language].update(tokens(phrase))

    def unknown(self, text: str, language: str, intent: str, known: str) -> list[str]:
        """Return what `text`, facts as sentinels, names without a source; `known` is facts and message in words."""
        allowed = self._named[language, intent] | self._around[language]
        named = [name for name in _named(text, language) if name not in allowed and name not in known]
        foreign = [
            word
            for word in tokens(_SLOT.sub(" ", text))
            if word[0].isalnum() and word not in self._words[language] and word not in known.lower()
        ]
        return named + foreign


def _named(text: str, language: str) -> list[str]:
    bare = _SLOT.sub("，", text)
    if language == "en":
        return [match.lower() for match in _NUMBER.findall(bare)] + _NAME.findall(bare)
    return re.findall(r"\d+", bare) + [
        pair.word
        for pair in jieba.posseg.cut(bare)
        if pair.flag in _NAMING and pair.word not in _VAGUE and re.search(r"\w", pair.word)
    ]
