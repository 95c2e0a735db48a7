"""What waits for the bot."""

import pytest

from core.channels import ClosedError
from core.errors import OverloadError
from core.events import AudioFrame, Chat, RoomEvent, Viewer
from rooms.inbox import Inbox

ANN = Viewer("a", "Ann")


def chat(number: int) -> Chat:
    return Chat(id=str(number), room="r", viewer=ANN, at=0, received=0, text="hi")


def frame(number: int) -> AudioFrame:
    return AudioFrame(speaker=ANN, pcm=bytes(320), sequence=number, at=0)


async def test_events_and_audio_come_in_one_order() -> None:
    inbox = Inbox(4, 4)
    items: list[RoomEvent | AudioFrame] = [chat(1), frame(1), chat(2), frame(2)]
    for item in items:
        inbox.send(item)
    assert [await inbox.receive() for _ in items] == items


async def test_the_oldest_audio_gives_way_and_no_event_does() -> None:
    inbox = Inbox(2, 2)
    inbox.send(chat(1))
    for number in range(5):
        inbox.send(frame(number))
    inbox.close()
    assert [item async for item in inbox] == [chat(1), frame(3), frame(4)]
    assert inbox.statistics().dropped == 3


async def test_an_event_too_many_is_refused_and_counted_while_audio_still_enters() -> None:
    inbox = Inbox(1, 1)
    inbox.send(chat(1))
    with pytest.raises(OverloadError):
        inbox.send(chat(2))
    assert inbox.send(frame(1)) is None
    assert inbox.refused_events == 1


async def test_there_is_room_again_once_items_were_received() -> None:
    inbox = Inbox(1, 1)
    for number in range(3):
        inbox.send(chat(number))
        inbox.send(frame(number))
        assert (await inbox.receive(), await inbox.receive()) == (chat(number), frame(number))
    assert inbox.statistics().dropped == 0


async def test_a_closed_inbox_takes_nothing_more() -> None:
    inbox = Inbox(1, 1)
    inbox.close()
    with pytest.raises(ClosedError):
        inbox.send(chat(1))
    with pytest.raises(ClosedError):
        await inbox.receive()
