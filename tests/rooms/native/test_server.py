"""The server over real sockets."""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from core.errors import RoomError
from rooms.native.limits import Limits
from rooms.native.options import RoomOptions, ServerOptions
from rooms.native.server import RoomServer

DEFAULT = ServerOptions()


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds; the sockets between us have their own time."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  (what is waited for has no event of its own)
            await asyncio.sleep(0.01)


async def test_two_guests_meet(served: Any) -> None:
    await served.serve(DEFAULT)
    ann = await (await served.guest()).hello(name="Ann")
    bob = await (await served.guest()).hello(name="Bob")
    await ann.send(type="chat", text="你好")
    assert (await bob.until("chat"))["text"] == "你好"


async def test_rooms_do_not_hear_each_other(served: Any) -> None:
    await served.serve(DEFAULT)
    here = await (await served.guest()).hello()
    there = await (await served.guest(served.url.replace("main", "other"))).hello()
    await here.send(type="chat", text="here")
    await there.send(type="chat", text="there")
    assert (await there.until("chat"))["text"] == "there"


async def test_a_room_that_is_not_there_is_404(served: Any) -> None:
    await served.serve(DEFAULT)
    with pytest.raises(InvalidStatus) as refusal:
        await served.guest(served.url.replace("main", "nowhere"))
    assert refusal.value.response.status_code == 404


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://evil.example", False), ("null", False), ("https://friend.example", True)],
)
async def test_pages_of_other_hosts_need_to_be_on_the_list(served: Any, origin: str, *, allowed: bool) -> None:
    await served.serve(ServerOptions(origins=("https://friend.example",)))
    if allowed:
        await (await served.guest(origin=origin)).hello()
        return
    with pytest.raises(InvalidStatus) as refusal:
        await served.guest(origin=origin)
    assert refusal.value.response.status_code == 403


async def test_our_own_pages_may_connect(served: Any) -> None:
    await served.serve(DEFAULT)
    guest = await served.guest(origin=served.url.replace("ws:", "http:").removesuffix("/rooms/main"))
    assert (await guest.hello()).welcome["type"] == "welcome"


async def test_who_says_no_hello_is_closed(served: Any) -> None:
    await served.serve(ServerOptions(limits=Limits(hello_s=0.05)))
    assert await (await served.guest()).closed() == 4000


@pytest.mark.parametrize(
    "first", ['{"type":"chat","text":"hi"}', "nonsense", '{"type":"hello"}', '{"type":"hello","version":9}', b"\x01"]
)
async def test_who_begins_with_something_else_is_closed(served: Any, first: str | bytes) -> None:
    await served.serve(DEFAULT)
    guest = await served.guest()
    await guest.socket.send(first)
    assert await guest.closed() == 4000


async def test_a_wrong_token_is_closed(served: Any) -> None:
    await served.serve(DEFAULT)
    guest = await served.guest()
    await guest.send(type="hello", version=1, token="guess")
    assert await guest.closed() == 4001


@pytest.mark.parametrize("frame", ["x" * (16 * 1024 + 1), bytes(16 * 1024 + 1)], ids=["text", "binary"])
async def test_a_frame_too_large_is_closed_and_others_go_on(served: Any, frame: str | bytes) -> None:
    await served.serve(DEFAULT)
    guest, other = await (await served.guest()).hello(), await (await served.guest()).hello(name="Bob")
    await guest.socket.send(frame)
    assert await guest.closed() == 1009
    await other.send(type="chat", text="still here")
    assert (await other.until("chat"))["text"] == "still here"


async def test_a_frame_of_just_the_limit_is_read(served: Any) -> None:
    await served.serve(DEFAULT)
    guest = await (await served.guest()).hello()
    frame = json.dumps({"type": "follow", "ref": "r", "padding": ""})
    await guest.socket.send(frame.replace('""', '"' + "x" * (16 * 1024 - len(frame)) + '"'))
    assert (await guest.until("ack"))["ref"] == "r"


async def test_malformed_frames_are_answered_and_the_connection_goes_on(served: Any) -> None:
    await served.serve(DEFAULT)
    guest = await (await served.guest()).hello()
    for frame in ("{", "[" * 9000, '{"type":"dance"}', b"", b"\x01\x02", bytes(300)):
        await guest.socket.send(frame)
        assert (await guest.until("error"))["code"] in ("bad_message", "unknown_type", "bad_audio")
    await guest.send(type="chat", text="fine", ref="r")
    assert (await guest.until("ack"))["ref"] == "r"


async def test_text_that_is_no_utf_8_closes_only_its_sender(served: Any) -> None:
    await served.serve(DEFAULT)
    guest, other = await (await served.guest()).hello(), await (await served.guest()).hello()
    await guest.socket.send(b"\xff\xfe", text=True)
    assert await guest.closed() == 1007
    await other.send(type="share", ref="r")
    assert (await other.until("ack"))["ref"] == "r"


async def test_a_flood_closes_its_sender(served: Any) -> None:
    await served.serve(ServerOptions(limits=Limits(refusals=10)))
    guest = await (await served.guest()).hello()
    for _ in range(40):
        await guest.send(type="share")
    assert await guest.closed() == 4009


async def test_one_address_has_only_so_many_connections(served: Any) -> None:
    await served.serve(ServerOptions(limits=Limits(per_address=2)))
    first = await (await served.guest()).hello()
    await (await served.guest()).hello()
    assert await (await served.guest()).closed() == 4013
    await first.socket.close()
    assert (await (await served.guest()).hello()).welcome["type"] == "welcome"


async def test_a_full_room_is_closed_to_more(served: Any) -> None:
    await served.serve(ServerOptions(limits=Limits(participants=1)))
    await (await served.guest()).hello()
    guest = await served.guest()
    await guest.send(type="hello", version=1)
    assert await guest.closed() == 4013


@pytest.mark.parametrize("how", ["both", "ended"])
async def test_who_closes_has_left_and_who_is_cut_off_leaves_later(
    served: Any, line: Callable[..., Any], how: str
) -> None:
    await served.serve(ServerOptions(limits=Limits(away_s=0.3)))
    cable, url = await line(served.url)
    stay = await (await served.guest()).hello(name="Ann")
    leaver = await (await served.guest()).hello(name="Bob")
    await leaver.socket.close()
    assert (await stay.until("leave"))["viewer"]["name"] == "Bob"
    lost = await (await served.guest(url)).hello(name="Cy")
    await stay.until("join")
    cable.cut(how)
    begun = asyncio.get_running_loop().time()
    assert (await stay.until("leave"))["viewer"]["id"] == lost.welcome["you"]["id"]
    assert asyncio.get_running_loop().time() - begun >= 0.25


async def test_a_frozen_connection_is_noticed_by_its_silence(served: Any, line: Callable[..., Any]) -> None:
    await served.serve(ServerOptions(limits=Limits(heartbeat_s=0.2, away_s=0.1)))
    cable, url = await line(served.url)
    stay = await (await served.guest()).hello(name="Ann")
    await (await served.guest(url)).hello(name="Bob")
    cable.freeze()
    assert (await stay.until("leave"))["viewer"]["name"] == "Bob"


async def test_a_slow_client_is_dropped_while_others_go_on_and_it_can_resume(served: Any) -> None:
    limits = Limits(waiting_messages=16, messages=0)
    server = await served.serve(ServerOptions(limits=limits), sndbuf=16 * 1024)
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 * 1024)
    small.setblocking(False)
    await asyncio.get_running_loop().sock_connect(small, ("127.0.0.1", urlsplit(served.url).port))
    slow = await (await served.guest(sock=small)).hello(name="Slow")  # it reads nothing from here on
    fast = await (await served.guest()).hello(name="Fast")
    for number in range(300):
        await fast.send(type="chat", text=f"{number:03}" + "长" * 400)
        assert (await fast.until("chat"))["text"].startswith(f"{number:03}")
    member = server._rooms["main"].member(slow.welcome["you"]["id"])
    await eventually(lambda: member is not None and member.outbox is None)
    back = await (await served.guest()).hello(session=slow.welcome["session"], seq=slow.welcome["seq"])
    assert back.welcome["resumed"] is True
    chats = [told["event"] for told in back.welcome["history"] if told["event"]["kind"] == "chat"]
    assert [chat["text"][:3] for chat in chats] == [f"{number:03}" for number in range(300)]


async def test_stopping_says_goodbye_to_everybody_within_a_second(served: Any, line: Callable[..., Any]) -> None:
    await served.serve(DEFAULT)
    cable, url = await line(served.url)
    guests = [await (await served.guest()).hello() for _ in range(5)]
    guests.append(await served.guest())  # has not said hello
    await (await served.guest(url)).hello()
    cable.freeze()  # one does not answer
    begun = asyncio.get_running_loop().time()
    ends = [asyncio.ensure_future(guest.closed()) for guest in guests]
    await served.runner.cleanup()
    assert asyncio.get_running_loop().time() - begun < 1.5
    assert await asyncio.gather(*ends) == [1001] * 6


def test_two_rooms_of_one_name_are_refused() -> None:
    with pytest.raises(RoomError, match="another id"):
        RoomServer(DEFAULT, [RoomOptions(id="a"), RoomOptions(id="a")])


def test_too_many_rooms_are_refused() -> None:
    with pytest.raises(RoomError, match="limit of 1"):
        RoomServer(ServerOptions(limits=Limits(rooms=1)), [RoomOptions(id="a"), RoomOptions(id="b")])
