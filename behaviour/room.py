"""One room's behaviour: takes every event in, keeps its picture of viewers and mood, and gives directives."""

import math
from collections import OrderedDict, deque
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Final, Self

import msgspec

from behaviour.bandit import Bandit
from behaviour.chain import ViewerChains
from behaviour.explanation import Crowd, Explanation, Given, names, person, picture
from behaviour.mood import Mood, MoodModel
from behaviour.network import ROOM, Answer, Network
from behaviour.outcomes import Awaited, Outcomes
from behaviour.reward import WORTH
from behaviour.steering import ENOUGH, FEATURES, MOOD_MARGIN, Situation, Steered, Steering, Why
from behaviour.symbols import PACKAGED, States
from behaviour.viewers import SEGMENTS, Known, Viewers, says_minor
from core.clock import Clock
from core.errors import SettingsError
from core.events import (
    Chat,
    Click,
    Directive,
    Gift,
    Goal,
    Leave,
    Purchase,
    Removed,
    Role,
    RoomEvent,
    StreamState,
    Viewer,
    Voice,
)
from core.integrity import sha256_of
from core.yaml_file import Document

MODEL: Final = "thompson-1"
"""The version of the choosing itself; the chains and the mood have their own."""
MESSAGES: Final = 2_000
"""Messages whose writer is remembered, for when one is withdrawn; the oldest give way."""
SILENT_A_TICK: Final = 200
"""Viewers whose silence is noted in one tick; the others follow in the next."""
SAMPLED: Final = 4
"""Viewers asked each tick how likely they are to leave; an answer takes some 130 µs."""
SMOOTHED: Final = 0.1
"""What a tick's sample weighs in the room's share of leavers, so that some 40 viewers speak for it."""
COUNTED: Final = 100
"""Viewers whose segments are counted each tick."""
STEPS: Final = 5
"""A viewer's next steps within which buying is looked for."""
LURK: Final = "lurk"
"""The state that a tick of silence is."""
PAST: Final = 50
"""Directives kept for explanations."""
_SHOPPING: Final = frozenset({"ask_price", "ask_stock", "ask_link", "haggle", "buying", "recommend_product"})
_NOT_STEERED: Final = Why("没有开启引导，照常", "steering is off: the usual")


class RoomBehaviourOptions(msgspec.Struct, frozen=True):
    """What a room's settings say of behaviour."""

    room: str
    """The room's id."""
    order: int = 3
    """Steps that the chains look back."""
    chain: Path | None = None
    """A fitted chain to start from; nothing: the packaged assumptions."""
    states: Path = PACKAGED
    """What a viewer can be doing, and which event says so."""
    mood: Path | None = None
    """Fitted moods; nothing: the packaged ones."""
    leave_within_s: float = 60.0
    """Seconds within which leaving is looked for."""
    explore: float = 0.05
    """The probability that each open choice has at least."""
    steer: bool = True
    """Whether directives follow the room; else each is the usual one, and only watched."""
    ledger: Path | None = None
    """The file that decisions are logged to; nothing: they are not."""
    minors: tuple[str, ...] = ()
    """Ids of viewers who are under 18."""
    sell_every_s: float = 180.0
    """Seconds between unasked offers."""
    sells: bool = False
    """Whether the room has anything to sell."""
    goals: Mapping[str, tuple[Goal, ...]] = {}
    """What a reply to each intent may be for, the usual goal first."""


class RoomBehaviour:
    """The mind's picture of one room. Synchronous, for one thread; bounded; an event costs some 0.1 ms.

    Times within are monotonic; only what is shown and logged tells the hour.
    """

    def __init__(self, options: RoomBehaviourOptions, clock: Clock, seed: int) -> None:
        """Take a seed that decides choices; two with the same seed and events do the same.

        Raise `DanmateError` where the ledger cannot be opened, `SettingsError` for a damaged model file or for states
        that do not fit together.
        """
        self._options = options
        self._clock = clock
        self._states = rewarded(options.states)
        self._chains = ViewerChains(self._states, options.order)
        self._viewers = Viewers(self._states.lurk_after_s, options.minors)
        if options.chain is not None:
            self._chains.load(options.chain)
        self._fitted = sha256_of(options.chain) if options.chain is not None else ""
        self._moods = MoodModel.load(options.mood) if options.mood is not None else MoodModel.load()
        self._mood = Mood(self._moods, clock.monotonic())
        self._mood_held = "warm"
        self._network = Network()
        self._bandit = Bandit(len(FEATURES), options.explore, ENOUGH, seed)
        self._steering = Steering(self._bandit, options.goals, sells=options.sells, sell_every_s=options.sell_every_s)
        self._outcomes = Outcomes(options.room, self._bandit, self._network, options.ledger, clock)
        self._writers: OrderedDict[str, str] = OrderedDict()
        self._past: deque[Given] = deque(maxlen=PAST)
        self._name = f"{options.room}-{seed & 0xFFFFFFFF:08x}"
        self._count = 0
        self._moderated = -math.inf
        self._crowd = Crowd(leave_within_s=options.leave_within_s)
        self._draw = Random(seed)  # noqa: S311  # whom to ask is no secret

    @property
    def version(self) -> str:
        """Return the versions of everything that a directive comes from."""
        return f"{MODEL}/{self._chains.version}/mood-{self._moods.version}"

    @property
    def mood(self) -> dict[str, float]:
        """The probability of each mood; they sum to 1."""
        return self._mood.probabilities

    @property
    def crowd(self) -> Crowd:
        """Figures of the whole room, as of the last tick."""
        return self._crowd

    def observe(self, event: RoomEvent, intent: str = "") -> None:
        """Take in what happened; `intent` is what a message means. Call it once for every event."""
        if event.viewer.role is Role.BOT or isinstance(event, StreamState):
            return
        at = self._clock.monotonic()
        self._mood.count(event, intent)
        if isinstance(event, Chat | Voice):
            self._remember_writer(event.id, event.viewer.id)
            if says_minor(event.text):
                self._viewers.mark_minor(event.viewer.id)
        viewer_id = self._subject(event)
        if isinstance(event, Removed):
            self._moderated = at
            known = self._viewers.get(viewer_id)
            if known is None:
                return
            known.hit = at
        elif event.viewer.role is Role.STREAMER or not viewer_id:
            return
        else:
            known = self._viewers.seen(event.viewer, at)
        state = self._states.symbol(event, intent)
        if state is None:
            return
        _note(known, event, intent, state, at)
        self._outcomes.note(viewer_id, state)
        self._chains.observe(viewer_id, known.segment(at), state, at)
        if isinstance(event, Leave):
            self._viewers.left(viewer_id)

    def is_minor(self, viewer_id: str) -> bool:
        """Return whether a viewer is known to be under 18."""
        return self._viewers.is_minor(viewer_id)

    def forget(self, viewer_id: str) -> None:
        """Forget all of a viewer but that they are under 18: to ask for it is no way around what protects them.

        That mark is their id alone. What everyone's counts took from them names nobody, and stays.
        """
        self._viewers.left(viewer_id)
        self._chains.forget(viewer_id)
        self._outcomes.forget(viewer_id)
        for message in [message for message, writer in self._writers.items() if writer == viewer_id]:
            del self._writers[message]
        self._past = deque((one for one in self._past if one.viewer_id != viewer_id), PAST)

    def tick(self) -> None:
        """Let time pass: silence, mood, outcomes that are due. Call it once a second; it takes some 1 ms."""
        at = self._clock.monotonic()
        for viewer_id, known in self._viewers.silent(at, SILENT_A_TICK):
            known.state = LURK
            self._chains.observe(viewer_id, known.segment(at), LURK, at)
        self._mood.pass_time(at, len(self._viewers))
        self._settle_mood()
        self._outcomes.settle()
        self._crowd = self._count_crowd(at)

    def may_offer(self) -> bool:
        """Return whether a product may be offered to the room that nobody asked for."""
        return self._steering.may_offer(self._situation("", self._clock.monotonic()))

    def direct(
        self, intent: str, viewer: Viewer | None, usual: Goal, tone: str, length: str, *, offers: bool = False
    ) -> Directive:
        """Return in what spirit to answer `intent`; without a viewer the reply speaks to the whole room.

        `usual`, `tone` and `length` are what is done where nothing speaks for anything else; `offers` says whether the
        reply names a product that nobody asked for. The directive's id is for `spoken`.
        """
        at = self._clock.monotonic()
        viewer_id = viewer.id if viewer is not None else ""
        situation = self._situation(viewer_id, at)
        if self._options.steer:
            steered = self._steering.steer(intent, situation, usual, tone, length)
        else:
            steered = Steered(
                goal=usual,
                tone=tone,
                length=length,
                why=_NOT_STEERED,
                usual=f"{usual}:{tone}",
                choice=None,
            )
        arm = f"{steered.goal}:{steered.tone}"
        choices = steered.choice.propensities if steered.choice is not None else {arm: 1.0}
        expected = steered.choice.expected if steered.choice is not None else {arm: 0.0}
        responds = self._network.expect(mood=situation.moods, segment=situation.segment, goal=steered.goal.value)
        moved = {"leaves": situation.leaves, "buys": situation.buys, "responds": responds.responds}
        self._count += 1
        directive = Directive(
            id=f"{self._name}-{self._count}",
            goal=steered.goal,
            tone=steered.tone,
            length=steered.length,
            candidates=tuple(choices),
            propensity=choices[arm],
            why=steered.why.en,
            probabilities={**situation.moods, **moved},
            model=self.version,
        )
        self._past.append(
            Given(
                viewer_id=viewer_id, intent=intent, at=self._clock.wall(), directive=directive, why=steered.why,
                choices=choices, expected=expected, responds=responds,
            )
        )  # fmt: skip
        awaited = Awaited(
            viewer_id=viewer_id, segment=situation.segment, intent=intent, moods=situation.moods,
            features=situation.features(), goal=steered.goal.value, arm=arm if steered.choice is not None else "",
            sells=offers or steered.goal in (Goal.SELL, Goal.RECOMMEND),
        )  # fmt: skip
        self._outcomes.given(directive, awaited, steered.usual, choices, expected)
        return directive

    def spoken(self, directive_id: str, heard: bool) -> None:  # noqa: FBT001  # the word after the id says it
        """Say whether the reply of a directive was heard; only what was heard is learned from. Once for each."""
        given = self._outcomes.spoken(directive_id, len(self._viewers), heard=heard)
        if given is not None and given.sells:
            self._steering.offered(self._clock.monotonic())

    def explain(self, viewer_id: str = "") -> Explanation:
        """Return what is known and expected of the room, of a viewer where one is named, and why it was directed so."""
        at = self._clock.monotonic()
        known = self._viewers.get(viewer_id)
        segment, here = (known.segment(at), known.state) if known is not None else ("", "")
        last = next((one for one in reversed(self._past) if not viewer_id or one.viewer_id == viewer_id), None)
        return Explanation(
            at=self._clock.wall(),
            model=self.version,
            moods=self.mood,
            mood=self._mood_held,
            names=names(self._states, self._moods),
            loudest=self._mood.loudest,
            crowd=self._crowd,
            person=person(
                viewer_id,
                known.segment(at),
                self._chains,
                STEPS,
                self._options.leave_within_s,
                at,
                minor=self._viewers.is_minor(viewer_id),
                silent_s=at - known.seen,
                responds=self._responds(known, at),
            )
            if known is not None
            else None,
            chain=picture(self._chains, segment, here, STEPS, viewer_id if known is not None else ""),
            last=last,
            outcomes=self._bandit.learned,
        )

    def take_over(self, before: Self, *, marks_alone: bool = False) -> None:
        """Go on with the picture that the room's bot before had, but for a chain or mood that is another one now.

        With `marks_alone` only who is under 18 is kept.
        """
        self._viewers.take_over(before._viewers, marks_alone=marks_alone)
        if marks_alone:
            return
        if self._assumed() == before._assumed():
            self._chains = before._chains
            self._chains.states = self._states  # they may have other names for people
        if self._moods == before._moods:
            self._mood, self._mood_held = before._mood, before._mood_held
        self._bandit.take_over(before._bandit)
        self._network.take_over(before._network)
        self._steering.take_over(before._steering)
        self._outcomes.take_over(before._outcomes)
        self._writers, self._past = before._writers, before._past
        self._moderated, self._crowd = before._moderated, before._crowd

    def close(self) -> None:
        """Have what the ledger still holds written, before the process ends."""
        self._outcomes.close()

    def _assumed(self) -> tuple[object, ...]:
        """Return what the chains began with, before they saw anything."""
        return self._options.order, self._fitted, self._states.names, self._states.prior

    def _situation(self, viewer_id: str, at: float) -> Situation:
        known = self._viewers.get(viewer_id)
        there = viewer_id != ""
        return Situation(
            at=at,
            moods=self.mood,
            mood=self._mood_held,
            segment=self._segment(viewer_id, at) if there else ROOM,
            present=len(self._viewers),
            leaves=self._chains.leave_within(viewer_id, self._options.leave_within_s, at) if there else self._leaving(),
            buys=self._chains.buy_within(viewer_id, STEPS) if there else 0.0,
            minor=there and self._viewers.is_minor(viewer_id),
            complained=known.complained if known is not None else -math.inf,
            moderated=self._moderated if not there else known.hit if known is not None else -math.inf,
        )

    def _leaving(self) -> float:
        """Return the share of viewers who leave soon, as of the last tick."""
        return self._crowd.leaving / max(1, self._crowd.present)

    def _segment(self, viewer_id: str, at: float) -> str:
        known = self._viewers.get(viewer_id)
        return known.segment(at) if known is not None else SEGMENTS[0]

    def _subject(self, event: RoomEvent) -> str:
        if isinstance(event, Removed) and not event.target:
            return self._writers.get(event.message, "")
        return self._states.subject(event)

    def _remember_writer(self, message: str, viewer_id: str) -> None:
        self._writers[message] = viewer_id
        if len(self._writers) > MESSAGES:
            self._writers.popitem(last=False)

    def _settle_mood(self) -> None:
        moods = self.mood
        likeliest = max(moods, key=moods.__getitem__)
        if moods[likeliest] > moods[self._mood_held] + MOOD_MARGIN:
            self._mood_held = likeliest

    def _responds(self, known: Known, at: float) -> Answer:
        return self._network.expect(mood=self.mood, segment=known.segment(at), goal=Goal.ANSWER.value)

    def _count_crowd(self, at: float) -> Crowd:
        present, within_s = len(self._viewers), self._options.leave_within_s
        if not present:
            return Crowd(leave_within_s=within_s)
        latest = self._viewers.latest(COUNTED)
        asked = self._draw.sample(latest, min(SAMPLED, len(latest)))
        share = sum(self._chains.leave_within(viewer_id, within_s, at) for viewer_id in asked) / len(asked)
        if self._crowd.present:
            share = SMOOTHED * share + (1 - SMOOTHED) * self._leaving()
        segments: dict[str, float] = dict.fromkeys(SEGMENTS, 0.0)
        for viewer_id in latest:
            segments[self._segment(viewer_id, at)] += 1 / len(latest)
        return Crowd(present, present * share, within_s, len(latest), segments)


def rewarded(file: Path) -> States:
    """Return the states of a file; raise `SettingsError` where it lacks one that rewards are given for."""
    states = States(file)
    missing = [name for name in (LURK, *WORTH) if name not in states.by_name]
    if missing:
        what = f"`states` lacks {', '.join(missing)}, which outcomes are measured by (behaviour/reward.py): add it"
        raise SettingsError(file, Document(file).line(["states"]), what)
    return states


def _note(known: Known, event: RoomEvent, intent: str, state: str, at: float) -> None:
    """Remember what segments and rules ask for."""
    if isinstance(event, Removed):
        return
    known.state = state
    known.talked += isinstance(event, Chat | Voice)
    known.gave += isinstance(event, Gift)
    known.shopped += intent in _SHOPPING or isinstance(event, Click | Purchase)
    if intent in ("complaint", "insult"):
        known.complained = at
