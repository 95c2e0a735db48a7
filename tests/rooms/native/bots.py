"""Connectors with what came out of them, and what they say."""

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

from core.events import AudioFrame, Clause, Directive, Reply, RoomEvent, Speech, Viewer
from rooms.native.connector import NativeConnector
from rooms.native.limits import Limits
from rooms.native.options import ServerOptions
from rooms.source import ConnectOptions

UNMETERED = ServerOptions(limits=Limits(messages=0, away_s=1.0))
BOT_TOKEN = "bot-secret"  # noqa: S105  (of the test's own server)


def soon() -> Iterator[float]:
    return itertools.repeat(0.02)


def reply(name: str, text: str = "你好") -> Reply:
    return Reply(
        id=name, text=text, language="zh", to=(Viewer("v", "Ann"),), facts={}, route="t5", directive=Directive()
    )


def clause(name: str, sequence: int, seconds: float, *, last: bool = False) -> Speech:
    caption = Clause(f"c{sequence}" if seconds else "", 0.0, seconds)
    pcm = b"\x01\x00" * int(seconds * 24_000)
    return Speech(reply=name, sequence=sequence, pcm=pcm, sample_rate=24_000, caption=caption, last=last)


class Bot:
    """A connector, and what came out of it."""

    def __init__(self, url: str, **options: Any) -> None:
        self.stopped = list[Exception | None]()
        delays, start = options.pop("delays", soon), options.pop("start", True)
        fields = {"room": "ours", "url": url, "name": "小弹", "token": BOT_TOKEN, **options}
        self.connector = NativeConnector(
            ConnectOptions(**fields), delays=delays, on_stopped=lambda _, error: self.stopped.append(error)
        )
        if start:
            self.connector.start()

    async def next(self, kind: type[RoomEvent] | type[AudioFrame]) -> Any:
        """Return the next thing of `kind`."""
        async with asyncio.timeout(10):
            while True:
                item = await self.connector.events.receive()
                if isinstance(item, kind):
                    return item
