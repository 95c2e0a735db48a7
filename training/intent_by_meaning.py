"""Fits the intent model that reads a sentence's vector: one hidden layer, trained on the examples of `training.intent`.

Needs torch besides what training needs.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from nlu.intent import CLASSES, normalise
from nlu.intent_by_meaning import MeaningModel, as_said
from nlu.sentence_encoder import WIDTH, SentenceEncoder, Vectors

_AT_A_TIME: Final = 20_000


class Recipe(msgspec.Struct, frozen=True):
    """Everything that decides the outcome besides the examples."""

    hidden: int = 256
    """Numbers in the layer between vector and classes."""
    dropout: float = 0.3
    epochs: int = 15
    batch: int = 1024
    rate: float = 4e-3
    """Highest learning rate of one cycle (Smith and Topin, Super-Convergence, 2019)."""
    decay: float = 1e-3
    seed: int = 7


class Vectoriser:
    """Encodes texts as the model reads them, each only once."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._rows: dict[str, int] = {}
        self._vectors: list[NDArray[np.float16]] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts as they were said, shape (texts, `WIDTH`)."""
        said = [as_said(normalise(text)) for text in texts]
        new = [text for text in dict.fromkeys(said) if text not in self._rows]
        for start in range(0, len(new), _AT_A_TIME):
            self._vectors.append(self._encoder.encode(new[start : start + _AT_A_TIME]).astype(np.float16))
        self._rows |= {text: place for place, text in enumerate(new, len(self._rows))}
        if not self._vectors:
            return np.zeros((0, WIDTH), np.float32)
        self._vectors = [np.concatenate(self._vectors)]
        return np.asarray(self._vectors[0][[self._rows[text] for text in said]], np.float32)


def fit(
    encoder: SentenceEncoder, vectors: Vectors, labels: Sequence[int], weights: Sequence[float], recipe: Recipe
) -> MeaningModel:
    """Return a model of examples: their vectors, classes and what each weighs. Its sharpness is still 1."""
    torch.manual_seed(recipe.seed)
    inputs, wanted = torch.from_numpy(vectors), torch.tensor(labels)
    weight = torch.tensor(weights, dtype=torch.float32)
    network = torch.nn.Sequential(
        torch.nn.Linear(WIDTH, recipe.hidden),
        torch.nn.ReLU(),
        torch.nn.Dropout(recipe.dropout),
        torch.nn.Linear(recipe.hidden, len(CLASSES)),
    )
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=recipe.decay)
    steps = recipe.epochs * -(-len(inputs) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps)
    for _ in range(recipe.epochs):
        order = torch.randperm(len(inputs))
        for start in range(0, len(order), recipe.batch):
            part = order[start : start + recipe.batch]
            losses = torch.nn.functional.cross_entropy(network(inputs[part]), wanted[part], reduction="none")
            loss = (losses * weight[part]).sum() / weight[part].sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    layers = [network[0], network[3]]
    arrays = tuple((layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy()) for layer in layers)
    return MeaningModel(encoder, arrays, 1.0)
