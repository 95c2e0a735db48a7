"""A viewer for benchmarks: joins a native room, types, speaks in real time, and notes when what comes back."""

import asyncio
import json
import struct
import time
from typing import Any, Final

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

FRAME_S: Final = 0.02
RATE: Final = 16_000
_HEADER: Final = struct.Struct("<BBHI")
_VOICE: Final = 2
_AUDIBLE: Final = 200
"""int16 amplitude above which a sample is sound."""


class Answer:
    """When the parts of one answer came, seconds of `time.perf_counter`."""

    def __init__(self) -> None:
        self.caption = self.say = self.sound = 0.0
        self.heard = self.text = self.route = ""
        self.event = self.reply = ""
        self.done = asyncio.Event()


class Viewer:
    """One connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.answer = Answer()
        self.heard_of: list[tuple[str, float, dict[str, Any]]] = []
        """Every `duck`, `cancel`, `caption` and `speech` message: type, time of coming, message."""
        self._playing = ""
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def join(cls, url: str, name: str = "小鱼") -> "Viewer":
        """Join the room at `url`."""
        socket = await connect(url, max_size=None)
        await socket.send(json.dumps({"type": "hello", "version": 1, "name": name, "audio": ["voice"]}))
        return cls(socket)

    async def close(self) -> None:
        """Leave."""
        self._reading.cancel()
        await self._socket.close()

    async def send(self, **message: Any) -> None:
        """Send a message."""
        await self._socket.send(json.dumps(message))

    def expect(self) -> Answer:
        """Forget the last answer and return what the next one will be noted in."""
        self.answer = Answer()
        return self.answer

    async def speak(
        self, pcm: "np.ndarray[Any, np.dtype[np.int16]]", speech_end_s: float, tail_s: float = 2.0
    ) -> float:
        """Send `pcm` (16 kHz) in real time and then silence; return when the end of speech was sent."""
        await self.send(type="mic", on=True, rate=RATE)
        samples = int(FRAME_S * RATE)
        padded = np.concatenate([pcm, np.zeros(int(tail_s * RATE), np.int16)])
        begun, ended = time.perf_counter(), 0.0
        for count, start in enumerate(range(0, len(padded) - samples, samples)):
            await asyncio.sleep(max(0.0, begun + (count + 1) * FRAME_S - time.perf_counter()))
            await self._socket.send(_HEADER.pack(1, 0, 0, count) + padded[start : start + samples].tobytes())
            if not ended and (count + 1) * FRAME_S >= speech_end_s:
                ended = begun + speech_end_s
        await self.send(type="mic", on=False)
        return ended

    async def _read(self) -> None:
        async for frame in self._socket:
            now = time.perf_counter()
            answer = self.answer
            if isinstance(frame, bytes):
                sound = np.frombuffer(frame[_HEADER.size :], np.int16)
                if (
                    frame[0] == _VOICE
                    and self._playing == answer.reply != ""
                    and not answer.sound
                    and np.abs(sound).max(initial=0) > _AUDIBLE
                ):
                    answer.sound = now
                continue
            message = json.loads(frame)
            kind = message["type"]
            if kind in {"duck", "cancel", "caption", "speech"}:
                self.heard_of.append((kind, now, message))
            if kind == "caption" and message["final"]:
                answer.caption, answer.heard, answer.event = now, message["text"], message["id"]
            elif kind == "ack" and message.get("ref"):
                answer.event = message.get("id", "")
            elif (
                kind == "event"
                and message["event"]["kind"] == "say"
                and message["event"]["event"] == answer.event != ""
            ):
                answer.say, answer.reply = answer.say or now, message["event"]["id"]
                answer.text, answer.route = message["event"]["text"], message["event"]["route"]
            elif kind == "speech":
                self._playing = message["reply"]
                if message["last"] and message["reply"] == answer.reply:
                    answer.done.set()
