"""Files of sessions: one a line, symbols separated by spaces, plain or gzip."""

import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from behaviour.features import Ints
from behaviour.sequence import MOST_SYMBOLS
from core.errors import SettingsError

UNKNOWN: Final = "?"
"""What a symbol counts as that the training lines do not have."""
END: Final = "$"
"""The end of a session, a symbol like the others."""
LONGEST: Final = 500
"""Sessions of more symbols are dropped: crawlers, not people."""
MOST_LINES: Final = 5_000_000
"""Lines of a file that are read; more is an error, not a silence."""
LINE_BYTES: Final = 1_000_000
SYMBOL_LENGTH: Final = 64


class Sessions(msgspec.Struct, frozen=True):
    """What a file holds."""

    train: list[list[str]]
    """Lines whose number from 0 has the last digit 0 to 7."""
    validation: list[list[str]]
    """Last digit 8."""
    test: list[list[str]]
    """Last digit 9."""
    dropped: int
    """Sessions over 500 symbols."""


def read(path: Path) -> Sessions:
    """Return the sessions of a file; raise `SettingsError` with the line for what cannot be one."""
    parts: tuple[list[list[str]], ...] = ([], [], [])
    dropped = number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            while line := file.readline(LINE_BYTES + 1):
                if len(line) > LINE_BYTES or number >= MOST_LINES:
                    raise SettingsError(path, number + 1, f"more than {LINE_BYTES:,} bytes, or {MOST_LINES:,} lines")
                session = line.decode("utf-8").split()
                if any(len(symbol) > SYMBOL_LENGTH or symbol in (UNKNOWN, END) for symbol in session):
                    what = f"a symbol is longer than {SYMBOL_LENGTH} characters, or is {UNKNOWN} or {END}"
                    raise SettingsError(path, number + 1, what)
                if len(session) > LONGEST:
                    dropped += 1
                elif session:
                    parts[{8: 1, 9: 2}.get(number % 10, 0)].append(session)
                number += 1
    except UnicodeDecodeError as error:
        raise SettingsError(path, number + 1, "is not UTF-8 text") from error
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(path, None, f"cannot be read: {why}") from error
    if not parts[0]:
        raise SettingsError(path, None, "holds no sessions: one a line, symbols separated by spaces")
    train, validation, test = parts
    return Sessions(train, validation, test, dropped)


def vocabulary(sessions: Iterable[Sequence[str]], states: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the symbols of sessions, the unknown and the end.

    Where all are viewer states, the states themselves, whose last one is the end. Of more symbols than fit, the most
    frequent ones are told apart.
    """
    found = Counter(symbol for session in sessions for symbol in session)
    if states and found.keys() <= set(states):
        return tuple(states)
    common = [symbol for symbol, _ in found.most_common(MOST_SYMBOLS - 2)]
    return (*sorted(common), UNKNOWN, END)


def encode(sessions: Iterable[Sequence[str]], symbols: Sequence[str]) -> list[Ints]:
    """Return sessions as numbers of symbols, each with its end; what is not among `symbols` is the unknown one."""
    index = {symbol: number for number, symbol in enumerate(symbols)}
    end = len(symbols) - 1
    unknown = index.get(UNKNOWN, -1)
    encoded = []
    for session in sessions:
        numbers = [index.get(symbol, unknown) for symbol in session]
        while numbers and numbers[-1] == end:
            numbers.pop()  # a file of viewer states may write the leaving out
        if not numbers:
            continue
        if -1 in numbers or end in numbers:
            what = "a session goes on after its end, or has a symbol that the model does not know"
            raise SettingsError("sessions", None, what)
        encoded.append(np.array([*numbers, end], np.int64))
    return encoded
