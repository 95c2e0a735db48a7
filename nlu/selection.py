"""Which of what the room knows answers a message: a known question, what a card says, or nothing.

A candidate's score is a weighted sum of its features, and the scores compete in one conditional logit model (McFadden,
Conditional logit analysis of qualitative choice behavior, 1974), so that "what steel are the knives" is no question for
their price. `training.selection` fits the weights on rooms that nobody is asked about; a room brings no training of its
own.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from core.arrays import AGAIN
from core.errors import ModelError
from core.local import Local
from nlu.candidates import FEATURES, Answers, Candidates, Kind, Numbers, Read
from nlu.faq import Faq
from nlu.intent_reader import IntentReader
from nlu.knowledge import Knowledge, Product

WEIGHTS: Final = Path(__file__).parent / "weights" / "selection.json"
TAKEN: Final = 0.68
"""The probability from which a known question answers; below it the room does not know."""
TAKEN_OF_CARD: Final = 0.5
"""The probability from which facts do: they are about the product that is spoken of in any case.

A price, stock or link answers where it is likelier than all else: there is nothing else that it could be."""
ALSO: Final = 0.5
"""Facts of a card that are at least so likely, against the likeliest, are said with it."""

ByKind = Mapping[Kind, Mapping[str, float]]
"""A weight for every feature of every kind."""


class Choice(msgspec.Struct, frozen=True):
    """What of the room's knowledge answers a message."""

    kind: Kind = "nothing"
    probability: float = 0.0
    """That it is this kind; questions with one answer, and facts that are said together, count together."""
    question: Faq | None = None
    """The known question, where that is the kind."""
    facts: tuple[Local, ...] = ()
    """Facts of the card, the likeliest first, where that is the kind."""
    nearest: Faq | None = None
    """The known question that came nearest, taken or not."""
    verbatim: bool = False
    """Whether the message is the known question in the room's own words."""


class Weights:
    """What the features of each kind weigh. Immutable, so any thread may use it."""

    def __init__(self, by_kind: ByKind) -> None:
        """Take a weight for every feature of every kind; raise `ValueError` where they are others."""
        if {kind: set(own) for kind, own in by_kind.items()} != {kind: set(names) for kind, names in FEATURES.items()}:
            raise ValueError("they weigh other features than these")
        self.by_kind = by_kind
        self._rows = {kind: np.array([by_kind[kind][name] for name in names]) for kind, names in FEATURES.items()}

    def chances(self, candidates: Candidates) -> dict[Kind, Numbers]:
        """Return the probability of each candidate; all together add up to 1, and what is barred has none."""
        scores = {kind: rows @ self._rows[kind] for kind, rows in candidates.features.items()}
        for kind, barred in candidates.barred.items():
            scores[kind] = np.where(barred, -np.inf, scores[kind])
        top = max(float(rows.max()) for rows in scores.values() if len(rows))
        odds = {kind: np.exp(rows - top) for kind, rows in scores.items()}
        total = sum(float(rows.sum()) for rows in odds.values())
        return {kind: rows / total for kind, rows in odds.items()}


class Selector:
    """Selects in one room. Immutable once made."""

    def __init__(self, knowledge: Knowledge, intents: IntentReader, weights: Weights | None = None) -> None:
        """Take what the room knows, and what reads intents; where that has an encoder, meanings are compared."""
        self._answers = Answers(knowledge, intents)
        self._weights = load()[intents.encoder is not None] if weights is None else weights
        answers = [entry.answer for entry in self._answers.questions]
        self._same = np.array([answers.index(answer) for answer in answers], np.int64)

    def select(
        self, read: Read, ranked: Sequence[tuple[str, float]], product: Product | None, *, named: bool
    ) -> Choice:
        """Return what answers a message, whose intents are `ranked`, where `product` is spoken of.

        `named` is whether the message itself names it.
        """
        return self.choose(self._answers.candidates(read, ranked, product, named=named))

    def choose(self, candidates: Candidates) -> Choice:
        """Return which of the candidates answers, if any does."""
        questions = candidates.questions
        asked = candidates.verbatim & ~candidates.barred["question"]
        if asked.any():  # whatever else it may look like
            own = questions[int(asked.argmax())]
            return Choice("question", 1.0, own, nearest=own, verbatim=True)
        chances = self._weights.chances(candidates)
        nearest, of_questions = self._likeliest(chances["question"], questions)
        likely: dict[Kind, float] = {kind: float(rows.max()) for kind, rows in chances.items() if len(rows)}
        likely["question"] = of_questions
        best = max(likely, key=likely.__getitem__)
        if of_questions >= TAKEN:
            return Choice("question", of_questions, nearest, nearest=nearest)
        if best == "fact":  # several facts may share what is asked
            rows = chances["fact"]
            chosen = [int(n) for n in np.argsort(-rows) if rows[n] >= ALSO * rows.max()]
            together = float(rows[chosen].sum())
            if together >= TAKEN_OF_CARD:
                return Choice("fact", together, facts=tuple(candidates.facts[n] for n in chosen), nearest=nearest)
        if best in {"price", "stock", "link"}:
            return Choice(best, float(chances[best][0]), nearest=nearest)
        return Choice("nothing", float(chances["nothing"][0]), nearest=nearest)

    def _likeliest(self, chances: Numbers, questions: Sequence[Faq]) -> tuple[Faq | None, float]:
        """Return the likeliest question, and how likely its answer is: several questions may have the same."""
        if not len(questions):
            return None, 0.0
        together = np.bincount(self._same, chances, len(questions))
        answer = int(together.argmax())
        return questions[int(np.where(self._same == answer, chances, -1.0).argmax())], float(together[answer])


@cache
def load(path: Path = WEIGHTS) -> tuple[Weights, Weights]:
    """Return the weights that were fitted without a sentence encoder, and with one; raise `ModelError` for none.

    The file is read once: `bot.engines.intent_reader` sees to it before any room is made.
    """
    try:
        both = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[Kind, dict[str, float]]])
        return Weights(both["by_words"]), Weights(both["with_meaning"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the weights {path.name} cannot be read ({error}); {AGAIN}") from error
