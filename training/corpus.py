"""Reads the corpus, checks it against its rules, and splits it into what is trained on and what is held out."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import yaml

from nlu.intents import INTENTS, Length, Role, Tone
from nlu.length import LIMITS
from nlu.length import measure as size_of

FOLDER: Final = Path(__file__).parent / "corpus"
HELD_OUT_PERCENT: Final = 10
"""Of the patterns, and of the utterances."""
HELD_OUT_CELLS_PERCENT: Final = 6
"""Of the (language, intent, tone) cells: none of their patterns is trained on, and none is composed."""
MIN_UTTERANCES: Final = 50
_SLOT = re.compile(r"\{(\w+)\}")
_SUPERLATIVE = re.compile(
    r"最(?:好|低|便宜|优|佳|强|高)|第一|全网|国家级|\b(?:best|number one|cheapest)\b|No\. ?1", re.IGNORECASE
)


class Pattern(msgspec.Struct, frozen=True):
    """One way of replying."""

    language: str
    """`zh` or `en`."""
    intent: str
    """What it replies to."""
    tone: Tone
    """How it sounds."""
    length: Length
    """How long it is."""
    text: str
    """With slots in braces."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The facts it says, in the order of `Role`."""
        named = set(_SLOT.findall(self.text))
        return tuple(role for role in Role if role in named)

    @property
    def target(self) -> str:
        """The text with sentinels for slots: what the T5 learns to say."""
        return _SLOT.sub(r"<\1>", self.text)


class Utterance(msgspec.Struct, frozen=True):
    """One thing that a viewer says."""

    language: str
    """`zh` or `en`."""
    intent: str
    """What is meant."""
    text: str
    """With slots in braces."""


class Corpus(msgspec.Struct, frozen=True):
    """Everything that was written, or one part of it."""

    patterns: tuple[Pattern, ...]
    """Ways of replying."""
    utterances: tuple[Utterance, ...]
    """What viewers say."""


def load(folder: Path = FOLDER) -> Corpus:
    """Return the whole corpus in a fixed order."""
    patterns: list[Pattern] = []
    utterances: list[Utterance] = []
    for path in sorted(folder.glob("*/*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        language, intent = document["language"], document["intent"]
        utterances += [Utterance(language, intent, text) for text in document.get("utterances") or ()]
        for tone, lengths in document["replies"].items():
            for length, texts in lengths.items():
                patterns += [Pattern(language, intent, Tone(tone), Length(length), text) for text in texts]
    return Corpus(tuple(patterns), tuple(utterances))


def split(corpus: Corpus) -> tuple[Corpus, Corpus]:
    """Return (trained on, held out): texts by a hash of each, so that additions move nothing, and whole cells."""
    return (
        Corpus(
            tuple(p for p in corpus.patterns if not kept_from_training(p)),
            tuple(u for u in corpus.utterances if not _drawn(u.text, HELD_OUT_PERCENT)),
        ),
        Corpus(
            tuple(p for p in corpus.patterns if kept_from_training(p)),
            tuple(u for u in corpus.utterances if _drawn(u.text, HELD_OUT_PERCENT)),
        ),
    )


def kept_from_training(pattern: Pattern) -> bool:
    """Return whether `pattern` is for scoring only: by its own text, or as its intent is never trained in its tone."""
    return _drawn(pattern.text, HELD_OUT_PERCENT) or in_held_out_cell(pattern.language, pattern.intent, pattern.tone)


def in_held_out_cell(language: str, intent: str, tone: Tone) -> bool:
    """Return whether nothing of this intent in this tone is trained on."""
    return _drawn(f"{language}/{intent}/{tone}", HELD_OUT_CELLS_PERCENT)


def _drawn(text: str, percent: int) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] * 100 // 256 < percent


def measure(text: str, language: str) -> int:
    """Return the length of a pattern in the unit of `LIMITS`."""
    return size_of(_SLOT.sub(r"<\1>", text), language)


def problems(corpus: Corpus) -> Iterator[str]:
    """Yield a sentence for each rule of the corpus that is broken."""
    for pattern in corpus.patterns:
        slots = _SLOT.findall(pattern.text)
        where = f"{pattern.language}/{pattern.intent} {pattern.tone} {pattern.length}: {pattern.text!r}"
        unknown = set(slots) - set(INTENTS[pattern.intent].roles)
        if unknown:
            yield f"{where}: slots {sorted(unknown)} do not belong to this intent"
        if len(slots) != len(set(slots)):
            yield f"{where}: a slot stands twice"
        size, limit = measure(pattern.text, pattern.language), LIMITS[pattern.language][pattern.length]
        if size > limit:
            yield f"{where}: {size} long, the limit is {limit}"
        if _SUPERLATIVE.search(pattern.text):
            yield f"{where}: a superlative"
    for kind in (corpus.patterns, corpus.utterances):
        yield from _repeated(kind)
    yield from _gaps(corpus)


def _repeated(texts: Iterable[Pattern | Utterance]) -> Iterator[str]:
    seen: dict[tuple[str, str, str], str] = {}
    for item in texts:
        key = (item.language, item.intent, item.text)
        if key in seen:
            yield f"{item.language}/{item.intent}: {item.text!r} stands twice"
        seen[key] = item.text


def _gaps(corpus: Corpus) -> Iterator[str]:
    for language in LIMITS:
        for intent in INTENTS.values():
            said = sum(u.intent == intent.name and u.language == language for u in corpus.utterances)
            if intent.spoken and said < MIN_UTTERANCES:
                yield f"{language}/{intent.name}: {said} utterances, at least {MIN_UTTERANCES} are wanted"
            tones = {p.tone for p in corpus.patterns if p.intent == intent.name and p.language == language}
            if tones != set(Tone):
                yield f"{language}/{intent.name}: no replies in {sorted(set(Tone) - tones)}"
