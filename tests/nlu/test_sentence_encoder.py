"""Sentences as vectors."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from nlu.sentence_encoder import FEW, MOST_PIECES, RECENT, WIDTH, SentenceEncoder
from tests.nlu import by_meaning


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return by_meaning.encoder()


def test_the_same_in_other_words_or_another_language_is_nearer_than_anything_else(encoder: SentenceEncoder) -> None:
    pairs = [
        ("多少钱", "how much is it"), ("怎么退货", "how do i return it"), ("几点下播", "when does the stream end"),
        ("有黑色的吗", "do you have it in black"), ("你好", "hello"), ("i love cats", "cats are my favourite"),
    ]  # fmt: skip
    left, right = encoder.encode([one for one, _ in pairs]), encoder.encode([other for _, other in pairs])
    assert ((left @ right.T).argmax(axis=1) == np.arange(len(pairs))).all()


def test_a_vector_does_not_depend_on_what_is_computed_beside_it(encoder: SentenceEncoder) -> None:
    texts = ["今天发货吗", "x", "how much is it", "一" * 300, "", "这个衣服洗了会不会掉色啊主播"] * 20
    together = encoder.encode(texts)
    assert together.shape == (len(texts), WIDTH)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    for text, vector in zip(texts[:6], together, strict=False):
        assert encoder.encode([text])[0] == pytest.approx(vector, abs=1e-5)
    assert encoder.encode([]).shape == (0, WIDTH)


KNOWN = {
    "几点下播": (0.0780, 0.0471, 0.0066, -0.0311, 0.0137, 0.0298, 0.0717, 0.0663),
    "how much is the blue hoodie": (0.0024, -0.0506, -0.0711, -0.0112, -0.0145, 0.0514, -0.0565, 0.0311),
}
"""The first numbers of their vectors, as they were when these agreed with the model that the weights are of."""


def test_vectors_are_those_of_the_network(encoder: SentenceEncoder) -> None:
    for text, numbers in KNOWN.items():
        assert encoder.encode([text])[0, :8].tolist() == pytest.approx(numbers, abs=1e-3)


def test_vectors_come_in_the_order_of_the_texts_and_few_are_remembered(encoder: SentenceEncoder) -> None:
    one, other = encoder.encode(["多少钱"])[0], encoder.encode(["晚安"])[0]
    mixed = encoder.encode(["晚安", "新的一句", "多少钱", "晚安"])
    for vector, expected in zip(mixed[[0, 2, 3]], (other, one, other), strict=True):
        assert vector == pytest.approx(expected, abs=1e-5)
    for number in range(RECENT + 20):
        encoder.encode([f"句子{number}"])
    assert len(encoder._recent) <= RECENT + FEW


def test_signs_and_unknown_characters_are_no_words(encoder: SentenceEncoder) -> None:
    for text in ("🎉", "👍🏻", "龘", "???"):
        assert encoder.words(text).weights.sum() == 0.0
    plain, decorated = encoder.words("怎么进群"), encoder.words("怎么进群🔥")
    assert len(plain.weights) == len(decorated.weights)


def test_any_text_has_a_vector_and_bounded_words(encoder: SentenceEncoder) -> None:
    for text in ("", "???", "\x00\uffff", "\ud800 half", "🎉" * 2_000, "哈" * 5_000):
        assert np.isfinite(encoder.encode([text])).all()
        words = encoder.words(text)
        assert len(words.vectors) == len(words.weights) <= MOST_PIECES


def test_rare_words_weigh_more_than_common_ones(encoder: SentenceEncoder) -> None:
    words = encoder.words("the microphone")
    assert words.weights[-1] > 2 * words.weights[0]


def test_what_cannot_be_read_is_said_with_what_to_do(tmp_path: Path) -> None:
    np.savez(tmp_path / "whole.npz", q1=np.zeros((100, 100)))
    half = (tmp_path / "whole.npz").read_bytes()[:200]
    for damaged in (b"no weights", b"", half):
        (tmp_path / "weights.npz").write_bytes(damaged)
        with pytest.raises(ModelError, match="danmate models fetch sentence-encoder"):
            SentenceEncoder.load(tmp_path)
