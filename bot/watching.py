"""A recorded room as its behaviour saw it: for `danmate behaviour explain`, and for fitting moods."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from behaviour.explanation import Explanation
from behaviour.mood import SIGNALS, MoodModel, signals_of
from behaviour.mood_fit import Bins, fit, save
from behaviour.viewers import PRESENT
from bot import build
from bot.behaving import behaviour
from bot.engines import Engines, intent_reader
from bot.recording import EVENTS, LINE
from core.errors import SettingsError
from core.events import Chat, Leave, RoomEvent, StreamState, Viewer, Voice, decode
from core.settings import Room, Settings
from nlu.intents import INTENTS, decent_tone
from nlu.understand import Understander

GAP_S: Final = 600
"""Seconds of silence that are lived through one by one; what is longer has long become the same."""

LONGEST_S: Final = 7 * 86_400.0
"""Seconds of a recording that moods are fitted to; what comes later counts to the last bin."""


class Explained(msgspec.Struct, frozen=True):
    """What `danmate behaviour explain` prints."""

    file: str
    """The file of events; empty where there was none."""
    events: int
    """Events in it."""
    viewer: str
    """The viewer's id that was asked about; empty for the room."""
    explanation: Explanation
    """What the mind says, with the directive that an answer would get now."""


class Moment:
    """A clock that stands where the recording is."""

    def __init__(self, at: float) -> None:
        self.at = at
        """Seconds since the epoch."""

    def wall(self) -> float:
        """Return where it stands."""
        return self.at

    def monotonic(self) -> float:
        """Return the same."""
        return self.at


def explain(settings: Settings, file: Path | None, viewer_id: str, seed: int = 1) -> Explained:
    """Return what the first room's mind makes of a file of events, and of a viewer in it.

    Raise `SettingsError` for a file that cannot be read, or a viewer who is not in it.
    """
    room = settings.rooms[0]
    quiet = room.behaviour.model_copy(update={"ledger": False})  # nobody hears these directives
    events = read_events(file) if file is not None else []
    clock = Moment(events[0].received if events else 0.0)
    mind = behaviour(room.model_copy(update={"behaviour": quiet}), clock, seed)
    meant = meanings(room, events)
    last = ""
    viewer: Viewer | None = None
    for event, intent in zip(events, meant, strict=True):
        for _ in range(min(GAP_S, math.floor(event.received - clock.at))):
            clock.at += 1.0
            mind.tick()
        clock.at = max(clock.at, event.received)
        mind.observe(event, intent)
        if event.viewer.id == viewer_id:
            viewer, last = event.viewer, intent or last
    mind.tick()
    if viewer_id and viewer is None:
        raise SettingsError(file or "", None, f"no viewer has the id {viewer_id!r} here")
    asked = INTENTS.get(last) or INTENTS["small_talk" if viewer is not None else "idle"]
    tone = decent_tone(asked.name, room.persona.tone)
    mind.direct(asked.name, viewer, asked.goals[0], tone, room.persona.length)
    return Explained(str(file or ""), len(events), viewer_id, mind.explain(viewer_id))


def fit_mood(settings: Settings, files: Iterable[Path], output: Path) -> MoodModel:
    """Move the moods of the settings' first room towards recordings, write them to `output` and return them.

    Raise `SettingsError` for a file that cannot be read and `DanmateError` for too few events or no place to write.
    """
    named = settings.rooms[0].behaviour.mood
    model = MoodModel.load(Path(named)) if named else MoodModel.load()
    fitted = fit(model, mood_bins(settings, files, model))
    save(fitted, output)
    return fitted


def mood_bins(settings: Settings, files: Iterable[Path], model: MoodModel) -> list[Bins]:
    """Return what happened in each bin of recorded rooms, as the mood counts it; raise `SettingsError` as above."""
    rooms = []
    for file in files:
        events = read_events(file)
        if not events:
            continue
        first = events[0].received
        count = int(min(events[-1].received - first, LONGEST_S) // model.bin) + 1
        counts, present = np.zeros((count, len(SIGNALS))), np.ones(count)
        here: set[str] = set()
        filled = 0
        for event, intent in zip(events, meanings(settings.rooms[0], events), strict=True):
            place = min(int((event.received - first) // model.bin), count - 1)
            present[filled:place] = max(1, len(here))
            filled = place
            if isinstance(event, Leave):
                here.discard(event.viewer.id)
            elif not isinstance(event, StreamState) and len(here) < PRESENT:
                here.add(event.viewer.id)
            for signal in signals_of(event, intent):
                counts[place, SIGNALS.index(signal)] += 1
        present[filled:] = max(1, len(here))
        rooms.append(Bins(counts, present))
    return rooms


def read_events(file: Path) -> list[RoomEvent]:
    """Return the room events in a file of JSON lines, a recording or plain ones, in order of arrival.

    Raise `SettingsError` with the line for what is no event.
    """
    events: list[RoomEvent] = []
    number = 0
    try:
        with file.open("rb") as lines:
            while line := lines.readline(LINE):
                number += 1
                if not line.strip() or (number == 1 and b'"Recording"' in line):
                    continue
                event = decode(line)
                if isinstance(event, RoomEvent):
                    events.append(event)
                if len(events) > EVENTS:
                    raise SettingsError(file, number, f"holds more than {EVENTS:,} events")
    except OSError as error:
        raise SettingsError(file, None, f"cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SettingsError(file, number, f"is no event: {error}") from error
    return sorted(events, key=lambda event: event.received)


def meanings(room: Room, events: Iterable[RoomEvent]) -> list[str]:
    """Return the intent of each message, and nothing for other events."""
    engines = Engines(Settings().models)
    engines.intents = intent_reader()
    understander: Understander = build.understander(room, engines)
    return [
        understander.understand(event.text, event.viewer).understanding.intent
        if isinstance(event, Chat | Voice)
        else ""
        for event in events
    ]
