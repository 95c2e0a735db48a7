"""Everything that a room knows and that could answer a message, with what speaks for it and against it.

The candidates are each of the room's questions; of the product that is spoken of each fact, price, stock and link; and
that nothing here answers. Each has a few features: how near it is by meaning, how well its words and the message's
cover each other, by words, by concepts and by intent.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.local import Local
from nlu.concepts import ASPECTS, PARTICULAR, SELDOM_ON_CARDS, concepts
from nlu.faq import Faq, about, bag, by_concepts, by_words, compare, is_asked, no_answer
from nlu.intent import CLASSES, READ_CHARACTERS, ROOM_INTENTS
from nlu.intent_reader import IntentReader
from nlu.intents import Role
from nlu.knowledge import Knowledge, Product, bare_of, render
from nlu.language import fold
from nlu.sentence_encoder import SentenceEncoder, Vectors, Words

VERBATIM: Final = 0.86
"""The likeness from which a message is the known question itself."""
NEAREST: Final = 16
"""Known questions that are compared word by word, too: those nearest by meaning."""
_TINY: Final = 1e-6

Kind = Literal["question", "fact", "price", "stock", "link", "nothing"]
Numbers = NDArray[np.float64]

FEATURES: Final[Mapping[Kind, tuple[str, ...]]] = {
    "question": (
        "one", "asked", "answer", "asked_words", "asked_plain_words", "asked_concepts", "answer_words",
        "answer_concepts", "intent", "asked_lead", "answer_lead", "lead", "verbatim", "covered", "least_covered",
        "covers", "covered_by_one",
    ),
    "fact": (
        "one", "named", "whole", "bare", "words", "plain_words", "concepts", "ask_product", "lead", "words_lead",
        "covered", "least_covered", "covers",
    ),
    "price": ("one", "named", "ask", "also", "concept", "asks"),
    "stock": ("one", "named", "ask", "also", "concept", "asks"),
    "link": ("one", "named", "ask", "also", "concept", "asks"),
    "nothing": (
        "one", "asks", "named", "faq_intent", "product_intent", "off_topic", "talk", "mean", "many", "aspects",
        "recommend", "complaint",
    ),
}  # fmt: skip
"""What a candidate of each kind is judged by; probabilities of intents, cosines, shares of words."""
COVERAGE: Final = ("covered", "least_covered", "covers", "covered_by_one")
"""The columns of `_Pieces.coverage`."""
FAQ_INTENTS: Final = ("ask_faq", "ask_schedule", "ask_delivery", "ask_aftersales", "ask_product")
"""What a question may be that the room's FAQ answers."""
_CARD_INTENTS: Final = ("ask_price", "ask_stock", "ask_link", "haggle", "buying")
_NUMBERS: Final[tuple[tuple[Kind, Role, str], ...]] = (
    ("price", Role.PRICE, "haggle"), ("stock", Role.STOCK, "buying"), ("link", Role.LINK, "buying"),
)  # fmt: skip
"""What stands on a card in numbers, and the intent besides its own that wants it."""

Owned = Sequence[tuple[int, str]]
"""Texts, each with the number of its candidate, in the order of the candidates."""


class Read(msgspec.Struct, frozen=True):
    """A message as it is compared."""

    folded: str
    bare: str
    """Without the names of the product that is spoken of."""


class Candidates(msgspec.Struct, frozen=True):
    """Everything that could answer a message, with its features."""

    features: dict[Kind, Numbers]
    """For each kind (candidates × `FEATURES`)."""
    questions: tuple[Faq, ...]
    """In the order of the features."""
    facts: tuple[Local, ...]
    """In the order of the features."""
    barred: Mapping[Kind, NDArray[np.bool_]]
    """The questions and facts that speak of the opposite of what the message asks about, or not of its special case."""

    @property
    def verbatim(self) -> NDArray[np.bool_]:
        """The questions that the message asks in the room's own words."""
        return self.features["question"][:, FEATURES["question"].index("verbatim")] > 0


class _Wholes:
    """Texts that belong to candidates, as they are compared as wholes."""

    def __init__(self, owned: Owned, encoder: SentenceEncoder | None) -> None:
        texts = [fold(text) for _, text in owned]
        self.owners = np.array([owner for owner, _ in owned], np.int64)
        self.bags = tuple(map(bag, texts))
        self._vectors = encoder.encode(texts) if encoder is not None else None

    def nearest(self, vector: Vectors | None, count: int) -> Numbers:
        """Return how near the nearest text of each of `count` candidates is to a message, as a cosine."""
        found = np.zeros(count)
        if self._vectors is not None and vector is not None and len(self.owners):
            found -= 1.0
            np.maximum.at(found, self.owners, (self._vectors @ vector).astype(np.float64))
        return found


class _Pieces:
    """The words of texts that belong to candidates, each by itself."""

    def __init__(self, owned: Owned, alone: Owned, encoder: SentenceEncoder) -> None:
        """Take texts; those of them that are `alone` are also compared each by itself. Every candidate has a text."""
        words = [encoder.words(fold(text)) for _, text in owned]
        self._vectors = np.concatenate([one.vectors for one in words])
        self._weights = np.concatenate([one.weights for one in words])
        lengths = [len(one.weights) for one in words]
        self._texts = np.cumsum([0, *lengths[:-1]])
        self._totals = np.maximum(np.add.reduceat(self._weights, self._texts), _TINY)
        self._owners = np.array([owner for owner, _ in owned], np.int64)
        self._firsts = np.array([next(places)[0] for _, places in groupby(enumerate(owned), lambda one: one[1][0])])
        self._alone = np.array([place for place, one in enumerate(owned) if one in set(alone)], np.int64)

    def coverage(self, said: Words, count: int) -> Numbers:
        """Return how well candidates and a message cover each other's words (`count` × `COVERAGE`).

        A word is covered as well as the nearest word on the other side is near. Of the message's words by all texts of
        a candidate: the weighted mean, and the worst of the heavier half; of the best single text's words by the
        message, and of the message's by a single text, the weighted mean. After BERTScore (Zhang et al., ICLR 2020),
        with pieces as they are before their neighbours change them.
        """
        found = np.zeros((count, len(COVERAGE)))
        if not said.weights.sum():
            return found
        share, heavy = said.weights / said.weights.sum(), said.weights >= np.median(said.weights)
        likeness = said.vectors @ self._vectors.T
        by_text = np.maximum.reduceat(likeness, self._texts, axis=1)
        by_candidate = np.maximum.reduceat(by_text, self._firsts, axis=1)
        found[:, 0], found[:, 1] = share @ by_candidate, by_candidate[heavy].min(axis=0)
        covers = np.add.reduceat(self._weights * likeness.max(axis=0), self._texts) / self._totals
        for column, values in ((2, covers), (3, share @ by_text)):
            np.maximum.at(found[:, column], self._owners[self._alone], values[self._alone])
        return found


class _Said(msgspec.Struct, frozen=True):
    """A message as it is compared; vectors and words only where there is an encoder."""

    read: Read
    whole: Vectors | None = None
    bare: Vectors | None = None
    words: Words | None = None
    bare_words: Words | None = None


class _Card(msgspec.Struct, frozen=True):
    facts: tuple[Local, ...]
    wholes: _Wholes
    pieces: _Pieces | None
    concepts: tuple[frozenset[str], ...]


class Answers:
    """What one room could answer with. Immutable once made."""

    def __init__(self, knowledge: Knowledge, intents: IntentReader) -> None:
        """Take what the room knows, and what reads intents; where that has an encoder, meanings are compared."""
        self.questions = tuple(entry for entry in knowledge.faq if any(ask.strip() for ask in entry.ask))
        self._encoder = intents.encoder
        asks = [(n, ask) for n, entry in enumerate(self.questions) for ask in entry.ask if ask.strip()]
        answers = [(n, text) for n, entry in enumerate(self.questions) for text in _texts(entry.answer)]
        self._asks, self._answers = _Wholes(asks, self._encoder), _Wholes(answers, self._encoder)
        self._pieces = self._pieces_of(sorted([*asks, *answers], key=lambda one: one[0]), asks)
        self._asked_for = [np.sqrt(_distribution(dict(one))) for one in intents.classify_all([ask for _, ask in asks])]
        self._speaks_of = tuple(
            frozenset(name for text in (*entry.ask, *_texts(entry.answer)) for name in about(fold(text)))
            for entry in self.questions
        )
        self._cards = {product.id: self._card(product) for product in knowledge.products}

    def candidates(
        self, read: Read, ranked: Sequence[tuple[str, float]], product: Product | None, *, named: bool
    ) -> Candidates:
        """Return everything that could answer a message with its features; its intents are `ranked`.

        `product` is what is spoken of; `named` is whether the message itself names it.
        """
        said, intents = self._said(read), dict(ranked)
        asks, asked_about = float(is_asked(read.folded)), about(read.folded)
        features: dict[Kind, Numbers] = {"question": self._of_questions(said, intents)}
        card = self._cards.get(product.id) if product is not None else None
        if product is not None and card is not None:
            features["fact"] = _of_facts(card, said, intents, named=named)
            for kind, role, also in _NUMBERS:
                if render(product, role, "zh"):
                    features[kind] = _table(kind, 1, {
                        "one": 1.0, "named": named, "ask": intents[f"ask_{kind}"], "also": intents[also],
                        "concept": kind in asked_about, "asks": asks,
                    })  # fmt: skip
        asked = features["question"][:, FEATURES["question"].index("asked")]
        ours = sum(intents[name] for name in ROOM_INTENTS)
        features["nothing"] = _table("nothing", 1, {
            "one": 1.0, "asks": asks, "named": product is not None and named,
            "faq_intent": sum(intents[name] for name in FAQ_INTENTS),
            "product_intent": sum(intents[name] for name in _CARD_INTENTS),
            "off_topic": intents["off_topic"], "talk": 1.0 - ours - intents["off_topic"],
            "mean": asked.mean() if len(asked) else 0.0, "many": np.log1p(len(asked)),
            "aspects": bool(asked_about & ASPECTS), "recommend": intents["recommend_product"],
            "complaint": intents["complaint"],
        })  # fmt: skip
        barred: dict[Kind, NDArray[np.bool_]] = {
            "question": np.array([no_answer(asked_about, theirs) for theirs in self._speaks_of], bool)
        }
        if card is not None:
            special = PARTICULAR | SELDOM_ON_CARDS
            barred["fact"] = np.array([no_answer(asked_about, theirs, special) for theirs in card.concepts], bool)
        return Candidates(features, self.questions, card.facts if card is not None else (), barred)

    def _of_questions(self, message: _Said, intents: Mapping[str, float]) -> Numbers:
        count, said = len(self.questions), bag(message.read.folded)
        asked, answer = self._asks.nearest(message.whole, count), self._answers.nearest(message.whole, count)
        either = np.maximum(asked, answer)
        near = np.ones(count, bool)
        if message.whole is not None and count > NEAREST:
            near = np.zeros(count, bool)
            near[np.argsort(-either)[:NEAREST]] = True
        mine = np.sqrt(_distribution(intents))
        by_asks, by_answers = np.zeros((count, 4)), np.zeros((count, 2))
        for owner, known, theirs in zip(self._asks.owners, self._asks.bags, self._asked_for, strict=True):
            if near[owner]:
                row = (compare(said, known), by_words(said, known), by_concepts(said, known), float(mine @ theirs))
                by_asks[owner] = np.maximum(by_asks[owner], row)
        for owner, known in zip(self._answers.owners, self._answers.bags, strict=True):
            if near[owner]:
                by_answers[owner] = np.maximum(by_answers[owner], (compare(said, known), by_concepts(said, known)))
        words, plain_words, alike, intent = by_asks.T
        columns = {
            "one": 1.0, "asked": asked, "answer": answer, "asked_words": words, "asked_plain_words": plain_words,
            "asked_concepts": alike, "answer_words": by_answers[:, 0], "answer_concepts": by_answers[:, 1],
            "intent": intent, "asked_lead": _lead(asked), "answer_lead": _lead(answer), "lead": _lead(either),
            "verbatim": words >= VERBATIM,
        }  # fmt: skip
        return _table("question", count, columns | _coverage(self._pieces, message.words, count))

    def _card(self, product: Product) -> _Card:
        facts = tuple(fact for fact in product.facts if _texts(fact))
        owned = [(n, text) for n, fact in enumerate(facts) for text in _texts(fact)]
        named = tuple(frozenset(name for text in _texts(fact) for name in about(fold(text))) for fact in facts)
        return _Card(facts, _Wholes(owned, self._encoder), self._pieces_of(owned, owned), named)

    def _pieces_of(self, owned: Owned, alone: Owned) -> _Pieces | None:
        return _Pieces(owned, alone, self._encoder) if self._encoder is not None and owned else None

    def _said(self, read: Read) -> _Said:
        if self._encoder is None:
            return _Said(read)
        texts = list(dict.fromkeys((read.folded, read.bare)))  # most messages name no product
        vectors, words = self._encoder.encode(texts), [self._encoder.words(one) for one in texts]
        return _Said(read, vectors[0], vectors[-1], words[0], words[-1])


def read(text: str, product: Product | None) -> Read:
    """Return what is compared of a message where `product` is spoken of."""
    folded = fold(text[:READ_CHARACTERS])
    return Read(folded, (bare_of(folded, product) or folded) if product is not None else folded)


def _of_facts(card: _Card, message: _Said, intents: Mapping[str, float], *, named: bool) -> Numbers:
    count, said, asked = len(card.facts), bag(message.read.bare), set(concepts(message.read.bare)) & ASPECTS
    bare, by_bags = card.wholes.nearest(message.bare, count), np.zeros((count, 2))
    for owner, known in zip(card.wholes.owners, card.wholes.bags, strict=True):
        by_bags[owner] = np.maximum(by_bags[owner], (compare(said, known), by_words(said, known)))
    words, plain_words = by_bags.T
    columns = {
        "one": 1.0, "named": named, "whole": card.wholes.nearest(message.whole, count), "bare": bare, "words": words,
        "plain_words": plain_words, "concepts": [len(asked & theirs) for theirs in card.concepts],
        "ask_product": intents["ask_product"], "lead": _lead(bare), "words_lead": _lead(words),
    }  # fmt: skip
    return _table("fact", count, columns | _coverage(card.pieces, message.bare_words, count))


def _coverage(pieces: _Pieces | None, said: Words | None, count: int) -> dict[str, Any]:
    if pieces is None or said is None:
        return dict.fromkeys(COVERAGE, 0.0)
    return dict(zip(COVERAGE, pieces.coverage(said, count).T, strict=True))


def _table(kind: Kind, count: int, columns: Mapping[str, Any]) -> Numbers:
    """Return `columns`, each a number or one number a candidate, in the order of `FEATURES` (`count` × features)."""
    table = np.empty((count, len(FEATURES[kind])))
    for place, name in enumerate(FEATURES[kind]):
        table[:, place] = columns[name]
    return table


def _lead(values: Numbers) -> Numbers:
    """Return how far each is before the best of the others, or behind the best."""
    if len(values) < 2:  # noqa: PLR2004  # two make a race
        return np.zeros(len(values))
    second, first = np.sort(values)[-2:]
    return np.asarray(np.where(values == first, first - second, values - first))


def _texts(local: Local) -> list[str]:
    return [text for text in dict.fromkeys((local.zh, local.en)) if text.strip()]


def _distribution(intents: Mapping[str, float]) -> Numbers:
    return np.array([intents[name] for name in CLASSES])
