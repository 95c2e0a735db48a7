"""Moves the mood's figures towards recorded rooms: expectation maximisation with the old figures as prior.

The prior keeps each mood what its name says (hmmlearn's Poisson HMM with Gamma priors on rates): without it a fit would
number states as it likes.
"""

import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import yaml
from hmmlearn.hmm import PoissonHMM
from numpy.typing import NDArray

from behaviour.mood import MOODS, REFERENCE, SIGNALS, MoodModel
from core.errors import DanmateError

PRIOR_BINS: Final = 60.0
"""Bins of each mood that the old figures weigh: ten minutes of it."""
LEAST_RATE: Final = 0.005
"""Events a minute: no signal is impossible in any mood."""
LEAST_BINS: Final = 30
"""Bins that a fit needs."""
ITERATIONS: Final = 50

Floats = NDArray[np.float64]


class Bins(msgspec.Struct, frozen=True):
    """What happened in one recorded room."""

    counts: Floats
    """Bins × signals."""
    present: Floats
    """Viewers in each bin."""


class _Moods(PoissonHMM):  # type: ignore[misc]  # hmmlearn has no types
    """hmmlearn's Poisson HMM, each mood's prior weighed against what that mood saw.

    Its own step weighs the prior against all bins of all moods (hmmlearn 0.3.3), so that a mood that was never seen
    would follow a handful of stray bins.
    """

    def _do_mstep(self, stats: Mapping[str, Any]) -> None:
        super()._do_mstep({**stats, "post": np.ones(self.n_components)})
        self.lambdas_ = (self.lambdas_prior + stats["obs"]) / (self.lambdas_weight + stats["post"][:, None])


def fit(model: MoodModel, rooms: Sequence[Bins]) -> MoodModel:
    """Return `model` with rates and `stay` moved towards what was recorded; raise `DanmateError` for too little."""
    total = sum(len(room.counts) for room in rooms)
    if total < LEAST_BINS:
        raise DanmateError(f"{total} bins of {model.bin:g} s are too few to fit moods to; {LEAST_BINS} are needed")
    scaled = [
        np.rint(room.counts / np.sqrt(np.maximum(room.present, 1.0) / REFERENCE)[:, None]).astype(int) for room in rooms
    ]
    prior = model.rate_matrix() * (model.bin / 60)
    steps = model.transitions()
    hidden = _Moods(
        len(MOODS),
        transmat_prior=1.0 + PRIOR_BINS * steps,
        lambdas_prior=PRIOR_BINS * prior,
        lambdas_weight=PRIOR_BINS,
        n_iter=ITERATIONS,
        params="tl",
        init_params="",
    )
    hidden.startprob_ = np.full(len(MOODS), 1 / len(MOODS))
    hidden.transmat_, hidden.lambdas_ = steps, prior
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)  # it warns of a likelihood that a prior rightly lowers
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        hidden.fit(np.concatenate(scaled), [len(room) for room in scaled])
    rates = np.maximum(hidden.lambdas_ * (60 / model.bin), LEAST_RATE)
    return msgspec.structs.replace(
        model,
        version=f"fit-{total}",
        stay=float(np.clip(np.diag(hidden.transmat_).mean(), 0.5, 0.995)),
        rates={
            mood: {signal: round(float(rate), 4) for signal, rate in zip(SIGNALS, row, strict=True)}
            for mood, row in zip(MOODS, rates, strict=True)
        },
    )


def save(model: MoodModel, file: Path) -> None:
    """Write a mood file that `MoodModel.load` reads; raise `DanmateError` where it cannot be written."""
    data = msgspec.to_builtins(model)
    text = yaml.safe_dump({**data, "bin": f"{model.bin:g}s"}, allow_unicode=True, sort_keys=False)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DanmateError(f"{file} cannot be written: {error.strerror}; choose another place with -o") from error
