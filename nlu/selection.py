"""Which of what the room knows answers a message: a known question, what a card says, or nothing.

Everything that could answer is a candidate: each of the room's questions; of the product spoken of each fact, price,
stock and link; and that nothing here answers. A candidate's score is a sum of few features, how near it is by meaning,
by words, by concepts and by intent, and the scores compete in one conditional logit model (McFadden, Conditional logit
analysis of qualitative choice behavior, 1974), so that "what steel are the knives" is no question for their price.
`training.selection` fits the weights on rooms that nobody is asked about; a room brings no training of its own.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from nlu.concepts import ASPECTS, concepts
from nlu.faq import Faq, bag, by_concepts, by_words, compare, is_asked, opposites
from nlu.intent import CLASSES, READ_CHARACTERS, ROOM_INTENTS
from nlu.intent_reader import IntentReader
from nlu.intents import Role
from nlu.knowledge import Knowledge, Product, bare_of, render
from nlu.language import fold
from nlu.local import Local
from nlu.sentence_encoder import SentenceEncoder, Vectors, Words

WEIGHTS: Final = Path(__file__).parent / "weights" / "selection.json"
TAKEN: Final = 0.7
"""The probability from which a known question answers; below it the room does not know."""
TAKEN_OF_CARD: Final = 0.5
"""The probability from which facts do: they are about the product that is spoken of in any case.

A price, stock or link answers where it is likelier than all else: there is nothing else that it could be."""
ALSO: Final = 0.5
"""Facts of a card that are at least so likely, against the likeliest, are said with it."""
VERBATIM: Final = 0.86
"""The likeness from which a message is the known question itself."""
_TINY: Final = 1e-6
NEAREST: Final = 16
"""Known questions that are compared by words, too: those nearest by meaning."""

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
    "price": ("one", "named", "ask", "haggle", "concept", "asks"),
    "stock": ("one", "named", "ask", "buying", "concept", "asks"),
    "link": ("one", "named", "ask", "buying", "concept", "asks"),
    "nothing": (
        "one", "asks", "named", "faq_intent", "product_intent", "off_topic", "talk", "mean", "many", "aspects",
        "recommend", "complaint",
    ),
}  # fmt: skip
"""What a candidate of each kind is judged by; probabilities of intents, cosines, shares of words."""
FAQ_INTENTS: Final = ("ask_faq", "ask_schedule", "ask_delivery", "ask_aftersales", "ask_product")
"""What a question may be that the room's FAQ answers."""
_OF_PRODUCT: Final = ("ask_price", "ask_stock", "ask_link", "haggle", "buying")


class Choice(msgspec.Struct, frozen=True):
    """What of the room's knowledge answers a message."""

    kind: Kind = "nothing"
    probability: float = 0.0
    """Of the candidate that was likeliest, taken or not."""
    question: Faq | None = None
    """The known question, where that is the kind."""
    facts: tuple[Local, ...] = ()
    """Facts of the card, the likeliest first, where that is the kind."""
    nearest: Faq | None = None
    """The known question that came nearest, taken or not."""


class Candidates(msgspec.Struct, frozen=True):
    """Everything that could answer a message, with its features."""

    features: dict[Kind, Numbers]
    """For each kind (candidates × `FEATURES`)."""
    questions: tuple[Faq, ...]
    """In the order of the features."""
    facts: tuple[Local, ...]
    opposite: NDArray[np.bool_]
    """The questions that ask for the opposite of the message in all of their wordings."""


class Weights(msgspec.Struct, frozen=True):
    """What the features of each kind weigh."""

    by_kind: dict[Kind, dict[str, float]]

    def score(self, candidates: Candidates) -> dict[Kind, Numbers]:
        """Return the probability of each candidate; all together add up to 1."""
        scores = {
            kind: rows @ np.array([self.by_kind[kind][name] for name in FEATURES[kind]])
            for kind, rows in candidates.features.items()
        }
        top = max(float(rows.max()) for rows in scores.values() if len(rows))
        odds = {kind: np.exp(rows - top) for kind, rows in scores.items()}
        total = sum(float(rows.sum()) for rows in odds.values())
        return {kind: rows / total for kind, rows in odds.items()}


Owned = Sequence[tuple[int, str]]
"""Texts, each with the number of its candidate."""


class _Texts:
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


class _Words:
    """The words of texts that belong to candidates."""

    def __init__(self, owned: Owned, encoder: SentenceEncoder, alone: int) -> None:
        """Take texts, of which the first `alone` are also compared each by itself."""
        self._alone = alone
        words = [encoder.words(fold(text)) for _, text in owned]
        self._owners = np.array([owner for owner, _ in owned], np.int64)
        self._vectors = np.concatenate([one.vectors for one in words])
        self._weights = [one.weights for one in words]
        self._starts = np.cumsum([0, *(len(weights) for weights in self._weights[:-1])])

    def coverage(self, said: Words, count: int) -> Numbers:
        """Return how well candidates and a message cover each other's words (`count` × 4).

        A word is covered as well as the nearest word on the other side is near. Of the message's words by all texts of
        a candidate: the weighted mean, and the worst of the heavier half; of the best single text's words by the
        message, and of the message's by a single text, the weighted mean. After BERTScore (Zhang et al., ICLR 2020),
        with pieces as they are before their neighbours change them.
        """
        found = np.zeros((count, 4))
        if not said.weights.sum():
            return found
        likeness = said.vectors @ self._vectors.T
        by_text = np.maximum.reduceat(likeness, self._starts, axis=1)
        by_candidate = np.full((len(said.weights), count), -1.0)
        share, heavy = said.weights / said.weights.sum(), said.weights >= np.median(said.weights)
        mine = likeness.max(axis=0)
        for text, (owner, weights) in enumerate(zip(self._owners, self._weights, strict=True)):
            np.maximum(by_candidate[:, owner], by_text[:, text], out=by_candidate[:, owner])
            if text >= self._alone:
                continue
            start = self._starts[text]
            theirs = float(weights @ mine[start : start + len(weights)]) / max(float(weights.sum()), _TINY)
            found[owner, 2:] = np.maximum(found[owner, 2:], (theirs, float(share @ by_text[:, text])))
        found[:, 0], found[:, 1] = share @ by_candidate, by_candidate[heavy].min(axis=0)
        return found


class _Said(msgspec.Struct, frozen=True):
    """A message as it is compared; vectors and words only where there is an encoder."""

    folded: str
    bare: str
    """Without the names of the product that is spoken of."""
    whole: Vectors | None = None
    without: Vectors | None = None
    words: Words | None = None
    bare_words: Words | None = None


class _Card(msgspec.Struct, frozen=True):
    facts: tuple[Local, ...]
    texts: _Texts
    words: _Words | None
    concepts: tuple[frozenset[str], ...]


class Selector:
    """Selects in one room. Immutable once made."""

    def __init__(self, knowledge: Knowledge, intents: IntentReader, weights: Weights | None = None) -> None:
        """Take what the room knows, and what reads intents; where that has an encoder, meanings are compared."""
        self._intents = intents
        self._encoder = intents.encoder
        self._weights = weights or load()[self._encoder is not None]
        self._questions = tuple(entry for entry in knowledge.faq if any(ask.strip() for ask in entry.ask))
        asks = [(n, ask) for n, entry in enumerate(self._questions) for ask in entry.ask if ask.strip()]
        answers = [(n, text) for n, entry in enumerate(self._questions) for text in _texts(entry.answer)]
        self._asks, self._answers = _Texts(asks, self._encoder), _Texts(answers, self._encoder)
        self._words = self._words_of([*asks, *answers], len(asks))
        self._asked_intents = [np.sqrt(self._distribution(dict(intents.classify(ask)))) for _, ask in asks]
        self._cards = {product.id: self._card(product) for product in knowledge.products}

    def select(self, text: str, ranked: Sequence[tuple[str, float]], product: Product | None, *, named: bool) -> Choice:
        """Return what answers `text`, whose intents are `ranked`, where `product` is spoken of.

        `named` is whether the message itself names it.
        """
        return self.choose(self.candidates(text, ranked, product, named=named))

    def texts(self, text: str, product: Product | None) -> tuple[str, str]:
        """Return what is compared of a message: folded, and without the names of the product that is spoken of."""
        folded = fold(text[:READ_CHARACTERS])
        return folded, (bare_of(folded, product) or folded) if product is not None else folded

    def candidates(
        self, text: str, ranked: Sequence[tuple[str, float]], product: Product | None, *, named: bool
    ) -> Candidates:
        """Return everything that could answer a message, with its features."""
        (folded, bare), intents = self.texts(text, product), dict(ranked)
        said = self._said(folded, bare)
        asks, about = float(is_asked(folded)), set(concepts(folded))
        features: dict[Kind, Numbers] = {}
        features["question"], mean, opposite = self._question_features(said, intents)
        facts: tuple[Local, ...] = ()
        card = self._cards.get(product.id) if product is not None else None
        if product is not None and card is not None:
            facts = card.facts
            features["fact"] = _fact_features(card, said, intents, named=named)
            for kind, role, also in (
                ("price", Role.PRICE, "haggle"), ("stock", Role.STOCK, "buying"), ("link", Role.LINK, "buying"),
            ):  # fmt: skip
                if render(product, role, "zh"):
                    row = (1.0, named, intents[f"ask_{kind}"], intents[also], kind in about, asks)
                    features[kind] = np.array([row], np.float64)  # type: ignore[index]
        ours = sum(intents[name] for name in ROOM_INTENTS)
        features["nothing"] = np.array(
            [[
                1.0, asks, product is not None and named, sum(intents[name] for name in FAQ_INTENTS),
                sum(intents[name] for name in _OF_PRODUCT), intents["off_topic"], 1.0 - ours - intents["off_topic"],
                mean, np.log1p(len(self._questions)), bool(about & ASPECTS), intents["recommend_product"],
                intents["complaint"],
            ]],
            np.float64,
        )  # fmt: skip
        return Candidates(features, self._questions, facts, opposite)

    def _question_features(
        self, message: _Said, intents: Mapping[str, float]
    ) -> tuple[Numbers, float, NDArray[np.bool_]]:
        """Return the features of known questions, how near they are on average, and which ask for the opposite."""
        count, said = len(self._questions), bag(message.folded)
        asked, answer = self._asks.nearest(message.whole, count), self._answers.nearest(message.whole, count)
        near = np.ones(count, bool)
        if message.whole is not None and count > NEAREST:
            near = np.zeros(count, bool)
            near[np.argsort(-np.maximum(asked, answer))[:NEAREST]] = True
        table = np.zeros((count, len(FEATURES["question"])))
        table[:, 0], table[:, 1], table[:, 2] = 1.0, asked, answer
        mine, opposite = np.sqrt(self._distribution(intents)), np.ones(count, bool)
        for owner, known, theirs in zip(self._asks.owners, self._asks.bags, self._asked_intents, strict=True):
            if near[owner]:
                words = by_words(said, known)
                row = (compare(said, known), words, by_concepts(said, known))
                table[owner, 3:6] = np.maximum(table[owner, 3:6], row)
                table[owner, 8] = max(table[owner, 8], float(mine @ theirs))
                opposite[owner] &= opposites(said, known) > 0
        for owner, known in zip(self._answers.owners, self._answers.bags, strict=True):
            if near[owner]:
                table[owner, 6:8] = np.maximum(table[owner, 6:8], (compare(said, known), by_concepts(said, known)))
        table[:, 9], table[:, 10], table[:, 11] = _lead(asked), _lead(answer), _lead(np.maximum(asked, answer))
        table[:, 12] = table[:, 3] >= VERBATIM
        if self._words is not None and message.words is not None:
            table[:, 13:] = self._words.coverage(message.words, count)
        return table, float(asked.mean()) if count else 0.0, opposite & near

    def choose(self, candidates: Candidates) -> Choice:
        """Return which of the candidates answers, if any does."""
        chances = self._weights.score(candidates)
        verbatim = candidates.features["question"][:, FEATURES["question"].index("verbatim")]
        if verbatim.any():  # whatever else it may look like
            chances["question"] = np.where(verbatim, 1.0 + chances["question"], 0.0)
        chances["question"] = np.where(candidates.opposite, 0.0, chances["question"])
        best: Kind = max(
            (kind for kind, rows in chances.items() if len(rows)), key=lambda kind: float(chances[kind].max())
        )
        probability = min(float(chances[best].max()), 1.0)
        questions = chances["question"]
        nearest = candidates.questions[int(questions.argmax())] if len(questions) else None
        if best == "fact":  # several facts may share what is asked
            rows = chances["fact"]
            chosen = [int(n) for n in np.argsort(-rows) if rows[n] >= ALSO * probability]
            if float(rows[chosen].sum()) >= TAKEN_OF_CARD:
                facts = tuple(candidates.facts[n] for n in chosen)
                return Choice("fact", float(rows[chosen].sum()), None, facts, nearest)
        if best in {"nothing", "fact"} or (best == "question" and probability < TAKEN):
            return Choice("nothing", probability, nearest=nearest)
        return Choice(best, probability, nearest if best == "question" else None, nearest=nearest)

    def _card(self, product: Product) -> _Card:
        facts = tuple(fact for fact in product.facts if _texts(fact))
        owned = [(n, text) for n, fact in enumerate(facts) for text in _texts(fact)]
        named = tuple(frozenset(name for text in _texts(fact) for name in concepts(fold(text))) for fact in facts)
        return _Card(facts, _Texts(owned, self._encoder), self._words_of(owned, len(owned)), named)

    def _words_of(self, owned: Owned, alone: int) -> _Words | None:
        return _Words(owned, self._encoder, alone) if self._encoder is not None and owned else None

    def _said(self, folded: str, bare: str) -> _Said:
        """Return a message as it is compared: whole, and without the product's names."""
        if self._encoder is None:
            return _Said(folded, bare)
        texts = list(dict.fromkeys((folded, bare)))  # most messages name no product
        vectors, words = self._encoder.encode(texts), [self._encoder.words(one) for one in texts]
        return _Said(folded, bare, vectors[0], vectors[-1], words[0], words[-1])

    @staticmethod
    def _distribution(intents: Mapping[str, float]) -> Numbers:
        return np.array([intents[name] for name in CLASSES])


@cache
def load(path: Path = WEIGHTS) -> tuple[Weights, Weights]:
    """Return the weights that were fitted without a sentence encoder, and with one; raise `ModelError` for none.

    The file is read once, and then not in the event loop: `bot.engines.intent_reader` sees to that.
    """
    try:
        both = json.loads(path.read_text(encoding="utf-8"))
        return Weights(both["by_words"]), Weights(both["with_meaning"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the weights {path.name} cannot be read ({error}); install danmate again") from error


def _fact_features(card: _Card, message: _Said, intents: Mapping[str, float], *, named: bool) -> Numbers:
    """Return the features of a card's facts."""
    count, said, asked = len(card.facts), bag(message.bare), set(concepts(message.bare)) & ASPECTS
    table = np.zeros((count, len(FEATURES["fact"])))
    table[:, 0], table[:, 1] = 1.0, named
    table[:, 2], table[:, 3] = card.texts.nearest(message.whole, count), card.texts.nearest(message.without, count)
    for owner, known in zip(card.texts.owners, card.texts.bags, strict=True):
        table[owner, 4:6] = np.maximum(table[owner, 4:6], (compare(said, known), by_words(said, known)))
    table[:, 6] = [len(asked & theirs) for theirs in card.concepts]
    table[:, 7] = intents["ask_product"]
    table[:, 8], table[:, 9] = _lead(table[:, 3]), _lead(table[:, 4])
    if card.words is not None and message.bare_words is not None:
        table[:, 10:] = card.words.coverage(message.bare_words, count)[:, :3]
    return table


def _lead(values: Numbers) -> Numbers:
    """Return how far each is before the best of the others, or behind the best."""
    if len(values) < 2:  # noqa: PLR2004  # two make a race
        return np.zeros(len(values))
    second, first = np.sort(values)[-2:]
    return np.asarray(np.where(values == first, first - second, values - first))


def _texts(local: Local) -> list[str]:
    return [text for text in dict.fromkeys((local.zh, local.en)) if text.strip()]
