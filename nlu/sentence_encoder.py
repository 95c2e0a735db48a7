"""Sentences as vectors: alike in meaning is near in angle, over wordings and over languages.

Google's multilingual Universal Sentence Encoder, third version (Yang et al., Multilingual Universal Sentence Encoder
for Semantic Retrieval, 2019, arXiv:1907.04307): pieces of 16 languages, convolutions over two, three and five of them,
their mean through a small network. The weights come from a registry's package as arrays, the pieces' table in a byte a
number; what is computed here is that network and nothing else.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

import msgspec
import numpy as np
import sentencepiece
from numpy.typing import NDArray

from core.arrays import read_arrays
from core.errors import ModelError

Vectors = NDArray[np.float32]

WIDTH: Final = 512
"""Numbers in a vector."""
MOST_PIECES: Final = 64
"""Pieces of a sentence that are read: a vector is the mean of a sentence, and time is bounded."""
_BRANCHES: Final = ((2, 0), (3, 1), (5, 2))
"""Pieces that a branch's convolutions see at once, and how many of them stand before the one looked at."""
_CHANNELS: Final = 256
_GAP: Final = 2
"""Empty places between sentences that are computed together, so that none sees the next."""
_TOGETHER: Final = 400
"""Pieces computed at a time: some 2 MB, what a processor's cache holds."""
RECENT: Final = 512
"""Sentences whose vectors are kept for a while: a crowd repeats itself."""
FEW: Final = 8
"""Sentences encoded at once that are kept; more of them are no talk."""
_TABLES: Final = 17
"""Parts of the table, each with its own scale; piece n is row n // 17 of part n % 17."""
_SAMPLE: Final = 20_000
"""Pieces whose mean is taken for the table's."""
_COMMONEST: Final = 4.0
"""Negative logarithm of the chance of the commonest pieces: 的, "the"."""
_LIGHTEST: Final = 0.3
_WORD: Final = re.compile(r"\w")
_MEND: Final = "fetch it again with `danmate models fetch sentence-encoder`"


class Words(msgspec.Struct, frozen=True):
    """The pieces of a sentence that are words or parts of them, each by itself."""

    vectors: Vectors
    """Pieces × `WIDTH`, each of length 1: what a piece means without its neighbours."""
    weights: Vectors
    """Pieces: how much each tells, more for rarer ones."""


class SentenceEncoder:
    """Turns sentences into vectors. Any thread may use it."""

    def __init__(self, pieces: sentencepiece.SentencePieceProcessor, weights: dict[str, NDArray[Any]]) -> None:
        """Take the pieces and the arrays of the package, by their names in it."""
        self._pieces = pieces
        rows = len(weights["q1"])
        self._table = np.empty((rows * _TABLES, WIDTH), np.uint8)
        for number in range(_TABLES):
            self._table[number::_TABLES] = weights[f"q{number + 1}"]
        self._scale, self._low = weights["scale"].astype(np.float32), weights["lo"].astype(np.float32)
        self._eps = np.float32(weights["eps"])
        self._weights = {name: array for name, array in weights.items() if array.dtype == np.float32}
        some = np.linspace(0, pieces.get_piece_size() - 1, _SAMPLE).astype(np.int64)
        self._mean = self._rows(some).mean(axis=0)
        self._is_word = np.array(
            [
                not pieces.is_unknown(n) and _WORD.search(pieces.id_to_piece(n).strip("▁")) is not None
                for n in range(pieces.get_piece_size())
            ]
        )
        self._recent: dict[str, Vectors] = {}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the encoder in `folder` (weights.npz, pieces.model); raise `ModelError` where it is none."""
        weights = read_arrays(folder / "weights.npz", f"the sentence encoder in {folder}:", _MEND)
        try:
            pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "pieces.model"))
            return cls(pieces, weights)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(f"the sentence encoder in {folder} cannot be read ({error}); {_MEND}") from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (texts, `WIDTH`), each of length 1.

        A few texts at a time are remembered for a while. Most of the time goes into reading the weights, so that three
        texts at once take little more than one.
        """
        if not 0 < len(texts) <= FEW:
            return self._encode(texts)
        known = {text: vector for text in texts if (vector := self._recent.get(text)) is not None}
        if missing := [text for text in dict.fromkeys(texts) if text not in known]:
            if len(self._recent) >= RECENT:
                self._recent.clear()
            known |= zip(missing, self._encode(missing), strict=True)
            self._recent |= {text: known[text] for text in missing}
        return np.stack([known[text] for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        found = np.empty((len(texts), WIDTH), np.float32)
        waiting: list[list[int]] = []
        size = done = 0
        for pieces in map(self._read, texts):
            if waiting and size + len(pieces) > _TOGETHER:
                found[done : done + len(waiting)] = self._forward(waiting)
                done, waiting, size = done + len(waiting), [], 0
            waiting.append(pieces)
            size += len(pieces)
        if waiting:
            found[done:] = self._forward(waiting)
        return found

    def words(self, text: str) -> Words:
        """Return the words of a text, at most `MOST_PIECES` of them; one of no weight where it has none."""
        pieces = [n for n in self._pieces.encode(_whole(text)) if self._is_word[n]][:MOST_PIECES]
        if not pieces:
            return Words(np.zeros((1, WIDTH), np.float32), np.zeros(1, np.float32))
        centred = self._rows(np.array(pieces)) - self._mean
        rarity = -np.array([self._pieces.get_score(n) for n in pieces], np.float32)
        vectors = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), self._eps)
        return Words(vectors, np.maximum(rarity - np.float32(_COMMONEST), np.float32(_LIGHTEST)))

    def _rows(self, pieces: NDArray[Any]) -> Vectors:
        part = pieces % _TABLES
        return np.asarray(self._table[pieces] * self._scale[part, None] + self._low[part, None])

    def _read(self, text: str) -> list[int]:
        numbers: list[int] = self._pieces.encode(_whole(text), add_bos=True, add_eos=True)
        return numbers[:MOST_PIECES]

    def _forward(self, sentences: Sequence[Sequence[int]]) -> Vectors:
        """Return the vectors of sentences that are computed together, from the numbers of their pieces."""
        lengths = np.array([len(sentence) for sentence in sentences])
        starts = np.cumsum(lengths) - lengths
        pieces = np.concatenate([np.asarray(sentence) for sentence in sentences])
        places = np.arange(len(pieces)) + _GAP * (1 + np.repeat(np.arange(len(lengths)), lengths))
        room = len(pieces) + _GAP * (1 + len(lengths))
        embedded = self._rows(pieces)
        seen = [embedded, *(self._branch(embedded, places, room, *branch) for branch in _BRANCHES)]
        features = self._normalised(np.concatenate(seen, axis=1), "ln_g", "ln_b")
        return self._compressed(np.add.reduceat(features, starts, axis=0), lengths)

    def _branch(self, embedded: Vectors, places: NDArray[Any], room: int, wide: int, before: int) -> Vectors:
        """Return two convolutions over `wide` pieces, each added to what it saw (pieces × `_CHANNELS`)."""
        weights = self._weights
        state = self._normalised(
            embedded @ weights[f"proj{wide}"] + weights[f"proj_b{wide}"], f"ln_g{wide}", f"ln_b{wide}"
        )
        around = places[:, None] + np.arange(-before, wide - before)
        line = np.zeros((room, _CHANNELS), np.float32)  # gaps stay zero
        for layer in ("1", "2"):
            line[places] = state
            window = line[around].reshape(len(places), wide * _CHANNELS)
            state = state + np.maximum(window @ weights[f"w{layer}_{wide}"] + weights[f"b{layer}_{wide}"], 0.0)
        return state

    def _normalised(self, rows: Vectors, gain: str, bias: str) -> Vectors:
        centred = rows - rows.mean(axis=1, keepdims=True)
        deviation = np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + self._eps)
        return np.asarray(centred / deviation * self._weights[gain] + self._weights[bias])

    def _compressed(self, sums: Vectors, lengths: NDArray[Any]) -> Vectors:
        """Return what the small network makes of each sentence's sum of features."""
        weights, count = self._weights, lengths.astype(np.float32)[:, None]
        mean = (sums @ weights["cnn_W"] + count * weights["cnn_b"]) / np.sqrt(count)
        first = np.maximum(mean @ weights["p1"] + np.maximum(mean @ weights["d0"], 0.0) @ weights["d1"], 0.0)
        last = np.tanh(first @ weights["p3"] + np.maximum(first @ weights["d2"], 0.0) @ weights["d3"])
        return np.asarray(last / np.linalg.norm(last, axis=1, keepdims=True))


def _whole(text: str) -> str:
    """Return a text without halves of characters, which have no place in UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
