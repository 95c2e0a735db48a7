"""Talk of the bot's own accord: idle remarks in a cold room, and timers."""

import random
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from core.clock import Clock
from nlu.intents import Role
from nlu.knowledge import Product, render
from nlu.plan import Plan, Planner

FRESH: Final = 3
"""Products spoken of lately that an idle remark leaves alone."""
TENSE: Final = 0.5
"""Probability of a tense room from which on nothing is said unasked."""


class IdleOptions(msgspec.Struct, frozen=True):
    """When the bot speaks of its own accord."""

    after_s: float = 45.0
    """Seconds of silence after which it does."""
    in_a_row: int = 2
    """How often it does so before somebody answers."""


class Timer(msgspec.Struct, frozen=True):
    """Something said again and again."""

    every: tuple[float, float]
    """Shortest and longest time between two of it, seconds."""
    after_lines: int
    """Messages that must have come since the last time."""
    say: tuple[str, ...]
    """One of these, drawn each time."""
    only_live: bool = False
    """Whether it is said only while the stream is known to be live."""


class Idle:
    """Knows when the room is cold, and what has not just been spoken of."""

    def __init__(self, options: IdleOptions, products: Sequence[Product], clock: Clock) -> None:
        self._options = options
        self._products = tuple(products)
        self._clock = clock
        self._recent: deque[str] = deque(maxlen=FRESH)
        self._turn = 0
        self._row = 0
        self._quiet_since = clock.monotonic()

    def message(self) -> None:
        """Note that somebody wrote or spoke."""
        self._quiet_since, self._row = self._clock.monotonic(), 0

    def spoke(self) -> None:
        """Note that the bot has spoken."""
        self._quiet_since = self._clock.monotonic()

    def touched(self, product: Product | None) -> None:
        """Note that `product` was spoken of."""
        if product is not None:
            self._recent.append(product.id)

    def due(self, *, tense: float = 0.0, too_quiet: bool = False) -> bool:
        """Return whether to speak up now, and count it: the room is cold, not tense, and we are not talking to a wall.

        A bot that speaks less than it should waits half as long.
        """
        after = self._options.after_s / 2 if too_quiet else self._options.after_s
        if self._row >= self._options.in_a_row or tense >= TENSE:
            return False
        if self._clock.monotonic() - self._quiet_since < after:
            return False
        self._row += 1
        self._quiet_since = self._clock.monotonic()
        return True

    def plan(self, planner: Planner, persona: str, language: str, *, may_offer: bool = True) -> Plan:
        """Return an idle remark: every other one about a product that may be offered and was not just spoken of."""
        self._turn += 1
        fresh = [
            card for card in map(planner.current, self._products) if card.stock != 0 and card.id not in self._recent
        ]
        if self._turn % 2 or not fresh or not may_offer:
            return planner.event("idle", {Role.ME: persona} if self._turn % 4 == 1 else {})
        product = fresh[(self._turn // 2) % len(fresh)]
        plan = planner.event("idle", {Role.PRODUCT: render(product, Role.PRODUCT, language)})
        return msgspec.structs.replace(plan, product=product, source=product.source)


class Timers:
    """Says what settings want said again and again."""

    def __init__(self, timers: Sequence[Timer], clock: Clock, draw: random.Random) -> None:
        self._timers = timers
        self._clock = clock
        self._draw = draw
        self._due = [clock.monotonic() + draw.uniform(*timer.every) for timer in timers]
        self._lines = [0] * len(self._due)

    def due(self, messages: int, *, live: bool) -> list[str]:
        """Return what is to be said now; `messages` is how many came so far."""
        now, found = self._clock.monotonic(), []
        for index, timer in enumerate(self._timers):
            if timer.only_live and not live:
                continue
            if now >= self._due[index] and messages - self._lines[index] >= timer.after_lines:
                self._due[index], self._lines[index] = now + self._draw.uniform(*timer.every), messages
                found.append(self._draw.choice(timer.say))
        return found
