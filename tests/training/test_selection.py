"""What is expected of a room's messages, and weights fitted to it."""

from pathlib import Path

import numpy as np
import pytest

from core.local import Local
from nlu.candidates import FEATURES, Answers, Candidates, Kind, Numbers, read
from nlu.faq import Faq
from nlu.intent_reader import IntentReader
from nlu.knowledge import Knowledge, Product
from nlu.selection import Choice
from training.rooms_asked import Asked, outcomes, place, room, rooms
from training.selection import KINDS, Example, _example, fit, judged, shares

FACT = Local("三百克", "it weighs 300 g")
MUG = Product(
    id="7", title=Local("杯子", "the mug"), price="59元", stock=3, facts=(FACT, Local("三百克", "it weighs 300 g"))
)
SAME = Local("今晚十点", "at ten tonight")
FAQ = (Faq(("几点下播",), SAME), Faq(("when do you end",), SAME))
ROOM = Knowledge((MUG,), FAQ)


def test_a_room_is_read_with_what_is_expected_of_its_messages(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("knowledge: {faq: [{ask: [几点下播], answer: 十点}]}", encoding="utf-8")
    (tmp_path / "a.tsv").write_text("# a note\nzh\t几点收工\tquestion:0 | unknown\n\nen\thi\ttalk\n", encoding="utf-8")
    (found,) = rooms(tmp_path)
    assert [(one.language, one.text, one.kind) for one in found.asked] == [
        ("zh", "几点收工", "question"),
        ("en", "hi", "talk"),
    ]
    assert found.asked[0].expected == {"question:0", "unknown"}
    (tmp_path / "a.tsv").write_text("zh\t几点收工\n", encoding="utf-8")
    with pytest.raises(ValueError, match="three columns"):
        room(tmp_path / "a.yaml")


def test_every_expected_outcome_of_every_room_exists() -> None:
    for one in (*rooms(), *rooms(Path(__file__).parents[2] / "benchmarks" / "understanding_data" / "rooms")):
        there = {f"question:{number}" for number in range(len(one.knowledge.faq))} | {"unknown", "talk"}
        for product in one.knowledge.products:
            there |= {f"product:{product.id}:{name}" for name in ("price", "stock", "link")}
            there |= {f"product:{product.id}:fact{number}" for number in range(len(product.facts))}
        wrong = [asked for asked in one.asked if not asked.expected <= there]
        assert wrong == [], one.name


def test_what_stands_twice_is_told_apart_by_itself_and_not_by_its_value() -> None:
    assert [place(MUG.facts, fact) for fact in MUG.facts] == [0, 1]
    assert outcomes(Choice("question", 0.9, FAQ[1]), None, ROOM) == {"question:1"}
    assert outcomes(Choice("fact", 0.9, facts=(MUG.facts[1],)), MUG, ROOM) == {"product:7:fact1"}
    assert outcomes(Choice("price", 0.9), MUG, ROOM) == {"product:7:price"}
    assert outcomes(Choice("price", 0.9), None, ROOM) == outcomes(Choice(), MUG, ROOM) == frozenset()


def candidates_of(text: str) -> Candidates:
    intents = IntentReader.load()
    return Answers(ROOM, intents).candidates(read(text, MUG), intents.classify(text), MUG, named=False)


def test_the_right_candidates_are_counted_over_all_kinds_and_nothing_is_right_where_none_is() -> None:
    candidates = candidates_of("杯子多重")
    sizes = [len(candidates.features.get(kind, ())) for kind in KINDS]
    assert dict(zip(KINDS, sizes, strict=True)) == {
        "question": 2, "fact": 2, "price": 1, "stock": 1, "link": 0, "nothing": 1
    }  # fmt: skip

    def right(*expected: str) -> set[int]:
        return set(_example(candidates, Asked("zh", "", frozenset(expected)), MUG, ROOM).right)

    assert right("question:1", "product:7:fact0") == {1, 2}
    assert right("product:7:stock") == {5}
    assert right("unknown") == right("product:7:link") == {6}


def example(*, question: float, right: int) -> Example:
    features: dict[Kind, Numbers] = {
        "question": np.zeros((1, len(FEATURES["question"]))),
        "nothing": np.zeros((1, len(FEATURES["nothing"]))),
    }
    features["question"][0, :2] = 1.0, question
    features["nothing"][0, 0] = 1.0
    asked = Asked("zh", "", frozenset({"question:0"} if right == 0 else {"unknown"}))
    candidates = Candidates(features, FAQ[:1], (), {"question": np.zeros(1, bool)})
    return Example(asked, None, candidates, frozenset({right}), 1.0)


def test_weights_learn_from_which_nearness_on_a_question_is_meant() -> None:
    learnt = [example(question=near, right=0 if near > 0.5 else 1) for near in np.linspace(0, 1, 40)]
    weights = fit(learnt)
    assert weights.by_kind["question"]["asked"] > 1.0
    assert weights.by_kind["question"]["answer_words"] == 0.0
    for near, surely in ((0.95, True), (0.05, False)):
        chance = float(weights.chances(example(question=near, right=0).candidates)["question"][0])
        assert (chance > 0.7) is surely
        assert (chance < 0.3) is not surely


class Chooses:
    def __init__(self, choice: Choice) -> None:
        self._choice = choice

    def choose(self, _candidates: Candidates) -> Choice:
        return self._choice


@pytest.mark.parametrize(
    ("choice", "right", "verdict"),
    [
        (Choice("question", 0.9, FAQ[0]), 0, "right"), (Choice(), 0, "declined"), (Choice(), 1, "right"),
        (Choice("question", 0.9, FAQ[0]), 1, "wrong"), (Choice("question", 0.9, FAQ[1]), 0, "wrong"),
    ],
)  # fmt: skip
def test_to_answer_what_is_not_known_is_wrong_and_to_decline_it_right(choice: Choice, right: int, verdict: str) -> None:
    assert judged(example(question=0.0, right=right), Chooses(choice), ROOM) == verdict  # type: ignore[arg-type]


def test_shares_are_of_each_kind_and_of_all() -> None:
    found = shares([("question", "right"), ("question", "declined"), ("unknown", "wrong"), ("talk", "right")])
    assert found["question"] == {"messages": 2, "right": 0.5, "wrong": 0.0, "declined": 0.5}
    assert found["all"] == {"messages": 4, "right": 0.5, "wrong": 0.25, "declined": 0.25}
    assert found["product"]["messages"] == 0
