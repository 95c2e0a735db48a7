"""Keeps each room's bot going: one room's failure is its own, is told, and is followed by another try."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, Literal

import structlog
from prometheus_client import Counter

from bot.room import RoomBot
from core.errors import RoomRefusedError

State = Literal["starting", "running", "waiting", "failed", "stopped"]
"""Of a room's bot: being made, in the room, waiting for another try, refused for good, or ended by itself."""

LONGEST_S: Final = 60.0
_FAILED = Counter("danmate_room_failures_total", "Failures of a room's pipeline", ["room"])
_log = structlog.get_logger(__name__)


def delays(first: float = 1.0, longest: float = LONGEST_S) -> Iterator[float]:
    """Yield the seconds before each next try: doubling, then steady."""
    delay = first
    while True:
        yield delay
        delay = min(delay * 2, longest)


async def supervise(
    room: str,
    make: Callable[[], Awaitable[RoomBot]],
    waits: Callable[[], Iterator[float]] = delays,
    tell: Callable[[State], None] = lambda _: None,
) -> None:
    """Run a room's bot again and again, until it ends by itself, is refused for good, or is cancelled.

    `tell` is told how it stands with it, whenever that changes.
    """
    pauses = waits()
    tell("starting")
    while True:
        begun = asyncio.get_running_loop().time()
        try:
            bot = await make()
            tell("running")
            await bot.run()
        except Exception as error:  # noqa: BLE001  # one room's failure must not touch the others
            _FAILED.labels(room).inc()
            # Without the frames' values: viewers' words do not belong in logs.
            _log.error("room_failed", room=room, trace="".join(traceback.format_exception(error)))
            if _is_refusal(error):
                tell("failed")
                return
            tell("waiting")
        else:
            tell("stopped")
            return
        if asyncio.get_running_loop().time() - begun > LONGEST_S:
            pauses = waits()  # it ran well for a while: this is a new trouble
        await asyncio.sleep(next(pauses))


def _is_refusal(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(_is_refusal(inner) for inner in error.exceptions)
    return isinstance(error, RoomRefusedError)
