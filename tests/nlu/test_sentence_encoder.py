"""Sentences as vectors."""

from pathlib import Path

import numpy as np
import pytest

from bot.engines import intent_reader
from core.errors import ModelError
from nlu.sentence_encoder import MOST_PIECES, WIDTH, SentenceEncoder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    found = intent_reader().encoder
    if found is None:
        pytest.skip("the sentence encoder is not here: danmate models fetch")
    return found


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


def test_any_text_has_a_vector_and_bounded_words(encoder: SentenceEncoder) -> None:
    for text in ("", "???", "\x00\uffff", "\ud800 half", "🎉" * 2_000, "哈" * 5_000):
        assert np.isfinite(encoder.encode([text])).all()
        words = encoder.words(text)
        assert len(words.vectors) == len(words.weights) <= MOST_PIECES
    assert encoder.words("???").weights.sum() == 0.0


def test_rare_words_weigh_more_than_common_ones(encoder: SentenceEncoder) -> None:
    words = encoder.words("the microphone")
    assert words.weights[-1] > 2 * words.weights[0]


def test_what_cannot_be_read_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="danmate models fetch sentence-encoder"):
        SentenceEncoder.load(tmp_path)
