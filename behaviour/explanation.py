"""What the mind can say about itself: structs that the moderator page and `danmate behaviour explain` show as JSON."""

from typing import Final

import msgspec
import numpy as np

from behaviour.chain import ViewerChains
from behaviour.mood import MoodModel
from behaviour.network import Answer
from behaviour.steering import Why
from behaviour.symbols import States
from core.events import Directive

EDGES: Final = 40
"""Steps drawn at most."""
SEEN: Final = 0.05
"""The probability that a step needs to be drawn."""

SEGMENT_NAMES: Final = {
    "newcomer": Why("新来的", "newcomer"),
    "lurker": Why("潜水的", "lurker"),
    "talker": Why("爱聊的", "talker"),
    "fan": Why("粉丝", "fan"),
    "shopper": Why("想买的", "shopper"),
    "room": Why("全场", "the room"),
}
"""What segments are called."""


class Crowd(msgspec.Struct, frozen=True):
    """Figures of the whole room, as of the last tick."""

    present: int = 0
    """Viewers remembered as here."""
    leaving: float = 0.0
    """Viewers expected to leave within `leave_within_s`."""
    leave_within_s: float = 0.0
    """Seconds."""
    sampled: int = 0
    """Viewers from whom the other figures are estimated: those who did something last."""
    segments: dict[str, float] = {}
    """The share of each segment among them; they sum to 1, nothing in an empty room."""


class Person(msgspec.Struct, frozen=True):
    """What is known and expected of one viewer."""

    segment: str
    """Which kind of viewer."""
    minor: bool
    """Whether they are marked as under 18."""
    silent_s: float
    """Seconds since they last did something."""
    next: dict[str, float]
    """The probability of each next state; they sum to 1."""
    after: dict[str, float]
    """The probability of each state some steps ahead; they sum to 1."""
    after_steps: int
    """How many steps."""
    leaves: float
    """The probability that they leave within `leave_within_s`."""
    leave_within_s: float
    """Seconds."""
    remaining_s: float
    """Seconds that they are expected to stay."""
    buys: float
    """The probability that they buy within those steps."""
    responds: Answer
    """What the network expects if they are answered now."""


class Node(msgspec.Struct, frozen=True):
    """A state in the chain's picture."""

    state: str
    """Its name."""
    zh: str
    """In Chinese."""
    en: str
    """In English."""
    share: float
    """The probability to be in it some steps ahead."""
    here: bool
    """Whether the viewer is in it now."""


class Edge(msgspec.Struct, frozen=True):
    """A step in the chain's picture."""

    start: str
    """The state before."""
    end: str
    """The state after."""
    probability: float
    """Of this step from there."""


class Picture(msgspec.Struct, frozen=True):
    """The chain as nodes and edges; only steps that are likely enough to be seen."""

    nodes: tuple[Node, ...]
    """Every state."""
    edges: tuple[Edge, ...]
    """The likelier steps, the likeliest first."""


class Given(msgspec.Struct, frozen=True):
    """A directive that was given, and why."""

    viewer_id: str
    """Whom it answers; empty for the room."""
    intent: str
    """What it answers."""
    at: float
    """When, seconds since the epoch."""
    directive: Directive
    """The directive."""
    why: Why
    """The reason in both languages."""
    choices: dict[str, float]
    """The probability that each open choice had."""
    expected: dict[str, float]
    """The reward that the model expected of each, -1 to 1; empty where a rule decided."""
    responds: Answer
    """What the network expected of it."""


class Explanation(msgspec.Struct, frozen=True):
    """Everything that there is to say at a moment."""

    at: float
    """Seconds since the epoch."""
    model: str
    """The versions of the models."""
    moods: dict[str, float]
    """The probability of each mood; they sum to 1."""
    mood: str
    """The mood that counts; it changes only when another is clearly likelier."""
    names: dict[str, Why]
    """How moods, segments and states are called, by their name."""
    loudest: str
    """The signal that spoke most for the likeliest mood in the last bin; empty before the first."""
    crowd: Crowd
    """Figures of the whole room."""
    person: Person | None
    """The viewer that was asked about; nothing where none was, or they are not here."""
    chain: Picture
    """The viewer's chain, or everyone's."""
    last: Given | None
    """The last directive for the viewer, or for anybody."""
    outcomes: int
    """Outcomes that the choices have been learned from."""


def picture(chains: ViewerChains, segment: str, here: str, steps: int, viewer_id: str = "") -> Picture:
    """Return the chain of a segment (empty: of everyone) as a picture, `here` marked, steps from there in full.

    A viewer's own probabilities stand for the steps from where they are. Shares are those `steps` steps ahead.
    """
    names = chains.states.names
    rows = np.array(chains.matrix(segment))
    if viewer_id and here in names:
        rows[names.index(here)] = list(chains.next(viewer_id).values())
    ahead = chains.after(viewer_id, steps)
    leave = len(names) - 1
    likely = [
        Edge(names[start], names[end], float(rows[start, end]))
        for start, end in zip(*np.nonzero(rows >= SEEN), strict=True)
        if start != leave
    ]
    likely.sort(key=lambda edge: (edge.start != here, -edge.probability))
    nodes = tuple(
        Node(state.name, state.zh, state.en, ahead[state.name], state.name == here) for state in chains.states.states
    )
    return Picture(nodes, tuple(likely[:EDGES]))


def person(
    viewer_id: str, segment: str, chains: ViewerChains, steps: int, within_s: float, at: float, *,
    minor: bool, silent_s: float, responds: Answer,
) -> Person:  # fmt: skip
    """Return what the chains expect of a viewer at `at`, on the clock of their events, beside what is known of them."""
    return Person(
        segment=segment,
        minor=minor,
        silent_s=silent_s,
        next=chains.next(viewer_id),
        after=chains.after(viewer_id, steps),
        after_steps=steps,
        leaves=chains.leave_within(viewer_id, within_s, at),
        leave_within_s=within_s,
        remaining_s=chains.remaining_s(viewer_id, at),
        buys=chains.buy_within(viewer_id, steps),
        responds=responds,
    )


def names(states: States, moods: MoodModel) -> dict[str, Why]:
    """Return what states, moods and segments are called."""
    of_states = {state.name: Why(state.zh, state.en) for state in states.states}
    of_moods = {name: Why(called.zh, called.en) for name, called in moods.names.items()}
    return {**of_states, **of_moods, **SEGMENT_NAMES}
