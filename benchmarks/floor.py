"""A crowd in one room: `danmate bench chat` prints how long decisions take at 1,000 messages a second, and memory.

The whole pipeline without voice: guard, understanding, behaviour, floor, memory and replies of the engine that the
settings name, in real time. Its room is this program: joins, gifts, likes and messages of viewers that are drawn anew
from a seed. A decision's time is all that the pipeline does with an event before it asks for the next one; the time in
the queue counts from the moment the event came.
"""

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from bot import build
from bot.engines import Engines
from bot.room import RoomBot
from bot.settle import settle
from core.channels import Channel, Overflow
from core.clock import SystemClock
from core.errors import OverloadError
from core.events import (
    AudioFrame,
    Card,
    Chat,
    Follow,
    Gift,
    Heard,
    Join,
    Leave,
    Like,
    Reply,
    RoomEvent,
    Speech,
    Utterance,
    Viewer,
)
from core.settings import load
from rooms.source import BotState, Capabilities

ROOT: Final = Path(__file__).parent.parent
RATES: Final = (20, 200, 1000)
"""Events a second, one run each."""
SECONDS: Final = 60.0
"""Length of a run."""
VIEWERS: Final = 5000
"""Viewers that events are drawn from."""
SLOT_S: Final = 0.01
SAID: Final = (
    "蓝色卫衣多少钱", "这件还有货吗", "3号链接是什么", "几点下播啊", "主播好可爱", "哈哈哈哈", "666", "来了来了",
    "小弹你好", "小弹 卫衣什么面料", "能便宜点吗", "发什么快递", "怎么还没发货", "保温杯能保温多久", "今天吃什么",
    "前排", "推荐一个给我妈妈的", "how much is the hoodie", "is the mug still there", "hello everyone", "lol",
    "what's the link", "danmate are you a bot", "when do you end", "love this", "can you ship to Canada",
    "first time here", "so quiet today", "which one is warmer",
)  # fmt: skip
"""What viewers write, with a number behind it now and then."""


class Queue(Channel[RoomEvent | AudioFrame]):
    """What waits for the bot, with the times that it takes for each event."""

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity, Overflow.REFUSE)
        self.refused = 0
        """Events that found no place."""
        self.handled: list[float] = []
        """Seconds that each event took once it was its turn."""
        self.computed: list[float] = []
        """Seconds of this thread's processor time that each event took: what a busy machine does not blur."""
        self.whole: list[float] = []
        """Seconds from each event's coming until it was decided on or waited for its answer."""
        self._came: dict[str, float] = {}
        self._current: tuple[float, float, float] | None = None

    def offer(self, event: RoomEvent) -> None:
        """Put `event` in, or count that there was no place."""
        try:
            self.send(event)
        except OverloadError:
            self.refused += 1
        else:
            self._came[event.id] = time.perf_counter()

    async def receive(self) -> RoomEvent | AudioFrame:
        """Return the next event, and time the one before it."""
        now = time.perf_counter()
        if self._current is not None:
            begun, computed, came = self._current
            self.handled.append(now - begun)
            self.computed.append(time.thread_time() - computed)
            self.whole.append(now - came)
            self._current = None
        event = await super().receive()
        if isinstance(event, RoomEvent):
            self._current = (time.perf_counter(), time.thread_time(), self._came.pop(event.id))
        return event


class BenchRoom:
    """A connector whose room is this program; a silent one, so that replies follow each other at once."""

    capabilities = Capabilities(platform="bench", say=True, delete=True, timeout=True)

    def __init__(self) -> None:
        self.events = Queue(1024)
        self.said = 0
        """Replies so far."""

    def say(self, reply: Reply, *, final: bool = True) -> None:  # noqa: ARG002  # nobody reads it
        """Count a reply."""
        self.said += final

    def speech(self, speech: Speech) -> None:
        """There is no voice here."""

    def cancel(self, reply_id: str) -> None:
        """There is no voice here."""

    async def heard(self, reply_id: str) -> Heard:
        """Return that nothing was played."""
        return Heard(reply=reply_id, text="", played_s=0.0, cut=False)

    def duck(self, reply_id: str, *, on: bool) -> None:
        """There is no voice here."""

    def state(self, state: BotState) -> None:
        """Nobody watches."""

    def caption(self, utterance: Utterance) -> None:
        """Nobody watches."""

    def shelf(self, cards: Sequence[Card]) -> None:
        """Nobody watches."""

    def delete(self, message_id: str) -> None:
        """Nobody sees the message."""

    def timeout(self, viewer_id: str, seconds: int) -> None:
        """Viewers here do not know that they are silenced."""

    def start(self) -> None:
        """Events come from `crowd`."""

    def stop(self) -> None:
        """End the room."""
        self.events.close()

    async def join(self) -> None:
        """Nothing runs here."""

    async def close(self) -> None:
        """Nothing is left."""


def event(draw: random.Random, number: int) -> RoomEvent:
    """Return one event of a busy room: nine in ten are messages."""
    name = f"viewer-{draw.randrange(VIEWERS)}"
    now = time.time()
    about: dict[str, Any] = {
        "id": f"e{number}",
        "room": "bench",
        "viewer": Viewer(name, name),
        "at": now,
        "received": now,
    }
    kind = draw.random()
    if kind < 0.9:  # noqa: PLR2004  # the shares of the draw stand here
        said = draw.choice(SAID)
        return Chat(**about, text=f"{said} {draw.randrange(1000)}" if draw.random() < 0.5 else said)  # noqa: PLR2004
    if kind < 0.95:  # noqa: PLR2004
        return draw.choice((Join, Leave))(**about)
    if kind < 0.98:  # noqa: PLR2004
        return Like(**about, count=draw.randrange(1, 30))
    if kind < 0.99:  # noqa: PLR2004
        return Gift(**about, gift=draw.choice(("玫瑰", "咖啡", "火箭")), count=draw.randrange(1, 10), value=1.0)
    return Follow(**about)


async def crowd(room: BenchRoom, rate: int, seconds: float, first: int) -> int:
    """Send `rate` events a second for `seconds`; return how many."""
    draw = random.Random(rate)  # noqa: S311  # the same crowd in every run
    begun, sent = time.perf_counter(), 0
    while (now := time.perf_counter() - begun) < seconds:
        while sent < now * rate:
            room.events.offer(event(draw, first + sent))
            sent += 1
        await asyncio.sleep(SLOT_S)
    return sent


async def measure(bot: RoomBot, room: BenchRoom, rate: int, seconds: float) -> dict[str, Any]:
    """Return the figures of one run."""
    process = psutil.Process()
    running = asyncio.create_task(bot.run())
    codes: Counter[str] = Counter()

    async def count() -> None:
        with bot.control.journal.watch() as told:
            async for one in told:
                codes[one.decision.code] += 1

    counting = asyncio.create_task(count())
    await crowd(room, rate, seconds / 6, 0)  # warm: what is held for a while has filled
    memory, cpu, begun = process.memory_info().rss, process.cpu_times(), time.perf_counter()
    for times in (room.events.handled, room.events.computed, room.events.whole):
        times.clear()
    said, codes_before = room.said, Counter(codes)
    sent = await crowd(room, rate, seconds, 1_000_000)
    elapsed = time.perf_counter() - begun
    grown, after = process.memory_info().rss - memory, process.cpu_times()
    room.stop()
    await running
    await counting
    return {
        "events_per_s": round(sent / elapsed, 1),
        "events": sent,
        "refused_by_inbox": room.events.refused,
        "decision_ms": _percentiles(room.events.handled),
        "decision_processor_ms": _percentiles(room.events.computed),
        "decision_with_queue_ms": _percentiles(room.events.whole),
        "replies": room.said - said,
        "processor_s_per_s": round((after.user + after.system - cpu.user - cpu.system) / elapsed, 3),
        "memory_mb": round(process.memory_info().rss / 1e6, 1),
        "memory_grown_mb": round(grown / 1e6, 2),
        "decisions": dict((codes - codes_before).most_common()),
    }


def _percentiles(seconds: list[float]) -> dict[str, float]:
    """Return milliseconds."""
    shares = {"p50": 50.0, "p90": 90.0, "p99": 99.0, "p99.9": 99.9, "max": 100.0}
    return {name: round(float(np.percentile(seconds, share)) * 1000, 3) for name, share in shares.items()}


async def run(seconds: float = SECONDS) -> dict[str, Any]:
    """Return everything that `danmate bench chat` prints."""
    settings = load(ROOT / "configs" / "demo.yaml")
    engines = Engines(settings.models)
    await engines.load(ears=False, voice=False)
    runs = {}
    for rate in RATES:
        room = BenchRoom()
        bot = await asyncio.to_thread(
            build.room_bot, settings.rooms[0], settings, engines, room, SystemClock(), seed=rate
        )
        settle()  # as `danmate serve` does
        runs[f"{rate}/s"] = await measure(bot, room, rate, seconds)
    await engines.close()
    return {"load_average_1m": os.getloadavg()[0], "cores": os.cpu_count(), "runs": runs}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run()), ensure_ascii=False, indent=1))
