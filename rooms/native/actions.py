"""What each message of a client does: who may send it, and its effect on the room."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from core.events import SAMPLE_RATE, Role, Stream, Viewer
from rooms.native import client_messages as client
from rooms.native import server_messages as server
from rooms.native.members import Member
from rooms.native.room import Room
from rooms.native.text import clean_text
from rooms.native.wire import Code, WireError

_ALL: Final = frozenset(Role)
_BOT: Final = frozenset({Role.BOT})
_STREAMER: Final = frozenset({Role.STREAMER})
_TILLS: Final = frozenset({Role.STREAMER, Role.BOT})
_STAFF: Final = frozenset({Role.MODERATOR, Role.STREAMER, Role.BOT})


def do(room: Room, member: Member, message: client.ClientMessage) -> str:
    """Do what `member` asks; return the id of what it made, or nothing; raise `WireError` where it may not be."""
    known = _ACTIONS.get(type(message))
    if known is None:
        raise WireError(Code.BAD_MESSAGE, "hello was said already")
    if member.watches:
        raise WireError(Code.NOT_ALLOWED, "who watches does nothing else; say hello without it")
    roles, action = known
    if member.viewer.role not in roles:
        raise WireError(Code.NOT_ALLOWED, f"a {member.viewer.role} may not do this")
    made: str = action(room, member, message)
    return made


def _chat(room: Room, member: Member, message: client.Chat) -> str:
    _not_muted(room, member)
    text = _text(message.text, room.limits.text)
    event = server.ChatEvent(**_origin(room, member), text=text, reply_to=message.reply_to)
    room.happen(event)
    return event.id


def _gift(room: Room, member: Member, message: client.Gift) -> str:
    price = room.gifts.get(message.gift)
    if price is None:
        raise WireError(Code.UNKNOWN_GIFT, f"this room knows: {', '.join(room.gifts) or 'no gifts'}")
    value = round(price * message.count, 2)
    event = server.GiftEvent(**_origin(room, member), gift=message.gift, count=message.count, value=value)
    room.happen(event)
    return event.id


def _purchase(room: Room, member: Member, message: client.Purchase) -> str:
    buyer = room.member(message.viewer) if message.viewer else None
    if buyer is None and message.viewer:
        raise WireError(Code.UNKNOWN_VIEWER, "nobody here has this id; leave it out for a buyer who is not in the room")
    product = clean_text(message.product)
    if not product:
        raise WireError(Code.BAD_MESSAGE, "the product is empty")
    viewer = Viewer("", "") if buyer is None else buyer.viewer
    event = server.PurchaseEvent(**(_origin(room, member) | {"viewer": viewer}), product=product, count=message.count)
    room.happen(event)
    return event.id


def _click(room: Room, member: Member, message: client.Click) -> str:
    if message.product not in room.shelf:
        raise WireError(Code.UNKNOWN_PRODUCT, "this is not on the shelf")
    return room.click(member, message.product)


def _like(room: Room, member: Member, message: client.Like) -> str:
    return room.like(member, message.count)


def _follow(room: Room, member: Member, _: client.Follow) -> str:
    if member.followed:
        return ""
    member.followed = True
    event = server.FollowEvent(**_origin(room, member))
    room.happen(event)
    return event.id


def _share(room: Room, member: Member, _: client.Share) -> str:
    event = server.ShareEvent(**_origin(room, member))
    room.happen(event)
    return event.id


def _rename(room: Room, member: Member, message: client.Rename) -> str:
    _not_muted(room, member)
    room.rename(member, message.name)
    return ""


def _mic(room: Room, member: Member, message: client.Mic) -> str:
    if not message.on:
        room.close_mic(member, told=False)
        return ""
    _not_muted(room, member)
    if message.rate != SAMPLE_RATE:
        raise WireError(Code.BAD_AUDIO, f"the room hears {SAMPLE_RATE} samples a second; resample to that")
    room.close_mic(member, told=False)
    mic = room.mics.open(member.viewer.id)
    room.tell(server.MicTold(viewer=member.viewer, channel=mic.channel, on=True), but=member)
    return ""


def _delete(room: Room, member: Member, message: client.Delete) -> str:
    if room.history.author(message.id) is None:
        raise WireError(Code.UNKNOWN_MESSAGE, "no such message, or too long ago")
    event = server.RemovedEvent(**_origin(room, member), message=message.id)
    room.history.withdraw(event)
    room.happen(event)
    return event.id


def _timeout(room: Room, member: Member, message: client.Timeout) -> str:
    target = room.member(message.viewer)
    if target is None and not room.history.wrote(message.viewer):
        raise WireError(Code.UNKNOWN_VIEWER, "nobody here has this id")
    if target is not None:
        spared = {Role.STREAMER} if member.viewer.role is Role.STREAMER else _STAFF
        if target.viewer.role in spared:
            raise WireError(Code.NOT_ALLOWED, f"a {member.viewer.role} may not silence a {target.viewer.role}")
        room.mute(target, message.seconds)
    if not message.seconds:
        return ""
    event = server.RemovedEvent(**_origin(room, member), target=message.viewer)
    room.history.withdraw(event)
    room.happen(event)
    return event.id


def _stream(room: Room, member: Member, message: client.StreamChange) -> str:
    room.stream = Stream(message.state)
    event = server.StreamEvent(**_origin(room, member), state=room.stream, why=clean_text(message.why))
    room.happen(event)
    return event.id


def _say(room: Room, member: Member, message: client.Say) -> str:
    if room.history.author(message.id) is not None and not room.history.said(message.id):
        raise WireError(Code.NOT_ALLOWED, "this id belongs to somebody's message; take another")
    if room.history.withdrawn(message.id):
        return message.id
    text = _text(message.text, room.limits.say)
    event = server.SayEvent(
        **(_origin(room, member) | {"id": message.id}),
        text=text,
        language=message.language,
        to=message.to,
        event=message.event,
        intent=message.intent,
        route=message.route,
        final=message.final,
    )
    room.happen(event)
    return event.id


def _speech(room: Room, member: Member, message: client.Speech) -> str:
    if room.voice.begin(member.viewer.id, message, room.clock.monotonic()):
        room.tell(_unmarked(msgspec.structs.replace(message, text=clean_text(message.text))), but=member)
    return ""


def _cancel(room: Room, member: Member, message: client.Cancel) -> str:
    room.voice.cancel(message.reply)
    room.tell(_unmarked(message), but=member)
    return ""


def _pass_on(room: Room, member: Member, message: client.Duck) -> str:
    room.tell(_unmarked(message), but=member)
    return ""


def _state(room: Room, member: Member, message: client.State) -> str:
    if message.state == "absent":
        raise WireError(Code.BAD_MESSAGE, "state: listening, thinking or speaking")
    room.bot_state = message.state
    room.tell(_unmarked(message), but=member)
    return ""


def _caption(room: Room, member: Member, message: client.Caption) -> str:
    speaker = room.member(message.viewer)
    if speaker is None:
        raise WireError(Code.UNKNOWN_VIEWER, "nobody here has this id")
    text = clean_text(message.text)
    told = server.CaptionTold(
        id=message.id, viewer=speaker.viewer, text=text, language=message.language, final=message.final
    )
    room.tell(told, but=member)
    return ""


def _shelf(room: Room, member: Member, message: client.Shelf) -> str:
    room.shelf.put(member.viewer.id, message, room.clock.monotonic())
    return ""


def _roll(room: Room, member: Member, _: client.Roll) -> str:
    room.call_roll(member)
    return ""


def _origin(room: Room, member: Member) -> dict[str, Any]:
    return {"id": room.new_id(), "at": room.clock.wall(), "viewer": member.viewer}


def _text(text: str, limit: int) -> str:
    clean = clean_text(text)
    if not clean:
        raise WireError(Code.BAD_MESSAGE, "the message is empty")
    if len(clean) > limit:
        raise WireError(Code.TOO_LONG, f"a message has at most {limit} characters; this has {len(clean)}")
    return clean


def _not_muted(room: Room, member: Member) -> None:
    seconds = room.muted_s(member)
    if seconds:
        raise WireError(Code.MUTED, f"you are timed out for {seconds:.0f} s more")


def _unmarked(message: client.ClientMessage) -> client.ClientMessage:
    return msgspec.structs.replace(message, ref="") if message.ref else message


_Action = Callable[[Room, Member, Any], str]
_ACTIONS: Final[dict[type[client.ClientMessage], tuple[frozenset[Role], _Action]]] = {
    client.Chat: (_ALL, _chat),
    client.Gift: (_ALL, _gift),
    client.Purchase: (_TILLS, _purchase),
    client.Click: (_ALL, _click),
    client.Like: (_ALL, _like),
    client.Follow: (_ALL, _follow),
    client.Share: (_ALL, _share),
    client.Rename: (_ALL, _rename),
    client.Mic: (_ALL, _mic),
    client.Delete: (_STAFF, _delete),
    client.Timeout: (_STAFF, _timeout),
    client.StreamChange: (_STREAMER, _stream),
    client.Say: (_BOT, _say),
    client.Speech: (_BOT, _speech),
    client.Cancel: (_STAFF, _cancel),
    client.Duck: (_BOT, _pass_on),
    client.State: (_BOT, _state),
    client.Caption: (_BOT, _caption),
    client.Shelf: (_BOT, _shelf),
    client.Roll: (_BOT, _roll),
}
