"""Parsing and building every frame of the room protocol, without any I/O.

Whatever the bytes, a parser returns a message or raises `WireError`, never anything else.
"""

import re
import struct
from enum import IntEnum, StrEnum
from typing import Any, Final, get_args

import msgspec

from core.errors import DanmateError
from core.events import SAMPLE_RATE
from rooms.native import client_messages as client
from rooms.native import server_messages as server


class Code(StrEnum):
    """Why something was refused."""

    BAD_MESSAGE = "bad_message"
    UNKNOWN_TYPE = "unknown_type"
    NOT_ALLOWED = "not_allowed"
    MUTED = "muted"
    TOO_FAST = "too_fast"
    TOO_LONG = "too_long"
    BAD_AUDIO = "bad_audio"
    MICS_FULL = "mics_full"
    BUSY = "busy"
    UNKNOWN_MESSAGE = "unknown_message"
    UNKNOWN_VIEWER = "unknown_viewer"
    UNKNOWN_GIFT = "unknown_gift"
    UNKNOWN_PRODUCT = "unknown_product"


class Close(IntEnum):
    """Why a connection was closed."""

    NORMAL = 1000
    GOING_AWAY = 1001
    TOO_LARGE = 1009
    NO_HELLO = 4000
    WRONG_TOKEN = 4001
    ORIGIN = 4003
    NO_ROOM = 4004
    TOO_SLOW = 4008
    TOO_MANY_REFUSALS = 4009
    FULL = 4013
    REPLACED = 4014


class WireError(DanmateError):
    """A frame that is refused: its code, a sentence, and the `ref` it carried."""

    def __init__(self, code: Code, message: str, ref: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.ref = ref


class AudioKind(IntEnum):
    """What an audio frame holds."""

    MIC = 1
    VOICE = 2


class AudioPacket(msgspec.Struct, frozen=True):
    """One audio frame."""

    kind: AudioKind
    """A microphone or the bot's voice."""
    label: int
    """The channel of a microphone, 0 from its owner; the clause's number for the voice."""
    count: int
    """Counts up from 0 a `mic` on or a reply."""
    pcm: bytes
    """Mono int16 little-endian."""
    last: bool = False
    """Whether a remark or a clause ends with it."""


_CLIENT: Final = (
    client.Hello | client.Chat | client.Gift | client.Purchase | client.Click | client.Like | client.Follow
    | client.Share | client.Rename | client.Mic | client.Delete | client.Timeout | client.StreamChange | client.Say
    | client.Speech | client.Cancel | client.Duck | client.State | client.Caption | client.Shelf | client.Roll
)  # fmt: skip
_SERVER: Final = (
    server.Welcome | server.EventTold | server.Ack | server.Error | server.Presence | server.People | server.RollTold
    | server.ShelfTold | server.Clicks | server.You | server.MicTold | client.Speech | client.Cancel | client.Duck
    | client.State | server.CaptionTold | server.Muted
)  # fmt: skip
_KINDS: Final = (
    server.ChatEvent | server.GiftEvent | server.PurchaseEvent | server.LikeEvent | server.FollowEvent
    | server.ShareEvent | server.JoinEvent | server.LeaveEvent | server.RemovedEvent | server.StreamEvent
    | server.SayEvent
)  # fmt: skip

_HEADER: Final = struct.Struct("<BBHI")
_LAST: Final = 1
_MIC_LEAST: Final = SAMPLE_RATE // 100 * 2  # bytes of 10 ms
_MIC_MOST: Final = SAMPLE_RATE // 5 * 2  # bytes of 200 ms
_PLACE: Final = re.compile(r" - at `(?:key in )?\$\.?(.*)`$")


class _Probe(msgspec.Struct, frozen=True):
    """What is read of a frame before its type is known."""

    type: str
    ref: str = ""


class _KindProbe(msgspec.Struct, frozen=True):
    """What is read of an event before its kind is known."""

    kind: str


def _decoders(union: Any, field: str) -> dict[str, msgspec.json.Decoder[Any]]:
    tags = ((kind, msgspec.inspect.type_info(kind)) for kind in get_args(union))
    return {info.tag: msgspec.json.Decoder(kind) for kind, info in tags if info.tag_field == field}  # type: ignore[attr-defined]


_encoder: Final = msgspec.json.Encoder()
_probe: Final = msgspec.json.Decoder(_Probe)
_kind_probe: Final = msgspec.json.Decoder(_KindProbe)
_client: Final = _decoders(_CLIENT, "type")
_server: Final = _decoders(_SERVER, "type")
_kinds: Final = _decoders(_KINDS, "kind")


def encode(message: client.ClientMessage | server.ServerMessage | server.Happening) -> bytes:
    """Return `message` as JSON."""
    return _encoder.encode(message)


def parse_client(data: str | bytes) -> client.ClientMessage:
    """Return the message of a client's text frame; raise `WireError`."""
    message: client.ClientMessage = _parse(data, _client)
    return message


def parse_server(data: str | bytes) -> server.ServerMessage | client.ClientMessage:
    """Return the message of a server's text frame; raise `WireError`."""
    message: server.ServerMessage | client.ClientMessage = _parse(data, _server)
    return message


def parse_happening(data: bytes | msgspec.Raw) -> server.Happening | None:
    """Return the event inside an `EventTold`, nothing for a kind that is not known; raise `WireError`."""
    try:
        decoder = _kinds.get(_kind_probe.decode(data).kind)
        event: server.Happening | None = decoder.decode(data) if decoder else None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WireError(Code.BAD_MESSAGE, _in_words(error)) from error
    return event


def _parse(data: str | bytes, decoders: dict[str, msgspec.json.Decoder[Any]]) -> Any:
    ref = ""
    try:
        if isinstance(data, bytes):
            data = data.decode()
        probe = _probe.decode(data)
        ref = probe.ref[:64]
        decoder = decoders.get(probe.type)
        if decoder is None:
            raise WireError(Code.UNKNOWN_TYPE, "this type of message is not known; see docs/room-protocol.md", ref)
        return decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise WireError(Code.BAD_MESSAGE, _in_words(error), ref) from error


def _in_words(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply; send a flat JSON object"
    if isinstance(error, UnicodeError):
        return "not Unicode; send UTF-8"
    text = str(error).replace("`", "")
    place = _PLACE.search(str(error))
    if place is None:
        return text[:1].lower() + text[1:]
    what = str(error)[: place.start()].replace("`", "")
    return f"{place.group(1) or 'the message'}: {what[:1].lower()}{what[1:]}"[:200]


def encode_audio(packet: AudioPacket) -> bytes:
    """Return `packet` as a binary frame."""
    return _HEADER.pack(packet.kind, packet.last * _LAST, packet.label, packet.count) + packet.pcm


def parse_audio(data: bytes) -> AudioPacket:
    """Return the packet of a binary frame; raise `WireError` (`bad_audio`) unless kind and length are right."""
    if len(data) < _HEADER.size:
        raise WireError(Code.BAD_AUDIO, f"an audio frame has a header of {_HEADER.size} bytes; this has {len(data)}")
    kind, flags, label, count = _HEADER.unpack_from(data)
    if kind not in (AudioKind.MIC, AudioKind.VOICE):
        raise WireError(Code.BAD_AUDIO, "an audio frame begins with 1 (microphone) or 2 (voice)")
    last = bool(flags & _LAST)
    pcm = data[_HEADER.size :]
    if len(pcm) % 2:
        raise WireError(Code.BAD_AUDIO, "16-bit samples make an even number of bytes; this is odd")
    if kind == AudioKind.MIC and not (len(pcm) <= _MIC_MOST and (last or len(pcm) >= _MIC_LEAST)):
        raise WireError(Code.BAD_AUDIO, "a microphone's frame holds 10 to 200 ms at 16 kHz: 320 to 6,400 bytes")
    return AudioPacket(AudioKind(kind), label, count, pcm, last)
