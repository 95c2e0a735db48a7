"""What waits for one client."""

import asyncio
from typing import Any

from rooms.native.limits import Limits
from rooms.native.outgoing import Frame, Outgoing
from rooms.native.wire import Close


async def test_frames_leave_in_order_and_then_the_goodbye(clock: Any) -> None:
    out = Outgoing(Limits(), clock, lambda: None)
    out.text(b"{}")
    out.audio(b"pcm")
    out.close(Close.GOING_AWAY, "bye")
    out.text(b"too late")
    told = [await out.next() for _ in range(3)]
    assert told == [Frame(b"{}", binary=False, at=clock.now), Frame(b"pcm", binary=True, at=clock.now), None]


async def test_a_client_with_too_many_frames_waiting_is_closed_and_its_frames_dropped(clock: Any) -> None:
    closed = list[None]()
    out = Outgoing(Limits(waiting_messages=2), clock, lambda: closed.append(None))
    for _ in range(5):
        out.text(b"{}")
    assert out.closing is not None
    assert out.closing[0] is Close.TOO_SLOW
    assert len(closed) == 1
    assert await out.next() is None


async def test_a_client_with_too_many_bytes_waiting_is_closed(clock: Any) -> None:
    out = Outgoing(Limits(waiting_bytes=10), clock, lambda: None)
    out.audio(bytes(10))
    await out.next()
    out.audio(bytes(10))
    assert out.closing is None
    out.audio(b"x")
    assert out.closing is not None


async def test_the_first_reason_to_close_stays(clock: Any) -> None:
    out = Outgoing(Limits(), clock, lambda: None)
    out.close(Close.REPLACED, "one")
    out.close(Close.GOING_AWAY, "two")
    assert out.closing == (Close.REPLACED, "one")


async def test_a_waiting_writer_wakes_for_a_frame_and_for_the_end(clock: Any) -> None:
    out = Outgoing(Limits(), clock, lambda: None)
    waiting = asyncio.ensure_future(out.next())
    await asyncio.sleep(0)
    out.text(b"{}")
    assert await waiting == Frame(b"{}", binary=False, at=clock.now)
    waiting = asyncio.ensure_future(out.next())
    await asyncio.sleep(0)
    out.close(Close.NORMAL, "")
    assert await waiting is None


async def test_a_burst_closes_nobody_whose_frames_do_not_wait_long(clock: Any) -> None:
    out = Outgoing(Limits(), clock, lambda: None)
    for _ in range(4000):  # in one turn of the loop, before any writer runs
        out.text(b"{}")
    clock.now += 4.9
    out.text(b"{}")
    assert out.closing is None


async def test_a_client_whose_oldest_frame_waits_too_long_is_closed(clock: Any) -> None:
    closed = list[None]()
    out = Outgoing(Limits(waiting_s=2.0), clock, lambda: closed.append(None))
    out.text(b"1")
    clock.now += 1.5
    out.text(b"2")
    await out.next()
    clock.now += 1.5
    out.text(b"3")
    assert not closed  # the first one left in time
    clock.now += 1.0
    out.text(b"4")
    assert len(closed) == 1
