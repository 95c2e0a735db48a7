"""Every message of the room protocol as a struct, tagged by `type`; kinds of event are tagged by `kind`.

The meaning of each is in docs/room-protocol.md. What a client sends has a `ref`; what the server sends has not, save
for answers. Where both sides have a message of one name, the server's is called `…Told`.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from core.events import Role, Stream, Viewer

VERSION: Final = 1
"""The protocol's version."""

Id = Annotated[str, Meta(min_length=1, max_length=64)]
"""An id of a viewer, message or reply."""
Short = Annotated[str, Meta(max_length=64)]
"""A word: an intent, a route, a language, an id that may be missing."""
BotState = Literal["listening", "thinking", "speaking", "absent"]
"""What the bot is doing; `absent` is said by the server alone."""


class ClientMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The base of what a client sends."""

    ref: Short = ""
    """The client's own mark, answered with the same one; empty where it wants no answer."""


class Hello(ClientMessage, frozen=True, kw_only=True, tag="hello"):
    """The first frame of a client."""

    version: int
    """The protocol's version."""
    name: str = ""
    """What to call me: cleaned and cut by the server."""
    token: Annotated[str, Meta(max_length=256)] = ""
    """What makes me more than a viewer."""
    session: Short = ""
    """The session to resume."""
    seq: Annotated[int, Meta(ge=0)] = 0
    """The number of the last event that I have."""
    audio: Annotated[tuple[Literal["voice", "mics"], ...], Meta(max_length=2)] = ("voice", "mics")
    """What I want to hear."""


class Chat(ClientMessage, frozen=True, kw_only=True, tag="chat"):
    """A typed message."""

    text: str
    """1 to 500 characters once cleaned."""
    reply_to: Short = ""
    """The id of the message it answers."""


class Gift(ClientMessage, frozen=True, kw_only=True, tag="gift"):
    """A gift."""

    gift: Id
    """A name on the room's list."""
    count: Annotated[int, Meta(ge=1, le=9999)] = 1
    """How many."""


class Purchase(ClientMessage, frozen=True, kw_only=True, tag="purchase"):
    """Somebody bought: told by who takes the orders, never by the buyer."""

    product: Annotated[str, Meta(min_length=1, max_length=200)]
    """The product's id in the bot's settings, or its title."""
    count: Annotated[int, Meta(ge=1, le=9999)] = 1
    """How many."""
    viewer: Short = ""
    """The buyer's id; empty where they are not in the room or not known."""


class Like(ClientMessage, frozen=True, kw_only=True, tag="like"):
    """Likes."""

    count: Annotated[int, Meta(ge=1, le=50)] = 1
    """How many."""


class Follow(ClientMessage, frozen=True, kw_only=True, tag="follow"):
    """I follow the streamer."""


class Share(ClientMessage, frozen=True, kw_only=True, tag="share"):
    """I share the room."""


class Rename(ClientMessage, frozen=True, kw_only=True, tag="rename"):
    """Call me something else."""

    name: str
    """As in `Hello`."""


class Mic(ClientMessage, frozen=True, kw_only=True, tag="mic"):
    """My microphone opens or closes."""

    on: bool
    """Whether frames follow."""
    rate: int = 16_000
    """Samples a second; only 16,000 is taken."""


class Delete(ClientMessage, frozen=True, kw_only=True, tag="delete"):
    """Withdraw a message."""

    id: Id
    """The message's id."""


class Timeout(ClientMessage, frozen=True, kw_only=True, tag="timeout"):
    """Silence a viewer and withdraw what they wrote."""

    viewer: Id
    """The viewer's id."""
    seconds: Annotated[int, Meta(ge=0, le=86_400)]
    """How long; 0 lifts it."""


class StreamChange(ClientMessage, frozen=True, kw_only=True, tag="stream"):
    """The stream begins or ends."""

    state: Literal["live", "ended"]
    """The new state."""
    why: Annotated[str, Meta(max_length=200)] = ""
    """In words."""


class Say(ClientMessage, frozen=True, kw_only=True, tag="say"):
    """The bot writes a reply, or the longer text of one."""

    id: Id
    """The reply's id."""
    text: str
    """1 to 1,000 characters once cleaned."""
    language: Short = ""
    """`zh` or `en`."""
    to: Annotated[tuple[Short, ...], Meta(max_length=32)] = ()
    """The ids of the viewers it answers."""
    event: Short = ""
    """The id of the event it answers."""
    intent: Short = ""
    """What it answers."""
    route: Short = ""
    """What made it."""
    final: bool = True
    """Whether the text is whole."""


class Speech(ClientMessage, frozen=True, kw_only=True, tag="speech"):
    """The bot begins to speak a clause, or ends a reply; sent on to everybody as it is."""

    reply: Id
    """The reply's id."""
    sequence: Annotated[int, Meta(ge=0, le=65_535)]
    """The clause's number."""
    text: Annotated[str, Meta(max_length=1000)]
    """The clause's caption."""
    start: Annotated[float, Meta(ge=0, le=86_400)]
    """Seconds from the start of the reply's sound."""
    end: Annotated[float, Meta(ge=0, le=86_400)]
    """Seconds from the start of the reply's sound."""
    rate: Annotated[int, Meta(ge=8_000, le=48_000)]
    """Samples a second of the frames that follow."""
    last: bool = False
    """Whether the reply ends with this clause."""


class Cancel(ClientMessage, frozen=True, kw_only=True, tag="cancel"):
    """Stop playing a reply and drop what is left of it; sent on to everybody as it is."""

    reply: Id
    """The reply's id."""


class Duck(ClientMessage, frozen=True, kw_only=True, tag="duck"):
    """Play a reply quietly, or at its own volume again; sent on to everybody as it is."""

    reply: Id
    """The reply's id."""
    on: bool
    """Whether quietly."""


class State(ClientMessage, frozen=True, kw_only=True, tag="state"):
    """What the bot is doing; sent on to everybody as it is."""

    state: BotState
    """The new state."""


class Caption(ClientMessage, frozen=True, kw_only=True, tag="caption"):
    """What the bot understood somebody to say."""

    id: Id
    """The remark's id."""
    viewer: Id
    """The speaker's id."""
    text: Annotated[str, Meta(max_length=1000)]
    """The transcript so far."""
    language: Short = ""
    """ISO 639-1 code, or nothing."""
    final: bool = False
    """Whether the remark is over."""


class Roll(ClientMessage, frozen=True, kw_only=True, tag="roll"):
    """The bot asks again who is here."""


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
