"""`python -m training.selection`: fits what features of candidates weigh, with a sentence encoder and without.

The rooms of training/rooms were written without sight of how questions are matched; each room's lines are scored by
weights that were fitted to the other rooms. The rooms that `danmate bench understanding` scores on are others.
Writes nlu/weights/selection.json and prints, for each, the shares that are answered rightly, wrongly and not at all.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import msgspec
import numpy as np
from scipy.optimize import minimize

from core import catalogue
from nlu.candidates import FEATURES, Answers, Candidates, Kind, Numbers, read
from nlu.intent import ROOM_INTENTS
from nlu.intent_reader import IntentReader
from nlu.knowledge import Knowledge, Product, bare_of
from nlu.language import fold
from nlu.selection import WEIGHTS, Selector, Weights
from nlu.sentence_encoder import SentenceEncoder
from training import clinc150, corpus
from training.rooms_asked import Asked, AskedRoom, outcomes, place, rooms

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
"""Messages of everyday talk that each room is given besides its own, of the corpus that intents were taught with."""
FOREIGN: Final = 10
"""One in so many of the queries that CLINC150 has for other assistants is among the talk."""
SEED: Final = 7
KINDS: Final = tuple(FEATURES)
_TINY: Final = 1e-9
_MOST: Final = 30.0
"""Of a score, either way, so that no power of e is too large."""


class Example(msgspec.Struct, frozen=True):
    """A message with everything that could answer it."""

    asked: Asked
    product: Product | None
    candidates: Candidates
    right: frozenset[int]
    """The candidates that are right, counted over all kinds in the order of `FEATURES`."""
    weight: float
    """What it weighs when weights are fitted."""


def examples(room: AskedRoom, intents: IntentReader) -> list[Example]:
    """Return a room's messages as they stand, and those that name a product once more without its name.

    What names no product is asked while one of the room's, drawn by chance, was spoken of last.
    """
    drawn = random.Random(f"{SEED} {room.name}")  # noqa: S311  # no secret hangs on it
    knowledge = room.knowledge
    answers = Answers(knowledge, intents)
    found = _asked_of_less(room, intents, drawn)
    for asked in room.asked:
        mention = knowledge.find_product(asked.text)
        shown = mention.product if mention else _shown(asked, knowledge, drawn)
        texts = [(asked.text, shown, mention is not None)]
        if mention is not None and mention.words and any(o.startswith("product") for o in asked.expected):
            texts.append((bare_of(fold(asked.text), mention.product), shown, False))
        for text, product, named in texts:
            words = (mention.words,) if mention is not None and named else ()
            ranked = intents.classify(text, words)
            candidates = answers.candidates(read(text, product), ranked, product, named=named)
            found.append(_example(candidates, asked, product, knowledge))
    for text in drawn.sample(talk(), TALK):
        shown = drawn.choice(knowledge.products) if knowledge.products else None
        said = Asked("", text, frozenset({"talk"}))
        candidates = answers.candidates(read(text, shown), intents.classify(text), shown, named=False)
        found.append(_example(candidates, said, shown, knowledge, LESS_WEIGHT))
    for number, entry in enumerate(knowledge.faq):  # a question in its own words is itself, and teaches little more
        for ask in entry.ask:
            asked = Asked("", ask, frozenset({f"question:{number}"}))
            shown = drawn.choice(knowledge.products) if knowledge.products else None
            candidates = answers.candidates(read(ask, shown), intents.classify(ask), shown, named=False)
            found.append(_example(candidates, asked, shown, knowledge, VERBATIM_WEIGHT))
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
        kept = drawn.sample(range(len(room.knowledge.faq)), min(count, len(room.knowledge.faq)))
        knowledge = Knowledge(room.knowledge.products, [room.knowledge.faq[place] for place in kept])
        answers = Answers(knowledge, intents)
        ours = {f"question:{place}": f"question:{n}" for n, place in enumerate(kept)}
        for asked in room.asked:
            if not asked.expected & ours.keys() and drawn.random() > OTHERS:
                continue
            mention = knowledge.find_product(asked.text)
            shown = mention.product if mention else _shown(asked, knowledge, drawn)
            expected = frozenset(
                ours.get(outcome, outcome) if outcome in ours or not outcome.startswith("question") else "unknown"
                for outcome in asked.expected
            )
            of_less = msgspec.structs.replace(asked, language="", expected=expected)
            ranked = intents.classify(asked.text, (mention.words,) if mention and mention.words else ())
            candidates = answers.candidates(read(asked.text, shown), ranked, shown, named=mention is not None)
            found.append(_example(candidates, of_less, shown, knowledge, LESS_WEIGHT))
    return found


def _shown(asked: Asked, knowledge: Knowledge, drawn: random.Random) -> Product | None:
    """Return what was spoken of last: the product that is asked about, or else one of the room's, drawn by chance."""
    about = {outcome.split(":")[1] for outcome in asked.expected if outcome.startswith("product:")}
    meant = [product for product in knowledge.products if product.id in about]
    return meant[0] if meant else drawn.choice(knowledge.products) if knowledge.products else None


def _example(
    candidates: Candidates, asked: Asked, product: Product | None, knowledge: Knowledge, weight: float = 1.0
) -> Example:
    names: list[str] = []
    for kind in KINDS:
        rows = candidates.features.get(kind, ())
        if kind == "question":
            names += [f"question:{place(knowledge.faq, entry)}" for entry in candidates.questions]
        elif kind == "fact" and product is not None:
            names += [f"product:{product.id}:fact{place(product.facts, fact)}" for fact in candidates.facts]
        elif kind == "nothing":
            names.append("nothing")
        elif product is not None and len(rows):
            names.append(f"product:{product.id}:{kind}")
    right = frozenset(n for n, name in enumerate(names) if name in asked.expected) or frozenset({len(names) - 1})
    return Example(asked, product, candidates, right, weight)


def fit(learnt: Sequence[Example]) -> Weights:
    """Return the weights that make what is right likeliest (maximum likelihood with a ridge penalty)."""
    rows: dict[Kind, list[Numbers]] = {kind: [] for kind in KINDS}
    owners: dict[Kind, list[int]] = {kind: [] for kind in KINDS}
    right: dict[Kind, list[bool]] = {kind: [] for kind in KINDS}
    for number, example in enumerate(learnt):
        place = 0
        for kind in KINDS:
            table = example.candidates.features.get(kind, np.zeros((0, len(FEATURES[kind]))))
            rows[kind].append(table)
            owners[kind] += [number] * len(table)
            right[kind] += [place + row in example.right for row in range(len(table))]
            place += len(table)
    tables = [np.concatenate(rows[kind]) for kind in KINDS]
    spread = [table.std(axis=0) if len(table) else np.zeros(table.shape[1]) for table in tables]
    scales = [np.where(one > _TINY, one, 1.0) for one in spread]
    scaled = [table / scale for table, scale in zip(tables, scales, strict=True)]
    owner = np.array([number for kind in KINDS for number in owners[kind]])
    is_right = np.array([float(one) for kind in KINDS for one in right[kind]])
    heavy = np.array([example.weight for example in learnt])
    ends = np.cumsum([len(scale) for scale in scales])
    places = np.cumsum([len(table) for table in tables])
    free = np.ones(int(ends[-1]))
    free[[0, *ends[:-1]]] = 0.0  # the constants bear no penalty

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        parts = zip(scaled, np.split(weights, ends[:-1]), strict=True)
        odds = np.exp(np.clip(np.concatenate([table @ part for table, part in parts]), -_MOST, _MOST))
        all_of, right_of = (np.bincount(owner, one, len(learnt)) for one in (odds, odds * is_right))
        wrong = (odds / all_of[owner] - odds * is_right / right_of[owner]) * heavy[owner] / heavy.sum()
        slopes = [table.T @ part for table, part in zip(scaled, np.split(wrong, places[:-1]), strict=True)]
        mean = float((heavy * np.log(all_of / right_of)).sum()) / heavy.sum()
        penalty = PENALTY * float((free * weights**2).sum())
        return mean + penalty, np.concatenate(slopes) + 2 * PENALTY * free * weights

    found = minimize(loss, np.zeros(len(free)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    by_kind: dict[Kind, Mapping[str, float]] = {}
    for kind, scale, part in zip(KINDS, scales, np.split(found, ends[:-1]), strict=True):
        by_kind[kind] = {name: round(float(w), 4) for name, w in zip(FEATURES[kind], part / scale, strict=True)}
    return Weights(by_kind)


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
    asked_rooms = rooms()
    fitted = {}
    for name, intents in (("by_words", IntentReader.load()), ("with_meaning", IntentReader.load(encoder))):
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
        print(json.dumps({name: shares(verdicts)}), flush=True)
        fitted[name] = fit([example for own in by_room.values() for example in own])
    written = {name: weights.by_kind for name, weights in fitted.items()}
    WEIGHTS.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
