"""How well a chain foretells: the figures that `danmate behaviour evaluate` prints."""

import copy
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from behaviour.features import Batch, Floats, Ints, batches
from behaviour.fit import Told, choose, fit
from behaviour.sequence import ORDER, SequenceModel
from behaviour.sessions import Sessions, encode, vocabulary

CALIBRATION_BINS: Final = 15
CORES: Final = 2


class Figures(msgspec.Struct, frozen=True):
    """How well events that a model never saw were foretold, from the second one of each session on."""

    nats: float
    """Mean negative log probability of what came."""
    perplexity: float
    """Its exponential."""
    top1: float
    """Share of events that were the likeliest."""
    top3: float
    """Share of events among the three likeliest."""
    ece: float
    """Expected calibration error of the likeliest symbol's probability, 15 bins of equal width."""
    leave_auc: float
    """Area under the ROC curve of the end's probability, one step ahead; 0.5 where nothing or everything ended."""
    n: int
    """Events foretold, ends included."""


class Report(msgspec.Struct, frozen=True):
    """What `danmate behaviour evaluate` prints."""

    order: int
    """Longest plain context, chosen on validation."""
    smoothing: str
    """witten-bell or absolute, chosen on validation."""
    nats: float
    perplexity: float
    top1: float
    top3: float
    ece: float
    leave_auc: float
    n: int
    events_per_s: float
    """Events foretold and learned from, a second, in bulk on two cores."""
    plain: Figures
    """The same figures of the plain chain of that order, for comparison."""
    validation: Figures
    """The same figures on the validation lines."""
    dropped: int
    """Sessions over 500 symbols."""


def figures(rows: Floats, came: Ints) -> Figures:
    """Return the figures of predictions (n × symbols, the last one is the end) of what came."""
    if not len(came):
        return Figures(0.0, 1.0, 0.0, 0.0, 0.0, 0.5, 0)
    of_came = rows[np.arange(len(rows)), came]
    nats = float(-np.log(of_came.astype(np.float64)).mean())
    best = rows.argmax(axis=1)
    rank = (rows > of_came[:, None]).sum(axis=1)
    return Figures(
        nats=nats,
        perplexity=float(np.exp(nats)),
        top1=float((best == came).mean()),
        top3=float((rank < 3).mean()),  # noqa: PLR2004  # the figure's name
        ece=calibration_error(rows.max(axis=1).astype(np.float64), best == came),
        leave_auc=area_under_roc(rows[:, -1].astype(np.float64), came == rows.shape[1] - 1),
        n=len(came),
    )


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return Σ_b n_b / n · |accuracy_b − confidence_b| over bins of equal width (Guo et al., ICML 2017)."""
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    gap = np.bincount(bins, right.astype(np.float64) - confidence, CALIBRATION_BINS)
    return float(np.abs(gap).sum() / len(confidence))


def area_under_roc(score: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive scores above a negative, ties counting half (Mann and Whitney, 1947)."""
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return 0.5
    _, where, times = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(times) - (times - 1) / 2.0)[where]
    return float((rank[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def events_per_second(model: SequenceModel, sequences: Sequence[Ints], cores: int = CORES) -> float:
    """Return how many events a second are foretold and then learned from, a copy of the model on each core."""

    def work(share: Sequence[Ints]) -> int:
        own, seen = copy.deepcopy(model), 0
        for events in batches(share, own.size):
            own.learn_many(events)
            seen += len(events.came)
        return seen

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as pool:
        begun = time.perf_counter()
        seen = sum(pool.map(work, [sequences[core::cores] for core in range(cores)]))
        return seen / (time.perf_counter() - begun)


def train(sessions: Sessions, states: Sequence[str] = (), told: Told = lambda _what, _share: None) -> SequenceModel:
    """Return a model of the training lines; order and smoothing of the plain chain are chosen on validation."""
    with threadpool_limits(1, "blas"):  # products this small only wait for one another's threads
        return _train(sessions, states, told)


def _train(sessions: Sessions, states: Sequence[str], told: Told) -> SequenceModel:
    symbols = vocabulary(sessions.train, states)
    seen, unseen = encode(sessions.train, symbols), encode(sessions.validation, symbols)
    told("choosing order and smoothing", 0.0)
    best = choose(symbols, seen, unseen)[0]
    model = SequenceModel(symbols, best.order, discount=best.discount)
    fit(model, seen, told)
    return model


def evaluate(sessions: Sessions, states: Sequence[str] = (), told: Told = lambda _what, _share: None) -> Report:
    """Return the figures on the test lines, which nothing before looked at."""
    model = train(sessions, states, told)
    validation, test = encode(sessions.validation, model.symbols), encode(sessions.test, model.symbols)
    told("measuring", 0.0)
    plain = ORDER[model.order]
    result = _measured(model.predict_many, test, model.size)
    return Report(
        order=model.order,
        smoothing="absolute" if model.discount else "witten-bell",
        **msgspec.structs.asdict(result),
        events_per_s=round(events_per_second(model, validation)),
        plain=_measured(lambda events: model.plain_many(events, plain), test, model.size),
        validation=_measured(model.predict_many, validation, model.size),
        dropped=sessions.dropped,
    )


def _measured(predict: Callable[[Batch], Floats], sequences: Sequence[Ints], size: int) -> Figures:
    rows, came = [np.zeros((0, size), np.float32)], [np.zeros(0, np.int64)]
    for events in batches(sequences, size):
        rows.append(predict(events))
        came.append(events.came)
    return figures(np.concatenate(rows), np.concatenate(came))
