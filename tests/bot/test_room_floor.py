"""The whole pipeline of one room, as a crowd meets it: in virtual time, with real understanding and templates."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering import Wits
from bot.crowd import CrowdOptions
from bot.engines import intent_reader
from bot.floor import FloorOptions
from bot.gate import GateOptions
from bot.guard import Guard, GuardOptions
from bot.idle import IdleOptions
from bot.intake import IntakeOptions
from bot.options import RoomOptions
from bot.room import RoomBot
from core.channels import Channel, Overflow
from core.engines import Capabilities as EngineCapabilities
from core.events import (
    AudioFrame,
    Chat,
    Follow,
    Gift,
    Heard,
    Join,
    Leave,
    Like,
    Outcome,
    Purchase,
    Removed,
    Reply,
    Role,
    RoomEvent,
    Share,
    Speech,
    Stream,
    StreamState,
    Utterance,
    Viewer,
)
from core.reasons import words
from nlu.commands import Command, Commands
from nlu.knowledge import Faq, Knowledge, Local, Product
from nlu.memory import Memory
from nlu.mind import Mind
from nlu.names import Names
from nlu.open_talk import OpenTalk
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


def test_like_questions_asked_while_the_bot_speaks_get_one_answer_with_three_names(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小鱼", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "小红", "大壮", "老王"):
            room.events.send(event(Chat, name, text="蓝色卫衣多少钱"))

    room, made = play(virtual_time, script)
    prices = [reply for reply in room.said if "99元" in reply.text]
    assert len(prices) == 1
    assert [viewer.name for viewer in prices[0].to] == ["阿明", "小红", "大壮"]
    merged = [decision for decision in made.decisions if decision.outcome is Outcome.MERGED]
    assert {decision.reply for decision in merged} == {prices[0].id}
    assert len(merged) == 3


@pytest.mark.parametrize("what", ["message", "target"])
def test_a_withdrawal_silences_the_answer_in_the_middle_of_a_sentence(virtual_time: Virtual, what: str) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "阿明", text="蓝色卫衣多少钱", id="asked"))
        await asyncio.sleep(1)
        gone = {"message": "asked"} if what == "message" else {"target": "阿明"}
        room.events.send(event(Removed, "房管", Role.MODERATOR, **gone))
        await asyncio.sleep(0.01)
        assert len(room.cancelled) == 1, "stopped at once"

    room, made = play(virtual_time, script)
    assert room.deleted == [room.said[0].id], "its words are withdrawn too"
    assert {decision.code for decision in made.decisions if decision.event == "asked"} == {"withdrawn_while_said"}


def test_the_others_who_asked_are_answered_without_the_name_that_was_withdrawn(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小鱼", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "小红"):
            room.events.send(event(Chat, name, text="蓝色卫衣多少钱"))
        await asyncio.sleep(3)  # it is being said now
        room.events.send(event(Removed, "房管", Role.MODERATOR, target="阿明"))

    room, _ = play(virtual_time, script)
    first, again = [reply for reply in room.said if "99元" in reply.text]
    assert [viewer.name for viewer in first.to] == ["阿明", "小红"]
    assert [viewer.name for viewer in again.to] == ["小红"]
    assert "阿明" not in again.text


def test_a_raid_is_welcomed_once_with_its_count_and_messages_are_sampled(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for index in range(1000):
            room.events.send(event(Join, f"r{index}"))
            room.events.send(event(Chat, f"r{index}", text=f"冲啊{index}"))
            await asyncio.sleep(0.003)

    room, made = play(virtual_time, script, crowd=CrowdOptions())
    raids = [reply for reply in room.said if reply.intent == "raid"]
    assert len(raids) == 1
    assert raids[0].facts["count"] in {f"{count}个" for count in range(950, 1001)}
    assert len(room.said) < 15, "it stays calm"
    codes = Counter(told.decision.code for told in made.control.journal.told)
    assert codes["raid_sampled"] > codes["answered"]


def test_who_was_here_before_the_bot_is_counted_and_not_welcomed(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for index in range(300):
            room.events.send(event(Join, f"r{index}", before=True))
        await asyncio.sleep(20)
        assert len(made._crowd) == 300

    room, _ = play(virtual_time, script, crowd=CrowdOptions())
    assert not [reply for reply in room.said if reply.intent in {"raid", "welcome"}]


def test_a_reply_that_safety_refuses_is_replaced_by_a_template_and_its_route_says_so(virtual_time: Virtual) -> None:
    class Boasting(Mind):
        async def reply(self, plan: Any, directive: Any, occasion: Any) -> Any:
            async for reply, final in Mind(None, TEMPLATES, "小弹").reply(plan, directive, occasion):
                yield (
                    type(reply)(
                        **{f: getattr(reply, f) for f in reply.__struct_fields__}
                        | {"text": "这是全网最低价，世界第一！"}
                    ),
                    final,
                )

    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, text="蓝色卫衣多少钱"))

    room, _ = play(virtual_time, script, mind=Boasting(None, TEMPLATES, "小弹"))
    assert "最低" not in room.said[0].text
    assert "99元" in room.said[0].text
    assert room.said[0].route.startswith("template/blocked: ")


def test_open_talk_of_a_larger_engine_passes_the_same_safety_check(virtual_time: Virtual) -> None:
    class Boasting:
        capabilities = EngineCapabilities("large", frozenset(), streams=True)

        async def generate(self, request: Any) -> Any:
            yield "全网最低价，世界第一！"

        async def close(self) -> None: ...

    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, text="小弹 太阳为什么是热的"))

    talk = OpenTalk(Boasting(), ("off_topic", "small_talk"), 3.0, NAMES, TEMPLATES)
    room, _ = play(virtual_time, script, mind=Mind(None, TEMPLATES, "小弹", talk))
    assert "最低" not in room.said[0].text
    assert room.said[0].route.startswith("template/")
    assert "blocked: " in room.said[0].route or "large: " in room.said[0].route


def test_what_is_blocked_is_withdrawn_not_answered_and_repeats_have_consequences(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        for _ in range(2):
            room.events.send(event(Chat, "坏人", text="小弹 加我微信 wx: abc12345 电话13812345678"))
            await asyncio.sleep(1)

    room, made = play(virtual_time, script)
    assert [viewer for viewer, _ in room.silenced] == ["坏人"]
    codes = [decision.code for decision in made.decisions if decision.outcome is Outcome.REFUSED]
    assert codes == ["unsafe_warned", "unsafe_silenced"]
    assert not [reply for reply in room.said if reply.route != "moderation"]


@pytest.mark.parametrize("dry", [True, False])
def test_the_desk_shows_what_safety_found_even_where_nothing_is_done(virtual_time: Virtual, dry: bool) -> None:  # noqa: FBT001
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for number in range(2):
            text = "小弹 加我微信 wx: abc12345 电话13812345678"
            room.events.send(event(Chat, "坏人", text=text, id=f"bad-{number}"))
            await asyncio.sleep(8)
        room.events.send(event(Chat, "小鱼", text="蓝色卫衣多少钱", id="good"))

    room, made = play(virtual_time, script, dry_run=dry)
    assert bool(room.silenced) is not dry
    ids = {told.decision.event: number for number, told in enumerate(made.control.journal.told, 1)}
    shown = {one["n"]: one for one in made.console.decisions(0)}
    for number, step in enumerate(("warn", "silence")):
        found = shown[ids[f"bad-{number}"]]
        assert found["outcome"] == ("answered" if dry else "refused")
        safety = found["safety"]
        assert (safety["verdict"], safety["step"], safety["dry"]) == ("block", step, dry)
        assert (safety["zh"], safety["en"]) == ("个人信息", "personal data")
        assert safety["rule"]
    assert shown[ids["bad-1"]]["safety"]["seconds"] == 60
    assert shown[ids["good"]]["safety"] is None


def test_the_desk_shows_what_holds_a_claim_back_and_for_how_long_it_is_still_worth_it(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        made.control.silence(None)
        room.events.send(event(Chat, "小鱼", text="蓝色卫衣多少钱", id="held"))
        await asyncio.sleep(2)
        (claim,) = made.console.state()["waiting"]
        assert claim["blocked"] == "silenced"
        assert 0 < claim["left_s"] < 60
        made.console.act("pin", "held", 0)
        assert made.console.state()["waiting"][0]["left_s"] is None

    play(virtual_time, script)


def test_moderators_see_promote_drop_and_silence(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        control = made.control
        crowd_of(room, 10)
        room.events.send(event(Chat, "小鱼", text="几点下播"))
        await asyncio.sleep(1)
        for index, text in enumerate(["蓝色卫衣多少钱", "卫衣还有货吗", "你是谁"]):
            room.events.send(event(Chat, f"v{index}", text=text, id=f"w{index}"))
        await asyncio.sleep(0.1)
        assert [claim.event for claim in control.waiting()] == ["w2", "w0", "w1"], "who are you is meant for us"
        assert control.promote("w1")
        assert control.drop("w0")
        assert [claim.event for claim in control.waiting()] == ["w1", "w2"]
        control.silence(10)
        assert room.cancelled, "what is being said stops"
        await asyncio.sleep(5)
        assert control.waiting()[0].blocked == "too_late_silenced"
        with control.journal.watch() as told:
            control.silence(0)
            first = await told.receive()
        assert (first.decision.event, first.viewer and first.viewer.name) == ("w1", "v1")
        assert first.why_zh.startswith("已回复")

    play(virtual_time, script)


def test_a_viewers_question_that_nobody_can_answer_goes_to_the_streamers_list(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, text="小弹，发货发什么快递"))

    _, made = play(virtual_time, script)
    unanswered = made._wits.unanswered
    assert unanswered is not None
    assert [question.text for question in unanswered.list()] == ["小弹，发货发什么快递"]


def test_what_was_not_heard_is_not_remembered(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "阿明", text="蓝色卫衣多少钱"))
        await asyncio.sleep(1)
        made.control.stop()
        await asyncio.sleep(1)
        room.events.send(event(Chat, "小红", text="几点下播"))

    _, made = play(virtual_time, script)
    memory = made._wits.memory
    assert memory is not None
    assert memory.recent("阿明") == ()
    assert len(memory.recent("小红")) == 1


def test_the_platforms_limit_of_messages_is_kept(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        for index in range(20):
            room.events.send(event(Chat, f"v{index}", text=f"小弹你好 {index}"))
            await asyncio.sleep(0.1)

    room, made = play(virtual_time, script, takes_s=0.1, gate=GateOptions(replies=3, replies_s=60))
    assert len(room.said) <= 4
    assert "too_late_rate" in {decision.code for decision in made.decisions}


def test_a_full_floor_shortens_replies_and_then_refuses_what_is_not_for_the_bot(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "first", text="几点下播"))
        await asyncio.sleep(0.1)  # it is being answered; now the floor fills
        for index, text in enumerate(["蓝色卫衣多少钱", "卫衣还有货吗", "卫衣的链接", "卫衣是什么面料"]):
            room.events.send(event(Chat, f"v{index}", text=text))
        await asyncio.sleep(1)
        assert made.control.status().overload == 3
        room.events.send(event(Chat, "late", text="能便宜点吗", id="late"))

    _, made = play(virtual_time, script, floor=FloorOptions(max=4), length="long")
    assert {decision.code for decision in made.decisions if decision.event == "late"} == {"overload"}


kinds = st.sampled_from(
    [
        "chat",
        "command",
        "bad",
        "gift",
        "join",
        "leave",
        "like",
        "follow",
        "share",
        "buy",
        "removed",
        "state",
        "bot",
        "again",
    ]
)

SAID = ("蓝色卫衣多少钱", "几点下播", "小弹你好", "哈哈", "what's the link", "小弹 发什么快递", "666")


def happening(kind: str, name: str, number: int, sent: list[str]) -> RoomEvent:
    made_of: dict[str, Callable[[], RoomEvent]] = {
        "chat": lambda: event(Chat, name, text=SAID[number]),
        "command": lambda: event(Chat, name, text="!价格"),
        "bad": lambda: event(Chat, name, text="电话13812345678"),
        "gift": lambda: event(Gift, name, gift="玫瑰", count=number + 1, value=1.0),
        "join": lambda: event(Join, name),
        "leave": lambda: event(Leave, name),
        "like": lambda: event(Like, name, count=9),
        "follow": lambda: event(Follow, name),
        "share": lambda: event(Share, name),
        "buy": lambda: event(Purchase, name, product="1"),
        "removed": lambda: event(Removed, "m", Role.MODERATOR, target=name),
        "state": lambda: event(StreamState, "", state=Stream.LIVE),
        "bot": lambda: event(Chat, "other", Role.BOT, text="hi"),
        "again": lambda: event(Chat, name, text="hi", id=sent[number] if number < len(sent) else "x"),
    }
    return made_of[kind]()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(kinds, st.integers(0, 6), st.sampled_from([0.0, 0.02, 1.0, 7.0])), max_size=60))
def test_no_event_is_without_its_one_decision(virtual_time: Virtual, script: list[tuple[str, int, float]]) -> None:
    sent: list[str] = []

    async def send(room: SlowVoice, made: RoomBot) -> None:
        for kind, number, pause in script:
            name = f"v{number}"
            one = happening(kind, name, number, sent)
            if one.id not in sent:
                sent.append(one.id)
            room.events.send(one)
            await asyncio.sleep(pause)

    _, made = play(virtual_time, send, takes_s=2.0)
    own = [decision for decision in made.decisions if not decision.event.startswith("own-")]
    assert Counter(decision.event for decision in own) == Counter(sent)
    assert all(decision.why and words(decision.code, decision.values, "zh") for decision in own)


@pytest.mark.parametrize(
    ("text", "number"),
    [("我不想活了", "12356"), ("i want to kill myself", "988"), ("胸口疼喘不上气怎么办", "120")],
)
def test_who_may_be_in_danger_is_answered_first_calmly_and_only_once(
    virtual_time: Virtual, text: str, number: str
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "大壮", "老王"):
            room.events.send(event(Chat, name, text=f"小弹 {name}的卫衣多少钱"))
        room.events.send(event(Chat, "小鱼", text=text, id="help"))
        room.events.send(event(Chat, "小鱼", text=text, id="again"))

    room, made = play(virtual_time, script, gate=GateOptions(replies=1, replies_s=20))
    told = [reply for reply in room.said if reply.route == "care"]
    assert len(told) == 1
    assert number in told[0].text
    assert told[0].directive.tone == "calm"
    assert room.said.index(told[0]) == 1, "right after what was being said, before the rate limit ends"
    assert not room.silenced
    assert not room.deleted
    decided = {decision.event: decision for decision in made.decisions}
    assert decided["help"].code == "cared"
    assert "look after them" in decided["help"].why
    assert decided["again"].code == "cared_before"
    safety = {found.decision.event: found.safety for found in made.control.journal.told}
    found = safety["help"]
    assert found is not None
    assert (found.verdict, found.step) == ("care", "help told")


def test_many_who_say_the_same_are_told_once(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="几点下播"))
        await asyncio.sleep(1)
        for name in ("阿明", "大壮", "老王", "小鱼"):
            room.events.send(event(Chat, name, text="我不想活了"))

    room, made = play(virtual_time, script)
    assert sum(reply.route == "care" for reply in room.said) == 1
    assert Counter(decision.code for decision in made.decisions)["cared_together"] == 3


def test_a_streamer_in_distress_is_not_spoken_to_before_the_room_but_moderators_know(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "阿杰", Role.STREAMER, text="我不想活了", id="host"))

    room, made = play(virtual_time, script)
    assert not room.said
    assert {decision.code for decision in made.decisions if decision.event == "host"} == {"cared_streamer"}


def test_what_closes_rooms_is_left_without_an_answer_and_noted(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        room.events.send(event(Chat, "小鱼", text="小弹 习近平怎么样", id="asked"))

    room, made = play(virtual_time, script)
    assert not room.said
    assert {decision.code for decision in made.decisions if decision.event == "asked"} == {"unsafe_left"}


@pytest.mark.parametrize(
    "name", ["全场一元", "FreeToday", "加V领券", "全场免费", "AjieScams", "希特勒", "习近平", "Hitler"]
)
def test_a_name_that_claims_offers_or_is_infamous_is_neither_spoken_nor_written(
    virtual_time: Virtual, name: str
) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 3)
        room.events.send(event(Chat, name, text="小弹 蓝色卫衣多少钱"))
        await asyncio.sleep(5)
        room.events.send(event(Join, name))
        await asyncio.sleep(5)
        room.events.send(event(Chat, name, text="!谁"))

    room, _ = play(virtual_time, script)
    assert room.said
    assert all(name not in reply.text for reply in room.said)


def test_a_minor_is_sold_nothing_and_adults_who_ask_the_same_are_answered_apart(virtual_time: Virtual) -> None:
    async def script(room: SlowVoice, made: RoomBot) -> None:
        crowd_of(room, 10)
        room.events.send(event(Chat, "小红", text="几点下播"))
        await asyncio.sleep(1)
        room.events.send(event(Chat, "kid", text="im 11 can i buy the hoodie"))
        room.events.send(event(Chat, "adult", text="can i buy the hoodie"))
        room.events.send(event(Chat, "孩子", text="我12岁，蓝色卫衣多少钱"))

    room, _ = play(virtual_time, script)
    told = [reply for reply in room.said if reply.route == "minor"]
    assert len(told) == 2
    assert all("grown-up" in reply.text or "大人" in reply.text for reply in told)
    assert all("link 3" not in reply.text and "3号链接" not in reply.text for reply in told)
    assert any(reply.text.startswith("蓝色卫衣99元。") for reply in told)
    assert any("adult" in {viewer.name for viewer in reply.to} for reply in room.said if reply.route != "minor")
