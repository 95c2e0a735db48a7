"""One thread for one model: bounded, measured, quieter than the event loop.

Model work runs wholly in such a thread. Threads that a model library starts from it inherit its lower priority, so
that on a machine whose cores are all computing the event loop still gets its turn.
"""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

import structlog
from prometheus_client import Counter, Histogram

from core.errors import OverloadError

T = TypeVar("T")

NICENESS: Final = 2
"""How much a worker's thread yields to the event loop's; Linux only."""

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.6, 1.0, 1.5, 2.5, 5.0)
_SECONDS = Histogram("danmate_model_seconds", "Time a model computed for one request", ["worker"], buckets=_BUCKETS)
_WAITED = Histogram("danmate_model_wait_seconds", "Time a request waited for a model", ["worker"], buckets=_BUCKETS)
_REFUSED = Counter("danmate_model_refused_total", "Requests refused because too many waited", ["worker"])
_log = structlog.get_logger(__name__)


class Worker:
    """Runs functions one at a time in a thread of its own; refuses when `waiting` are queued already."""

    def __init__(self, name: str, waiting: int = 8) -> None:
        self._name = name
        self._limit = waiting + 1
        self._queued = 0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=f"danmate-{name}", initializer=_yield_to_the_loop)

    @property
    def queued(self) -> int:
        """Requests that wait or run."""
        return self._queued

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return `function(*arguments)`, computed in the thread; raise `OverloadError` when too many wait."""
        if self._queued >= self._limit:
            _REFUSED.labels(self._name).inc()
            raise OverloadError(f"{self._name} has {self._queued} requests waiting; try again in a moment")
        with self._lock:
            self._queued += 1
        asked = time.perf_counter()

        def measured() -> T:
            begun = time.perf_counter()
            _WAITED.labels(self._name).observe(begun - asked)
            try:
                return function(*arguments)
            finally:
                _SECONDS.labels(self._name).observe(time.perf_counter() - begun)

        future = self._pool.submit(measured)
        future.add_done_callback(self._done)  # when the thread is done with it, not when the caller stops waiting
        return await asyncio.wrap_future(future)

    async def stream(self, function: Callable[..., Generator[T, None, None]], *arguments: Any) -> AsyncIterator[T]:
        """Yield what `function(*arguments)` yields, each item as soon as the thread has it."""
        loop = asyncio.get_running_loop()
        items: asyncio.Queue[tuple[bool, T | None]] = asyncio.Queue()
        stop = threading.Event()

        def pump() -> None:
            # Closed here even where it raises: a traceback would keep it until a garbage collection in any thread.
            with contextlib.closing(function(*arguments)) as results:
                for item in results:
                    if stop.is_set():
                        return
                    loop.call_soon_threadsafe(items.put_nowait, (True, item))

        task = asyncio.ensure_future(self.run(pump))
        task.add_done_callback(lambda _: items.put_nowait((False, None)))
        try:
            while True:
                more, item = await items.get()
                if not more:
                    break
                yield item  # type: ignore[misc]  # None only marks the end
            await task
        finally:
            stop.set()
            if not task.done():
                task.cancel()

    def close(self) -> None:
        """Drop what waits and let the thread end after what it is computing."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _done(self, _: "Future[Any]") -> None:
        with self._lock:
            self._queued -= 1


def _yield_to_the_loop() -> None:
    if hasattr(os, "setpriority"):
        try:
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)
        except OSError as error:  # some containers forbid it: slower turns, nothing worse
            _log.debug("priority_unchanged", error=str(error))
