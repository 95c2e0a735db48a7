"""A Bayesian network over the room's mood, the viewer's segment, the directive's goal and the response.

The joint is P(mood) P(segment | mood) P(goal | mood, segment) P(response | mood, segment, goal). Every table is learned
online with a Dirichlet prior; the response's prior is what the goal alone predicts, and that one's what the room
predicts without it, so a combination that was never seen says what its parts say. Queries enumerate the joint exactly:
it has 1,350 cells.
"""

from collections.abc import Mapping
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from behaviour.mood import MOODS
from behaviour.reward import RESPONSES
from behaviour.viewers import SEGMENTS
from core.events import Goal

ROOM: Final = "room"
"""The segment of a reply that speaks to everybody."""
AXES: Final[dict[str, tuple[str, ...]]] = {
    "mood": MOODS,
    "segment": (*SEGMENTS, ROOM),
    "goal": tuple(goal.value for goal in Goal),
    "response": RESPONSES,
}
"""The variables and their values, in the joint's order."""
WELCOME: Final = ("talks", "supports", "buys")
"""The responses that count as responding."""
STRENGTH: Final = 5.0
"""Outcomes that a prior weighs."""
MEMORY: Final = 0.999
"""What an outcome weighs after each later one: some 1,000 outcomes count."""

Floats = NDArray[np.float64]


class Influence(msgspec.Struct, frozen=True):
    """What one piece of evidence did to the answer."""

    variable: str
    """mood, segment or goal."""
    value: str
    """What was known of it; of an uncertain one the likeliest value."""
    without: float
    """The probability that somebody responds if this were not known, all else being so."""
    moved: float
    """How much knowing it added, in probability; negative where it took away."""


class Answer(msgspec.Struct, frozen=True):
    """What the network expects."""

    responds: float
    """The probability that somebody talks, supports or buys within a minute."""
    responses: dict[str, float]
    """The probability of each kind of response; they sum to 1."""
    influences: tuple[Influence, ...]
    """What each piece of evidence did, the strongest first."""
    outcomes: float
    """Outcomes learned from, forgotten ones not counted."""


class Network:
    """Learns from outcomes and answers what to expect."""

    def __init__(self) -> None:
        self._counts = np.zeros([len(values) for values in AXES.values()])

    def learn(self, mood: Mapping[str, float], segment: str, goal: str, response: str) -> None:
        """Take in one outcome; an uncertain mood is counted by its probabilities."""
        self._counts *= MEMORY
        place = (AXES["segment"].index(segment), AXES["goal"].index(goal), AXES["response"].index(response))
        self._counts[(slice(None), *place)] += [mood.get(name, 0.0) for name in MOODS]

    def take_over(self, before: Self) -> None:
        """Go on with what another one learned."""
        self._counts = before._counts

    def expect(self, **evidence: str | Mapping[str, float]) -> Answer:
        """Return what to expect given values, or probabilities of values, of mood, segment and goal.

        Probabilities are soft evidence: the answer is the mean over them (Jeffrey's rule). Raise `ValueError` for an
        unknown variable or value.
        """
        known = {variable: _weights(variable, value) for variable, value in evidence.items()}
        joint = self._joint()
        responses = _condition(joint, known)
        welcome = _welcome(responses)
        influences = []
        for variable, weights in known.items():
            without = _welcome(_condition(joint, {other: known[other] for other in known if other != variable}))
            value = AXES[variable][int(weights.argmax())]
            influences.append(Influence(variable, value, without, welcome - without))
        return Answer(
            responds=welcome,
            responses=dict(zip(RESPONSES, responses.tolist(), strict=True)),
            influences=tuple(sorted(influences, key=lambda one: -abs(one.moved))),
            outcomes=float(self._counts.sum()),
        )

    def _joint(self) -> Floats:
        """Return P(mood, segment, goal, response)."""
        counts = self._counts
        responses, goals, segments, moods = counts.shape[3], counts.shape[2], counts.shape[1], counts.shape[0]
        of_all = _smooth(counts.sum(axis=(0, 1, 2)), np.full(responses, 1 / responses))
        of_goal = _smooth(counts.sum(axis=(0, 1)), of_all)
        response = _smooth(counts, of_goal)
        goal = _smooth(counts.sum(axis=3), _smooth(counts.sum(axis=(0, 1, 3)), np.full(goals, 1 / goals)))
        segment = _smooth(counts.sum(axis=(2, 3)), np.full(segments, 1 / segments))
        mood = _smooth(counts.sum(axis=(1, 2, 3)), np.full(moods, 1 / moods))
        joint: Floats = mood[:, None, None, None] * segment[:, :, None, None] * goal[:, :, :, None] * response
        return joint


def _smooth(counts: Floats, prior: Floats) -> Floats:
    """Return the mean of the Dirichlet posterior along the last axis."""
    smoothed: Floats = (counts + STRENGTH * prior) / (counts.sum(axis=-1, keepdims=True) + STRENGTH)
    return smoothed


def _weights(variable: str, value: str | Mapping[str, float]) -> Floats:
    if variable not in AXES or variable == "response":
        raise ValueError(f"{variable!r} is no evidence; mood, segment and goal are")
    given = {value: 1.0} if isinstance(value, str) else value
    weights = np.array([given.get(name, 0.0) for name in AXES[variable]])
    if not set(given) <= set(AXES[variable]) or weights.min() < 0 or weights.sum() <= 0:
        raise ValueError(f"{variable} is one of {', '.join(AXES[variable])}, or probabilities of them")
    normed: Floats = weights / weights.sum()
    return normed


def _condition(joint: Floats, known: Mapping[str, Floats]) -> Floats:
    """Return the responses' probabilities: the mean over what is known of what each combination of it predicts."""
    axes = list(AXES)
    hidden = tuple(index for index, variable in enumerate(axes[:3]) if variable not in known)
    table = joint.sum(axis=hidden, keepdims=True)
    table = table / table.sum(axis=3, keepdims=True)
    for variable, weights in known.items():
        shape = [1, 1, 1, 1]
        shape[axes.index(variable)] = len(weights)
        table = table * weights.reshape(shape)
    result: Floats = table.sum(axis=(0, 1, 2))
    return result


def _welcome(responses: Floats) -> float:
    return float(sum(responses[RESPONSES.index(name)] for name in WELCOME))
