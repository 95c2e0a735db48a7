"""What the connector sends, across connections."""

import json
from typing import Any

import pytest

from core.errors import OverloadError
from rooms.native import client_messages as client
from rooms.native.outbound import Outbound


async def sent(outbound: Outbound) -> list[Any]:
    """Return everything that waits to be sent."""
    frames = [await outbound.next() for _ in range(len(outbound._queue))]
    return [frame if isinstance(frame, bytes) else json.loads(frame) for frame in frames]


async def test_what_is_kept_is_sent_again_with_the_same_ref_until_it_is_acknowledged() -> None:
    outbound = Outbound()
    outbound.open()
    outbound.keep(client.Delete(id="a"))
    outbound.keep(client.Delete(id="b"))
    first = await sent(outbound)
    outbound.settle(first[0]["ref"])
    outbound.shut()
    outbound.open()
    assert await sent(outbound) == [first[1]]
    assert first[0]["ref"] != first[1]["ref"]


async def test_what_is_kept_before_a_connection_is_sent_once_there_is_one() -> None:
    outbound = Outbound()
    outbound.keep(client.Delete(id="a"))
    outbound.open()
    assert [message["id"] for message in await sent(outbound)] == ["a"]


async def test_what_passes_is_sent_only_while_connected() -> None:
    outbound = Outbound()
    outbound.passing(b"early")
    outbound.open()
    outbound.passing(b"now")
    assert await sent(outbound) == [b"now"]
    outbound.passing(b"lost")
    outbound.shut()
    outbound.open()
    assert await sent(outbound) == []
    assert outbound.dropped == 1


def test_too_much_unacknowledged_is_refused() -> None:
    outbound = Outbound(kept=2)
    outbound.keep(client.Delete(id="a"))
    outbound.keep(client.Delete(id="b"))
    with pytest.raises(OverloadError):
        outbound.keep(client.Delete(id="c"))


def test_too_much_that_passes_is_dropped_and_counted() -> None:
    outbound = Outbound(kept=1, passing=2)
    outbound.open()
    for _ in range(5):
        outbound.passing(b"pcm")
    assert outbound.dropped == 2


async def test_messages_that_belong_together_wait_together_or_not_at_all() -> None:
    outbound = Outbound(kept=2)
    outbound.open()
    outbound.keep(client.Delete(id="a"))
    with pytest.raises(OverloadError):
        outbound.keep(client.Delete(id="b"), client.Delete(id="c"))
    outbound.passing(client.Roll())
    assert [json.loads(await outbound.next())["type"] for _ in range(2)] == ["delete", "roll"]
