"""What waits for the bot: events and audio in one order, each with its own bound and rule."""

from core.channels import Channel, Overflow
from core.errors import OverloadError
from core.events import AudioFrame, RoomEvent


class Inbox(Channel[RoomEvent | AudioFrame]):
    """A channel in which audio never displaces events: old audio gives way, events beyond the bound are refused."""

    def __init__(self, events: int, frames: int) -> None:
        super().__init__(events + frames, Overflow.REFUSE)
        self._room_for_events = events
        self._room_for_frames = frames
        self._frames = 0
        self.refused_events = 0
        """Events that found no room."""

    @property
    def waiting_events(self) -> int:
        """How many events wait."""
        return len(self._items) - self._frames

    def send(self, item: RoomEvent | AudioFrame) -> RoomEvent | AudioFrame | None:
        """Put `item` in; return the audio frame that gave way, if any; raise `OverloadError` for an event too many."""
        if not isinstance(item, AudioFrame):
            if self.waiting_events >= self._room_for_events:
                self._dropped += 1
                self.refused_events += 1
                raise OverloadError(f"{self._room_for_events} events are waiting already; the bot is too slow")
            return super().send(item)
        gone = self._drop_oldest_frame() if self._frames >= self._room_for_frames else None
        super().send(item)
        self._frames += 1
        return gone

    async def receive(self) -> RoomEvent | AudioFrame:
        """Wait for the next item; raise `ClosedError` once the channel is closed and empty."""
        item = await super().receive()
        self._frames -= isinstance(item, AudioFrame)
        return item

    def _drop_oldest_frame(self) -> AudioFrame:
        place, frame = next((i, item) for i, item in enumerate(self._items) if isinstance(item, AudioFrame))
        del self._items[place]
        self._frames -= 1
        self._dropped += 1
        return frame
