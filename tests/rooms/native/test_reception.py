"""What finds room in a bot's full inbox: what withdraws words or was paid for, and whether there is a line at all."""

import msgspec

from core.clock import SystemClock
from core.events import Gift, Removed, Role, StreamState, Viewer
from rooms.native import metrics, wire
from rooms.native import server_messages as server
from rooms.native.reception import Reception
from rooms.source import ConnectOptions

ANN, MOD = Viewer("a", "Ann"), Viewer("m", "Mod", Role.MODERATOR)
EVENTS = 64


class Told:
    """A reception whose room tells one event after another."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.reception = Reception(ConnectOptions(room=room, url="", name="b", events=EVENTS, frames=4), SystemClock())
        self.seq = 0

    def tell(self, happening: server.Happening) -> None:
        self.seq += 1
        self.reception.take(server.EventTold(seq=self.seq, event=msgspec.Raw(wire.encode(happening))))

    def chats(self, number: int) -> None:
        for _ in range(number):
            self.tell(server.ChatEvent(id=f"c{self.seq}", at=0, viewer=ANN, text="x"))

    async def held(self) -> list[type]:
        return [type(await self.reception.events.receive()) for _ in range(self.reception.events.statistics().size)]

    def dropped(self) -> float:
        return float(metrics.CONNECTOR_DROPPED.labels(self.room, "event")._value.get())


async def test_a_withdrawal_and_a_gift_find_room_where_messages_are_refused_and_counted() -> None:
    room = Told("reception-full")
    room.chats(EVENTS + 6)
    refused = room.dropped()
    assert refused > 6
    room.tell(server.RemovedEvent(id="r", at=0, viewer=MOD, target="a"))
    room.tell(server.GiftEvent(id="g", at=0, viewer=ANN, gift="rose", count=1, value=1.0))
    assert room.dropped() == refused
    held = await room.held()
    assert held[-2:] == [Removed, Gift]
    assert len(held) == EVENTS


async def test_that_the_line_is_lost_is_told_however_much_waits() -> None:
    room = Told("reception-lost")
    room.chats(EVENTS)
    room.reception.lose("gone")
    assert (await room.held())[-1] is StreamState


async def test_what_comes_first_is_bounded_too() -> None:
    room = Told("reception-gifts")
    for number in range(EVENTS + 6):
        room.tell(server.GiftEvent(id=f"g{number}", at=0, viewer=ANN, gift="rose", count=1, value=1.0))
    assert len(await room.held()) == EVENTS
