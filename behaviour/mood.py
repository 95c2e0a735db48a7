"""The room's mood: a hidden Markov model over what happened in each bin of time, filtered forward as it happens.

Counts of a bin are Poisson with a rate that the mood sets and the room's size scales. The forward algorithm runs in
logarithms (L. Rabiner, A tutorial on hidden Markov models, Proc. IEEE 77, 1989). Rooms are burstier than Poisson, so
the evidence is divided by an overdispersion and one signal alone can speak only so loudly
(docs/decisions/0011-mood-and-network.md).
"""

import math
from pathlib import Path
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from core.events import Chat, Follow, Gift, Join, Leave, Like, Purchase, Removed, RoomEvent, Share, Voice
from core.structs import ready
from core.yaml_file import Document

PACKAGED: Final = Path(__file__).parent / "mood.yaml"
MOODS: Final = ("cold", "warm", "hot", "selling", "tense")
SIGNALS: Final = ("chat", "gift", "like", "join", "leave", "commerce", "praise", "complaint", "conflict")
"""What is counted in a bin."""
REFERENCE: Final = 25
"""Viewers in the room that the rates are given for."""
LONGEST_GAP: Final = 60
"""Empty bins that are caught up with after a pause; by then the mood has settled on what silence says."""

Floats = NDArray[np.float64]

_BY_INTENT: Final = {
    "ask_price": "commerce", "ask_stock": "commerce", "ask_link": "commerce", "buying": "commerce",
    "bought": "commerce", "haggle": "commerce", "recommend_product": "commerce", "praise": "praise", "thanks": "praise",
    "laugh": "praise", "complaint": "complaint", "insult": "conflict",
}  # fmt: skip
_INDEX: Final = {name: index for index, name in enumerate(SIGNALS)}


class MoodName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mood as moderators read it."""

    zh: str
    """In Chinese."""
    en: str
    """In English."""


@ready
class MoodModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of the hidden Markov model."""

    version: str
    """Names these figures in logs of decisions."""
    bin: float
    """Seconds of a bin."""
    stay: float
    """The chance that a mood outlasts a bin, 0 to 1; the rest is shared by the other moods."""
    overdispersion: float
    """How many times burstier than Poisson a room is: log likelihoods are divided by it."""
    most: float
    """Nats by which one signal may favour one mood over another."""
    names: dict[str, MoodName]
    """Of each mood."""
    rates: dict[str, dict[str, float]]
    """Events a minute in a room of 25 viewers, by mood and signal."""

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Self:
        """Return the parameters in a YAML file; raise `SettingsError` for anything that is not as it should be."""
        document = Document(path)
        try:
            data = {**document.data, "bin": float(str(document.data["bin"]).removesuffix("s"))}
            model = msgspec.convert(data, cls, strict=True)
        except (msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
            raise SettingsError(path, None, f"is no mood model: {error}") from error
        whole = set(model.rates) == set(model.names) == set(MOODS) and all(
            set(rates) == set(SIGNALS) and min(rates.values()) > 0 for rates in model.rates.values()
        )
        if not whole or not 0 < model.stay < 1 or min(model.bin, model.overdispersion, model.most) <= 0:
            raise SettingsError(path, None, f"needs a rate above 0 of {', '.join(SIGNALS)} for {', '.join(MOODS)}")
        return model

    def rate_matrix(self) -> Floats:
        """Return the rates, moods × signals, events a minute in a room of 25 viewers."""
        return np.array([[self.rates[mood][signal] for signal in SIGNALS] for mood in MOODS])

    def transitions(self) -> Floats:
        """Return the chances to pass from one mood (row) to another (column) in a bin."""
        count = len(MOODS)
        return np.where(np.eye(count, dtype=bool), self.stay, (1 - self.stay) / (count - 1))


def signals_of(event: RoomEvent, intent: str) -> tuple[str, ...]:
    """Return what an event counts as: a message counts as chat and as what it says."""
    match event:
        case Chat() | Voice():
            said = _BY_INTENT.get(intent)
            return ("chat", said) if said else ("chat",)
        case Gift():
            return ("gift",)
        case Like():
            return ("like",)
        case Join(before=False):
            return ("join",)
        case Leave():
            return ("leave",)
        case Purchase():
            return ("commerce",)
        case Removed():
            return ("conflict",)
        case Follow() | Share():
            return ("praise",)
    return ()


class Mood:
    """The probability of each mood now. Constant memory; a bin's step takes some 30 µs."""

    def __init__(self, model: MoodModel, at: float) -> None:
        self._model = model
        self._log_rates = np.log(model.rate_matrix() * (model.bin / 60))
        self._log_steps = np.log(model.transitions())
        self._log_belief = np.full(len(MOODS), -math.log(len(MOODS)))
        self._counts = np.zeros(len(SIGNALS))
        self._until = at + model.bin
        self.bins = 0
        """Bins weighed so far."""
        self.loudest = ""
        """The signal that spoke most for the likeliest mood in the last bin; empty before the first."""

    def count(self, event: RoomEvent, intent: str) -> None:
        """Note an event in the open bin; a gift's or like's total counts once, whatever its size."""
        for signal in signals_of(event, intent):
            self._counts[_INDEX[signal]] += 1

    def pass_time(self, at: float, present: int) -> None:
        """Close the bins that ended by `at` (seconds, the clock of `__init__`) in a room of `present` viewers."""
        behind = int((at - self._until) // self._model.bin) + 1
        for _ in range(min(behind, LONGEST_GAP)):
            self._weigh(present)
        if behind > 0:
            self._until += behind * self._model.bin

    @property
    def probabilities(self) -> dict[str, float]:
        """The probability of each mood; they sum to 1."""
        return dict(zip(MOODS, np.exp(self._log_belief).tolist(), strict=True))

    def _weigh(self, present: int) -> None:
        log_rates = self._log_rates + 0.5 * math.log(max(present, 1) / REFERENCE)
        each = (self._counts * log_rates - np.exp(log_rates)) / self._model.overdispersion
        each = np.maximum(each, each.max(axis=0) - self._model.most)
        predicted = np.logaddexp.reduce(self._log_belief[:, None] + self._log_steps, axis=0)
        belief = predicted + each.sum(axis=1)
        self._log_belief = belief - np.logaddexp.reduce(belief)
        best = int(self._log_belief.argmax())
        others = (each.sum(axis=0) - each[best]) / (len(MOODS) - 1)
        self.loudest = SIGNALS[int((each[best] - others).argmax())]
        self._counts[:] = 0
        self.bins += 1
