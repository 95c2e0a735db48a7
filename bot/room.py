"""One room's pipeline: listen, understand, take turns, answer, speak. One task group; its failure is its own."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Final
from uuid import uuid4

import msgspec
import structlog
from prometheus_client import Counter, Gauge, Histogram

from asr.ears import Ears
from bot.barge_in import BargeIn, Effect, Whom
from bot.floor import Candidate, Floor, Priority, concerns
from bot.gifts import GiftFolder
from bot.intake import Intake, IntakeOptions
from bot.speaking import Speaking
from core.channels import Channel
from core.clock import Clock
from core.errors import DanmateError, OverloadError
from core.events import (
    AudioFrame,
    Chat,
    Decision,
    Directive,
    Follow,
    Gift,
    Goal,
    Join,
    Like,
    Outcome,
    Purchase,
    Removed,
    Reply,
    Role,
    RoomEvent,
    Stream,
    StreamState,
    Utterance,
    Viewer,
    Voice,
)
from nlu.commands import Commands
from nlu.intents import INTENTS
from nlu.intents import Role as Fact
from nlu.knowledge import Product
from nlu.language import detect
from nlu.mind import Mind, Occasion
from nlu.plan import Plan, Planner
from nlu.understand import Understander
from rooms.source import Connector
from tts.mouth import Mouth

TICK_S: Final = 0.25
NAME_LIMIT: Final = 12
"""Characters of a viewer's name that are said aloud; longer ones are handles, not names."""
DECISIONS: Final = 500
"""Decisions that are kept for moderators."""

_DECIDED = Counter("danmate_decisions_total", "What became of events", ["outcome"])
_ANSWERED = Histogram(
    "danmate_answer_text_seconds",
    "From a message's arrival to its reply's text",
    buckets=(0.05, 0.1, 0.15, 0.3, 1, 3, 10),
)
_UNREHEARSED = Gauge("danmate_openings_left", "Likely openings that are not spoken ahead yet", ["room"])
_log = structlog.get_logger(__name__)


class Timer(msgspec.Struct, frozen=True):
    """Something said again and again."""

    every: tuple[float, float]
    """Shortest and longest time between two of it, seconds."""
    after_lines: int
    """Messages that must have come since the last time."""
    say: tuple[str, ...]
    """One of these, drawn each time."""


class RoomOptions(msgspec.Struct, frozen=True):
    """What the pipeline needs to know of its room."""

    id: str
    """As in settings."""
    persona: str
    """The bot's name here."""
    streamer: str
    """The streamer's name."""
    tone: str
    """Of replies."""
    length: str
    """Of replies."""
    language: str
    """`auto`, `zh` or `en`."""
    idle_after_s: float
    """Seconds of silence after which the bot speaks of its own accord."""
    idle_in_a_row: int
    """How often it does so before somebody answers."""
    floor_max: int
    """Messages that may wait for an answer."""
    gift_merge_s: float
    """Seconds within which gifts of one giver are thanked once."""
    intake: IntakeOptions
    """Whom to answer."""
    timers: tuple[Timer, ...] = ()
    """Things said again and again."""
    barge_in: Whom = "everyone"
    """Whose words stop the bot while it speaks; everybody's voice lowers its own."""


class RoomBot:
    """The bot in one room."""

    def __init__(
        self,
        options: RoomOptions,
        connector: Connector,
        ears: Ears | None,
        understander: Understander,
        commands: Commands,
        planner: Planner,
        mind: Mind,
        mouth: Mouth | None,
        clock: Clock,
        openings: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._options = options
        self._connector = connector
        self._ears = ears
        self._planner = planner
        self._mind = mind
        self._speaking = Speaking(connector, mouth)
        self._barge_in = BargeIn(self._speaking, clock, options.barge_in)
        self._mouth = mouth
        self._openings = openings
        self._talking: set[str] = set()
        self._clock = clock
        self.decisions: deque[Decision] = deque(maxlen=DECISIONS)
        self._floor = Floor(options.floor_max, clock, self._decide)
        gifts = GiftFolder(options.gift_merge_s, clock)
        self._intake = Intake(options.intake, understander, commands, self._floor, gifts, clock, self._decide)
        self._answering: RoomEvent | None = None
        self._product: Product | None = None
        self._language = "en" if options.language == "en" else "zh"
        self._idle_spoken = 0
        self._idle_message = -1
        self._last_spoke = clock.monotonic()

    async def run(self) -> None:
        """Be in the room until it ends or the task is cancelled."""
        self._connector.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                background = [
                    tasks.create_task(self._answer_all()),
                    tasks.create_task(self._tick()),
                    tasks.create_task(self._rehearse()),
                ]
                if self._ears is not None:
                    background += [
                        tasks.create_task(self._ears.run()),
                        tasks.create_task(self._listen(self._ears.utterances)),
                    ]
                await self._receive()
                for task in background:
                    task.cancel()
        finally:
            if self._ears is not None:
                self._ears.close()
            await self._connector.close()

    async def _receive(self) -> None:
        async for event in self._connector.events:
            if isinstance(event, AudioFrame):
                if self._ears is not None:
                    self._ears.hear(event)
                continue
            if isinstance(event, Removed) and self._answering is not None and concerns(event, self._answering):
                self._speaking.cancel()
            self._intake.take(event)

    async def _listen(self, utterances: Channel[Utterance]) -> None:
        async for utterance in utterances:
            if utterance.text:
                self._connector.caption(utterance)
            effect = self._barge_in.hear(utterance)
            if not utterance.final:
                self._talking.add(utterance.id)
                continue
            self._talking.discard(utterance.id)
            if not utterance.text or effect is Effect.ECHO:
                continue
            now = self._clock.wall()
            self._intake.take(
                Voice(
                    id=utterance.id,
                    room=self._options.id,
                    viewer=utterance.speaker,
                    at=utterance.end,
                    received=now,
                    platform=self._connector.capabilities.platform,
                    text=utterance.text,
                    language=utterance.language,
                    confidence=utterance.confidence,
                    audio_s=max(0.0, utterance.end - utterance.start),
                    ended=utterance.end,
                )
            )

    async def _answer_all(self) -> None:
        self._connector.state("listening")
        while True:
            candidate = await self._floor.take()
            self._answering = candidate.event
            self._connector.state("thinking")
            try:
                reply, heard = await self._speaking.say(self._words(candidate))
            except OverloadError as error:
                self._decide_on(candidate.event, Outcome.REFUSED, f"too much to do: {error}")
            else:
                cut = "; cut short" if heard is not None and heard.cut else ""
                self._decide_on(candidate.event, Outcome.ANSWERED, f"{reply.intent} by {reply.route}{cut}", reply.id)
            finally:
                self._answering = None
                self._connector.state("listening")

    async def _words(self, candidate: Candidate) -> AsyncIterator[tuple[Reply, bool]]:
        event, reply_id = candidate.event, uuid4().hex
        self._intake.said(reply_id)
        plan = self._plan(candidate)
        directive = Directive(
            goal=INTENTS[plan.intent].goals[0] if plan.intent in INTENTS else Goal.ANSWER,
            tone=self._options.tone,
            length=self._options.length,
        )
        to = (event.viewer,) if event.viewer.id and not isinstance(event, StreamState) else ()
        if candidate.fixed is not None:
            language = detect(candidate.fixed, self._language)
            route = "timer" if isinstance(event, StreamState) else "command"
            yield (
                Reply(
                    id=reply_id, text=candidate.fixed, language=language, to=to, facts={}, route=route,
                    directive=directive, intent=plan.intent, event=event.id,
                ),
                True,
            )  # fmt: skip
            return
        if plan.product is not None:
            self._product = plan.product
        message = event.text if isinstance(event, Chat | Voice) else ""
        language = candidate.meaning.understanding.language if candidate.meaning is not None else self._language
        self._language = language
        occasion = Occasion(reply_id, "" if isinstance(event, StreamState) else event.id, message, to, language)
        async for reply, final in self._mind.reply(plan, directive, occasion):
            if final:
                _ANSWERED.observe(max(0.0, self._clock.wall() - event.received))
            yield reply, final

    def _plan(self, candidate: Candidate) -> Plan:
        event, planner = candidate.event, self._planner
        name = spoken_name(event.viewer.name) if self._intake.crowd > 1 else ""
        if candidate.meaning is not None:
            return planner.answer(candidate.meaning, (name,), self._product)
        values = {Fact.VIEWER: spoken_name(event.viewer.name) or event.viewer.name[:NAME_LIMIT]}
        match event:
            case Gift():
                count = f"{event.count}个" if self._language == "zh" else str(event.count)
                return planner.event(
                    "gift", {**values, Fact.GIFT: event.gift, Fact.COUNT: count if event.count > 1 else ""}
                )
            case Follow():
                return planner.event("follow", values)
            case Like():
                return planner.event("like", values)
            case Purchase():
                return planner.event("order", values)
            case Join():  # a handle is no name to be greeted by
                return planner.event(
                    "welcome" if spoken_name(event.viewer.name) else "greeting",
                    {Fact.VIEWER: spoken_name(event.viewer.name)},
                )
            case _:
                return planner.event("idle", {})

    async def _tick(self) -> None:
        """Thank for gifts that are complete, break long silences, run the timers."""
        draw = random.Random()  # noqa: S311  # when to speak is no secret
        due = [self._clock.monotonic() + draw.uniform(*timer.every) for timer in self._options.timers]
        lines = [0] * len(due)
        while True:
            await asyncio.sleep(TICK_S)
            self._intake.tick()
            self._barge_in.tick()
            now = self._clock.monotonic()
            for index, timer in enumerate(self._options.timers):
                if now >= due[index] and self._intake.messages - lines[index] >= timer.after_lines:
                    due[index], lines[index] = now + draw.uniform(*timer.every), self._intake.messages
                    self._speak_up(draw.choice(timer.say))
            if self._idle(now):
                self._speak_up(None)

    async def _rehearse(self) -> None:
        """Speak likely openings ahead, one at a time, while nobody speaks and nothing waits."""
        if self._mouth is None:
            return
        for number, opening in enumerate(self._openings):
            _UNREHEARSED.labels(self._options.id).set(len(self._openings) - number)
            while self._talking or self._answering is not None or len(self._floor):  # noqa: ASYNC110  # no hurry
                await asyncio.sleep(TICK_S)
            try:
                await self._mouth.warm([opening])
            except DanmateError as error:
                _log.debug("rehearsal_failed", error=str(error))
        _UNREHEARSED.labels(self._options.id).set(0)

    def _idle(self, now: float) -> bool:
        if self._idle_message != self._intake.messages:
            self._idle_message, self._idle_spoken = self._intake.messages, 0
        quiet_since = max(self._intake.last_message, self._last_spoke)
        if self._intake.crowd == 0 or len(self._floor) or self._idle_spoken >= self._options.idle_in_a_row:
            return False
        if now - quiet_since < self._options.idle_after_s:
            return False
        self._idle_spoken += 1
        return True

    def _speak_up(self, fixed: str | None) -> None:
        now = self._clock.monotonic()
        self._last_spoke = now
        us = Viewer(id="", name=self._options.persona, role=Role.BOT)
        wall = self._clock.wall()
        event = StreamState(
            id=f"idle-{uuid4().hex}", room=self._options.id, viewer=us, at=wall, received=wall, state=Stream.QUIET
        )
        self._intake.wait(Candidate(event, Priority.IDLE, now + 10, None, fixed))

    def _decide_on(self, event: RoomEvent, outcome: Outcome, why: str, reply: str = "") -> None:
        self._decide(Decision(event=event.id, outcome=outcome, why=why, at=self._clock.wall(), reply=reply))

    def _decide(self, decision: Decision) -> None:
        self.decisions.append(decision)
        _DECIDED.labels(decision.outcome).inc()
        _log.debug("decision", event_id=decision.event, outcome=decision.outcome, why=decision.why)


def spoken_name(name: str) -> str:
    """Return `name` as it is said aloud, or nothing for what is a handle rather than a name."""
    digits = sum(character.isdigit() for character in name)
    return name if 0 < len(name) <= NAME_LIMIT and digits <= 3 else ""  # noqa: PLR2004  # 小鱼儿123 is a name still
