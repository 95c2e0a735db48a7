"""A seeded, SIMULATED audience: viewers with hidden kinds in a room with hidden phases, who react to what they hear.

Its parameters stand in parameters.yaml, and they are assumptions. Time goes in steps of a second; in each step a viewer
does a thing with the probability that its rate gives.
"""

import math
import random
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from core.events import (
    Chat,
    Directive,
    Follow,
    Gift,
    Join,
    Leave,
    Like,
    Purchase,
    RoomEvent,
    Share,
    Viewer,
)

PARAMETERS: Final = Path(__file__).parent / "parameters.yaml"
_LOOKS_BACK: Final = 3
_KINDS: Final[dict[str, tuple[type[RoomEvent], dict[str, Any]]]] = {
    "like": (Like, {"count": 1}),
    "follow": (Follow, {}),
    "share": (Share, {}),
    "small_gift": (Gift, {"gift": "玫瑰", "count": 1, "value": 1.0}),
    "buy": (Purchase, {"product": "1"}),
    "leave": (Leave, {}),
}


class Person(msgspec.Struct):
    """One simulated viewer."""

    viewer: Viewer
    """As the bot sees them."""
    kind: str
    """Their hidden kind."""
    came: int
    """The second in which they came."""
    did: deque[str]
    """What they did last, latest last."""
    swayed: dict[str, float] = msgspec.field(default_factory=dict)
    """What the last heard reply multiplies."""
    until: int = 0
    """The second at which that is over."""


class Deed(msgspec.Struct, frozen=True):
    """Something that a simulated viewer did."""

    event: RoomEvent
    """As the room reports it."""
    what: str
    """Its name in the parameters."""
    intent: str
    """What it means, where it is a message."""


class Audience:
    """One evening's audience; the same seed, and the same replies, make the same evening."""

    def __init__(self, seed: int, parameters: Mapping[str, Any] | None = None) -> None:
        """Take parameters, by default those of parameters.yaml."""
        self.parameters = parameters or yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))
        self._draw = random.Random(seed)  # noqa: S311  # a simulation
        self._arrivals = random.Random(seed + 1_000_003)  # noqa: S311  # the same people come whatever is said
        self.people: dict[str, Person] = {}
        """Who is there, by id."""
        self.stayed: list[int] = []
        """Seconds that those who left had stayed."""
        self._count = 0
        self._events = 0
        self._phase = "warm"
        self._second = 0

    def second(self, at: float) -> Iterator[Deed]:
        """Let one second pass and yield what happens in it; `at` is its time, seconds since the epoch."""
        room = self.parameters["room"]
        if self._arrivals.random() < 1 / (60 * self.parameters["phase_minutes"]):
            self._phase = self._arrivals.choice(list(self.parameters["phases"]))
        come = room["first"] if not self._second else int(self._arrivals.random() < room["arrivals_per_minute"] / 60)
        for _ in range(come):
            yield self._come(at)
        for person in list(self.people.values()):
            rates = self._rates(person)
            total = sum(rates.values())
            if self._draw.random() < 1 - math.exp(-total / 60):
                what = self._draw.choices(list(rates), list(rates.values()))[0]
                yield self._do(person, what, at)
        self._second += 1

    def hear(self, viewer_id: str, directive: Directive) -> None:
        """Let a viewer hear a reply in the spirit of `directive`."""
        person = self.people.get(viewer_id)
        if person is None:
            return
        swayed = dict(self.parameters["answered"])
        for rule in (*self.parameters["goals"], *self.parameters["tones"]):
            said = (
                rule.get("goal", directive.goal) == directive.goal
                and rule.get("tone", directive.tone) == directive.tone
            )
            if said and rule.get("type", person.kind) == person.kind and rule.get("phase", self._phase) == self._phase:
                for name, factor in rule["then"].items():
                    swayed[name] = swayed.get(name, 1.0) * factor
        person.swayed, person.until = swayed, self._second + self.parameters["effect_s"]

    def _rates(self, person: Person) -> dict[str, float]:
        rates = dict(self.parameters["types"][person.kind]["rates"])
        factors = [self.parameters["phases"][self._phase]]
        if self._second < person.until:
            factors.append(person.swayed)
        done = list(person.did)
        factors += [one["then"] for one in self.parameters["habits"] if done[-len(one["after"]) :] == one["after"]]
        for factor in factors:
            for name, times in factor.items():
                if name in rates:
                    rates[name] *= times
        return rates

    def _come(self, at: float) -> Deed:
        types = self.parameters["types"]
        kind = self._arrivals.choices(list(types), [one["share"] for one in types.values()])[0]
        self._count += 1
        viewer = Viewer(f"sim-{self._count}", f"模拟{self._count}")
        self.people[viewer.id] = Person(viewer, kind, self._second, deque(maxlen=_LOOKS_BACK))
        return self._deed(Join, viewer, "arrive", at)

    def _do(self, person: Person, what: str, at: float) -> Deed:
        person.did.append(what)
        if what == "leave":
            del self.people[person.viewer.id]
            self.stayed.append(self._second - person.came)
        if what in _KINDS:
            kind, fields = _KINDS[what]
            return self._deed(kind, person.viewer, what, at, **fields)
        means = self.parameters["means"][what]
        intent = self._draw.choices(list(means), list(means.values()))[0]
        return self._deed(Chat, person.viewer, what, at, intent, text=what)

    def _deed(
        self, kind: type[RoomEvent], viewer: Viewer, what: str, at: float, intent: str = "", **fields: Any
    ) -> Deed:
        self._events += 1
        event = kind(id=f"sim-{self._events}", room="simulated", viewer=viewer, at=at, received=at, **fields)
        return Deed(event, what, intent)
