"""Workers: one thread for one model."""

import asyncio
import threading
from collections.abc import Generator, Iterator

import pytest

from core.errors import OverloadError
from core.workers import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker("test", waiting=1)
    yield made
    made.close()


async def test_work_runs_in_one_thread_that_is_not_the_loops(worker: Worker) -> None:
    first, second = await worker.run(threading.get_ident), await worker.run(threading.get_ident)
    assert first == second != threading.get_ident()


async def test_too_much_work_is_refused_and_counted_off_when_done(worker: Worker) -> None:
    gate = threading.Event()
    running = [asyncio.create_task(worker.run(gate.wait, 5)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(OverloadError):
        await worker.run(int)
    gate.set()
    await asyncio.gather(*running)
    assert await worker.run(int) == 0
    assert worker.queued == 0


async def test_work_that_nobody_waits_for_any_more_still_counts_until_it_ends(worker: Worker) -> None:
    gate = threading.Event()
    task = asyncio.create_task(worker.run(gate.wait, 5))
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert worker.queued == 1
    gate.set()
    await worker.run(int)


async def test_a_stream_yields_each_item_and_raises_what_the_thread_raised(worker: Worker) -> None:
    def items() -> Generator[int, None, None]:
        yield 1
        yield 2
        raise ValueError("broken")

    got: list[int] = []

    async def read() -> None:
        async for item in worker.stream(items):
            got.append(item)  # noqa: PERF401  # what came before the error counts

    with pytest.raises(ValueError, match="broken"):
        await read()
    assert got == [1, 2]


async def test_a_stream_that_is_left_stops_its_thread(worker: Worker) -> None:
    made = []

    def endless() -> Generator[int, None, None]:
        for n in range(1_000_000):
            made.append(n)
            yield n

    stream = worker.stream(endless)
    async for _ in stream:
        break
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator has it
    await worker.run(int)
    assert len(made) < 1_000_000
