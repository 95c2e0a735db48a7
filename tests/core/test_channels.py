"""Bounded channels."""

import asyncio

import pytest

from core.channels import Channel, ClosedError, Overflow
from core.errors import OverloadError


async def test_the_oldest_gives_way() -> None:
    channel: Channel[int] = Channel(2, Overflow.DROP_OLDEST)
    assert [channel.send(n) for n in range(4)] == [None, None, 0, 1]
    channel.close()
    assert [n async for n in channel] == [2, 3]
    assert channel.statistics().dropped == 2


async def test_a_full_channel_refuses_where_that_is_its_rule() -> None:
    channel: Channel[int] = Channel(1, Overflow.REFUSE)
    channel.send(1)
    with pytest.raises(OverloadError):
        channel.send(2)
    assert await channel.receive() == 1


async def test_a_receiver_waits_and_is_woken_by_an_item_and_by_the_end() -> None:
    channel: Channel[int] = Channel(4, Overflow.REFUSE)
    waiting = asyncio.create_task(channel.receive())
    await asyncio.sleep(0)
    assert not waiting.done()
    channel.send(7)
    assert await waiting == 7
    waiting = asyncio.create_task(channel.receive())
    await asyncio.sleep(0)
    channel.close()
    with pytest.raises(ClosedError):
        await waiting


async def test_nothing_can_be_sent_after_the_end() -> None:
    channel: Channel[int] = Channel(4, Overflow.REFUSE)
    channel.close()
    with pytest.raises(ClosedError):
        channel.send(1)


async def test_what_waits_is_counted_without_what_does_not_press() -> None:
    channel: Channel[int | str] = Channel(4, Overflow.REFUSE)
    for item in (1, "a", 2):
        channel.send(item)
    assert channel.waiting(other_than=str) == 2
    await channel.receive()
    assert channel.waiting(other_than=str) == 1
