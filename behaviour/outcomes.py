"""What becomes of directives: awaited until heard, watched for a minute, learned from, and written down."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

import msgspec

from behaviour.bandit import Bandit
from behaviour.ledger import Came, Decided, Ledger
from behaviour.network import Network
from behaviour.reward import Reaction, Reactions
from behaviour.steering import as_vector
from core.clock import Clock
from core.events import Directive

AWAITED: Final = 1_000
"""Directives whose reply may still come; the oldest gives way and is not learned from."""


class Awaited(msgspec.Struct, frozen=True):
    """A directive that was given and whose outcome is awaited."""

    viewer_id: str
    """Whom it answers; empty for the room."""
    segment: str
    """Theirs, or `room`."""
    intent: str
    """What it answers."""
    moods: dict[str, float]
    """The mood's probabilities at that time."""
    features: dict[str, float]
    """What was chosen from."""
    goal: str
    """What it is for."""
    arm: str
    """The arm that the bandit chose; empty where a rule decided."""
    sells: bool
    """Whether it offers something."""


class Outcomes:
    """Follows one room's directives. Bounded; what nobody heard teaches nothing."""

    def __init__(self, room: str, bandit: Bandit, network: Network, ledger: Path | None, clock: Clock) -> None:
        """Take what learns, and the file that is written to, if any; raise `DanmateError` where it cannot be opened."""
        self._room = room
        self._bandit = bandit
        self._network = network
        self._ledger = Ledger(ledger) if ledger is not None else None
        self._clock = clock
        self._reactions = Reactions()
        self._awaited: OrderedDict[str, Awaited] = OrderedDict()

    def given(
        self, directive: Directive, awaited: Awaited, usual: str,
        choices: Mapping[str, float], expected: Mapping[str, float],
    ) -> None:  # fmt: skip
        """Await a directive's outcome; `choices` are propensities, `expected` mean rewards, both by arm."""
        self._awaited[directive.id] = awaited
        if len(self._awaited) > AWAITED:
            self._awaited.popitem(last=False)
        if self._ledger is not None:
            row = Decided(
                id=directive.id, at=self._clock.wall(), room=self._room, model=directive.model,
                viewer=awaited.viewer_id, segment=awaited.segment, intent=awaited.intent, features=awaited.features,
                candidates=tuple(choices), propensities=tuple(choices.values()), usual=usual,
                chosen=f"{directive.goal}:{directive.tone}", expected=tuple(expected.values()),
            )  # fmt: skip
            self._ledger.add(row)

    def spoken(self, directive_id: str, present: int, *, heard: bool) -> Awaited | None:
        """Return the directive whose reply was heard just now, of `present` viewers; nothing for one not awaited."""
        given = self._awaited.get(directive_id)
        if given is None or directive_id in self._reactions:
            return None
        if not heard:
            del self._awaited[directive_id]
            if self._ledger is not None:
                self._ledger.add(Came(id=directive_id, at=self._clock.wall(), heard=False))
            return None
        for gone in self._reactions.begin(directive_id, given.viewer_id, self._clock.monotonic(), present):
            self._awaited.pop(gone, None)
        return given

    def note(self, viewer_id: str, state: str) -> None:
        """Note that a viewer entered `state`: it may be in answer to what they heard."""
        self._reactions.note(viewer_id, state)

    def settle(self) -> None:
        """Learn from the outcomes that are due, and write down what is to be."""
        for directive_id, reaction in self._reactions.over(self._clock.monotonic()):
            self._learn(directive_id, reaction)
        if self._ledger is not None:
            self._ledger.write()

    def forget(self, viewer_id: str) -> None:
        """Await nothing more of a viewer: what they were answered teaches nothing."""
        self._reactions.forget(viewer_id)
        for directive_id in [name for name, given in self._awaited.items() if given.viewer_id == viewer_id]:
            del self._awaited[directive_id]

    def take_over(self, before: Self) -> None:
        """Go on waiting for what comes of the directives of the room's bot before."""
        self._reactions, self._awaited = before._reactions, before._awaited

    def close(self) -> None:
        """Have what the ledger still holds written, before the process ends."""
        if self._ledger is not None:
            self._ledger.close()

    def _learn(self, directive_id: str, reaction: Reaction) -> None:
        given = self._awaited.pop(directive_id, None)
        if given is None:
            return
        reward, response = reaction.reward(), reaction.response()
        self._network.learn(given.moods, given.segment, given.goal, response)
        if given.arm:
            self._bandit.learn(given.intent, given.arm, as_vector(given.features), reward)
        if self._ledger is not None:
            at, acts = self._clock.wall(), dict(reaction.acts)
            self._ledger.add(Came(id=directive_id, at=at, heard=True, reward=reward, response=response, acts=acts))
