"""Time, so that tests can have their own."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where times come from; `asyncio.sleep` follows the loop, which tests replace too."""

    def wall(self) -> float:
        """Return seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...


class SystemClock:
    """The machine's own clock."""

    def wall(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()
