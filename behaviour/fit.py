"""Learning a chain from files: which order and smoothing, the counts, and the mixture's weights."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import numpy as np

from behaviour.features import Floats, Ints, batches
from behaviour.sequence import BINS, ORDER, SequenceModel

FOLDS: Final = 10
"""The weights of the mixture are learned from events whose own fold is taken out of the counts."""
EPOCHS: Final = 8
STEP: Final = 0.01
"""Adam's largest step; it falls to 0 in a straight line."""
MINIBATCH: Final = 2048
WEIGHED_AT_MOST: Final = 600_000
"""Events that the weights are learned from; the counts take all."""
DISCOUNTS: Final = (0.0, 0.5, 0.75)
"""Smoothings compared: Witten-Bell, and two absolute discounts."""
_SEED: Final = 7

Told = Callable[[str, float], None]
"""Called with what is being done, and the share of it that is done."""


class Choice(msgspec.Struct, frozen=True):
    """One way to smooth the plain chain, and how it did on validation."""

    order: int
    """Symbols that the longest context has."""
    discount: float
    """0 for Witten-Bell, else what absolute discounting takes from each count."""
    nats: float
    """Mean negative log probability."""


def choose(symbols: tuple[str, ...], train: Sequence[Ints], validation: Sequence[Ints]) -> list[Choice]:
    """Return every order and smoothing of the plain chain, the best on validation first."""
    found = []
    for discount in DISCOUNTS:
        model = SequenceModel(symbols, discount=discount)
        for events in batches(train, len(symbols)):
            model.count(events)
        for order in range(1, len(ORDER)):
            total, foretold = 0.0, 0
            for events in batches(validation, len(symbols)):
                rows = model.plain_many(events, ORDER[order])
                total -= float(np.log(rows[np.arange(len(rows)), events.came]).sum())
                foretold += len(rows)
            found.append(Choice(order, discount, total / max(foretold, 1)))
    return sorted(found, key=lambda choice: choice.nats)


def fit(model: SequenceModel, train: Sequence[Ints], told: Told = lambda _what, _share: None) -> None:
    """Count the events of `train` (each with its end) and learn the mixture's weights by Adam (Kingma and Ba, 2015)."""
    for events in batches(train, model.size):
        model.count(events)
    logs, bins, looked, came = _held_out(model, train, told)
    if len(came):
        _weigh(model, logs, bins, looked, came, told)


def _held_out(model: SequenceModel, train: Sequence[Ints], told: Told) -> tuple[Floats, Ints, Floats, Ints]:
    """Return what the mixture sees of each event when its fold of sequences is not in the counts."""
    parts, seen = [], 0
    for fold in range(FOLDS):
        told("looking at held-out folds", fold / FOLDS)
        held = train[fold::FOLDS]
        for events in batches(held, model.size):
            model.count(events, -1.0)
        for events in batches(held, model.size):
            if seen < WEIGHED_AT_MOST // FOLDS * (fold + 1):
                parts.append((*model.look(events, slice(None)), events.came))
                seen += len(events.came)
        for events in batches(held, model.size):
            model.count(events)
    if not parts:
        empty = np.zeros(0, np.int64)
        return np.zeros((0, 0, 0), np.float32), empty, np.zeros((0, 0), np.float32), empty
    logs, bins, looked, came = zip(*parts, strict=True)
    return np.concatenate(logs), np.concatenate(bins), np.concatenate(looked), np.concatenate(came)


def _weigh(model: SequenceModel, logs: Floats, bins: Ints, looked: Floats, came: Ints, told: Told) -> None:
    random = np.random.default_rng(_SEED)
    kinds = model.weights.shape[1]
    weights = [*model.weights, model.linear]
    model.weights[0] = 1.0 / kinds
    size = min(MINIBATCH, len(came))
    steps = EPOCHS * (len(came) // size)
    mean = [np.zeros_like(weight) for weight in weights]
    square = [np.zeros_like(weight) for weight in weights]
    order = np.zeros(0, np.int64)
    for step in range(1, steps + 1):
        if len(order) < size:
            order = random.permutation(len(came))
        chosen, order = order[:size], order[size:]
        gradients = _gradients(model, logs[chosen], bins[chosen], looked[chosen], came[chosen])
        rate = STEP * (1.0 - step / (steps + 1))
        for number, gradient in enumerate(gradients):
            mean[number] += 0.1 * (gradient - mean[number])
            square[number] += 0.01 * (gradient * gradient - square[number])
            slope = mean[number] / (1 - 0.9**step)
            weights[number] -= rate * slope / (np.sqrt(square[number] / (1 - 0.99**step)) + 1e-6)
        if step % 20 == 0:
            told("weighing the contexts", step / steps)


def _gradients(model: SequenceModel, logs: Floats, bins: Ints, looked: Floats, came: Ints) -> tuple[Floats, ...]:
    """Return the gradients of the mean of -log p by the weights of all symbols, of the end, and of the linear part."""
    wrong = model.mix(logs, bins, looked)
    wrong[np.arange(len(came)), came] -= 1.0
    wrong /= len(came)
    kinds = model.weights.shape[1]
    place = (bins + np.arange(kinds) * BINS).ravel()
    shape = (kinds, BINS)
    by_context = np.matmul(logs, wrong[:, :, None])[:, :, 0]
    by_ending = logs[:, :, -1] * wrong[:, -1:]
    return (
        np.bincount(place, by_context.ravel(), kinds * BINS).reshape(shape).astype(np.float32),
        np.bincount(place, by_ending.ravel(), kinds * BINS).reshape(shape).astype(np.float32),
        looked.T @ wrong,
    )
