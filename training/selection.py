"""`python -m training.selection`: fits what the features of `nlu.selection` weigh, with and without a sentence encoder.

The rooms of training/rooms were written without sight of how questions are matched; each room's lines are scored by
weights that were fitted to the other rooms. The rooms that `danmate bench understanding` scores on are others.
Writes nlu/weights/selection.json and prints, for each, the shares that are answered rightly, wrongly and not at all.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import msgspec
import numpy as np
from scipy.optimize import minimize

from core import catalogue
from nlu.intent import ROOM_INTENTS
from nlu.intent_reader import IntentReader
from nlu.knowledge import Knowledge, Product, bare_of
from nlu.language import fold
from nlu.selection import FEATURES, WEIGHTS, Candidates, Kind, Numbers, Selector, Weights
from nlu.sentence_encoder import SentenceEncoder
from training import clinc150, corpus
from training.rooms_asked import Asked, AskedRoom, outcomes, rooms

PENALTY: Final = 2e-3
"""Of the squared weights, once features have a deviation of 1."""
VERBATIM_WEIGHT: Final = 0.1
"""Of a known question in the room's own words, against a message as viewers word it."""
FEWER: Final = (1, 2, 4)
"""Questions that a room knows in examples of rooms that know little."""
OTHERS: Final = 0.3
"""Share of the messages that ask for something else that these examples hold."""
LESS_WEIGHT: Final = 0.5
TALK: Final = 60
"""Messages of everyday talk that each room is given besides its own."""
FOREIGN: Final = 10
"""One in so many of the queries that CLINC150 has for other assistants is among the talk."""
SEED: Final = 7
KINDS: Final = tuple(FEATURES)


class Example(msgspec.Struct, frozen=True):
    """A message with everything that could answer it."""

    room: str
    asked: Asked
    product: Product | None
    named: bool
    candidates: Candidates
    right: frozenset[int]
    """The candidates that are right, counted over all kinds in the order of `FEATURES`."""
    weight: float = 1.0
    """What it weighs when weights are fitted."""


def examples(room: AskedRoom, intents: IntentReader) -> list[Example]:
    """Return a room's messages as they stand, and those that name a product once more without its name.

    What names no product is asked while one of the room's, drawn by chance, was spoken of last.
    """
    drawn = random.Random(f"{SEED} {room.name}")  # noqa: S311  # no secret hangs on it
    knowledge = room.knowledge
    selector = Selector(knowledge, intents, Weights({}))
    found = _asked_of_less(room, intents, drawn)
    for asked in room.asked:
        mention = knowledge.find_product(asked.text)
        shown = mention.product if mention else drawn.choice(knowledge.products) if knowledge.products else None
        texts = [(asked.text, shown, mention is not None)]
        if mention is not None and mention.words and any(o.startswith("product") for o in asked.expected):
            texts.append((bare_of(fold(asked.text), mention.product), shown, False))
        for text, product, named in texts:
            words = (mention.words,) if mention is not None and named else ()
            ranked = intents.classify(text, words)
            candidates = selector.candidates(text, ranked, product, named=named)
            found.append(
                Example(room.name, asked, product, named, candidates, _right(candidates, asked, product, knowledge))
            )
    for text in drawn.sample(talk(), TALK):
        shown = drawn.choice(knowledge.products) if knowledge.products else None
        said = Asked("", text, frozenset({"talk"}))
        candidates = selector.candidates(text, intents.classify(text), shown, named=False)
        right = _right(candidates, said, shown, knowledge)
        found.append(Example(room.name, said, shown, False, candidates, right, LESS_WEIGHT))
    for number, entry in enumerate(knowledge.faq):  # a question in its own words is itself, and teaches little more
        for ask in entry.ask:
            asked = Asked("", ask, frozenset({f"question:{number}"}))
            shown = drawn.choice(knowledge.products) if knowledge.products else None
            candidates = selector.candidates(ask, intents.classify(ask), shown, named=False)
            right = _right(candidates, asked, shown, knowledge)
            found.append(Example(room.name, asked, shown, False, candidates, right, VERBATIM_WEIGHT))
    return found


@cache
def talk() -> list[str]:
    """Return what asks for nothing that a room knows: utterances of the corpus, and CLINC150's queries for training."""
    said = [
        u.text for u in corpus.load().utterances if u.intent not in ROOM_INTENTS | {"unknown"} and "{" not in u.text
    ]
    return said + clinc150.out_of_scope("train") + clinc150.foreign("train")[::FOREIGN]


def _asked_of_less(room: AskedRoom, intents: IntentReader, drawn: random.Random) -> list[Example]:
    """Return messages to rooms that know but a few of the questions: what asks for another one asks for nothing."""
    found = []
    for count in FEWER:
        kept = drawn.sample(room.knowledge.faq, count)
        knowledge = Knowledge(room.knowledge.products, kept)
        selector = Selector(knowledge, intents, Weights({}))
        ours = {f"question:{room.knowledge.faq.index(entry)}": f"question:{n}" for n, entry in enumerate(kept)}
        for asked in room.asked:
            if not asked.expected & ours.keys() and drawn.random() > OTHERS:
                continue
            mention = knowledge.find_product(asked.text)
            shown = mention.product if mention else drawn.choice(knowledge.products) if knowledge.products else None
            expected = frozenset(
                ours.get(outcome, outcome) if outcome in ours or not outcome.startswith("question") else "unknown"
                for outcome in asked.expected
            )
            of_less = msgspec.structs.replace(asked, language="", expected=expected)
            ranked = intents.classify(asked.text, (mention.words,) if mention and mention.words else ())
            candidates = selector.candidates(asked.text, ranked, shown, named=mention is not None)
            right = _right(candidates, of_less, shown, knowledge)
            found.append(Example(room.name, of_less, shown, mention is not None, candidates, right, LESS_WEIGHT))
    return found


def _right(candidates: Candidates, asked: Asked, product: Product | None, knowledge: Knowledge) -> frozenset[int]:
    names: list[str] = []
    for kind in KINDS:
        rows = candidates.features.get(kind, ())
        if kind == "question":
            names += [f"question:{knowledge.faq.index(entry)}" for entry in candidates.questions]
        elif kind == "fact" and product is not None:
            names += [f"product:{product.id}:fact{product.facts.index(fact)}" for fact in candidates.facts]
        elif kind == "nothing":
            names.append("nothing")
        elif product is not None and len(rows):
            names.append(f"product:{product.id}:{kind}")
    right = {number for number, name in enumerate(names) if name in asked.expected}
    return frozenset(right or {len(names) - 1})


def fit(learnt: Sequence[Example]) -> Weights:
    """Return the weights that make what is right likeliest (maximum likelihood with a ridge penalty)."""
    scale = {
        kind: np.maximum(np.concatenate([_rows(example, kind) for example in learnt]).std(axis=0), 1e-3)
        for kind in KINDS
    }
    for deviations in scale.values():
        deviations[0] = 1.0
    places = np.cumsum([0, *(len(FEATURES[kind]) for kind in KINDS)])
    size = int(places[-1])
    free = np.ones(size)
    free[places[:-1]] = 0.0  # the constants bear no penalty
    table: list[Numbers] = []
    lengths: list[int] = []
    right: list[int] = []
    for example in learnt:
        before = sum(lengths)
        for number, kind in enumerate(KINDS):
            rows = _rows(example, kind)
            block = np.zeros((len(rows), size))
            block[:, places[number] : places[number + 1]] = rows / scale[kind]
            table.append(block)
        lengths.append(sum(len(_rows(example, kind)) for kind in KINDS))
        right += [before + number for number in example.right]
    rows, starts = np.concatenate(table), np.cumsum([0, *lengths[:-1]])
    owner = np.repeat(np.arange(len(lengths)), lengths)
    is_right = np.zeros(len(rows))
    is_right[right] = 1.0
    heavy = np.array([example.weight for example in learnt])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = rows @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        all_of, right_of = np.add.reduceat(odds, starts), np.add.reduceat(odds * is_right, starts)
        slope = rows.T @ ((odds / all_of[owner] - odds * is_right / right_of[owner]) * heavy[owner])
        mean = float((heavy * np.log(all_of / right_of)).sum()) / heavy.sum()
        penalty = PENALTY * float((free * weights**2).sum())
        return mean + penalty, slope / heavy.sum() + 2 * PENALTY * free * weights

    weights = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    by_kind: dict[Kind, dict[str, float]] = {}
    for number, kind in enumerate(KINDS):
        own = weights[places[number] : places[number + 1]] / scale[kind]
        by_kind[kind] = {name: round(float(w), 4) for name, w in zip(FEATURES[kind], own, strict=True)}
    return Weights(by_kind)


def _rows(example: Example, kind: Kind) -> Numbers:
    return example.candidates.features.get(kind, np.zeros((0, len(FEATURES[kind]))))


def judged(example: Example, selector: Selector, knowledge: Knowledge) -> str:
    """Return right, wrong or declined for what a selector makes of an example."""
    got = outcomes(selector.choose(example.candidates), example.product, knowledge)
    if not got:
        return "right" if example.asked.expected & {"unknown", "talk"} else "declined"
    return "right" if got & example.asked.expected else "wrong"


def shares(verdicts: Iterable[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Return for each kind of message the shares of verdicts, and how many there were."""
    counted = Counter(verdicts)
    found = {}
    for kind in ("question", "product", "unknown", "talk", "all"):
        of = {v: sum(n for (k, w), n in counted.items() if w == v and kind in {k, "all"}) for v in _VERDICTS}
        total = sum(of.values())
        found[kind] = {"messages": total, **{v: round(n / max(1, total), 4) for v, n in of.items()}}
    return found


_VERDICTS: Final = ("right", "wrong", "declined")


def main() -> None:
    """Fit both sets of weights, print how well each does on rooms that it was not fitted to, and write them."""
    encoder = SentenceEncoder.load(catalogue.locate("sentence-encoder"))
    asked_rooms, written = rooms(), {}
    for name, intents in (("with_meaning", IntentReader.load(encoder)), ("by_words", IntentReader.load())):
        by_room = {room.name: examples(room, intents) for room in asked_rooms}
        verdicts = []
        for room in asked_rooms:
            others = fit([example for key, own in by_room.items() if key != room.name for example in own])
            selector = Selector(room.knowledge, intents, others)
            verdicts += [
                (example.asked.kind, judged(example, selector, room.knowledge))
                for example in by_room[room.name]
                if example.asked.language
            ]
        weights = fit([example for own in by_room.values() for example in own])
        written[name] = weights.by_kind
        print(json.dumps({name: shares(verdicts)}), flush=True)
    WEIGHTS.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
