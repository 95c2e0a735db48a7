"""One room's pipeline: listen, understand, take turns, answer, speak. One task group; its failure is its own."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Self

import msgspec
import structlog
from prometheus_client import Counter, Gauge

from asr.ears import Ears
from behaviour.viewers import says_minor
from bot.answering import Answering, Wits
from bot.barge_in import BargeIn, Effect
from bot.candidate import Candidate, Priority
from bot.console import RoomConsole
from bot.control import KEPT, FloorControl, Journal
from bot.crowd import Crowd
from bot.floor import Floor
from bot.gate import Gate
from bot.gifts import GiftFolder
from bot.idle import Idle, Timers
from bot.intake import Intake
from bot.ladder import LATE_S, Ladder, Step
from bot.options import RoomOptions
from bot.rate import Window
from bot.shelf import ShelfDisplay
from bot.speaking import Speaking
from core.channels import Channel
from core.clock import Clock
from core.errors import DanmateError
from core.events import (
    AudioFrame,
    Chat,
    Decision,
    Removed,
    Role,
    RoomEvent,
    Stream,
    StreamState,
    Utterance,
    Viewer,
    Voice,
)
from nlu.commands import Commands
from nlu.knowledge import Product
from nlu.same_question import same_question
from nlu.shelf import Shelf
from nlu.understand import Understander
from rooms.source import ConnectOptions, Connector
from tts.mouth import Mouth

TICK_S: Final = 0.25
SLICE_S: Final = 0.005
"""Seconds of work on waiting events after which the loop turns to others."""
OWN_EXPIRE_S: Final = 10.0
"""Seconds after which what we wanted to say of our own accord is no longer said."""
EVENTS: Final = ConnectOptions(room="", url="", name="").events
"""Events that may wait for us in a room, which is full with so many; sound has a place of its own."""

_DECIDED = Counter("danmate_decisions_total", "What became of events", ["outcome"])
_UNREHEARSED = Gauge("danmate_openings_left", "Likely openings that are not spoken ahead yet", ["room"])
_log = structlog.get_logger(__name__)


class RoomBot:
    """The bot in one room."""

    def __init__(
        self,
        options: RoomOptions,
        connector: Connector,
        ears: Ears | None,
        understander: Understander,
        commands: Commands,
        wits: Wits,
        mouth: Mouth | None,
        clock: Clock,
        openings: Sequence[tuple[str, str]] = (),
        *,
        products: Sequence[Product] = (),
        shelf: Shelf | None = None,
    ) -> None:
        self._options = options
        self._connector = connector
        self._ears = ears
        self._mouth = mouth
        self._openings = openings
        self._clock = clock
        self._wits = wits
        self._commands = commands
        self._products = tuple(products)
        self._talking: set[str] = set()
        self._draw = random.Random(options.seed)  # noqa: S311  # when to speak is no secret
        self.decisions: deque[Decision] = deque(maxlen=KEPT)
        self._journal = Journal()
        self._ladder = Ladder(options.id, clock)
        self._crowd = Crowd(options.crowd, clock)
        can = connector.capabilities
        limit = Window(can.replies, can.replies_s, clock) if wits.guard is None else wits.guard.limit
        self._gate = Gate(options.gate, [limit], clock)
        self._floor = Floor(options.floor, clock, self._decide, same_question, self._gate.blocked)
        self._idle = Idle(options.idle, products, clock)
        self._timers = Timers(options.timers, clock, self._draw)
        self._display = ShelfDisplay(connector, shelf or Shelf(products), products) if can.shelf else None
        self._intake = Intake(
            options.intake, understander, commands, self._floor, GiftFolder(options.gift_merge_s, clock), self._crowd,
            clock, self._decide, wake=options.wake, memory=wits.memory,
            too_quiet=lambda: self._gate.too_quiet, journal=self._journal, guard=wits.guard, removed=self._withdrawn,
            show=wits.show, language=options.language, is_minor=self._is_minor,
        )  # fmt: skip
        self._speaking = Speaking(connector, mouth)
        self._barge_in = BargeIn(self._speaking, clock, options.barge_in, options.wake)
        self._answering = Answering(
            options, wits, connector, self._speaking, self._floor, self._gate, self._crowd, self._ladder, self._idle,
            self._intake, self._journal, clock,
        )  # fmt: skip
        self.show = wits.show
        """What the room plays."""
        self._left: list[Candidate] = []
        self._joined = False
        self._withdrawals: list[Removed] = []
        self._forgetting: dict[str, str] = {}
        self.record: Callable[[RoomEvent], None] | None = None
        """What is told of every event as it comes, remarks included."""
        self.control = FloorControl(
            self._floor, self._gate, self._crowd, self._ladder, self._journal, clock, self._speaking.cancel
        )
        """The moderators' hands on the floor."""
        self.console = RoomConsole(self.control, wits.unanswered, wits.behaviour, lambda: self._speaking.saying)
        """The room as its moderators' page shows it."""

    def take_over(self, before: Self, *, failed: bool = False) -> None:
        """Go on where the room's bot before stopped, with the settings of this one. Call it once, before `run`.

        Of a bot that `failed` only what moderators decided and what protects viewers is kept: anything else may be
        what it failed at.
        """
        wits, was = self._wits, before._wits
        self._gate.take_over(before._gate)
        if wits.guard is not None and was.guard is not None:
            wits.guard.take_over(was.guard)
        if wits.behaviour is not None and was.behaviour is not None:
            wits.behaviour.take_over(was.behaviour, marks_alone=failed)
        if failed:
            return
        if wits.memory is not None and was.memory is not None:
            wits.memory.take_over(was.memory, {product.id: product for product in self._products})
        if wits.unanswered is not None and was.unanswered is not None:
            wits.unanswered.take_over(was.unanswered)
        if wits.show is not None and was.show is not None:
            wits.show.take_over(was.show)
        self._commands.take_over(before._commands)
        self._forgetting = before._forgetting
        for candidate in before._left:
            self._intake.again(candidate)

    async def finish(self, within_s: float) -> None:
        """Begin no further answer, and wait until the present one is over, but no longer than `within_s` seconds.

        For a bot that another is to `take_over` from; what waited for an answer goes to that one.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._floor.rest()
        self._left = self._floor.hand_over()

    async def close(self) -> None:
        """Let everything go; `run` does it at its end. For a bot that never runs."""
        self._intake.close()
        self._floor.close()
        self._journal.close()
        if self._wits.behaviour is not None:
            self._wits.behaviour.close()
        if self._ears is not None:
            self._ears.close()
        await self._connector.close()

    async def run(self) -> None:
        """Be in the room until it ends or the task is cancelled."""
        self._connector.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                background = [
                    tasks.create_task(self._answering.run()),
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
            await self.close()

    async def _receive(self) -> None:
        """Take events as they come; while many wait, others get their turn: sound, timers, pages."""
        worked = self._clock.monotonic()
        async for event in self._connector.events:
            if self._clock.monotonic() - worked >= SLICE_S:
                await asyncio.sleep(0)
                worked = self._clock.monotonic()
            if isinstance(event, AudioFrame):
                if self._ears is not None:
                    self._ears.hear(event)
                continue
            self._joined = not (isinstance(event, StreamState) and event.state is Stream.BROKEN)
            if isinstance(event, Removed):
                self._silence(event)
            self._take(event)

    def _silence(self, removed: Removed) -> None:
        """Keep what was withdrawn from being answered, and stop what quotes it."""
        self._intake.withdraw(removed)
        if removed.target and not removed.message:
            if self._ears is not None:
                self._ears.forget(removed.target)
            if self._wits.memory is not None:
                self._wits.memory.forget(removed.target)
            if self._wits.unanswered is not None:
                self._wits.unanswered.forget(removed.target)
        if self._floor.remove(removed):
            self._speaking.cancel()

    def _take(self, event: RoomEvent) -> None:
        """Decide on an event, and let what learns from it see it."""
        if self.record is not None:
            self.record(event)
        before = self._intake.messages
        if self._intake.knows(event):
            return
        meaning = self._intake.take(event)
        if self._intake.messages != before:
            self._idle.message()
        if meaning is not None:
            self._idle.touched(meaning.product)
        if self._wits.behaviour is not None:
            self._wits.behaviour.observe(event, meaning.understanding.intent if meaning is not None else "")
            for removed in self._withdrawals:
                self._wits.behaviour.observe(removed)
        self._withdrawals.clear()
        if meaning is not None and meaning.forget and event.viewer.id:
            self._forget(event.viewer.id)
            if self._journal.awaits(event.id):  # and once more when that was answered
                self._forgetting[event.id] = event.viewer.id

    def _forget(self, viewer_id: str) -> None:
        """Forget a viewer who asks for it, but for their offences and that they are under 18."""
        wits = self._wits
        if wits.memory is not None:
            wits.memory.forget(viewer_id)
        if wits.unanswered is not None:
            wits.unanswered.forget(viewer_id)
        if wits.behaviour is not None:
            wits.behaviour.forget(viewer_id)
        self._journal.forget(viewer_id)

    def _withdrawn(self, removed: Removed) -> None:
        """Follow up what our own guard withdrew: the platform does not tell us what we did ourselves.

        What learns from it sees it after the message, and so knows whose it was.
        """
        self._silence(removed)
        self._withdrawals.append(removed)

    async def _listen(self, utterances: Channel[Utterance]) -> None:
        async for utterance in utterances:
            if utterance.text and (utterance.final or self._ladder.step < Step.NO_PARTIALS):
                self._connector.caption(utterance)
            effect = self._barge_in.hear(utterance)
            if effect is Effect.LOWERED and self._ears is not None:
                self._ears.hurry(utterance.id)
            if utterance.speaker.role is Role.STREAMER:
                self._gate.streamer(speaks=not utterance.final)
            if not utterance.final:
                self._talking.add(utterance.id)
                continue
            self._talking.discard(utterance.id)
            if not (utterance.text or utterance.lost) or effect is Effect.ECHO:
                continue
            now = self._clock.wall()
            self._take(
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

    async def _tick(self) -> None:
        """Thank for gifts that are complete, drop what is too late, show the shelf, break long silences, run timers."""
        behaviour, learned = self._wits.behaviour, self._clock.monotonic()
        while True:
            slept = self._clock.monotonic()
            await asyncio.sleep(TICK_S)
            now = self._clock.monotonic()
            self._climb(now - slept - TICK_S)
            self._intake.tick()
            self._barge_in.tick()
            self._floor.tick()
            if self._display is not None:
                self._display.tick()
            for say in self._timers.due(self._intake.messages, live=self._intake.live) if self._joined else ():
                self._speak_up(say)
            if behaviour is not None and now - learned >= 1.0:
                learned = now
                behaviour.tick()
            if self._joined and len(self._crowd) and not len(self._floor) and self._floor.turn is None:
                tense = behaviour.mood.get("tense", 0.0) if behaviour is not None else 0.0
                if self._idle.due(tense=tense, too_quiet=self._gate.too_quiet):
                    self._speak_up(None)

    def _climb(self, late_s: float) -> None:
        """Look how much presses: what waits for us, what waits for an answer, how late we are."""
        inbox = self._connector.events
        full = inbox.waiting(other_than=AudioFrame) / min(EVENTS, inbox.statistics().capacity)
        pressure = max(full, len(self._floor) / self._options.floor.max, late_s / LATE_S)
        step = self._ladder.update(min(1.0, pressure))
        self._intake.step = step
        if self._ears is not None and self._ears.options.partials is (step >= Step.NO_PARTIALS):
            self._ears.options = msgspec.structs.replace(self._ears.options, partials=step < Step.NO_PARTIALS)

    async def _rehearse(self) -> None:
        """Speak likely openings ahead, one at a time, while nobody speaks and nothing waits."""
        if self._mouth is None:
            return
        for number, opening in enumerate(self._openings):
            _UNREHEARSED.labels(self._options.id).set(len(self._openings) - number)
            while self._talking or self._floor.turn is not None or len(self._floor):  # noqa: ASYNC110  # no hurry
                await asyncio.sleep(TICK_S)
            try:
                await self._mouth.warm([opening])
            except DanmateError as error:
                _log.debug("rehearsal_failed", error=str(error))
        _UNREHEARSED.labels(self._options.id).set(0)

    def _speak_up(self, fixed: str | None) -> None:
        us = Viewer(id="", name=self._options.persona, role=Role.BOT)
        wall = self._clock.wall()
        event = StreamState(
            id=f"own-{self._draw.getrandbits(64):016x}",
            room=self._options.id,
            viewer=us,
            at=wall,
            received=wall,
            state=Stream.QUIET,
        )
        self._journal.note(event)
        self._floor.push(Candidate(event, Priority.IDLE, self._clock.monotonic() + OWN_EXPIRE_S, None, fixed))

    def _is_minor(self, event: Chat | Voice) -> bool:
        """Return whether an event's author is known to be under 18, or says so just now."""
        behaviour = self._wits.behaviour
        return says_minor(event.text) or (behaviour is not None and behaviour.is_minor(event.viewer.id))

    def _decide(self, decision: Decision) -> None:
        self.decisions.append(decision)
        self._journal.tell(decision)
        if viewer_id := self._forgetting.pop(decision.event, ""):
            self._forget(viewer_id)
        _DECIDED.labels(decision.outcome).inc()
        _log.debug("decision", event_id=decision.event, outcome=decision.outcome, why=decision.why)
