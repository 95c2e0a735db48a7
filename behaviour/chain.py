"""What each viewer is likely to do next: one chain for everyone, shrunk towards by segments and by viewers' own."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from behaviour import model_file
from behaviour.dwell import Dwell, first_passage
from behaviour.features import History
from behaviour.horizon import absorbing, after, steps_left, within
from behaviour.sequence import SequenceModel
from behaviour.symbols import States
from core.errors import DanmateError

Floats = NDArray[np.float64]

VIEWERS: Final = 20_000
"""Viewers followed at a time; whoever was longest silent gives way."""
SEGMENTS: Final = 64
"""Segments told apart; further ones count as nobody's in particular."""
KEEP: Final = 0.99995
"""What each event leaves of every count before it: half is forgotten after some 14,000 events."""
FRESH: Final = 256
"""Events after which what is derived from the whole chain (passage and remaining times) is computed again."""


class _Viewer(msgspec.Struct):
    segment: str
    history: History
    since: float


class ViewerChains:
    """Follows viewers, learns from every event, and answers what comes next."""

    def __init__(self, states: States | None = None, order: int = 3, viewers: int = VIEWERS) -> None:
        """Take the states (the packaged ones by default), the longest context, and how many viewers to follow."""
        self.states = states or States()
        self._index = {name: number for number, name in enumerate(self.states.names)}
        prior = self.states.prior
        self._model = SequenceModel(self.states.names, order, KEEP)
        self._segments: dict[str, int] = {}
        self._model.assume(prior_rows(self.states), prior.weight)
        self._dwell = Dwell(prior.dwell_s, self.states.names, prior.dwell_events)
        self._viewers: OrderedDict[str, _Viewer] = OrderedDict()
        self._most = viewers
        self._learned = 0
        self._derived: dict[tuple[str, float], tuple[int, Floats]] = {}

    @property
    def version(self) -> str:
        """Return what a decision is logged under: the model and how many events it has learned from."""
        return f"chain-{self._model.order}+{self._learned}"

    def save(self, path: Path) -> None:
        """Write what was learned to `path`; nothing of any single viewer is in it."""
        names = "\n".join(self._segments).encode()
        extra: dict[str, NDArray[Any]] = {"dwell": self._dwell.counts, "segments": np.frombuffer(names, np.uint8)}
        model_file.save(self._model, path, extra)

    def load(self, path: Path) -> None:
        """Start from a model file with these states; raise `DanmateError` where that cannot be. Viewers start anew."""
        model, extra = model_file.load(path)
        if model.symbols != self.states.names:
            raise DanmateError(f"{path}: its symbols are not the room's states; fit it on sessions of viewer states")
        try:
            if "dwell" in extra:
                self._dwell.restore(extra["dwell"])
            names = extra["segments"].astype(np.uint8).tobytes().decode().split("\n") if "segments" in extra else []
        except (ValueError, TypeError) as error:
            raise DanmateError(f"{path}: is damaged ({error}); fit it again") from error
        if "segments" not in extra:  # a file's segments are where sessions began, not what viewers are here
            model.without(("segment", "segment_at"))
        model.keep = KEEP
        self._model = model
        self._segments = {name: number + 1 for number, name in enumerate(filter(None, names[:SEGMENTS]))}
        self._viewers.clear()
        self._derived.clear()

    def __len__(self) -> int:
        return len(self._viewers)

    def observe(self, viewer_id: str, segment: str, symbol: str, at: float) -> None:
        """Learn that a viewer entered state `symbol` at `at`, in seconds; raise `KeyError` for an unknown state."""
        number = self._index[symbol]
        viewer = self._viewers.get(viewer_id)
        if viewer is None:
            viewer = self._viewers[viewer_id] = _Viewer(segment, self._model.begin(), at)
            if len(self._viewers) > self._most:
                self._viewers.popitem(last=False)
        else:
            self._viewers.move_to_end(viewer_id)
            self._dwell.learn(viewer.history.last, at - viewer.since)
        viewer.segment, viewer.since = segment, max(at, viewer.since)
        self._model.learn(viewer.history, number, self._numbered(segment))
        self._learned += 1
        if symbol == self.states.leave:
            del self._viewers[viewer_id]

    def forget(self, viewer_id: str) -> None:
        """Forget a viewer; what everyone's counts took from them is anonymous and stays."""
        self._viewers.pop(viewer_id, None)

    def next(self, viewer_id: str) -> dict[str, float]:
        """Return the probability of each state to be the viewer's next; of somebody unknown, as of a newcomer."""
        return self._named(self._next(viewer_id))

    def after(self, viewer_id: str, steps: int) -> dict[str, float]:
        """Return the distribution of the viewer's state after `steps` events of theirs; leaving absorbs."""
        if steps < 1:
            raise ValueError(f"steps must be at least 1, not {steps}")
        return self._named(after(self._next(viewer_id), self.matrix(self._segment(viewer_id)), steps - 1))

    def buy_within(self, viewer_id: str, steps: int, state: str = "buy") -> float:
        """Return the chance that the viewer's next `steps` events hold a purchase (or another `state`)."""
        target = self._index[state]
        row = self._next(viewer_id)
        later = within(self.matrix(self._segment(viewer_id)), target, max(steps - 1, 0))
        later[target] = 1.0
        return min(float(row @ later), 1.0) if steps > 0 else 0.0

    def leave_within(self, viewer_id: str, seconds: float, at: float | None = None) -> float:
        """Return the chance that the viewer leaves within `seconds` of `at` (of their last event by default)."""
        viewer = self._viewers.get(viewer_id)
        segment = self._segment(viewer_id)
        passage = self._kept(segment, seconds)
        points = passage.shape[1] - 1
        row = self._next(viewer_id)
        onward = row @ passage
        state, elapsed = self._place(viewer, at)
        rates = self._dwell.rates()[[state]]
        alive = self._dwell.survival(elapsed + np.linspace(0.0, seconds, points + 1), rates)[0]
        if alive[0] <= 0:
            return float(row[-1])
        ends = (alive[:-1] - alive[1:]) / alive[0]
        chance = float(ends @ (0.5 * (onward[1:] + onward[:-1]))[::-1])
        return min(max(chance, 0.0), 1.0)

    def remaining_s(self, viewer_id: str, at: float | None = None) -> float:
        """Return the expected seconds until the viewer leaves, from `at` (their last event by default)."""
        left = self._kept(self._segment(viewer_id), 0.0)[0]
        state, elapsed = self._place(self._viewers.get(viewer_id), at)
        return self._dwell.mean_left(state, elapsed) + float(self._next(viewer_id) @ left)

    def matrix(self, segment: str = "") -> Floats:
        """Return the transition matrix (rows sum to 1, the last state absorbs) of a segment, or of everyone."""
        return absorbing(self._model.matrix(self._numbered(segment) if segment else None))

    def _next(self, viewer_id: str) -> Floats:
        viewer = self._viewers.get(viewer_id)
        if viewer is None:
            return np.asarray(self._model.predict(self._model.begin()), np.float64)
        row = self._model.predict(viewer.history, self._numbered(viewer.segment))
        return np.asarray(row, np.float64)

    def _numbered(self, segment: str) -> int:
        number = self._segments.get(segment)
        if number is None:
            if not segment or len(self._segments) >= SEGMENTS:
                return 0
            number = self._segments[segment] = len(self._segments) + 1
        return number

    def _segment(self, viewer_id: str) -> str:
        viewer = self._viewers.get(viewer_id)
        return viewer.segment if viewer else ""

    def _place(self, viewer: _Viewer | None, at: float | None) -> tuple[int, float]:
        if viewer is None:
            return 0, 0.0
        return viewer.history.last, max((at or viewer.since) - viewer.since, 0.0)

    def _kept(self, segment: str, seconds: float) -> Floats:
        """Return passage chances on a grid up to `seconds`, or for 0 expected times, at most `FRESH` events old."""
        kept = self._derived.get((segment, seconds))
        if kept is None or self._learned - kept[0] >= FRESH:
            rows = self.matrix(segment)
            if seconds > 0:
                found = first_passage(rows, self._dwell, seconds)[1]
            else:
                each = np.array([self._dwell.mean_left(state, 0.0) for state in range(len(rows))])
                found = steps_left(rows, each)[None, :]
            if len(self._derived) >= 64:  # noqa: PLR2004  # segments times horizons asked for; a bound, not a tuning
                self._derived.clear()
            kept = self._derived[segment, seconds] = (self._learned, found)
        return kept[1]

    def _named(self, row: Floats) -> dict[str, float]:
        return dict(zip(self.states.names, row.tolist(), strict=True))


def prior_rows(states: States) -> Floats:
    """Return the assumed transition matrix: each row summing to 1, no entry 0."""

    def row(weights: Mapping[str, float]) -> Floats:
        found = np.array([weights.get(name, 0.0) for name in states.names])
        whole: Floats = found / max(found.sum(), 1e-300)
        return whole

    base = 0.99 * row(states.prior.otherwise) + 0.01 / len(states.names)
    rows = [
        0.9 * row(states.prior.rows[name]) + 0.1 * base if states.prior.rows.get(name) else base
        for name in states.names
    ]
    return np.array(rows)
