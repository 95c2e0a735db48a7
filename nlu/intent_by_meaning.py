"""What a viewer wants, by what the sentence means: a network of one hidden layer over its vector.

It knows wordings that no n-gram of the corpus has ("is the parcel gonna take ages"), and errs elsewhere than n-grams
do; `nlu.intent_reader` puts both together.
"""

import re
from pathlib import Path
from typing import Final, Self

import numpy as np

from core.errors import ModelError
from nlu.intent import MENTION
from nlu.sentence_encoder import SentenceEncoder, Vectors

WEIGHTS: Final = Path(__file__).parent / "weights" / "intent_by_meaning.npz"

_HAN: Final = re.compile(r"[\u3400-\u9fff]")


class MeaningModel:
    """Scores the spoken intents of a message. Immutable, so any thread may use it."""

    def __init__(self, encoder: SentenceEncoder, layers: tuple[tuple[Vectors, Vectors], ...], sharpness: float) -> None:
        """Take weights (inputs × outputs) and biases of both layers.

        `sharpness` is what the logarithms of both models' probabilities are multiplied with once they are added up.
        """
        self.encoder = encoder
        self._layers = layers
        self.sharpness = sharpness

    @classmethod
    def load(cls, encoder: SentenceEncoder, path: Path = WEIGHTS) -> Self:
        """Return the model at `path`; raise `ModelError` where it is missing or no such file."""
        try:
            with np.load(path, allow_pickle=False) as file:
                layers = tuple(
                    (file[f"weights{n}"].astype(np.float32), file[f"bias{n}"].astype(np.float32)) for n in (1, 2)
                )
                return cls(encoder, layers, float(file["sharpness"]))
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"the model {path.name} cannot be read ({error}); install danmate again") from error

    def save(self, path: Path) -> None:
        """Write the model, without its encoder, to `path`, in half precision."""
        (inner, inner_bias), (outer, outer_bias) = (
            (weights.astype(np.float16), bias.astype(np.float16)) for weights, bias in self._layers
        )
        np.savez_compressed(
            path, sharpness=np.float32(self.sharpness),
            weights1=inner, bias1=inner_bias, weights2=outer, bias2=outer_bias,
        )  # fmt: skip

    def log_probabilities(self, normalised: str) -> Vectors:
        """Return one logarithm for each of `nlu.intent.CLASSES`, of a text as `nlu.intent.normalise` returns it."""
        (inner, inner_bias), (outer, outer_bias) = self._layers
        vector = self.encoder.encode([as_said(normalised)])[0]
        scores = np.maximum(vector @ inner + inner_bias, 0.0) @ outer + outer_bias
        scores -= scores.max()
        return np.asarray(scores - np.log(np.exp(scores).sum()), np.float32)


def as_said(normalised: str) -> str:
    """Return a normalised text with a word that people say where a product's name stood."""
    return normalised.replace(MENTION, "它" if _HAN.search(normalised) else "it")
