"""Parsing and building frames: recorded ones, wrong ones, and any bytes at all."""

import json
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import Role, Stream, Viewer
from rooms.native import client_messages as client
from rooms.native import server_messages as server
from rooms.native import wire
from rooms.native.wire import AudioKind, AudioPacket, Code, WireError

ANN = Viewer("a1", "Ann")
BASE: dict[str, Any] = {"id": "x-1", "at": 1.5, "viewer": ANN}

HOODIE = client.Product(id="1", link=3, title=client.Words(zh="卫衣"), facts=(client.Words(en="warm"),))

FROM_CLIENTS: list[tuple[bytes, client.ClientMessage]] = [
    (b'{"type":"hello","version":1,"name":"Ann"}', client.Hello(version=1, name="Ann")),
    (
        b'{"type":"hello","version":1,"token":"t","session":"s","seq":7,"audio":["voice"]}',
        client.Hello(version=1, token="t", session="s", seq=7, audio=("voice",)),
    ),
    ('{"type":"chat","text":"多少钱","ref":"1"}'.encode(), client.Chat(text="多少钱", ref="1")),
    (b'{"type":"chat","text":"yes","reply_to":"x-1"}', client.Chat(text="yes", reply_to="x-1")),
    (b'{"type":"gift","gift":"rose","count":3}', client.Gift(gift="rose", count=3)),
    (b'{"type":"like","count":50}', client.Like(count=50)),
    (b'{"type":"purchase","product":"1","count":2,"viewer":"a1"}', client.Purchase(product="1", count=2, viewer="a1")),
    (b'{"type":"click","product":"1"}', client.Click(product="1")),
    (
        '{"type":"shelf","more":true,"products":[{"id":"1","link":3,"title":{"zh":"卫衣"},"facts":[{"en":"warm"}]}]}'.encode(),
        client.Shelf(products=(HOODIE,), more=True),
    ),
    (b'{"type":"roll"}', client.Roll()),
    (b'{"type":"follow"}', client.Follow()),
    (b'{"type":"share"}', client.Share()),
    (b'{"type":"rename","name":"Bea"}', client.Rename(name="Bea")),
    (b'{"type":"mic","on":true,"rate":16000}', client.Mic(on=True)),
    (b'{"type":"delete","id":"x-1"}', client.Delete(id="x-1")),
    (b'{"type":"timeout","viewer":"a1","seconds":60}', client.Timeout(viewer="a1", seconds=60)),
    (b'{"type":"stream","state":"ended","why":"late"}', client.StreamChange(state="ended", why="late")),
    (
        b'{"type":"say","id":"r","text":"hi","language":"en","to":["a1"],"event":"x-1","intent":"greet","route":"t5"}',
        client.Say(id="r", text="hi", language="en", to=("a1",), event="x-1", intent="greet", route="t5"),
    ),
    (
        b'{"type":"speech","reply":"r","sequence":0,"text":"hi","start":0,"end":0.8,"rate":24000}',
        client.Speech(reply="r", sequence=0, text="hi", start=0.0, end=0.8, rate=24_000),
    ),
    (b'{"type":"cancel","reply":"r"}', client.Cancel(reply="r")),
    (b'{"type":"duck","reply":"r","on":true}', client.Duck(reply="r", on=True)),
    (b'{"type":"state","state":"thinking"}', client.State(state="thinking")),
    (
        b'{"type":"caption","id":"u","viewer":"a1","text":"hel","language":"en","final":false}',
        client.Caption(id="u", viewer="a1", text="hel", language="en"),
    ),
]

FROM_THE_SERVER: list[server.ServerMessage | client.ClientMessage] = [
    server.Welcome(
        you=ANN,
        session="s",
        resumed=False,
        room=server.RoomFacts("main", "衣服", "小美", server.Bot("小弹", "absent"), Stream.LIVE),
        viewers=3,
        history=[server.EventTold(seq=1, event=msgspec.Raw(b'{"kind":"new"}'))],
        seq=4,
        limits=server.LimitsTold(500, 24, 16384, 20),
        muted=0.0,
    ),
    server.Ack(ref="1", id="x-2"),
    server.Error(code="muted", message="wait", ref="1"),
    server.Presence(viewers=5),
    server.People(came=(ANN,), gone=("b2",)),
    server.RollTold(here={Role.VIEWER: ["a1"], Role.STREAMER: ["s1"]}),
    server.ShelfTold(products=(HOODIE,), whole=False),
    server.Clicks(clicks=(server.ClickEvent(**BASE, product="1"),)),
    server.You(viewer=ANN),
    server.MicTold(viewer=ANN, channel=9, on=True),
    client.Speech(reply="r", sequence=0, text="hi", start=0.0, end=0.8, rate=24_000),
    client.Cancel(reply="r"),
    client.Duck(reply="r", on=False),
    client.State(state="absent"),
    server.CaptionTold(id="u", viewer=ANN, text="hel", language="en", final=True),
    server.Muted(seconds=60.0),
]

HAPPENINGS: list[server.Happening] = [
    server.ChatEvent(**BASE, text="hi", reply_to="x-0"),
    server.GiftEvent(**BASE, gift="rose", count=2, value=1.0),
    server.PurchaseEvent(**BASE, product="1", count=2),
    server.LikeEvent(**BASE, count=9),
    server.FollowEvent(**BASE),
    server.ShareEvent(**BASE),
    server.JoinEvent(**BASE),
    server.LeaveEvent(**BASE),
    server.RemovedEvent(**BASE, message="x-0"),
    server.StreamEvent(**BASE, state=Stream.ENDED),
    server.SayEvent(**BASE, text="hi", language="en", to=(), event="", intent="", route="t5", final=True),
]


@pytest.mark.parametrize(("data", "message"), FROM_CLIENTS, ids=lambda value: type(value).__name__)
def test_a_recorded_frame_of_a_client_is_understood(data: bytes, message: client.ClientMessage) -> None:
    assert wire.parse_client(data) == message


def test_every_message_that_a_client_may_send_was_recorded() -> None:
    assert {type(message) for _, message in FROM_CLIENTS} == set(get_args(wire._CLIENT))


@pytest.mark.parametrize("message", FROM_THE_SERVER, ids=lambda value: type(value).__name__)
def test_what_the_server_sends_comes_back_the_same(message: server.ServerMessage | client.ClientMessage) -> None:
    assert wire.parse_server(wire.encode(message)) == message


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda value: type(value).__name__)
def test_what_happens_comes_back_the_same_inside_its_event(happening: server.Happening) -> None:
    told = wire.parse_server(wire.encode(server.EventTold(seq=3, event=msgspec.Raw(wire.encode(happening)))))
    assert isinstance(told, server.EventTold)
    assert (told.seq, wire.parse_happening(told.event)) == (3, happening)


def test_every_message_of_the_server_and_every_kind_of_event_was_tried() -> None:
    assert {type(message) for message in FROM_THE_SERVER} | {server.EventTold} == set(get_args(wire._SERVER))
    assert {type(happening) for happening in HAPPENINGS} == set(get_args(wire._KINDS))


def test_unknown_fields_are_ignored() -> None:
    assert wire.parse_client('{"type":"follow","colour":"red","deep":{"er":[1]}}') == client.Follow()


def test_a_kind_of_event_that_is_not_known_is_nothing_and_no_error() -> None:
    assert wire.parse_happening(b'{"kind":"fireworks","id":"x"}') is None


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", Code.BAD_MESSAGE, "truncated"),
        (b"hello", Code.BAD_MESSAGE, "malformed"),
        (b"[]", Code.BAD_MESSAGE, "expected object"),
        (b"{}", Code.BAD_MESSAGE, "type"),
        (b'{"type":7}', Code.BAD_MESSAGE, "type: expected str"),
        (b'{"type":"chat"}', Code.BAD_MESSAGE, "text"),
        (b'{"type":"chat","text":7}', Code.BAD_MESSAGE, "text: expected str, got int"),
        (b'{"type":"gift","gift":"rose","count":0}', Code.BAD_MESSAGE, "count: expected int >= 1"),
        (b'{"type":"gift","gift":"rose","count":10000}', Code.BAD_MESSAGE, "count: expected int <= 9999"),
        (b'{"type":"like","count":51}', Code.BAD_MESSAGE, "count"),
        (b'{"type":"like","count":1e999}', Code.BAD_MESSAGE, "number"),
        (b'{"type":"timeout","viewer":"a","seconds":86401}', Code.BAD_MESSAGE, "seconds"),
        (b'{"type":"mic","on":"yes"}', Code.BAD_MESSAGE, "on: expected bool"),
        (b'{"type":"chat","text":"x","ref":"' + b"r" * 65 + b'"}', Code.BAD_MESSAGE, "ref"),
        (b'{"type":"dance"}', Code.UNKNOWN_TYPE, "not known"),
        (b'{"type":"welcome"}', Code.UNKNOWN_TYPE, "not known"),
        (b'{"type":"chat","text":"\xff\xfe"}', Code.BAD_MESSAGE, "UTF-8"),
        (b'{"type":"chat","text":"\\ud800"}', Code.BAD_MESSAGE, ""),
        (b'{"type":"chat","text":' + b"[" * 15_000, Code.BAD_MESSAGE, "deeply"),
    ],
)
def test_a_wrong_frame_is_refused_with_a_code_and_words(data: bytes, code: Code, words: str) -> None:
    with pytest.raises(WireError) as refusal:
        wire.parse_client(data)
    assert refusal.value.code is code
    assert words in refusal.value.message
    assert len(refusal.value.message) <= 200


def test_a_refusal_carries_the_ref_of_what_it_refuses() -> None:
    with pytest.raises(WireError) as refusal:
        wire.parse_client(b'{"type":"like","count":"many","ref":"mine"}')
    assert refusal.value.ref == "mine"


def refused(parse: Callable[[bytes], object], data: bytes) -> Code | None:
    """Return why `data` is refused, nothing where it is taken; let every other exception through."""
    try:
        parse(data)
    except WireError as error:
        return error.code
    return None


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_any_bytes_are_a_message_or_a_refusal(data: bytes) -> None:
    for parse in (wire.parse_client, wire.parse_server, wire.parse_happening, wire.parse_audio):
        assert refused(parse, data) in {None, Code.BAD_MESSAGE, Code.UNKNOWN_TYPE, Code.BAD_AUDIO}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_a_known_type_with_any_fields_is_a_message_or_a_refusal(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted({*wire._client, *wire._server})))
    recorded = [frame for frame, message in FROM_CLIENTS if json.loads(frame)["type"] == kind]
    fields = json.loads(recorded[0]) if recorded else {"type": kind}
    for field in data.draw(st.lists(st.sampled_from([*fields, "ref", "event", "seq"]), max_size=3)):
        if field != "type":
            fields[field] = data.draw(JSON)
    frame = json.dumps(fields, ensure_ascii=False).encode(errors="surrogatepass")
    for parse in (wire.parse_client, wire.parse_server):
        assert refused(parse, frame) in {None, Code.BAD_MESSAGE, Code.UNKNOWN_TYPE}


def test_a_recorded_audio_frame_has_its_fields_in_their_places() -> None:
    packet = AudioPacket(AudioKind.MIC, 0x0203, 0x01020304, bytes(range(256)) * 2, last=True)
    frame = bytes([1, 1, 3, 2, 4, 3, 2, 1]) + bytes(range(256)) * 2
    assert wire.encode_audio(packet) == frame
    assert wire.parse_audio(frame) == packet


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (b"", "header"),
        (b"\x01\x00\x00\x00\x00\x00\x00", "header"),
        (b"\x03" + bytes(7 + 640), "begins with"),
        (b"\x01" + bytes(7 + 641), "even"),
        (b"\x02" + bytes(7 + 641), "even"),
        (b"\x01" + bytes(7 + 318), "10 to 200 ms"),
        (b"\x01" + bytes(7 + 6402), "10 to 200 ms"),
        (b"\x01\x01" + bytes(6 + 6402), "10 to 200 ms"),
    ],
)
def test_a_wrong_audio_frame_is_refused(frame: bytes, words: str) -> None:
    with pytest.raises(WireError, match=words) as refusal:
        wire.parse_audio(frame)
    assert refusal.value.code is Code.BAD_AUDIO


def test_the_last_frame_of_a_remark_may_be_short_or_empty() -> None:
    assert wire.parse_audio(b"\x01\x01" + bytes(6)).pcm == b""


@given(
    kind=st.sampled_from(AudioKind),
    label=st.integers(0, 65_535),
    count=st.integers(0, 2**32 - 1),
    samples=st.integers(160, 3_200),
    last=st.booleans(),
)
def test_every_audio_packet_comes_back_the_same(
    *, kind: AudioKind, label: int, count: int, samples: int, last: bool
) -> None:
    packet = AudioPacket(kind, label, count, bytes(samples * 2), last)
    assert wire.parse_audio(wire.encode_audio(packet)) == packet
