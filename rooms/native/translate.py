"""The room protocol's events as the bot's own. No I/O."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from core.events import (
    AudioFrame,
    Card,
    Chat,
    Click,
    Follow,
    Gift,
    Join,
    Leave,
    Like,
    Purchase,
    Removed,
    Reply,
    RoomEvent,
    Share,
    Speech,
    StreamState,
    Utterance,
    Viewer,
)
from core.local import Local
from rooms.native import client_messages as client
from rooms.native import server_messages as server
from rooms.native.text import clean_text
from rooms.native.wire import AudioPacket

TEXT: Final = 1000
"""Characters of a message that a bot writes."""
_TO: Final = 32  # viewers that a message answers
_WORD: Final = 64
_SHELF_TEXT: Final = 100  # characters of a text on the shelf
_PRODUCT_ID: Final = 200  # characters of a product's id
_MOST: Final = 1_000_000  # the highest stock or link that the shelf tells
_PART_BYTES: Final = 12 * 1024  # of products in one message: well within a frame's limit
_SILENCE: Final = bytes(320)  # 10 ms, the least that an AudioFrame holds
_SPEAKERS: Final = 256  # whose numbering goes on when they open their microphone again

_EVENTS: Final[dict[type[server.Happening], tuple[type[RoomEvent], tuple[str, ...]]]] = {
    server.ChatEvent: (Chat, ("text", "reply_to")),
    server.GiftEvent: (Gift, ("gift", "count", "value")),
    server.PurchaseEvent: (Purchase, ("product", "count")),
    server.ClickEvent: (Click, ("product",)),
    server.LikeEvent: (Like, ("count",)),
    server.FollowEvent: (Follow, ()),
    server.ShareEvent: (Share, ()),
    server.JoinEvent: (Join, ()),
    server.LeaveEvent: (Leave, ()),
    server.RemovedEvent: (Removed, ("message", "target")),
    server.StreamEvent: (StreamState, ("state", "why")),
}
"""Kinds of event, what they are in the bot, and the fields that both have beside `id`, `viewer` and `at`."""


def to_event(happening: server.Happening, room: str, received: float) -> RoomEvent | None:
    """Return `happening` as it travels in the bot, or nothing for what is not told: unfinished words of other bots."""
    base: dict[str, Any] = {
        "id": happening.id,
        "room": room,
        "viewer": happening.viewer,
        "at": happening.at,
        "received": received,
    }
    if isinstance(happening, server.SayEvent):
        return Chat(**base, text=happening.text, reply_to=happening.event) if happening.final else None
    kind, fields = _EVENTS[type(happening)]
    return kind(**base, **{field: getattr(happening, field) for field in fields})


def to_say(reply: Reply, *, final: bool) -> client.Say:
    """Return `reply` as it is written in the room, cut to what the room takes."""
    return client.Say(
        id=reply.id,
        text=reply.text[:TEXT],
        language=reply.language,
        to=tuple(viewer.id for viewer in reply.to[:_TO]),
        event=reply.event,
        intent=reply.intent[:_WORD],
        route=reply.route[:_WORD],
        final=final,
    )


def to_speech(speech: Speech) -> client.Speech:
    """Return a clause as it is announced in the room, its sound aside."""
    caption = speech.caption
    return client.Speech(
        reply=speech.reply,
        sequence=speech.sequence,
        text=caption.text[:TEXT],
        start=caption.start,
        end=caption.end,
        rate=speech.sample_rate,
        last=speech.last,
    )


def to_caption(utterance: Utterance) -> client.Caption:
    """Return what somebody is understood to say as it is shown in the room."""
    return client.Caption(
        id=utterance.id,
        viewer=utterance.speaker.id,
        text=utterance.text[:TEXT],
        language=utterance.language,
        final=utterance.final,
    )


def to_shelf(cards: Sequence[Card]) -> list[client.Shelf]:
    """Return what a shelf with `cards` is told in, cut to what the room takes; it takes none without a title."""
    fitting = {card.id: card for card in cards if 0 < len(card.id) <= _PRODUCT_ID and _has_title(card)}
    parts: list[list[client.Product]] = [[]]
    size = 0
    for card in list(fitting.values())[: client.SHELF]:
        product = _to_product(card)
        takes = len(msgspec.json.encode(product))
        if parts[-1] and size + takes > _PART_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(product)
        size += takes
    return [client.Shelf(products=tuple(part), more=part is not parts[-1]) for part in parts]


def _has_title(card: Card) -> bool:
    return any(clean_text(title[:_SHELF_TEXT]) for title in (card.title.zh, card.title.en))


def _to_product(card: Card) -> client.Product:
    return client.Product(
        id=card.id,
        title=_to_words(card.title),
        price=_to_words(card.price),
        stock=None if card.stock is None else min(max(0, card.stock), _MOST),
        link=card.link if card.link is not None and 1 <= card.link <= _MOST else None,
        facts=tuple(map(_to_words, card.facts[: client.FACTS])),
    )


def _to_words(text: Local) -> client.Words:
    return client.Words(text.zh[:_SHELF_TEXT], text.en[:_SHELF_TEXT])


class _Speaker:
    """An open microphone as we hear it."""

    def __init__(self, viewer: Viewer, base: int) -> None:
        self.viewer = viewer
        self.base = base
        self.next = base
        self.speaking = False


class Microphones:
    """Channels to speakers; numbers go on when a microphone opens again, and every remark has a last frame."""

    def __init__(self) -> None:
        self._speakers: dict[int, _Speaker] = {}
        self._numbers: OrderedDict[str, int] = OrderedDict()

    def told(self, message: server.MicTold, at: float) -> AudioFrame | None:
        """Note a microphone that opened or closed; return the last frame of a remark that this cut off."""
        if not message.on:
            return self._close(message.channel, at)
        speaker = self._speakers.get(message.channel)
        if speaker is not None and speaker.viewer.id == message.viewer.id:
            speaker.viewer = message.viewer  # renamed
        else:
            self._speakers[message.channel] = _Speaker(message.viewer, self._numbers.get(message.viewer.id, 0))
        return None

    def heard(self, packet: AudioPacket, at: float) -> AudioFrame | None:
        """Return `packet` with its speaker, or nothing where its microphone is not known."""
        speaker = self._speakers.get(packet.label)
        if speaker is None:
            return None
        speaker.next = speaker.base + packet.count + 1
        speaker.speaking = not packet.last
        pcm = packet.pcm + _SILENCE[len(packet.pcm) :]
        number = speaker.base + packet.count
        return AudioFrame(speaker=speaker.viewer, pcm=pcm, sequence=number, at=at, last=packet.last)

    def lost(self, at: float) -> list[AudioFrame]:
        """Note that all are closed, since our connection is; return the last frames of remarks that this cut off."""
        return [frame for channel in list(self._speakers) if (frame := self._close(channel, at)) is not None]

    def _close(self, channel: int, at: float) -> AudioFrame | None:
        speaker = self._speakers.pop(channel, None)
        if speaker is None:
            return None
        cut = speaker.speaking
        self._numbers.pop(speaker.viewer.id, None)
        self._numbers[speaker.viewer.id] = speaker.next + cut
        if len(self._numbers) > _SPEAKERS:
            self._numbers.popitem(last=False)
        if not cut:
            return None
        return AudioFrame(speaker=speaker.viewer, pcm=_SILENCE, sequence=speaker.next, at=at, last=True)
