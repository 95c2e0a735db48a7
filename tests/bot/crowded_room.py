"""The whole pipeline of one room, as a crowd meets it: in virtual time, with real understanding and templates."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.answering import Wits
from bot.engines import intent_reader
from bot.guard import Guard, GuardOptions
from bot.idle import IdleOptions
from bot.intake import IntakeOptions
from bot.options import RoomOptions
from bot.room import RoomBot
from core.channels import Channel, Overflow
from core.events import AudioFrame, Card, Heard, Like, Reply, Role, RoomEvent, Speech, Utterance, Viewer
from nlu.commands import Command, Commands
from nlu.knowledge import Faq, Knowledge, Local, Product
from nlu.memory import Memory
from nlu.mind import Mind
from nlu.names import Names
from nlu.plan import Planner
from nlu.safety import Safety, SafetyOptions
from nlu.templates import Templates
from nlu.unanswered import Unanswered
from nlu.understand import Understander
from rooms.source import BotState, Capabilities

KNOWLEDGE = Knowledge(
    products=(
        Product(
            id="1", title=Local("蓝色卫衣", "the blue hoodie"), aliases=("卫衣", "hoodie"),
            price="99元", stock=12, link=3, facts=(Local("面料是纯棉", "the fabric is pure cotton"),),
        ),
    ),
    faq=(Faq(("几点下播", "when do you end"), Local("今晚十点下播", "the stream ends at ten")),),
)  # fmt: skip
INTENTS = intent_reader()
TEMPLATES = Templates.load()
NAMES = Names()
SAFETY = Safety(SafetyOptions(superlatives=True))
Virtual = Callable[[Callable[[Any], Coroutine[Any, Any, Any]]], Any]
counter = iter(range(10_000_000))


class SlowVoice:
    """A room whose replies take a while to be heard, as spoken ones do."""

    def __init__(self, takes_s: float = 3.0) -> None:
        self.capabilities = Capabilities(platform="native", say=True, speak=True, delete=True, timeout=True)
        self.events: Channel[RoomEvent | AudioFrame] = Channel(5000, Overflow.REFUSE)
        self.said: list[Reply] = []
        self.cancelled: list[str] = []
        self.deleted: list[str] = []
        self.silenced: list[tuple[str, int]] = []
        self._takes_s = takes_s
        self._cuts: dict[str, asyncio.Event] = {}

    def say(self, reply: Reply, *, final: bool = True) -> None:
        if final:
            self.said.append(reply)

    def speech(self, speech: Speech) -> None: ...
    def cancel(self, reply_id: str) -> None:
        self.cancelled.append(reply_id)
        self._cuts.setdefault(reply_id, asyncio.Event()).set()

    async def heard(self, reply_id: str) -> Heard:
        cut = self._cuts.setdefault(reply_id, asyncio.Event())
        try:
            async with asyncio.timeout(self._takes_s):
                await cut.wait()
        except TimeoutError:
            return Heard(reply=reply_id, text=self.said[-1].text, played_s=self._takes_s, cut=False)
        return Heard(reply=reply_id, text="", played_s=0.5, cut=True)

    def duck(self, reply_id: str, *, on: bool) -> None: ...
    def state(self, state: BotState) -> None: ...
    def caption(self, utterance: Utterance) -> None: ...
    def shelf(self, cards: Sequence[Card]) -> None: ...
    def delete(self, message_id: str) -> None:
        self.deleted.append(message_id)

    def timeout(self, viewer_id: str, seconds: int) -> None:
        self.silenced.append((viewer_id, seconds))

    def start(self) -> None: ...
    def stop(self) -> None:
        self.events.close()

    async def join(self) -> None: ...
    async def close(self) -> None: ...


class Mouth:
    """A voice that makes no sound: its room decides how long it takes."""

    async def speak(self, reply_id: str, text: str, language: str) -> Any:
        return
        yield

    async def warm(self, openings: Any) -> None: ...


def options(**changes: Any) -> RoomOptions:
    values: dict[str, Any] = {
        "id": "main", "persona": "小弹", "streamer": "阿杰", "tone": "warm", "length": "short", "language": "auto",
        "gift_merge_s": 3.0, "wake": ("小弹", "danmate"), "seed": 1, "idle": IdleOptions(1e9, 0),
        "intake": IntakeOptions(expire_s=20, answer_all=True, min_gift_value=0, thank_follows=True),
    }  # fmt: skip
    return RoomOptions(**{**values, **changes})


def bot(room: SlowVoice, clock: Any, **changes: Any) -> RoomBot:
    mind = changes.pop("mind", Mind(None, TEMPLATES, "小弹"))
    dry_run = changes.pop("dry_run", False)
    guard = Guard(GuardOptions(room="main", steps=("warn", 60.0), dry_run=dry_run), SAFETY, room, clock)
    return RoomBot(
        options(**changes),
        room,
        None,
        Understander(KNOWLEDGE, INTENTS, wake=("小弹", "danmate")),
        Commands(
            [
                Command(name="!价格", reply="$(product.price)", cooldown_user=30),
                Command(name="!谁", reply="@$(user) 你是老观众"),
            ],
            KNOWLEDGE,
            clock,
            streamer="阿杰",
        ),
        Wits(
            Planner(KNOWLEDGE, "小弹", "阿杰"),
            mind,
            plain=Mind(None, TEMPLATES, "小弹"),
            guard=guard,
            memory=Memory(clock),
            unanswered=Unanswered(clock),
        ),
        Mouth(),  # type: ignore[arg-type]  # a mouth without a model
        clock,
        products=KNOWLEDGE.products,
    )


def event(kind: type[RoomEvent], viewer: str = "小鱼", role: Role = Role.VIEWER, **fields: Any) -> Any:
    fields.setdefault("id", f"e{next(counter)}")
    return kind(room="main", viewer=Viewer(viewer, viewer, role), at=0.0, received=0.0, **fields)


def play(
    virtual_time: Virtual, script: Callable[[SlowVoice, RoomBot], Coroutine[Any, Any, None]], **changes: Any
) -> tuple[SlowVoice, RoomBot]:
    async def test(clock: Any) -> tuple[SlowVoice, RoomBot]:
        room = SlowVoice(changes.pop("takes_s", 3.0))
        made = bot(room, clock, **changes)
        running = asyncio.create_task(made.run())
        await script(room, made)
        await asyncio.sleep(30)
        room.stop()
        await running
        return room, made

    result: tuple[SlowVoice, RoomBot] = virtual_time(test)
    return result


def crowd_of(room: SlowVoice, number: int) -> None:
    for index in range(number):
        room.events.send(event(Like, f"观众{index}"))
