"""The log of decisions: one JSON line for each choice and one for what came of it. Never a viewer's name or words.

Rows go to memory at once and to the file from a thread, so that the event loop never waits for a disk. The file is
turned over at a size limit and one older file is kept, so a ledger holds at most twice the limit.
"""

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec
import structlog
from prometheus_client import Counter

from core.errors import DanmateError

LIMIT_BYTES: Final = 32_000_000
"""Of a file before it is turned over: some 30,000 decisions with their outcomes."""
WAITING: Final = 5_000
"""Rows that wait for the disk; beyond that the oldest are lost, and counted."""
SALT_BYTES: Final = 32

_LOST = Counter("danmate_ledger_lost_total", "Rows of the decision log that did not reach the disk")
_log = structlog.get_logger(__name__)


class Decided(msgspec.Struct, frozen=True, tag="decision", tag_field="row"):
    """A choice, with everything that an off-policy estimate needs."""

    id: str
    """The directive's id."""
    at: float
    """When, seconds since the epoch."""
    room: str
    """The room's id in settings."""
    model: str
    """The version of the model that chose."""
    viewer: str
    """The viewer's id, in the file a keyed hash of it; empty where the whole room was spoken to."""
    segment: str
    """The viewer's segment, or `room`."""
    intent: str
    """What is answered."""
    features: dict[str, float]
    """What was chosen from, by name."""
    candidates: tuple[str, ...]
    """The arms that were open, `goal:tone`."""
    propensities: tuple[float, ...]
    """With what probability each of them would have been chosen."""
    usual: str
    """The arm that is taken where nothing is known."""
    chosen: str
    """The arm that was taken."""
    expected: tuple[float, ...]
    """The reward that the model expected of each candidate."""


class Came(msgspec.Struct, frozen=True, tag="outcome", tag_field="row"):
    """What came of a choice."""

    id: str
    """The directive's id."""
    at: float
    """When it was known, seconds since the epoch."""
    heard: bool
    """Whether the reply was heard; one that was not has no reward."""
    reward: float = 0.0
    """-1 to 1, as `behaviour.reward` says."""
    response: str = ""
    """The kind of response."""
    acts: dict[str, int] = {}
    """How often each state was entered within the minute."""


Row = Decided | Came


class Ledger:
    """Appends rows to a file. One writer a file."""

    def __init__(self, file: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        """Take the file; it is made, with its folder and salt, by the thread that writes."""
        self._file = file
        self._limit = limit_bytes
        self._rows: deque[Row] = deque()
        self._encoder = msgspec.json.Encoder()
        self._writing: Future[None] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="danmate-ledger")
        self.lost = 0
        """Rows that did not reach the disk."""

    def add(self, row: Row) -> None:
        """Let a row wait for the disk; its viewer is hashed there."""
        if len(self._rows) >= WAITING:
            self._rows.popleft()
            self._lose(1)
        self._rows.append(row)

    def write(self) -> None:
        """Have a thread write what waits; returns at once."""
        if self._rows and (self._writing is None or self._writing.done()):
            rows, self._rows = list(self._rows), deque()
            self._writing = self._pool.submit(self._append, rows)

    def close(self, *, wait: bool = False) -> None:
        """Have what waits written before the process ends, or with `wait` before this returns."""
        rows, self._rows = list(self._rows), deque()
        self._pool.submit(self._append, rows)
        self._pool.shutdown(wait=wait)

    def _append(self, rows: list[Row]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            salt = _salt(self._file.with_suffix(".salt"))
            self._file.touch(mode=0o600)
            lines = [self._encoder.encode(_hashed(row, salt)) + b"\n" for row in rows]
            if self._file.stat().st_size + sum(map(len, lines)) > self._limit:
                self._file.replace(self._file.with_suffix(".1" + self._file.suffix))
                self._file.touch(mode=0o600)
            with self._file.open("ab") as out:
                out.writelines(lines)
        except OSError as error:
            self._lose(len(rows))
            _log.warning("ledger_not_written", rows=len(rows), why=error.strerror)

    def _lose(self, count: int) -> None:
        self.lost += count
        _LOST.inc(count)


def read(file: Path) -> Iterator[Row]:
    """Yield the rows of a ledger file; raise `DanmateError` with the line for one that is not a row."""
    decoder = msgspec.json.Decoder[Row](Row)
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield decoder.decode(line)
                except msgspec.MsgspecError as error:
                    raise DanmateError(f"{file}:{number}: is no row of a decision log: {error}") from error
    except OSError as error:
        raise DanmateError(f"{file} cannot be read: {error.strerror}") from error


def _hashed(row: Row, salt: bytes) -> Row:
    """Return the row with its viewer's id as a keyed hash: the same within a deployment, of no use outside it."""
    if isinstance(row, Came) or not row.viewer:
        return row
    digest = hmac.new(salt, row.viewer.encode(), hashlib.sha256).hexdigest()
    return msgspec.structs.replace(row, viewer=digest[:16])


def _salt(file: Path) -> bytes:
    """Return the deployment's salt, made at its first start and readable by its owner alone.

    One that is too short, which a start that was killed may have left, is made anew.
    """
    salt = file.read_bytes() if file.exists() else b""
    if len(salt) < SALT_BYTES:
        salt = secrets.token_bytes(SALT_BYTES)
        unfinished = file.with_suffix(".salt.new")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(salt)
        unfinished.replace(file)
    return salt
