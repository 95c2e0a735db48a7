"""When to try again: delays, and the one judgement of what cannot be helped by trying."""

import random
import ssl
from collections.abc import Iterator
from typing import Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus, InvalidURI

from rooms.native.wire import Close

_FATAL_CODES: Final = {
    Close.TOO_LARGE: "a frame was larger than allowed",
    Close.WRONG_TOKEN: "the token opens nothing in this room; check the room's bot token",
    Close.ORIGIN: "the server does not let this origin in; add it to the server's list",
    Close.NO_ROOM: "there is no such room; check the address",
    Close.REPLACED: "another program resumed our session; give each bot its own",
}
_RETRY_STATUS: Final = frozenset({408, 425, 429})
_SERVER_FAULT: Final = 500
_FIRST_S: Final = 0.25
_LONGEST_S: Final = 30.0


def backoff() -> Iterator[float]:
    """Yield seconds to wait before each attempt: doubling from 0.25 to 30, each shortened at random by up to half."""
    delay = _FIRST_S
    while True:
        yield delay * random.uniform(0.5, 1.0)  # noqa: S311  (spreads clients after a restart; no secret)
        delay = min(_LONGEST_S, delay * 2)


def fatal(error: BaseException) -> str | None:
    """Return why trying again after `error` cannot help, or nothing where it can."""
    reason: str | None = None
    if isinstance(error, ConnectionClosed):
        codes = {frame.code for frame in (error.rcvd, error.sent) if frame is not None}
        reason = next((why for code, why in _FATAL_CODES.items() if code in codes), None)
    elif isinstance(error, InvalidStatus):
        reason = _fatal_status(error.response.status_code)
    elif isinstance(error, InvalidURI):
        reason = "the address is none; write it as ws://HOST:PORT/rooms/ROOM"
    elif isinstance(error, ssl.SSLCertVerificationError):
        reason = "the server's certificate is not trusted; renew it, or check the address"
    elif isinstance(error, InvalidHandshake) and not isinstance(error, InvalidMessage):
        reason = "the address answers, but not as a room; check it"
    return reason


def _fatal_status(status: int) -> str | None:
    if status >= _SERVER_FAULT or status in _RETRY_STATUS:
        return None
    known = {403: _FATAL_CODES[Close.ORIGIN], 404: _FATAL_CODES[Close.NO_ROOM]}
    return known.get(status, f"the address answers with HTTP {status}, not with a room; check it")
