"""Does steering help? Directives off, shuffled, from chains of order 1 and of order 3, in a SIMULATED audience.

`danmate bench steering` runs the same evenings under each and prints what came of them: worth a viewer (the worth that
behaviour's reward gives to everything that was done), minutes stayed, orders; and the difference from `off`, evening by
evening, with a 95% interval. Viewers are simulated (benchmarks/audience/parameters.yaml), replies are their directives
alone, and intents are known: this measures the steering, not the understanding and not the words. A null result is one.
"""

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, Final

import msgspec
import numpy as np
from scipy import stats

from behaviour.reward import WORTH
from behaviour.room import RoomBehaviour, RoomBehaviourOptions
from benchmarks.audience.audience import Audience, Deed
from core.events import Directive, Goal
from nlu.intents import INTENTS

CONDITIONS: Final = ("off", "shuffled", "order_1", "order_3")
EVENINGS: Final = 20
"""Evenings a condition, the same ones for each."""
TONE: Final = "warm"
_EVENTS: Final = {
    "like": "like",
    "follow": "follow",
    "share": "share",
    "small_gift": "gift",
    "buy": "order",
    "arrive": "welcome",
}


class Clock:
    """Time by hand."""

    def __init__(self) -> None:
        self.now = 1_764_000_000.0

    def wall(self) -> float:
        """Return seconds since the epoch."""
        return self.now

    def monotonic(self) -> float:
        """Return the same."""
        return self.now


class Evening(msgspec.Struct, frozen=True):
    """What came of one evening; all of it simulated."""

    worth: float
    """Worth of all that was done, a viewer."""
    stayed_min: float
    """Minutes that a viewer stayed, those who were still there at the end included."""
    orders: float
    """Orders a hundred viewers."""
    complaints: float
    """Complaints a hundred viewers."""
    replies: int
    """Replies that were heard."""
    unusual: float
    """Share of directives that were not the usual one."""


def evening(condition: str, seed: int, minutes: int = 0) -> Evening:
    """Run one evening, of so many minutes; 0: as many as the parameters say."""
    clock = Clock()
    audience = Audience(seed)
    options = RoomBehaviourOptions(
        room="simulated",
        order=1 if condition == "order_1" else 3,
        steer=condition != "off",
        sells=True,
        goals={name: intent.goals for name, intent in INTENTS.items()},
    )
    behaviour = RoomBehaviour(options, clock, seed)
    chance = np.random.default_rng(seed)
    room = audience.parameters["room"]
    worth, counts = 0.0, {"buy": 0, "complain": 0, "arrive": 0}
    replies = unusual = 0
    free = 0
    end = (minutes or room["minutes"]) * 60
    for second in range(end):
        clock.now += 1.0
        waiting: list[tuple[Deed, str]] = []
        for deed in audience.second(clock.now):
            behaviour.observe(deed.event, deed.intent)
            worth += WORTH.get(deed.what, 0.0)
            if deed.what in counts:
                counts[deed.what] += 1
            intent = deed.intent or _EVENTS.get(deed.what, "")
            if intent:
                waiting.append((deed, intent))
        if waiting and second >= free:
            free = second + room["reply_every_s"]
            deed, intent = waiting[chance.integers(len(waiting))]
            usual = INTENTS[intent].goals[0]
            directive = behaviour.direct(intent, deed.event.viewer, usual, TONE, "short")
            if condition == "shuffled":
                directive = _shuffled(directive, chance)
            if directive.goal is not Goal.STAY_SILENT:
                heard = bool(chance.random() < room["heard"])
                if heard:
                    audience.hear(deed.event.viewer.id, directive)
                    replies += 1
                    unusual += (directive.goal, directive.tone) != (usual, TONE)
                behaviour.spoken(directive.id, heard)
        behaviour.tick()
    stayed = [*audience.stayed, *(end - person.came for person in audience.people.values())]
    people = counts["arrive"]
    return Evening(
        worth=worth / people,
        stayed_min=sum(stayed) / 60 / people,
        orders=100 * counts["buy"] / people,
        complaints=100 * counts["complain"] / people,
        replies=replies,
        unusual=unusual / max(1, replies),
    )


def _shuffled(directive: Directive, chance: np.random.Generator) -> Directive:
    """Return it with another of the directives that were open, whatever the room is like."""
    open_ = [one.split(":") for one in directive.candidates if ":" in one]
    if not open_:
        return directive
    goal, tone = open_[chance.integers(len(open_))]
    return msgspec.structs.replace(directive, goal=Goal(goal), tone=tone)


def interval(values: list[float]) -> list[float]:
    """Return mean, and the ends of its 95% interval by Student's t."""
    mean, error = float(np.mean(values)), float(stats.sem(values))
    reach = error * float(stats.t.ppf(0.975, len(values) - 1))
    return [round(mean, 4), round(mean - reach, 4), round(mean + reach, 4)]


def main(evenings: int = EVENINGS) -> None:
    """Run all conditions and print a JSON line each."""
    found: dict[str, list[Evening]] = {}
    for condition in CONDITIONS:
        with ProcessPoolExecutor(os.cpu_count()) as processes:
            found[condition] = list(processes.map(partial(evening, condition), range(1, evenings + 1)))
        row: dict[str, Any] = {"simulated": True, "condition": condition, "evenings": evenings}
        for name in Evening.__struct_fields__:
            values = [float(getattr(one, name)) for one in found[condition]]
            row[name] = interval(values)
            if condition != "off" and name not in {"replies", "unusual"}:
                usual = [float(getattr(one, name)) for one in found["off"]]
                row[f"{name}_minus_off"] = interval([a - b for a, b in zip(values, usual, strict=True)])
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENINGS)
