"""What travels between the parts: frozen structs, serialised from their fields alone.

Times are seconds since the epoch (UTC) unless a field says otherwise; positions in audio are seconds from its start.
"""

from enum import StrEnum
from typing import Final

import msgspec

from core.local import Local

SAMPLE_RATE: Final = 16_000
"""Samples a second of every `AudioFrame`, mono int16."""


class Role(StrEnum):
    """What somebody may do in a room."""

    VIEWER = "viewer"
    SUBSCRIBER = "subscriber"
    MODERATOR = "moderator"
    STREAMER = "streamer"
    BOT = "bot"

    @property
    def is_audience(self) -> bool:
        """Whether this one came to watch: a viewer or subscriber, not who runs the room."""
        return self not in (Role.MODERATOR, Role.STREAMER, Role.BOT)


class Event(msgspec.Struct, frozen=True, tag=True, tag_field="kind", kw_only=True):
    """The base of everything that travels; the tag is the class's name."""


class Viewer(msgspec.Struct, frozen=True):
    """Somebody in a room."""

    id: str
    """The platform's own id, stable while they are here."""
    name: str
    """What they call themselves: hostile text, never markup, never a log message."""
    role: Role = Role.VIEWER
    """What they may do."""
    level: int = 0
    """The platform's level of fan or subscriber; 0 where it has none."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A product on a room's shelf, as everybody sees it. Its texts are hostile: never markup."""

    id: str
    """The product's id in our settings."""
    title: Local
    """What it is called."""
    price: Local = Local()
    """What it costs at this moment, with its currency."""
    stock: int | None = None
    """How many are left; 0: sold out; nothing where it is not known."""
    link: int | None = None
    """Its number in the room's list, from 1 on; nothing where it has none."""
    facts: tuple[Local, ...] = ()
    """What may be stated about it, a clause each."""


class RoomEvent(Event, frozen=True, kw_only=True):
    """Something that happened in a room."""

    id: str
    """Unique within the room; repeats of an id are dropped."""
    room: str
    """The room's id in our settings."""
    viewer: Viewer
    """Who did it."""
    at: float
    """When the source says it happened."""
    received: float
    """When it reached us."""
    platform: str = "native"
    """The connector it came through."""


class Chat(RoomEvent, frozen=True, kw_only=True):
    """A typed message."""

    text: str
    """As typed, control characters removed, at most 500 characters."""
    reply_to: str = ""
    """The id of the message it answers, or nothing."""


class Voice(RoomEvent, frozen=True, kw_only=True):
    """One finished spoken remark."""

    text: str
    """The final transcript."""
    language: str
    """`zh`, `en` or another ISO 639-1 code."""
    confidence: float
    """0 to 1, from the recogniser's mean log probability."""
    audio_s: float
    """Seconds of speech."""
    ended: float
    """When the speaker stopped: the moment from which an answer's delay is counted."""


class Gift(RoomEvent, frozen=True, kw_only=True):
    """A gift; a combo is one event whose count is its total."""

    gift: str
    """The gift's name."""
    count: int
    """How many."""
    value: float = 0.0
    """What all of them are worth, in yuan."""


class Like(RoomEvent, frozen=True, kw_only=True):
    """Likes by one viewer."""

    count: int = 1
    """How many."""


class Follow(RoomEvent, frozen=True, kw_only=True):
    """A viewer follows the streamer."""


class Share(RoomEvent, frozen=True, kw_only=True):
    """A viewer shares the room."""


class Join(RoomEvent, frozen=True, kw_only=True):
    """A viewer comes in."""

    before: bool = False
    """Whether they had come before we could see it: they are counted, and no news."""


class Leave(RoomEvent, frozen=True, kw_only=True):
    """A viewer goes."""


class Purchase(RoomEvent, frozen=True, kw_only=True):
    """A viewer buys."""

    product: str
    """The product's id in our settings, or the platform's title of it."""
    count: int = 1
    """How many."""


class Click(RoomEvent, frozen=True, kw_only=True):
    """A viewer opens a product on the room's shelf, to look at it."""

    product: str
    """The product's id in our settings."""


class Removed(RoomEvent, frozen=True, kw_only=True):
    """A message, or all messages of a viewer, withdrawn by moderators or the platform."""

    message: str = ""
    """The id of the message withdrawn; nothing means all of `target`'s."""
    target: str = ""
    """The viewer's id whose messages are withdrawn."""


class Stream(StrEnum):
    """What the live stream is doing."""

    LIVE = "live"
    ENDED = "ended"
    QUIET = "quiet"
    """Connected, but nothing comes."""
    BROKEN = "broken"


class StreamState(RoomEvent, frozen=True, kw_only=True):
    """The stream or our connection to it changed."""

    state: Stream
    """The new state."""
    why: str = ""
    """In words, where the source gives a reason."""


class AudioFrame(Event, frozen=True, kw_only=True):
    """A piece of one speaker's microphone."""

    speaker: Viewer
    """Whose microphone."""
    pcm: bytes
    """16 kHz mono int16 little-endian, 10 to 200 ms."""
    sequence: int
    """Counts up by one a frame for a speaker; a gap means lost frames."""
    at: float
    """When it reached us."""
    last: bool = False
    """Whether the speaker let go of the microphone with this frame."""


class Utterance(Event, frozen=True, kw_only=True):
    """What somebody says: partial while they speak, final once they stop."""

    id: str
    """One id for all partials and the final of a remark."""
    speaker: Viewer
    """Who speaks."""
    text: str
    """The transcript so far."""
    language: str
    """`zh`, `en` or another ISO 639-1 code; empty where not known yet."""
    start: float
    """When speech began."""
    end: float
    """When speech ended, or the time of a partial's last audio."""
    confidence: float
    """0 to 1, from the recogniser's mean log probability."""
    final: bool
    """Whether the remark is over."""
    lost: bool = False
    """Whether its words could not be made out because there was too much to do or the recogniser failed."""


class Goal(StrEnum):
    """What a reply is for."""

    ANSWER = "answer"
    WELCOME = "welcome"
    RETAIN = "retain"
    RECOMMEND = "recommend"
    SELL = "sell"
    THANK = "thank"
    CALM = "calm"
    ENLIVEN = "enliven"
    STAY_SILENT = "stay_silent"


class Directive(Event, frozen=True, kw_only=True):
    """In what spirit to speak. Never holds any user's text."""

    id: str = ""
    """What its outcome is logged under; empty where nothing was decided."""
    goal: Goal = Goal.ANSWER
    """What the reply is for."""
    tone: str = "warm"
    """warm, playful, calm or lively."""
    length: str = "short"
    """short, medium or long."""
    candidates: tuple[str, ...] = ()
    """What was open to choice, as `goal:tone`."""
    propensity: float = 1.0
    """The probability with which this one was chosen."""
    why: str = ""
    """The reason in words that a moderator understands."""
    probabilities: dict[str, float] = {}
    """What it was decided from, by name."""
    model: str = "fixed"
    """The version of the model that decided."""


class Understanding(Event, frozen=True, kw_only=True):
    """What a message means."""

    intent: str
    """A name of the closed set of intents."""
    slots: dict[str, str]
    """What the message names: product, link, price, time …, as in the room's settings where they match."""
    language: str
    """`zh` or `en`: the language to answer in."""
    addressed: bool
    """Whether it speaks to us."""
    confidence: float
    """0 to 1: how sure we are of the intent."""


class Reply(Event, frozen=True, kw_only=True):
    """What the bot says."""

    id: str
    """Unique within the room."""
    text: str
    """With every fact in its place, as shown and spoken."""
    language: str
    """`zh` or `en`."""
    to: tuple[Viewer, ...]
    """Whom it answers; empty where it speaks to everybody."""
    facts: dict[str, str]
    """The facts it states, by role."""
    route: str
    """What made it: `t5`, `template`, `command`, `faq` or an engine's name; after a slash why another was not used."""
    directive: Directive
    """In what spirit."""
    intent: str = ""
    """What it answers."""
    event: str = ""
    """The id of the event that it answers."""
    source: str = ""
    """Where its facts stand, for moderators: `faq.md:12`; empty where it states none of the room's."""


class Clause(msgspec.Struct, frozen=True):
    """A piece of a caption with its place in the sound."""

    text: str
    """As shown."""
    start: float
    """Seconds from the start of the reply's speech."""
    end: float
    """Seconds from the start of the reply's speech."""


class Speech(Event, frozen=True, kw_only=True):
    """A piece of a spoken reply: one clause, or the end of the reply."""

    reply: str
    """The id of the reply that it speaks."""
    sequence: int
    """0 for the first clause, and so on."""
    pcm: bytes
    """Mono int16 little-endian; empty in the last one."""
    sample_rate: int
    """Samples a second."""
    caption: Clause
    """What is said, and when."""
    last: bool = False
    """Whether the reply ends here."""


class Heard(Event, frozen=True, kw_only=True):
    """What of a reply was really played."""

    reply: str
    """The id of the reply."""
    text: str
    """The clauses that were heard to their end."""
    played_s: float
    """Seconds of sound."""
    cut: bool
    """Whether it was stopped before its end."""


class Outcome(StrEnum):
    """What became of an event."""

    ANSWERED = "answered"
    MERGED = "merged"
    DROPPED = "dropped"
    REFUSED = "refused"
    NOTED = "noted"


class Decision(Event, frozen=True, kw_only=True):
    """What was done with an event and why. Every event ends in exactly one."""

    event: str
    """The event's id."""
    outcome: Outcome
    """What became of it."""
    why: str
    """A reason in words that a moderator understands."""
    at: float
    """When it was decided."""
    reply: str = ""
    """The reply's id where there is one."""
    code: str = ""
    """The reason's name in `core.reasons`, so that it can be told in either language."""
    values: dict[str, str] = {}
    """What the reason's words are filled with. Never any viewer's text or name."""


KINDS: Final = (
    Chat | Voice | Gift | Like | Follow | Share | Join | Leave | Purchase | Click | Removed | StreamState
    | AudioFrame | Utterance | Directive | Understanding | Reply | Speech | Heard | Decision
)  # fmt: skip
"""Every class that travels, for decoding."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(KINDS)


def encode(event: Event) -> bytes:
    """Return `event` as JSON, its class under `kind`; bytes fields are base64."""
    return _encoder.encode(event)


def decode(data: bytes | str) -> Event:
    """Return the event that `encode` wrote; raise `msgspec.ValidationError` for anything else."""
    return _decoder.decode(data)
