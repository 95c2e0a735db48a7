"""How alike two questions are by their words, sounds and concepts.

Questions are compared as bags of characters, words, syllables (a transcript gets the sound right where it misses the
character) and concepts, which carry the meaning over wordings and languages. Weights are fixed: a room has five or
fifty questions, too few to learn from.
"""

import math
import re
from itertools import pairwise
from typing import Final

import msgspec

from core.local import Local
from nlu.concepts import ASPECTS, OPPOSITES, PARTICULAR, concepts
from nlu.language import fold
from nlu.sound import syllables

ALIKE: Final = 0.45
"""The score from which two viewers' questions are one; chosen on the table in tests/nlu/test_unanswered.py."""

_FILLER: Final = re.compile(
    r"主播|老板|请问|想问一下|想问下|问一下|问下|我想知道|我想问|有人知道|麻烦|那个|就是|一下|"
    r"\b(?:hey|hi|um|uh|so|please|pls|bro|streamer|excuse me|can you tell me|could you tell me|i was wondering|"
    r"does anyone know|anyone know|just wondering|quick question|do you know)\b"
)
_UNIT: Final = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+(?:'[a-z]+)?")
_LIGHT_WORDS: Final = """
的 了 吗 呢 啊 呀 吧 嘛 么 是 有 我 你 您 们 在 到 要 会 能 可 以 就 都 也 这 那 个 哦 哈 不 没 还 一 什 多 怎 几 a
an the is are am be do does did you your i my me it this that of in on at to for and or can will would could there
have has get got what we us with
"""
_LIGHT: Final = frozenset(_LIGHT_WORDS.split())
"""Characters and words that hardly tell questions apart."""
_LIGHT_WEIGHT: Final = 0.15
_CONCEPT_WEIGHT: Final = 2.0
_PLAIN_CONCEPTS: Final = frozenset(
    ["when", "long", "where", "how", "why", "who", "live", "next", "daily", "join", "buy", "you", "name", "use", "gift"]
)
_PLAIN_CONCEPT_WEIGHT: Final = 0.8
"""Of concepts that say what is asked for, not about what."""
_BY_CONCEPTS: Final = 0.85
"""What complete agreement in concepts alone is worth."""
_ASKED_FOR: Final = {"when": "time", "long": "time", "where": "way", "how": "way", "why": "why", "who": "who"}
"""What is asked for, by concept: when and how long are often one question, where and how too."""
_ABROAD: Final = re.compile(
    r"\b(?:ship|shipping|deliver|delivery|send|mail|post)\w*(?: \w+){0,2} to "
    r"(?!(?:me|my|us|you|your|the|a|an|it|this|that|door|home)\b)[a-z]{3,}"
)
"""Asks of delivery to a place, whichever: the room's answer may not hold for it."""
_NARROWED: Final = 0.45
"""What a score is multiplied with then."""
_EXTRA_CONCEPT: Final = 0.6
"""What a concept that only the message names counts against it, where one that only the question names counts 1."""
_ASKS: Final = re.compile(
    r"[?]|吗|呢|么|嘛|几|多少|多久|多长|多高|多重|多大|怎|咋|哪|谁|啥|能不能|能否|可不可以|可以|有没有|是不是|会不会|要不要|行不行|"
    r"(.)[不没]\1|不$|没$|求|想|要|能|支持|请|帮|给我|\b(?:who|what|whats|when|where|which|why|how|hows|can|could|do|does|did|are|is|will|"
    r"would|should|may|any|need|want|let|tell|give|name of|please|pls|wanna|if)\b|^it\b"
)
_OPPOSED: Final = 0.45
"""What a score is multiplied with when the questions name opposites."""


class Faq(msgspec.Struct, frozen=True):
    """A question that the room knows the answer to."""

    ask: tuple[str, ...]
    """Ways of asking it, in any language."""
    answer: Local
    """A clause, or a sentence."""
    source: str = ""
    """Where it stands, for moderators: `faq.md:12`."""


class Bag(msgspec.Struct, frozen=True):
    """A text as it is compared."""

    features: dict[str, float]
    """Characters, words, sounds and concepts with their weights."""
    norm: float
    """The length of the vector of weights."""
    concepts: frozenset[str]
    """What it speaks of."""


def similarity(left: str, right: str) -> float:
    """Return how alike two texts are, 0 to 1, by the measure that questions are matched with."""
    return compare(bag(left), bag(right))


def is_asked(folded: str) -> bool:
    """Return whether a folded text reads like a question or a wish."""
    return _ASKS.search(folded) is not None


def says_something(folded: str) -> bool:
    """Return whether a folded text has any word that tells questions apart."""
    return any(unit not in _LIGHT for unit in _UNIT.findall(_FILLER.sub(" ", folded)))


def bag(text: str) -> Bag:
    """Return `text` as it is compared; cheap, so that callers may keep it."""
    bare = " ".join(_FILLER.sub(" ", fold(text)).split()) or fold(text)
    units = _UNIT.findall(bare)
    features: dict[str, float] = {}
    for unit in units:
        features[unit] = _LIGHT_WEIGHT if unit in _LIGHT else 0.5 if len(unit) == 1 else 1.0
        for sound in syllables(unit):
            features[f"~{sound}"] = features[unit] * 0.6
    for a, b in pairwise(units):
        weight = _LIGHT_WEIGHT if a in _LIGHT and b in _LIGHT else 0.7
        features[f"{a} {b}"] = weight
        for sound in (f"~{x} {y}" for x in syllables(a) for y in syllables(b)):
            features[sound] = weight * 0.6
    named = about(bare)
    for concept in named:
        features[f"={concept}"] = _PLAIN_CONCEPT_WEIGHT if concept in _PLAIN_CONCEPTS else _CONCEPT_WEIGHT
    return Bag(features, math.sqrt(sum(weight * weight for weight in features.values())), named)


def compare(asked: Bag, known: Bag) -> float:
    """Return how much of a known question is asked, 0 to 1: by words, or by concepts alone where they agree better."""
    return max(by_words(asked, known), _opposed(_BY_CONCEPTS * by_concepts(asked, known), asked, known))


def by_concepts(asked: Bag, known: Bag) -> float:
    """Return how far the questions agree in what they are about, 0 to 1.

    One thing in common is little: it must not be what may be asked of any product ("what if it does not fit" is no
    question for a size), and what is asked for must be the same ("how to finish" does not ask when the stream does).
    """
    mine, theirs = asked.concepts - _PLAIN_CONCEPTS, known.concepts - _PLAIN_CONCEPTS
    shared = mine & theirs
    if len(shared) == 1:
        wanted = {_ASKED_FOR[concept] for concept in known.concepts if concept in _ASKED_FOR}
        given = {_ASKED_FOR[concept] for concept in asked.concepts if concept in _ASKED_FOR}
        if shared <= ASPECTS or (wanted and given and not wanted & given):
            return 0.0
    return _agreement(mine, theirs)


def by_words(asked: Bag, known: Bag) -> float:
    """Return the mean of the cosine and of the share of the known question that was asked."""
    if not asked.norm or not known.norm:
        return 0.0
    shared = sum(weight * weight for feature, weight in known.features.items() if feature in asked.features)
    score = (shared / (asked.norm * known.norm) + shared / (known.norm * known.norm)) / 2
    return min(_opposed(score, asked, known), 1.0)


def _opposed(score: float, asked: Bag, known: Bag) -> float:
    """Return a score, less where the questions name opposites, or the one asked is about a special case."""
    if PARTICULAR & (asked.concepts - known.concepts):
        score *= _NARROWED
    return score * _OPPOSED if opposed(asked.concepts, known.concepts) else score


def about(folded: str) -> frozenset[str]:
    """Return the concepts that a folded text speaks of, delivery to a far place among them."""
    named = frozenset(concepts(folded))
    return named | {"abroad"} if _ABROAD.search(folded) else named


def no_answer(asked: frozenset[str], known: frozenset[str], particular: frozenset[str] = PARTICULAR) -> bool:
    """Return whether what speaks of `known` is no answer to what asks about `asked`: another case, or the opposite."""
    return opposed(asked, known) or bool(particular & (asked - known))


def opposed(asked: frozenset[str], known: frozenset[str]) -> bool:
    """Return whether two texts, of which these are the concepts, speak of opposites: when it begins, when it ends.

    What speaks of both, as an answer may, is opposed to neither.
    """
    both = ((asked & pair, known & pair) for pair in OPPOSITES)
    return any(mine and theirs and not mine & theirs for mine, theirs in both)


def _agreement(asked: frozenset[str], known: frozenset[str]) -> float:
    """Return how far two sets of concepts agree, 0 to 1 (Tversky's index)."""
    shared = len(asked & known)
    return shared / (shared + len(known - asked) + _EXTRA_CONCEPT * len(asked - known)) if shared else 0.0
