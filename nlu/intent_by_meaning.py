"""What a viewer wants, by what the sentence means: a network of one hidden layer over its vector.

It knows wordings that no n-gram of the corpus has ("is the parcel gonna take ages"), and errs elsewhere than n-grams
do; `nlu.intent_reader` puts both together.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np

from core.arrays import AGAIN, read_arrays
from core.errors import ModelError
from nlu.intent import CLASSES, MENTION
from nlu.sentence_encoder import WIDTH, SentenceEncoder, Vectors

WEIGHTS: Final = Path(__file__).parent / "weights" / "intent_by_meaning.npz"

_ARRAYS: Final = ("weights1", "bias1", "weights2", "bias2", "sharpness")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


class MeaningModel:
    """Scores the spoken intents of a message. Immutable, so any thread may use it."""

    def __init__(self, encoder: SentenceEncoder, layers: tuple[tuple[Vectors, Vectors], ...], sharpness: float) -> None:
        """Take weights (inputs × outputs) and biases of both layers, and what makes both models calibrated together."""
        self.encoder = encoder
        self.layers = layers
        """Weights and biases of both layers."""
        self.sharpness = sharpness
        """What the logarithms of both models' probabilities are multiplied with once they are added up."""

    @classmethod
    def load(cls, encoder: SentenceEncoder, path: Path = WEIGHTS) -> Self:
        """Return the model at `path`; raise `ModelError` where it is missing or no such file."""
        found = read_arrays(path, "the intent model")
        shapes = [found[name].shape for name in _ARRAYS if name in found]
        size = shapes[1] if len(shapes) == len(_ARRAYS) else (0,)
        fits = shapes == [(WIDTH, *size), size, (*size, len(CLASSES)), (len(CLASSES),), ()]
        if not fits or tuple(map(str, found.get("classes", ()))) != CLASSES:
            raise ModelError(f"the intent model {path.name} has parts that do not fit together; {AGAIN}")
        inner, inner_bias, outer, outer_bias = (found[name].astype(np.float32) for name in _ARRAYS[:-1])
        return cls(encoder, ((inner, inner_bias), (outer, outer_bias)), float(found["sharpness"]))

    def save(self, path: Path) -> None:
        """Write the model, without its encoder, to `path`, in half precision."""
        (inner, inner_bias), (outer, outer_bias) = (
            (weights.astype(np.float16), bias.astype(np.float16)) for weights, bias in self.layers
        )
        np.savez_compressed(
            path, sharpness=np.float32(self.sharpness), classes=np.array(CLASSES),
            weights1=inner, bias1=inner_bias, weights2=outer, bias2=outer_bias,
        )  # fmt: skip

    def log_probabilities(self, normalised: Sequence[str]) -> Vectors:
        """Return one logarithm for each of `nlu.intent.CLASSES` (texts × classes).

        Texts are as `nlu.intent.normalise` returns them.
        """
        (inner, inner_bias), (outer, outer_bias) = self.layers
        vectors = self.encoder.encode([as_said(text) for text in normalised])
        scores = np.maximum(vectors @ inner + inner_bias, 0.0) @ outer + outer_bias
        scores -= scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), np.float32)


def as_said(normalised: str) -> str:
    """Return a normalised text with a word that people say where a product's name stood."""
    return normalised.replace(MENTION, "它" if _HAN.search(normalised) else "it")
