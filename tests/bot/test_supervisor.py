"""The supervisor: one room's failure is its own."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import islice
from typing import Any

import pytest

from bot.room import RoomBot
from bot.supervisor import delays, supervise
from core.errors import RoomError, RoomRefusedError

Virtual = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]


class Scripted:
    """A bot that fails with each of these in turn, and then runs until it is cancelled."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.runs = 0

    async def make(self) -> RoomBot:
        return self  # type: ignore[return-value]  # only `run` is used

    async def run(self) -> None:
        self.runs += 1
        if self.failures:
            raise self.failures.pop(0)
        await asyncio.sleep(1e9)


def test_delays_double_and_then_stay() -> None:
    assert list(islice(delays(1, 8), 6)) == [1, 2, 4, 8, 8, 8]


def test_a_failing_room_is_tried_again_and_the_others_never_notice(virtual_time: Virtual) -> None:
    async def test(clock: Any) -> None:
        bad, good = Scripted(RoomError("lost"), ValueError("a fault")), Scripted()
        told: dict[str, list[str]] = {"bad": [], "good": []}
        tasks = [
            asyncio.create_task(supervise(name, bot.make, tell=told[name].append))
            for name, bot in (("bad", bad), ("good", good))
        ]
        await asyncio.sleep(0.5)
        assert told == {"bad": ["starting", "running", "waiting"], "good": ["starting", "running"]}
        await asyncio.sleep(10)
        assert (bad.runs, good.runs) == (3, 1)
        assert told["bad"][2:] == ["waiting", "running", "waiting", "running"]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    virtual_time(test)


@pytest.mark.parametrize(
    "refusal", [RoomRefusedError("banned"), ExceptionGroup("tasks", [RoomRefusedError("wrong token")])]
)
def test_a_refusal_for_good_ends_it(virtual_time: Virtual, refusal: Exception) -> None:
    async def test(clock: Any) -> None:
        bot = Scripted(refusal)
        told: list[str] = []
        await supervise("room", bot.make, tell=told.append)
        assert bot.runs == 1
        assert told[-1] == "failed"

    virtual_time(test)


def test_cancelling_ends_it(virtual_time: Virtual) -> None:
    async def test(clock: Any) -> None:
        task = asyncio.create_task(supervise("room", Scripted().make))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    virtual_time(test)
