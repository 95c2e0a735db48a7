"""A real llama.cpp server with Gemma takes the open talk of a real room: what it says is checked, or replaced."""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import build
from bot.engines import Engines
from bot.llama_server import gguf, talks
from core.channels import Channel, Overflow
from core.clock import SystemClock
from core.errors import EngineError, ModelError
from core.events import AudioFrame, Card, Chat, Heard, Reply, RoomEvent, Speech, Utterance, Viewer
from core.settings import Settings
from nlu.check import LIMITS
from nlu.intents import Length
from rooms.source import BotState, Capabilities

ENGINE = "openai:gemma3-270m"
DEADLINE_S = 20.0
"""Long enough for a machine whose cores are busy with other tests."""
ASKED = {
    "zh": (
        "恐龙是怎么消失的", "太阳为什么是热的", "法国的首都是哪里", "为什么天是蓝的", "世界上最高的山有多高",
        "月亮为什么会变圆", "谁写了红楼梦",
    ),
    "en": (
        "why is the sea salty", "why is the sky blue?", "what is the capital of France",
        "tell me about dinosaurs", "how tall is mount everest", "how do planes stay in the air",
        "who wrote romeo and juliet",
    ),
}  # fmt: skip
"""Off-topic questions; some ask for a place, a number or a name, which it must not state."""
TELLING = ("巴黎", "曹雪芹", "珠穆朗玛", "Paris", "Shakespeare")
CHECKS = re.compile(
    r"names|invents|claims|mixes languages|wrong language|repeats|says|recites|too long|said just now|leaks"
)


class Room:
    """A room without a voice, which keeps what is said."""

    capabilities = Capabilities(platform="native", say=True)

    def __init__(self) -> None:
        self.events: Channel[RoomEvent | AudioFrame] = Channel(100, Overflow.REFUSE)
        self.drafts: dict[str, list[str]] = {}
        self.said: asyncio.Queue[Reply] = asyncio.Queue()
        self._count = 0

    async def ask(self, text: str) -> Reply:
        """Return the whole reply to a message to the bot."""
        self._count += 1
        now = time.time()
        self.events.send(
            Chat(
                id=f"e{self._count}", room="main", viewer=Viewer("v", "Lily"), at=now, received=now, text=f"小弹 {text}"
            )
        )
        async with asyncio.timeout(2 * DEADLINE_S):
            return await self.said.get()

    def say(self, reply: Reply, *, final: bool = True) -> None:
        self.drafts.setdefault(reply.id, []).append(reply.text)
        if final:
            self.said.put_nowait(reply)

    async def heard(self, reply_id: str) -> Heard:
        return Heard(reply=reply_id, text="", played_s=0.0, cut=False)

    def speech(self, speech: Speech) -> None: ...
    def cancel(self, reply_id: str) -> None: ...
    def duck(self, reply_id: str, *, on: bool) -> None: ...
    def state(self, state: BotState) -> None: ...
    def caption(self, utterance: Utterance) -> None: ...
    def shelf(self, cards: Sequence[Card]) -> None: ...
    def delete(self, message_id: str) -> None: ...
    def timeout(self, viewer_id: str, seconds: int) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None:
        self.events.close()

    async def join(self) -> None: ...
    async def close(self) -> None: ...


@pytest.fixture
def server(gemma: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Give a running server, started as a person starts it, and its address."""
    command = [sys.executable, "-m", "bot.cli", "models", "serve", "gemma3-270m", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running, running.stdout.readline().strip()
        finally:
            running.terminate()
            assert running.wait(10) == 0


@asynccontextmanager
async def room_with(url: str) -> AsyncIterator[Room]:
    """Give a room with the house T5, and the server at `url` for open talk; all else is as it is by default."""
    settings = Settings.model_validate(
        {
            "models": {"open": {"url": url, "model": "gemma3-270m", "timeout": f"{DEADLINE_S:.0f}s"}},
            "rooms": [{"id": "main", "streamer": "阿杰", "persona": {"name": "小弹"}}],
        }
    )
    engines, room = Engines(settings.models), Room()
    await engines.load(ears=False, voice=False)
    bot = build.room_bot(settings.rooms[0], settings, engines, room, SystemClock(), seed=1)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bot.run())
            yield room
            room.stop()
    finally:
        await engines.close()


@pytest.mark.llm
@pytest.mark.timeout(600)
async def test_gemma_takes_open_talk_and_nothing_that_it_may_not_say_is_heard(
    server: tuple["subprocess.Popen[str]", str],
) -> None:
    running, url = server
    said: dict[str, list[Reply]] = {"zh": [], "en": []}
    async with room_with(url) as room:
        for language, questions in ASKED.items():
            for question in questions:
                reply = await room.ask(question)
                assert reply.text
                assert reply.language == language
                for draft in room.drafts[reply.id]:
                    assert reply.text.startswith(draft)
                    assert not any(word in draft for word in TELLING)
                if ENGINE in reply.route:
                    said[language].append(reply)
                    read_again(reply, question)
        house = await room.ask("how much is the hoodie?")
        assert ENGINE not in house.route
        running.terminate()
        await asyncio.to_thread(running.wait, 10)
        begun = time.monotonic()
        gone = await room.ask("who invented the telephone?")
        assert gone.text
        assert gone.route.endswith(f"/{ENGINE}: engine failed")
        assert time.monotonic() - begun < DEADLINE_S
    for language, replies in said.items():
        assert len(replies) >= len(ASKED[language]) // 2, f"hardly any question in {language} went to the engine"
    routes = [reply.route for replies in said.values() for reply in replies]
    assert any(route.startswith(ENGINE) for route in routes), "nothing that it said passed"
    assert any(not route.startswith(ENGINE) for route in routes), "it knew everything and was right: too good"


def read_again(reply: Reply, question: str) -> None:
    """Fail for a reply of the engine that states anything of its own, or one that was replaced without a reason."""
    refused = reply.route.partition(ENGINE)[2].lstrip(":/ ")
    assert not refused or CHECKS.match(refused), reply.route
    if not reply.route.startswith(ENGINE):
        return
    bare = reply.text.replace("Lily", "").replace("小弹", "")
    assert len(bare) <= LIMITS[reply.language][Length.LONG]
    assert "\n" not in bare
    assert not re.search(r"https?:|[<>{}]|\b[QA]:", bare)
    assert set(re.findall(r"\d+", bare)) <= set(re.findall(r"\d+", question))
    assert not re.search(r"元|块钱|[$€¥]|\b(?:yuan|dollars?|euros?|million|hundred|thousand)\b", bare)
    if reply.language == "en":
        assert not re.search("[\u4e00-\u9fff]", bare)
        inner = re.findall(r"(?<=[a-z,;] )[A-Z][a-z]+", bare)
        assert all(name.lower() in question.lower() for name in inner)
    else:
        assert not re.search("[A-Za-z]{3}", bare)


def test_a_folder_must_hold_one_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="0 GGUF files"):
        gguf(tmp_path)
    for name in "ab":
        (tmp_path / f"{name}.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelError, match="2 GGUF files"):
        gguf(tmp_path)


def test_a_model_that_was_taught_to_chat_is_known_by_its_template(tmp_path: Path) -> None:
    taught, other = tmp_path / "taught.gguf", tmp_path / "other.gguf"
    taught.write_bytes(b"GGUF....tokenizer.chat_template....")
    other.write_bytes(b"GGUF....tokenizer.ggml.model....")
    assert talks(taught)
    assert not talks(other)


async def test_a_larger_engine_without_an_address_is_named() -> None:
    engines = Engines(Settings.model_validate({"models": {"open": {"model": "x"}}}).models)
    with pytest.raises(EngineError, match=r"models\.open\.url is missing"):
        await engines.load(ears=False, voice=False)
    await engines.close()
