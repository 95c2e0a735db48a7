"""Runs a recorded session again: the whole pipeline in virtual time, the same to the byte each time.

Nothing comes from outside: time is the recording's, chance its seed, the reply engine computes in the loop's thread,
and nobody speaks, since how long a voice takes is not known without speaking. The house T5 takes part where settings
name it; engines on servers do not repeat themselves, so templates stand in for them.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

import ctranslate2
import msgspec
import structlog

from bot import build, virtual_time
from bot.control import Told
from bot.engines import Engines, intent_reader
from bot.output import print_json
from bot.planning import message_of
from bot.recording import Recording
from bot.show.show import Report
from bot.virtual_time import VirtualLoop
from core.channels import Channel, Overflow
from core.errors import ModelError, SettingsError
from core.events import AudioFrame, Card, Chat, Decision, Heard, Reply, RoomEvent, Speech, Utterance, Voice
from core.settings import ReplyModel, Room, Settings
from core.workers import Worker
from nlu.danmate_t5 import DanmateT5
from nlu.safety import Classifier
from nlu.templates import Templates
from rooms.source import BotState, Capabilities

T = TypeVar("T")
_log = structlog.get_logger(__name__)

TAIL_S: Final = 60.0
"""Seconds that a replay goes on after the last event, for what is still to be said."""
INBOX: Final = 4096
"""Events that may wait for the bot; a recording never has more at one moment, since the bot's time stands still."""


class Said(msgspec.Struct, frozen=True, tag="said", tag_field="row"):
    """Something that the bot said."""

    at: float
    """Seconds since the recording began."""
    reply: Reply
    """What."""


class Done(msgspec.Struct, frozen=True, tag="decided", tag_field="row"):
    """What became of an event."""

    at: float
    """Seconds since the recording began."""
    decision: Decision
    """What, and why."""


Row = Said | Done | Report


class RecordedRoom:
    """A connector whose room is a recording."""

    def __init__(self, recording: Recording, clock: VirtualLoop) -> None:
        platform = recording.events[0].platform if recording.events else "native"
        self.capabilities = Capabilities(platform=platform, say=True)
        self.events: Channel[RoomEvent | AudioFrame] = Channel(INBOX, Overflow.REFUSE)
        self.rows: list[Row] = []
        """What came of it, in order."""
        self._recording = recording
        self._clock = clock

    async def play(self) -> None:
        """Let everything happen when it happened, and end."""
        for event in self._recording.events:
            await asyncio.sleep(max(0.0, event.received - self._clock.wall()))
            self.events.send(event)
        await asyncio.sleep(TAIL_S)
        self.events.close()

    async def watch(self, decisions: Channel[Told]) -> None:
        """Keep every decision."""
        async for told in decisions:
            self.rows.append(Done(self._now(), told.decision))

    def say(self, reply: Reply, *, final: bool = True) -> None:
        """Keep a reply."""
        if final:
            self.rows.append(Said(self._now(), reply))

    def _now(self) -> float:
        return round(self._clock.monotonic(), 3)

    def speech(self, speech: Speech) -> None:
        """Nobody speaks in a replay."""

    def cancel(self, reply_id: str) -> None:
        """Nothing is played in a replay."""

    async def heard(self, reply_id: str) -> Heard:
        """Return that nothing was played."""
        return Heard(reply=reply_id, text="", played_s=0.0, cut=False)

    def duck(self, reply_id: str, *, on: bool) -> None:
        """Nothing is played in a replay."""

    def state(self, state: BotState) -> None:
        """Nobody watches a replay."""

    def caption(self, utterance: Utterance) -> None:
        """Remarks are recorded as they were understood."""

    def shelf(self, cards: Sequence[Card]) -> None:
        """Nobody looks at a replay's shelf."""

    def delete(self, message_id: str) -> None:
        """Nothing can be withdrawn from a recording."""

    def timeout(self, viewer_id: str, seconds: int) -> None:
        """Nobody can be silenced in a recording."""

    def start(self) -> None:
        """Do nothing: `play` plays the recording."""

    def stop(self) -> None:
        """Do nothing: the recording ends by itself."""

    async def join(self) -> None:
        """Do nothing: the recording ends by itself."""

    async def close(self) -> None:
        """Nothing is left of it."""


class _AtOnce(Worker):
    """Computes in the loop's own thread: virtual time stands still meanwhile."""

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        return function(*arguments)

    async def stream(self, function: Callable[..., Generator[T, None, None]], *arguments: Any) -> AsyncIterator[T]:
        for item in list(function(*arguments)):  # drafts whole: how far an engine had got would depend on its speed
            yield item


def engines(reply: ReplyModel, seed: int) -> Engines:
    """Return what a replay needs: the mind alone, its chance drawn from `seed`."""
    made = Engines(Settings().models)
    made.intents, made.templates = intent_reader(), Templates.load()
    try:
        made.offence = Classifier.load()
    except ModelError as error:  # as in a room: lists alone judge then
        _log.warning("engine_missing", engine="offence", error=str(error))
    if reply.engine == "danmate-t5" and not reply.model:
        ctranslate2.set_random_seed(seed)  # for threads that begin from now on, such as the new engine's own
        made.responder = DanmateT5(_AtOnce("replay"))
    return made


def room_of(settings: Settings, recording: Recording) -> Room:
    """Return the room that a recording is of; raise `SettingsError` where settings have none of that name.

    Its decisions are not logged: nobody heard them.
    """
    for room in settings.rooms:
        if room.id == recording.header.room:
            return room.model_copy(update={"behaviour": room.behaviour.model_copy(update={"ledger": False})})
    known = ", ".join(room.id for room in settings.rooms)
    raise SettingsError(recording.path, 1, f"is of room {recording.header.room!r}; the settings have {known}")


def replay(settings: Settings, recording: Recording) -> Iterator[Row]:
    """Return what the bot of `settings` says and decides in a recorded session, in order."""
    room = room_of(settings, recording)
    mind = engines(settings.models.reply, recording.header.seed)

    async def job(clock: VirtualLoop) -> list[Row]:
        recorded = RecordedRoom(recording, clock)
        bot = build.room_bot(room, settings, mind, recorded, clock, seed=recording.header.seed)
        with bot.control.journal.watch() as decisions:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(recorded.watch(decisions))
                tasks.create_task(recorded.play())
                tasks.create_task(bot.run())
        reported = [bot.show.report()] if bot.show is not None else []
        return [*recorded.rows, *reported]

    try:
        yield from virtual_time.run(job, recording.header.started)
    finally:
        asyncio.run(mind.close())


def print_rows(rows: Iterable[Row], recording: Recording, *, json: bool) -> None:
    """Print what came of a recording: a JSON line a row, or as a moderator reads it."""
    events = {event.id: event for event in recording.events}
    for row in rows:
        if json:
            print_json(row)
            continue
        if isinstance(row, Report):
            sys.stdout.write(f"show: {row}\n")
            continue
        at = f"{int(row.at // 60):3d}:{row.at % 60:04.1f}"
        if isinstance(row, Said):
            sys.stdout.write(f"{at}  » {row.reply.text}  [{row.reply.intent}, {row.reply.route}]\n")
            continue
        event = events.get(row.decision.event)
        what = f"{event.viewer.name}: {message_of(event)}" if isinstance(event, Chat | Voice) else type(event).__name__
        if event is not None:
            sys.stdout.write(f"{at}    {what}  — {row.decision.outcome}: {row.decision.why}\n")
