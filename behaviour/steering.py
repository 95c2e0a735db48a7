"""From probabilities to a directive: what is allowed, what is kept, what is tried, and why, in words."""

import math
from collections.abc import Mapping
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from behaviour.bandit import Bandit, Choice
from core.events import Goal

DISTRESS_S: Final = 120.0
"""Seconds for which a complaint or a moderator's step counts."""
LIKELY_TO_LEAVE: Final = 0.5
"""The probability of leaving from which on nothing is sold to somebody in distress."""
MOOD_CLEAR: Final = 0.5
"""The probability that the likeliest mood needs before anything is steered by it."""
MOOD_MARGIN: Final = 0.1
"""What another mood must be likelier by before it takes over: moods at a tie do not flicker."""
KEEP: Final = 0.05
"""What another directive's expected reward must be better by before it takes over."""
ENOUGH: Final = 20
"""Outcomes of an intent's open choices before the models are followed."""
ARMS: Final = 8
"""Choices open at once; the exploration floor takes at most 0.4 of the probability with as many."""

TONE_OF_MOOD: Final = {"cold": "lively", "warm": "warm", "hot": "playful", "selling": "lively", "tense": "calm"}
FEATURES: Final = (
    "constant", "cold", "hot", "selling", "tense", "leaves", "buys", "newcomer", "talker", "fan", "shopper", "room",
    "crowd",
)  # fmt: skip
"""What choices depend on; a lurker in a warm room is the zero point."""


class Situation(msgspec.Struct, frozen=True):
    """What is known when a directive is asked for."""

    at: float
    """Monotonic seconds."""
    moods: dict[str, float]
    """The probability of each mood."""
    mood: str
    """The mood that counts: the likeliest one, changed only when another is clearly likelier."""
    segment: str
    """The viewer's, or `room`."""
    present: int
    """Viewers in the room."""
    leaves: float
    """The probability that the viewer leaves soon; for the room the share that does."""
    buys: float
    """The probability that the viewer buys among their next steps; 0 for the room."""
    minor: bool = False
    """Whether the viewer is marked as under 18."""
    complained: float = -math.inf
    """When the viewer last complained, monotonic seconds."""
    moderated: float = -math.inf
    """When moderation last met the viewer, or for the room anybody, monotonic seconds."""

    @property
    def tense(self) -> bool:
        """Whether the room is in conflict."""
        return self.mood == "tense" and self.moods["tense"] >= MOOD_CLEAR

    @property
    def upset(self) -> bool:
        """Whether calm comes before everything else: the room is in conflict, or moderation has just stepped in."""
        return self.tense or self.moderated > self.at - DISTRESS_S

    @property
    def distressed(self) -> bool:
        """Whether the viewer is about to leave unhappy."""
        return (self.upset or self.complained > self.at - DISTRESS_S) and self.leaves >= LIKELY_TO_LEAVE

    def features(self) -> dict[str, float]:
        """Return what choices depend on, by name."""
        moods = {name: self.moods[name] for name in ("cold", "hot", "selling", "tense")}
        kinds = {name: float(self.segment == name) for name in ("newcomer", "talker", "fan", "shopper", "room")}
        crowd = float(np.log10(1 + self.present)) / 4
        return {"constant": 1.0, **moods, "leaves": self.leaves, "buys": self.buys, **kinds, "crowd": crowd}


class Why(msgspec.Struct, frozen=True):
    """A reason that a moderator understands."""

    zh: str
    """In Chinese."""
    en: str
    """In English."""


class Steered(msgspec.Struct, frozen=True):
    """A choice of goal and tone with everything that led to it."""

    goal: Goal
    """What the reply is for."""
    tone: str
    """How it sounds."""
    length: str
    """How long it may be."""
    why: Why
    """In words."""
    usual: str
    """The arm that would be taken if nothing were known."""
    choice: Choice | None
    """How the bandit chose; nothing where a rule decided."""


class Steering:
    """Chooses directives for one room."""

    def __init__(
        self, bandit: Bandit, goals: Mapping[str, tuple[Goal, ...]], *, sells: bool, sell_every_s: float
    ) -> None:
        """Take the goals open to each intent, whether the room sells at all, and the rest between offers, seconds."""
        self._bandit = bandit
        self._goals = goals
        self._sells = sells
        self._sell_every = sell_every_s
        self._sold = -math.inf
        self._held: dict[str, str] = {}

    def steer(self, intent: str, situation: Situation, usual: Goal, tone: str, length: str) -> Steered:
        """Return what to do about an intent; rules come first, then what was learned."""
        goals = list(dict.fromkeys((usual, *self._goals.get(intent, ()))))
        if situation.mood == "hot":
            length = "short"  # a hot room scrolls faster than anybody reads
        if situation.upset:
            goal = Goal.CALM if Goal.CALM in goals else _without_selling(goals, situation)[0]
            why = (
                Why("房管刚出手，先稳住气氛", "moderation has just stepped in: calm comes before steering")
                if situation.moderated > situation.at - DISTRESS_S
                else Why("直播间气氛紧张，先稳住", "the room is tense: calm comes before steering")
            )
            return _ruled(goal, "calm", length, why, f"{usual}:{tone}")
        goals, why_less = self._allowed(goals, situation)
        arms = _arms(goals, tone, situation)
        first = f"{goals[0]}:{tone}"
        if len(arms) == 1:
            why = Why("只有这一种合适", "nothing else is open to it")
            return _ruled(goals[0], tone, length, _both(why_less, why), first)
        clear = situation.moods[situation.mood] >= MOOD_CLEAR
        vector = as_vector(situation.features())
        held = self._held.get(intent, "")
        choice = self._bandit.choose(intent, arms, first, vector, follow=clear, held=held, margin=KEEP)
        if choice.sure:
            self._held[intent] = max(choice.propensities, key=lambda arm: choice.propensities[arm])
        goal_name, chosen_tone = choice.arm.split(":")
        goal = Goal(goal_name)
        return Steered(
            goal=goal,
            tone=chosen_tone,
            length=length,
            why=_both(why_less, _why_chosen(choice, first, clear=clear)),
            usual=first,
            choice=choice,
        )

    def _allowed(self, goals: list[Goal], situation: Situation) -> tuple[list[Goal], Why | None]:
        """Return the goals without those that must not be, at least one, and why any are missing."""
        fewer = _without_selling(goals, situation)
        if situation.minor and fewer != goals:
            return fewer, Why("未成年人，不推销", "under 18: no pressure to spend")
        if situation.distressed and fewer != goals:
            return fewer, Why("这位观众正不满、快要走了，不推销", "unhappy and about to leave: nothing is sold")
        if not self._rested(situation) and Goal.SELL in goals[1:]:
            why = Why("刚推过货，先歇歇", "something was offered a moment ago")
            return [goal for goal in goals if goal is not Goal.SELL], why
        return goals, None

    def offered(self, at: float) -> None:
        """Remember that something was offered aloud at `at`, monotonic seconds."""
        self._sold = at

    def take_over(self, before: Self) -> None:
        """Go on from when something was last offered, and with the tones that are kept."""
        self._sold, self._held = before._sold, before._held

    def may_offer(self, situation: Situation) -> bool:
        """Return whether a product may be offered that nobody asked for."""
        barred = situation.minor or situation.distressed or situation.upset
        return self._sells and not barred and self._rested(situation)

    def _rested(self, situation: Situation) -> bool:
        return situation.at - self._sold >= self._sell_every


def _ruled(goal: Goal, tone: str, length: str, why: Why, usual: str) -> Steered:
    return Steered(goal=goal, tone=tone, length=length, why=why, usual=usual, choice=None)


def as_vector(features: Mapping[str, float]) -> NDArray[np.float64]:
    """Return features in the order of `FEATURES`."""
    return np.array([features[name] for name in FEATURES])


def _without_selling(goals: list[Goal], situation: Situation) -> list[Goal]:
    """Return the goals without selling where it must not be; at least one.

    What can only sell is not said to a minor or to somebody in distress; said to a tense room, it stays what it is: the
    streamer set its time.
    """
    fewer: list[Goal] = [goal for goal in goals if goal is not Goal.SELL]
    if situation.minor or situation.distressed:
        return fewer or [Goal.STAY_SILENT]
    return fewer or goals if situation.upset else goals


def _arms(goals: list[Goal], tone: str, situation: Situation) -> list[str]:
    """Return the open arms: each goal in the room's usual tone and in the tone that its mood suggests.

    Whoever is to be calmed is spoken to calmly whatever the room's mood.
    """
    tones = dict.fromkeys((tone, "calm" if goals[0] is Goal.CALM else TONE_OF_MOOD[situation.mood]))
    return [f"{goal}:{each}" for goal in goals for each in tones][:ARMS]


def _why_chosen(choice: Choice, usual: str, *, clear: bool) -> Why:
    share = f"{100 * choice.propensities[choice.arm]:.0f}%"
    expected = f"{choice.expected[choice.arm]:+.2f}"
    if choice.arm == usual and not clear:
        return Why("气氛还看不清，照常", "the room's mood is unclear: the usual")
    if choice.arm == usual and not choice.sure:
        return Why("经验还少，照常", f"only {choice.outcomes:.0f} outcomes so far: the usual")
    if choice.sure and choice.propensities[choice.arm] == max(choice.propensities.values()):
        return Why(f"以往这样效果最好（预期 {expected}）", f"worked best so far (expected {expected})")
    return Why(f"试试另一种（{share}）", f"tried for a change ({share})")


def _both(first: Why | None, second: Why) -> Why:
    return second if first is None else Why(f"{first.zh}；{second.zh}", f"{first.en}; {second.en}")
