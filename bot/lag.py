"""How late the event loop is: the number that says whether model work really stays off it."""

import asyncio
from typing import Final

from prometheus_client import Histogram

EVERY_S: Final = 0.01
_LAG = Histogram(
    "danmate_loop_lag_seconds",
    "How much later than asked the event loop woke",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 1.0),
)


async def measure() -> None:
    """Observe the loop's lateness a hundred times a second, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        _LAG.observe(max(0.0, loop.time() - due))
