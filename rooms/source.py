"""What the bot knows of a live room: a source of events and a sink of replies, whatever the platform."""

from collections.abc import Callable, Sequence
from typing import Final, Literal, Protocol, runtime_checkable

import msgspec

from core.channels import Channel
from core.events import AudioFrame, Card, Heard, Reply, RoomEvent, Speech, Utterance

CONNECTORS: Final = {"native": "rooms.native.connector:NativeConnector"}
"""Platforms by name, for `core.engines.resolve`."""

BotState = Literal["listening", "thinking", "speaking"]
"""What the bot is doing, as viewers see it."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform lets a bot do; calling what it cannot do does nothing."""

    platform: str
    """Its name in settings and in events."""
    say: bool = False
    """Whether the bot can write."""
    speak: bool = False
    """Whether the bot's voice reaches the room by way of the connector."""
    hear: bool = False
    """Whether viewers' microphones come as `AudioFrame`s."""
    caption: bool = False
    """Whether captions of what viewers say are shown."""
    state: bool = False
    """Whether viewers see what the bot is doing."""
    delete: bool = False
    """Whether the bot can withdraw a message."""
    timeout: bool = False
    """Whether the bot can silence a viewer."""
    shelf: bool = False
    """Whether viewers see what the bot has on its shelf, and can open it."""
    text: int = 500
    """Characters of a message that the bot writes."""
    replies: int = 0
    """Messages that the bot may write within `replies_s`; 0: any number."""
    replies_s: float = 30.0
    """Seconds over which they are counted."""


class ConnectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which room to join, and as whom."""

    room: str
    """The room's id in our settings; events carry it."""
    url: str
    """Where the room is; what this means is the platform's affair."""
    name: str
    """What the bot is called."""
    token: str = ""
    """The secret that makes us the room's bot."""
    events: int = 1024
    """Events that may wait for us; more are refused and counted."""
    frames: int = 512
    """Audio frames that may wait for us; the oldest give way."""


class Source(Protocol):
    """Where events come from."""

    @property
    def events(self) -> Channel[RoomEvent | AudioFrame]:
        """What happens and what is heard, in order; closed when the connector has stopped."""
        ...


class Sink(Protocol):
    """Where replies go. Nothing here waits, save `heard`."""

    def say(self, reply: Reply, *, final: bool = True) -> None:
        """Write `reply`, or its text so far; raise `OverloadError` when too much waits to be sent."""
        ...

    def speech(self, speech: Speech) -> None:
        """Play a clause after those before it; raise `OverloadError` when too much waits, `AudioError` for no PCM."""
        ...

    def cancel(self, reply_id: str) -> None:
        """Stop playing a reply and drop what is left of it."""
        ...

    async def heard(self, reply_id: str) -> Heard:
        """Wait until a reply has been played, cut or lost; return what of it was heard."""
        ...

    def duck(self, reply_id: str, *, on: bool) -> None:
        """Play a reply quietly, or at its own volume again."""
        ...

    def state(self, state: BotState) -> None:
        """Show what the bot is doing."""
        ...

    def caption(self, utterance: Utterance) -> None:
        """Show what somebody is understood to say."""
        ...

    def shelf(self, cards: Sequence[Card]) -> None:
        """Show these products, in place of those before, and again whenever a lost connection is back.

        A platform shows as many, and as much of each, as it has room for.
        """
        ...

    def delete(self, message_id: str) -> None:
        """Withdraw a message."""
        ...

    def timeout(self, viewer_id: str, seconds: int) -> None:
        """Silence a viewer, 0 to lift it, and withdraw what they wrote."""
        ...


class Connector(Source, Sink, Protocol):
    """One room on one platform. It reconnects by itself, and ends only when told to or when trying cannot help."""

    @property
    def capabilities(self) -> Capabilities:
        """What the platform lets us do."""
        ...

    def start(self) -> None:
        """Begin to connect; returns at once."""
        ...

    def stop(self) -> None:
        """Begin to leave; returns at once."""
        ...

    async def join(self) -> None:
        """Wait until it has stopped, for whatever reason."""
        ...

    async def close(self) -> None:
        """Stop and wait until nothing of it is left."""
        ...


@runtime_checkable
class Inheritable(Protocol):
    """A connector that another one to the same room can go on from, so that nothing is missed in between."""

    def hand_over(self) -> None:
        """Leave the session to whoever will `take_over` from this, once this is stopped."""
        ...

    def take_over(self, before: Connector) -> None:
        """Go on where `before`, which handed over and has ended, stopped. Call it once, before `start`."""
        ...


OnStopped = Callable[[Connector, Exception | None], None]
"""Called once when a connector has stopped: with the reason where it was not told to."""
