"""Certain rules first, then n-grams and meaning multiplied."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from nlu.intent import CLASSES
from nlu.intent_reader import CERTAIN, IntentReader
from tests.nlu import by_meaning

WORDS = np.log(np.linspace(1, 2, len(CLASSES)) / np.linspace(1, 2, len(CLASSES)).sum())
MEANING = np.log(np.linspace(3, 1, len(CLASSES)) / np.linspace(3, 1, len(CLASSES)).sum())


class Words:
    def log_probabilities(self, _normalised: str) -> Any:
        return WORDS


class Meaning:
    """A model of meaning that notes what it was asked to read."""

    encoder = None
    sharpness = 0.5

    def __init__(self) -> None:
        self.read: list[list[str]] = []

    def log_probabilities(self, normalised: Sequence[str]) -> Any:
        self.read.append(list(normalised))
        return np.tile(MEANING, (len(normalised), 1))


def reader(meaning: Meaning | None) -> IntentReader:
    return IntentReader(Words(), meaning)  # type: ignore[arg-type]  # all that is asked of the models


def test_both_models_probabilities_are_multiplied_and_sharpened() -> None:
    expected = np.exp(0.5 * (WORDS + MEANING))
    found = dict(reader(Meaning()).classify("今天心情不错"))
    assert [found[name] for name in CLASSES] == pytest.approx((expected / expected.sum()).tolist(), abs=1e-5)


def test_without_meaning_words_decide_alone() -> None:
    found = dict(reader(None).classify("今天心情不错"))
    assert [found[name] for name in CLASSES] == pytest.approx(np.exp(WORDS).tolist(), abs=1e-5)
    assert reader(Meaning()).by_words().classify("今天心情不错") == reader(None).classify("今天心情不错")


def test_what_a_rule_decides_is_read_by_no_model() -> None:
    meaning = Meaning()
    ranked = reader(meaning).classify("哈哈哈哈")
    assert ranked[0] == ("laugh", CERTAIN)
    assert sum(probability for _, probability in ranked) == pytest.approx(1.0)
    assert meaning.read == []


def test_many_texts_are_read_at_once_and_each_as_it_would_be_alone() -> None:
    meaning = Meaning()
    texts = ["几点下播", "666", "how much is shipping", "", "哈哈哈"]
    assert reader(meaning).classify_all(texts) == [reader(Meaning()).classify(text) for text in texts]
    assert [len(read) for read in meaning.read] == [3]
    assert reader(meaning).classify_all([]) == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is the parcel gonna take ages", "ask_delivery"),
        ("any chance it comes with a box", "ask_product"),
        ("how much is a fligth to tokyo for two", "off_topic"),
    ],
)
def test_meaning_finds_what_no_ngram_of_the_corpus_has(text: str, intent: str) -> None:
    assert by_meaning.reader().classify(text)[0][0] == intent
