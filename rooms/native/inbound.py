"""What a participant sends: parsed, measured, done and acknowledged, or refused with a reason. No I/O."""

import structlog

from rooms.native import actions, metrics, wire
from rooms.native import server_messages as server
from rooms.native.members import Member
from rooms.native.room import Room, send
from rooms.native.wire import AudioKind, Close, Code, WireError

_log = structlog.get_logger(__name__)


def receive(room: Room, member: Member, data: str | bytes) -> None:
    """Do what `member` sent, text or audio, or tell them why not."""
    if member.outbox is None:
        return
    try:
        if isinstance(data, bytes):
            _hear(room, member, data)
        else:
            _obey(room, member, data)
    except WireError as error:
        _refuse(room, member, error)


def _obey(room: Room, member: Member, data: str) -> None:
    message = wire.parse_client(data)
    made = member.acknowledged(message.ref) if message.ref else None
    if made is None:
        try:
            _count(room, member)
            made = actions.do(room, member, message)
        except WireError as error:
            error.ref = message.ref
            raise
        if message.ref:
            member.acknowledge(message.ref, made)
    if message.ref:
        send(member, server.Ack(ref=message.ref, id=made))


def _count(room: Room, member: Member) -> None:
    if not member.messages.allow(room.clock.monotonic()):
        raise WireError(Code.TOO_FAST, "too many messages; wait some seconds")


def _hear(room: Room, member: Member, data: bytes) -> None:
    packet = wire.parse_audio(data)
    now = room.clock.monotonic()
    if packet.kind is AudioKind.VOICE:
        if room.voice.accept(member.viewer.id, packet, now):
            room.play(data, "voice", member)
        return
    mic = room.mics.get(member.viewer.id)
    skipped = mic.skipped
    try:
        heard = mic.accept(packet, now)
    finally:
        if mic.skipped > skipped:
            metrics.GAPS.labels(room.options.id).inc()
        if mic.overlong:
            room.close_mic(member, told=True)
    room.play(wire.encode_audio(heard), "mics", member)


def _refuse(room: Room, member: Member, error: WireError) -> None:
    metrics.REFUSED.labels(room.options.id, error.code).inc()
    _log.debug("frame_refused", room=room.options.id, viewer_id=member.viewer.id, code=error.code)
    send(member, server.Error(code=error.code, message=error.message, ref=error.ref))
    outbox = member.outbox
    if outbox is not None and not member.refusals.allow(room.clock.monotonic()):
        outbox.close(Close.TOO_MANY_REFUSALS, "too many refusals")
        room.leave(member, outbox)
