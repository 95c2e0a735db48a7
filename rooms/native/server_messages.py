"""Every message that the server sends in the room protocol, tagged by `type`, and the events in them, tagged by `kind`.

The meaning of each is in docs/room-protocol.md. What carries a `ref` answers a client's. Where both sides have a
message of one name, the server's is called `…Told`.
"""

import msgspec

from core.events import Role, Stream, Viewer
from rooms.native.client_messages import BotState, Product


class Happening(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """The base of what happens in a room; it travels in an `EventTold`."""

    id: str
    """Unique within the room, restarts of the server included."""
    at: float
    """Seconds since the epoch."""
    viewer: Viewer
    """Who did it."""


class ChatEvent(Happening, frozen=True, kw_only=True, tag="chat"):
    """Somebody wrote."""

    text: str
    """Cleaned, 1 to 500 characters."""
    reply_to: str = ""
    """The id of the message it answers."""


class GiftEvent(Happening, frozen=True, kw_only=True, tag="gift"):
    """Somebody gave."""

    gift: str
    """The gift's name."""
    count: int
    """How many."""
    value: float
    """What all of them are worth, in yuan."""


class PurchaseEvent(Happening, frozen=True, kw_only=True, tag="purchase"):
    """Somebody bought; `viewer` is the buyer, with an empty id where they are not known."""

    product: str
    """The product's id in the bot's settings, or its title."""
    count: int
    """How many."""


class ClickEvent(Happening, frozen=True, kw_only=True, tag="click"):
    """Somebody opened a product on the shelf; it travels in `Clicks` alone, never in an `EventTold`."""

    product: str
    """The product's id in the bot's settings."""


class LikeEvent(Happening, frozen=True, kw_only=True, tag="like"):
    """Somebody liked: all of a second."""

    count: int
    """How many."""


class FollowEvent(Happening, frozen=True, kw_only=True, tag="follow"):
    """Somebody follows."""


class ShareEvent(Happening, frozen=True, kw_only=True, tag="share"):
    """Somebody shared the room."""


class JoinEvent(Happening, frozen=True, kw_only=True, tag="join"):
    """Somebody came."""


class LeaveEvent(Happening, frozen=True, kw_only=True, tag="leave"):
    """Somebody went."""


class RemovedEvent(Happening, frozen=True, kw_only=True, tag="removed"):
    """Something written was withdrawn; `viewer` is who withdrew it."""

    message: str = ""
    """The message's id; empty where all of `target`'s are meant."""
    target: str = ""
    """The id of the viewer whose messages are withdrawn."""


class StreamEvent(Happening, frozen=True, kw_only=True, tag="stream"):
    """The stream began or ended."""

    state: Stream
    """`live` or `ended`."""
    why: str = ""
    """In words."""


class SayEvent(Happening, frozen=True, kw_only=True, tag="say"):
    """A bot wrote, or its text grew."""

    text: str
    """Cleaned."""
    language: str
    """`zh` or `en`."""
    to: tuple[str, ...]
    """The ids of the viewers it answers."""
    event: str
    """The id of the event it answers."""
    intent: str
    """What it answers."""
    route: str
    """What made it."""
    final: bool
    """Whether the text is whole."""


class ServerMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The base of what the server alone sends."""


class EventTold(ServerMessage, frozen=True, kw_only=True, tag="event"):
    """Something happened in the room."""

    seq: int
    """Counts up by one in a room."""
    event: msgspec.Raw
    """A `Happening` as JSON: written once for everybody, and a kind not known yet spoils nothing."""


class Bot(msgspec.Struct, frozen=True):
    """The room's bot."""

    name: str
    """What it is called."""
    state: BotState
    """What it is doing."""


class RoomFacts(msgspec.Struct, frozen=True):
    """The room as a newcomer learns of it."""

    id: str
    """As in its address."""
    title: str
    """What it is about."""
    streamer: str
    """The streamer's name."""
    bot: Bot
    """The room's bot."""
    stream: Stream
    """`live` or `ended`."""


class LimitsTold(msgspec.Struct, frozen=True):
    """What a client should keep to."""

    text: int
    """Characters of a message."""
    name: int
    """Characters of a name."""
    frame_bytes: int
    """Bytes of a frame."""
    messages_per_10s: int
    """Messages in ten seconds; 0 means any number."""


class Welcome(ServerMessage, frozen=True, kw_only=True, tag="welcome"):
    """The answer to `Hello`."""

    you: Viewer
    """Who I am here."""
    session: str
    """The secret that resumes me."""
    resumed: bool
    """Whether `history` is exactly what I missed."""
    room: RoomFacts
    """The room."""
    viewers: int
    """How many are here."""
    history: list[EventTold]
    """Oldest first."""
    seq: int
    """The number of the room's newest event."""
    limits: LimitsTold
    """What to keep to."""
    muted: float
    """Seconds left of a timeout."""


class Ack(ServerMessage, frozen=True, kw_only=True, tag="ack"):
    """What carried `ref` is done."""

    ref: str
    """The client's mark."""
    id: str = ""
    """The id of what it made."""


class Error(ServerMessage, frozen=True, kw_only=True, tag="error"):
    """Something was refused."""

    code: str
    """One of `wire.Code`."""
    message: str
    """In words, for people."""
    ref: str = ""
    """The client's mark, where there was one."""


class Presence(ServerMessage, frozen=True, kw_only=True, tag="presence"):
    """How many are here."""

    viewers: int
    """Bots not counted."""


class People(ServerMessage, frozen=True, kw_only=True, tag="people"):
    """Who came and went since the last one; bots aside, and to bots alone."""

    came: tuple[Viewer, ...] = ()
    """Who is here now; some may be known already."""
    gone: tuple[str, ...] = ()
    """The ids of who is here no more; some may never have been told of."""


class RollTold(ServerMessage, frozen=True, kw_only=True, tag="roll"):
    """Who is here, bots aside: follows a bot's welcome and answers `Roll`."""

    here: dict[Role, list[str]]
    """The ids of everybody, by role."""


class ShelfTold(ServerMessage, frozen=True, kw_only=True, tag="shelf"):
    """What is on the shelf, or what of it changed."""

    products: tuple[Product, ...]
    """In the order in which they are shown."""
    whole: bool = True
    """Whether these are all; otherwise they take the places of those with their ids."""


class Clicks(ServerMessage, frozen=True, kw_only=True, tag="clicks"):
    """Who opened which product since the last one; to bots alone."""

    clicks: tuple[ClickEvent, ...]
    """In the order in which they came."""


class You(ServerMessage, frozen=True, kw_only=True, tag="you"):
    """What I am called now."""

    viewer: Viewer
    """Myself."""


class MicTold(ServerMessage, frozen=True, kw_only=True, tag="mic"):
    """A microphone opened or closed."""

    viewer: Viewer
    """Whose."""
    channel: int
    """Names the speaker in audio frames, 1 to 65535."""
    on: bool
    """Whether it is open."""


class CaptionTold(ServerMessage, frozen=True, kw_only=True, tag="caption"):
    """What somebody is understood to say."""

    id: str
    """The remark's id."""
    viewer: Viewer
    """The speaker."""
    text: str
    """The transcript so far."""
    language: str
    """ISO 639-1 code, or nothing."""
    final: bool
    """Whether the remark is over."""


class Muted(ServerMessage, frozen=True, kw_only=True, tag="muted"):
    """I am timed out."""

    seconds: float
    """How long still; 0 for no longer."""
