"""When to try again."""

import itertools
import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus, InvalidUpgrade, InvalidURI
from websockets.frames import Close as CloseFrame
from websockets.http11 import Response

from rooms.native.retry import backoff, fatal


def closed(code: int) -> ConnectionClosedError:
    return ConnectionClosedError(CloseFrame(code, ""), None)


def status(code: int) -> InvalidStatus:
    return InvalidStatus(Response(code, "", Headers()))


@pytest.mark.parametrize(
    "error",
    [
        closed(1001), closed(1006), closed(1011), closed(4000), closed(4008), closed(4009), closed(4013),
        ConnectionClosedError(None, None), ConnectionRefusedError(), ConnectionResetError(), TimeoutError(),
        status(429), status(500), status(503), InvalidMessage("ended"),
    ],
    ids=str,
)  # fmt: skip
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    assert fatal(error) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (closed(1009), "larger"),
        (ConnectionClosedError(None, CloseFrame(1009, "")), "larger"),
        (closed(4001), "token"),
        (closed(4003), "origin"),
        (closed(4004), "no such room"),
        (closed(4014), "another program"),
        (status(403), "origin"),
        (status(404), "no such room"),
        (status(200), "HTTP 200"),
        (InvalidURI("x", "no scheme"), "ws://"),
        (InvalidUpgrade("Upgrade", "h2c"), "not as a room"),
        (ssl.SSLCertVerificationError(), "certificate"),
    ],
    ids=str,
)
def test_what_trying_cannot_help_says_what_to_do(error: Exception, words: str) -> None:
    assert words in (fatal(error) or "")


def test_delays_double_up_to_half_a_minute_and_are_spread() -> None:
    delays = list(itertools.islice(backoff(), 12))
    assert all(0.5 * full <= delay <= full for delay, full in zip(delays, (0.25, 0.5, 1, 2, 4, 8, 16), strict=False))
    assert all(15 <= delay <= 30 for delay in delays[7:])
