"""What waits for one client."""

import asyncio

from rooms.native.limits import Limits
from rooms.native.outgoing import Frame, Outgoing
from rooms.native.wire import Close


async def test_frames_leave_in_order_and_then_the_goodbye() -> None:
    out = Outgoing(Limits(), lambda: None)
    out.text(b"{}")
    out.audio(b"pcm")
    out.close(Close.GOING_AWAY, "bye")
    out.text(b"too late")
    assert [await out.next() for _ in range(3)] == [Frame(b"{}", binary=False), Frame(b"pcm", binary=True), None]


async def test_a_client_with_too_many_frames_waiting_is_closed_and_its_frames_dropped() -> None:
    closed = list[None]()
    out = Outgoing(Limits(waiting_messages=2), lambda: closed.append(None))
    for _ in range(5):
        out.text(b"{}")
    assert out.closing is not None
    assert out.closing[0] is Close.TOO_SLOW
    assert len(closed) == 1
    assert await out.next() is None


async def test_a_client_with_too_many_bytes_waiting_is_closed() -> None:
    out = Outgoing(Limits(waiting_bytes=10), lambda: None)
    out.audio(bytes(10))
    await out.next()
    out.audio(bytes(10))
    assert out.closing is None
    out.audio(b"x")
    assert out.closing is not None


async def test_the_first_reason_to_close_stays() -> None:
    out = Outgoing(Limits(), lambda: None)
    out.close(Close.REPLACED, "one")
    out.close(Close.GOING_AWAY, "two")
    assert out.closing == (Close.REPLACED, "one")


async def test_a_waiting_writer_wakes_for_a_frame_and_for_the_end() -> None:
    out = Outgoing(Limits(), lambda: None)
    waiting = asyncio.ensure_future(out.next())
    await asyncio.sleep(0)
    out.text(b"{}")
    assert await waiting == Frame(b"{}", binary=False)
    waiting = asyncio.ensure_future(out.next())
    await asyncio.sleep(0)
    out.close(Close.NORMAL, "")
    assert await waiting is None
