"""What happens to those who break a room's rules, step by step, and to nobody else."""

from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from bot.guard import BAN_S, Guard, GuardOptions, Ruling
from bot.moderation import guard, safety
from core.events import Chat, Join, Role, Viewer, Voice
from core.settings.filters import Filters
from core.settings.rooms import Room
from nlu.safety import Safety, SafetyOptions
from nlu.safety.spam import SpamOptions
from tests.bot.scripted_platform import Clock, Platform

BAD = "操你妈"
JUDGE = Safety(SafetyOptions())


def chat(text: str, viewer: str = "v1", role: Role = Role.VIEWER, name: str = "小明") -> Chat:
    return Chat(id=f"m-{viewer}", room="r", viewer=Viewer(viewer, name, role), at=1.0, received=1.0, text=text)


def made(platform: Platform, clock: Clock | None = None, **options: Any) -> Guard:
    return Guard(GuardOptions(room="r", **options), JUDGE, platform, clock or Clock())


def test_steps_go_from_a_warning_over_silence_to_the_longest_silence_and_stay_there() -> None:
    platform, clock = Platform(), Clock()
    judge = made(platform, clock, steps=("warn", 60.0, "ban"))
    steps = []
    for _ in range(4):
        steps.append(judge.judge(chat(BAD)).step)
        clock.now += 20
    assert steps == ["warn", "silence 60 s", "ban", "ban"]
    assert [one for one in platform.did if one[0] == "timeout"] == [
        ("timeout", "v1", 60), ("timeout", "v1", BAN_S), ("timeout", "v1", BAN_S),
    ]  # fmt: skip
    assert platform.did.count(("delete", "m-v1")) == 4


def test_steps_are_counted_for_each_viewer_and_forgotten_in_time() -> None:
    platform, clock = Platform(), Clock()
    judge = made(platform, clock, steps=("warn", 60.0), forget_s=100.0)
    assert judge.judge(chat(BAD)).step == "warn"
    assert judge.judge(chat(BAD, "v2")).step == "warn"
    assert judge.judge(chat(BAD)).step == "silence 60 s"
    clock.now += 101
    assert judge.judge(chat(BAD)).step == "warn"


def test_a_warning_is_in_the_viewers_language_and_repeats_nothing_of_theirs() -> None:
    platform, clock = Platform(), Clock()
    judge = made(platform, clock)
    judge.judge(chat(BAD, name="坏人王"))
    clock.now += 60
    judge.judge(chat("fuck you", "v2"))
    said = [one for one in platform.did if one[0] == "say"]
    assert [language for _, language, _ in said] == ["zh", "en"]
    assert all(BAD not in text and "坏人王" not in text and "fuck" not in text for *_, text in said)


def test_a_flood_of_offences_is_no_flood_of_warnings() -> None:
    platform = Platform()
    judge = made(platform)
    for number in range(50):
        judge.judge(chat(BAD, f"v{number}"))
    assert sum(one[0] == "say" for one in platform.did) == 1
    assert sum(one[0] == "delete" for one in platform.did) == 50


def test_warnings_count_to_what_the_platform_lets_the_bot_write() -> None:
    platform, clock = Platform(), Clock()
    platform.capabilities = msgspec.structs.replace(platform.capabilities, replies=2, replies_s=30.0)
    judge = made(platform, clock, steps=("warn",))
    assert judge.limit.take()  # an answer
    for _ in range(2):
        judge.judge(chat(BAD))
        clock.now += 10
    assert sum(one[0] == "say" for one in platform.did) == 1
    assert not judge.limit.has()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.STREAMER])
def test_exempt_roles_are_not_judged(role: Role) -> None:
    platform = Platform()
    ruling = made(platform).judge(chat(BAD, role=role))
    assert ruling.answer
    assert ruling.step == "exempt"
    assert not platform.did


def test_a_dry_run_judges_and_does_nothing() -> None:
    platform = Platform()
    ruling = made(platform, dry_run=True).judge(chat(BAD))
    assert ruling.verdict.verdict == "block"
    assert ruling.step == "warn"
    assert ruling.answer
    assert not platform.did


def test_what_a_platform_cannot_do_is_not_asked_of_it() -> None:
    platform = Platform(say=False, delete=False, timeout=False)
    judge = made(platform)
    for _ in range(4):
        judge.judge(chat(BAD))
    assert not platform.did


def test_a_full_connector_does_not_break_the_room() -> None:
    ruling = made(Platform(full=True)).judge(chat(BAD))
    assert (ruling.verdict.verdict, ruling.step) == ("block", "unsent")


def test_a_bad_name_is_not_said_though_its_bearer_may_speak() -> None:
    ruling = made(Platform()).judge(chat("多少钱", name="傻逼主播"))
    assert ruling.answer
    assert ruling.name.verdict != "allow"
    joined = Join(id="j", room="r", viewer=Viewer("v", "操_你_妈"), at=1.0, received=1.0)
    assert made(Platform()).judge(joined).name.verdict == "block"


def test_a_transcript_is_judged_and_its_speaker_silenced() -> None:
    platform = Platform()
    voice = Voice(
        id="u", room="r", viewer=Viewer("v", "x"), at=1.0, received=1.0, text=BAD, language="zh", confidence=0.9,
        audio_s=1.0, ended=1.0,
    )  # fmt: skip
    assert made(platform, steps=(30.0,)).judge(voice).step == "silence 30 s"
    assert platform.did == [("timeout", "v", 30)]


def test_the_same_text_again_and_again_is_marked_and_then_blocked() -> None:
    judge = made(Platform(), spam=SpamOptions(same=3))
    levels = [judge.judge(chat("主播看看我的消息")).verdict.verdict for _ in range(8)]
    assert levels == ["allow"] * 3 + ["warn"] * 3 + ["block"] * 2


def test_one_long_text_by_many_viewers_is_spam_and_a_short_cheer_is_not() -> None:
    judge = made(Platform(), spam=SpamOptions(crowd=5))
    copied = "全场最便宜的号出售找我私聊包你满意不满意退款"
    levels = [judge.judge(chat(copied, f"v{number}")).verdict.verdict for number in range(7)]
    assert levels[:5] == ["allow"] * 5
    assert levels[5:] == ["warn"] * 2
    assert all(judge.judge(chat("我要买三号链接", f"w{n}")).verdict.verdict == "allow" for n in range(60))


def test_repeats_are_forgotten_in_time() -> None:
    clock = Clock()
    judge = made(Platform(), clock, spam=SpamOptions(same=2, within_s=30.0))
    for _ in range(6):
        assert judge.judge(chat("主播看看我的消息")).verdict.verdict == "allow"
        clock.now += 16


def test_settings_become_a_judge_and_a_guard() -> None:
    filters = Filters.model_validate({"steps": ["warn", "5s", "ban"], "exempt": ["subscriber"], "superlatives": True})
    room = Room(id="r", filters=filters)
    judge = safety(room, None)
    platform = Platform()
    rules = guard(room, judge, platform, Clock())
    assert rules.judge(chat(BAD, role=Role.SUBSCRIBER)).step == "exempt"
    assert [rules.judge(chat(BAD)).step for _ in range(2)] == ["warn", "silence 5 s"]
    assert rules.reply("全网最低价").category == "superlative"


def test_a_step_without_its_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unit"):
        Filters.model_validate({"steps": ["warn", 5]})


def test_rulings_are_plain_data() -> None:
    assert msgspec.to_builtins(Ruling())["step"] == ""


@pytest.mark.parametrize("kind", ["message", "transcript"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR])
def test_distress_is_counted_as_what_it_came_as(kind: str, role: Role) -> None:
    def counted() -> float:
        labels = {"room": "r", "kind": kind, "verdict": "care", "category": "self_harm"}
        return REGISTRY.get_sample_value("danmate_moderated_total", labels) or 0.0

    before = counted()
    written = chat("我不想活了", "in-need", role)
    spoken = Voice(
        id="s", room="main", viewer=written.viewer, at=0, received=0, text=written.text, language="zh", confidence=1.0,
        audio_s=1.0, ended=0.0,
    )  # fmt: skip
    made(Platform()).judge(written if kind == "message" else spoken)
    assert counted() == before + 1
