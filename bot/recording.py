"""Recordings of rooms: JSON lines, the first one says what they are, each further one is an event with its times.

What viewers wrote and what they call themselves stands in a recording as it came: it is made only where somebody asks
for it, and only its owner may read the file.
"""

import asyncio
import os
from collections import deque
from pathlib import Path
from typing import Final

import msgspec
import structlog

from core.errors import DanmateError, SettingsError
from core.events import Event, RoomEvent, decode, encode
from core.workers import Worker

VERSION: Final = 1
EVENTS: Final = 1_000_000
"""Events of one recording that are read; a longer one is refused."""
LINE: Final = 65_536
"""Bytes of one line."""
WAITING: Final = 20_000
"""Events that wait to be written; more are lost, and the log says how many."""
EVERY_S: Final = 1.0
"""Seconds between two writes."""
_log = structlog.get_logger(__name__)


class Header(msgspec.Struct, frozen=True, tag="Recording", tag_field="kind", forbid_unknown_fields=True):
    """The first line."""

    room: str
    """The id of the room in settings."""
    started: float
    """When recording began, seconds since the epoch."""
    config: str = ""
    """The settings file it goes with, relative to the recording; empty: whoever replays it says."""
    seed: int = 1
    """What chance is replayed from."""
    version: int = VERSION
    """Of this format."""


class Recording(msgspec.Struct, frozen=True):
    """A recorded session."""

    path: Path
    """Its file."""
    header: Header
    """What it is."""
    events: tuple[RoomEvent, ...]
    """What happened, ordered by when it reached us."""

    @property
    def config(self) -> Path | None:
        """The settings file that it names."""
        return (self.path.parent / self.header.config).resolve() if self.header.config else None


_header = msgspec.json.Decoder(Header)


def load(path: Path) -> Recording:
    """Return the recording in `path`; raise `SettingsError` with its line for anything that is not as it should be."""
    events: list[RoomEvent] = []
    number = 1
    try:
        with path.open("rb") as file:
            header = _header.decode(file.readline(LINE))
            if header.version != VERSION:
                raise SettingsError(path, 1, f"has format {header.version}, this Danmate reads {VERSION}")
            while line := file.readline(LINE):
                number += 1
                if line.strip():
                    events.append(_event(decode(line)))
                if len(events) > EVENTS:
                    raise SettingsError(path, number, f"holds more than {EVENTS:,} events")
    except OSError as error:
        raise SettingsError(path, None, f"cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SettingsError(path, number, f"is no line of a recording: {error}") from error
    return Recording(path, header, tuple(sorted(events, key=lambda event: event.received)))


def _event(event: Event) -> RoomEvent:
    if not isinstance(event, RoomEvent):
        raise msgspec.ValidationError(f"{type(event).__name__} does not happen in a room")
    return event


class Recorder:
    """Writes events down as they come, in a thread of its own; bounded, and never in the room's way."""

    def __init__(self, path: Path, header: Header) -> None:
        """Open `path`, which must not be there yet; raise `DanmateError` where that fails."""
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise DanmateError(f"{path} is there already; a recording never overwrites, name another file") from error
        except OSError as error:
            raise DanmateError(f"{path} cannot be written: {error.strerror}") from error
        self._waiting: deque[RoomEvent] = deque()
        self._worker = Worker("recording")
        self._lost = 0
        self._room = header.room
        os.write(self._file, msgspec.json.encode(header) + b"\n")

    def note(self, event: RoomEvent) -> None:
        """Write `event` down soon."""
        if len(self._waiting) >= WAITING:
            self._lost += 1
            return
        self._waiting.append(event)

    async def run(self) -> None:
        """Write what comes until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self._flush()

    async def close(self) -> None:
        """Write what waits, and close the file."""
        await self._flush()
        await self._worker.run(os.close, self._file)
        self._worker.close()
        if self._lost:
            _log.warning("recording_incomplete", room=self._room, lost=self._lost)

    async def _flush(self) -> None:
        count = len(self._waiting)
        lines = b"".join(encode(event) + b"\n" for event in self._waiting)
        self._waiting.clear()
        try:
            if lines:
                await self._worker.run(self._write, lines)
        except OSError as error:  # a full disk costs the recording, not the room
            self._lost += count
            _log.error("recording_failed", room=self._room, error=error.strerror)

    def _write(self, lines: bytes) -> None:
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(self._file, rest) :]
