"""Every message that a client sends in the room protocol, as a struct tagged by `type`; bounds are the wire's own.

The meaning of each is in docs/room-protocol.md. Some are sent on to everybody as they are.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

VERSION: Final = 1
"""The protocol's version."""

Id = Annotated[str, Meta(min_length=1, max_length=64)]
"""An id of a viewer, message or reply."""
Short = Annotated[str, Meta(max_length=64)]
"""A word: an intent, a route, a language, an id that may be missing."""
ProductId = Annotated[str, Meta(min_length=1, max_length=200)]
"""What names a product: its id in the bot's settings."""
ShelfText = Annotated[str, Meta(max_length=100)]
"""A text on the shelf, in one language."""
SHELF: Final = 50
"""Products on a shelf, at most."""
FACTS: Final = 5
"""Facts of one product on a shelf, at most."""
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
    watch: bool = False
    """Whether I only look on: neither counted nor announced, and able to do nothing."""


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

    product: ProductId
    """Which; its title does as well as its id."""
    count: Annotated[int, Meta(ge=1, le=9999)] = 1
    """How many."""
    viewer: Short = ""
    """The buyer's id; empty where they are not in the room or not known."""


class Click(ClientMessage, frozen=True, kw_only=True, tag="click"):
    """I opened a product on the shelf: told to bots alone."""

    product: ProductId
    """Which."""


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


class Words(msgspec.Struct, frozen=True):
    """A text on the shelf, in both languages or in one."""

    zh: ShelfText = ""
    """In Chinese."""
    en: ShelfText = ""
    """In English."""


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product on the shelf."""

    id: ProductId
    """What a `Click` names it by."""
    title: Words
    """What it is called: not empty once cleaned."""
    price: Words = Words()
    """What it costs at this moment, with its currency."""
    stock: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    """How many are left; 0: sold out; nothing where it is not told."""
    link: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    """Its number in the room's list."""
    facts: Annotated[tuple[Words, ...], Meta(max_length=FACTS)] = ()
    """What there is to say of it, a clause each."""


class Shelf(ClientMessage, frozen=True, kw_only=True, tag="shelf"):
    """The bot says what is on its shelf: in place of what was, in one message or in several."""

    products: Annotated[tuple[Product, ...], Meta(max_length=SHELF)]
    """In the order in which they are shown."""
    more: bool = False
    """Whether further ones follow in the next message; the shelf changes with the last one."""


class Roll(ClientMessage, frozen=True, kw_only=True, tag="roll"):
    """The bot asks again who is here."""
