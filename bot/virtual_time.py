"""Time that passes at once: a loop whose clock jumps to the next timer, so that an evening is replayed in seconds."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from core.errors import DanmateError

T = TypeVar("T")


class _Jumping(selectors.SelectSelector):
    """Never waits: where a loop would sleep, its clock jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise DanmateError("nothing will ever happen in this replay; please report it, it is a fault of ours")
            self.now += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time that is a `core.clock.Clock` too.

    Whatever it waits for must happen in its own thread: work in others takes real time, of which it knows nothing.
    """

    def __init__(self, wall: float) -> None:
        """Begin at `wall`, seconds since the epoch."""
        self._jumping = _Jumping()
        self._began = wall
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return virtual seconds since the start."""
        return self._jumping.now

    def wall(self) -> float:
        """Return virtual seconds since the epoch."""
        return self._began + self._jumping.now

    def monotonic(self) -> float:
        """Return virtual seconds since the start."""
        return self._jumping.now


def run(job: Callable[[VirtualLoop], Coroutine[Any, Any, T]], wall: float) -> T:
    """Return what `job(clock)` returns, run in virtual time that begins at `wall`, seconds since the epoch."""
    loops: list[VirtualLoop] = []

    def make() -> VirtualLoop:
        loops.append(VirtualLoop(wall))
        return loops[0]

    with asyncio.Runner(loop_factory=make) as runner:
        runner.get_loop()
        return runner.run(job(loops[0]))
