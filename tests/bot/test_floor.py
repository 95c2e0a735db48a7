"""The floor: whose turn it is, what one answer serves, and why the others have none."""

import asyncio
from collections import Counter
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.candidate import Candidate, Priority
from bot.floor import STRETCH, Blocked, Floor, FloorOptions
from bot.merging import KINDS, MOST
from core.events import Chat, Decision, Gift, Outcome, Removed, Role, Understanding, Viewer
from core.reasons import words
from nlu.understand import Meaning


class Clock:
    now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def message(name: str, viewer: str = "", role: Role = Role.VIEWER) -> Chat:
    viewer = viewer or f"v-{name}"
    return Chat(id=name, room="r", viewer=Viewer(viewer, viewer, role), at=0, received=0, text=name)


def asks(
    name: str, about: str, viewer: str = "", expires: float = 20, priority: Priority = Priority.QUESTION
) -> Candidate:
    meaning = Meaning(name, Understanding(intent=about, slots={}, language="zh", addressed=False, confidence=1))
    return Candidate(message(name, viewer), priority, expires, meaning)


def same_intent(one: Meaning, other: Meaning) -> bool:
    return one.understanding.intent == other.understanding.intent


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Room:
    """A floor and what it decided."""

    def __init__(self, clock: Clock, **options: Any) -> None:
        self.decisions: list[Decision] = []
        self.blocked: Blocked | None = None
        self.floor = Floor(FloorOptions(**options), clock, self.decisions.append, same_intent, lambda _: self.blocked)

    async def next(self) -> str:
        async with asyncio.timeout(1):
            turn = await self.floor.take()
        self.floor.finish(Outcome.ANSWERED, "answered", intent="i", route="template")
        return turn.candidate.event.id

    def outcomes(self) -> dict[str, tuple[Outcome, str]]:
        return {decision.event: (decision.outcome, decision.code) for decision in self.decisions}


async def test_the_most_urgent_goes_first_and_of_equals_the_first_to_come(clock: Clock) -> None:
    room = Room(clock)
    for name, priority in [
        ("chat", Priority.CHAT),
        ("a", Priority.ADDRESSED),
        ("b", Priority.ADDRESSED),
        ("boss", Priority.STREAMER),
    ]:
        room.floor.push(Candidate(message(name), priority, 10))
        clock.now += 0.01
    assert [await room.next() for _ in range(4)] == ["boss", "a", "b", "chat"]


async def test_settings_order_the_priorities(clock: Clock) -> None:
    order = (Priority.QUESTION, *(one for one in Priority if one is not Priority.QUESTION))
    room = Room(clock, order=order)
    room.floor.push(Candidate(message("paid"), Priority.PAID, 10))
    room.floor.push(Candidate(message("question"), Priority.QUESTION, 10))
    assert [await room.next(), await room.next()] == ["question", "paid"]


async def test_waiting_makes_urgent(clock: Clock) -> None:
    room = Room(clock, ageing_s=4.0)
    room.floor.push(Candidate(message("question"), Priority.QUESTION, 100))
    clock.now = 8.1  # two priorities' worth
    room.floor.push(Candidate(message("addressed"), Priority.ADDRESSED, 100))
    assert await room.next() == "question"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUBSCRIBER])
async def test_a_viewers_second_waits_behind_the_others_first(clock: Clock, role: Role) -> None:
    room = Room(clock)
    for name, viewer in [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c")]:
        room.floor.push(Candidate(message(name, viewer, role), Priority.QUESTION, clock.now + 20))
        clock.now += 0.1
    assert [await room.next() for _ in range(5)] == ["a1", "b1", "c1", "a2", "a3"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUBSCRIBER])
async def test_one_viewer_cannot_fill_the_floor(clock: Clock, role: Role) -> None:
    room = Room(clock, per_viewer=3)
    for number in range(10):
        room.floor.push(Candidate(message(str(number), "a", role), Priority.ADDRESSED, 20))
    assert len(room.floor) == 3
    assert set(room.outcomes().values()) == {(Outcome.DROPPED, "viewer_full")}


async def test_what_comes_too_late_is_dropped_with_a_reason(clock: Clock) -> None:
    room = Room(clock)
    room.floor.push(Candidate(message("old"), Priority.ADDRESSED, 5))
    room.floor.push(Candidate(message("new"), Priority.CHAT, 50))
    clock.now = 6
    assert await room.next() == "new"
    assert room.outcomes()["old"] == (Outcome.DROPPED, "too_late")
    assert room.decisions[0].why == "its turn came too late"


async def test_what_was_kept_back_until_too_late_says_by_what(clock: Clock) -> None:
    room = Room(clock)
    room.blocked = ("too_late_silenced", {})
    taking = asyncio.create_task(room.floor.take())
    room.floor.push(Candidate(message("a"), Priority.ADDRESSED, 5))
    await asyncio.sleep(0)
    clock.now = 6
    room.floor.tick()
    assert room.outcomes() == {"a": (Outcome.DROPPED, "too_late_silenced")}
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)


@settings(deadline=None)  # a busy machine is not a failure
@given(st.lists(st.sampled_from(Priority), min_size=1, max_size=30), st.integers(0, 200))
def test_nobody_starves_however_many_more_urgent_ones_come(before: list[Priority], seed: int) -> None:
    """Whatever comes after a claim's due time is due later: it is answered after at most those that came before it."""

    async def play() -> None:
        clock = Clock()
        room = Room(clock, max=1000, ageing_s=1.0)
        for index, priority in enumerate(before):
            room.floor.push(Candidate(message(f"before-{index}"), priority, 1e9))
        room.floor.push(Candidate(message("patient"), Priority.IDLE, 1e9))
        for step in range(len(before) + len(Priority) + 2):
            room.floor.push(Candidate(message(f"urgent-{step}"), Priority(seed % 3), 1e9))
            if await room.next() == "patient":
                return
            clock.now += 1.0
        raise AssertionError("the patient one starved")

    asyncio.run(play())


async def test_like_questions_become_one_answer_that_names_three(clock: Clock) -> None:
    room = Room(clock)
    for viewer in "abcde":
        room.floor.push(asks(f"q-{viewer}", "ask_price", viewer))
    room.floor.push(asks("other", "ask_stock", "f"))
    turn = await room.floor.take()
    assert [viewer.id for viewer in turn.candidate.named()] == ["a", "b", "c"]
    turn.reply = "r1"
    room.floor.finish(Outcome.ANSWERED, "answered", intent="ask_price", route="t5")
    decided = {decision.event: (decision.outcome, decision.reply) for decision in room.decisions}
    assert decided == {"q-a": (Outcome.ANSWERED, "r1")} | {f"q-{v}": (Outcome.MERGED, "r1") for v in "bcde"}


async def test_who_asks_while_the_answer_is_being_said_has_heard_it_where_others_wait(clock: Clock) -> None:
    room = Room(clock)
    room.floor.push(asks("first", "ask_price", "a"))
    turn = await room.floor.take()
    turn.reply = "r1"
    room.floor.push(asks("another", "ask_stock", "c"))
    room.floor.push(asks("late", "ask_price", "b"))
    assert len(room.floor) == 1
    room.floor.finish(Outcome.ANSWERED, "answered", intent="ask_price", route="t5")
    assert room.outcomes()["late"] == (Outcome.MERGED, "said_just_then")


async def test_who_asks_again_while_nobody_else_waits_gets_an_answer_of_their_own(clock: Clock) -> None:
    room = Room(clock)
    room.floor.push(asks("first", "ask_price", "a"))
    await room.floor.take()
    room.floor.push(asks("late", "ask_price", "b"))
    assert room.floor.find("late") is not None


async def test_late_askers_wait_anew_where_the_answer_was_cut(clock: Clock) -> None:
    room = Room(clock)
    room.floor.push(asks("first", "ask_price", "a"))
    await room.floor.take()
    room.floor.push(asks("another", "ask_stock", "c"))
    room.floor.push(asks("late", "ask_price", "b"))
    room.floor.finish(Outcome.ANSWERED, "answered_cut", intent="ask_price", route="t5")
    assert room.floor.find("late") is not None
    assert room.outcomes() == {"first": (Outcome.ANSWERED, "answered_cut")}


async def test_what_joins_is_as_urgent_as_the_most_urgent_of_them(clock: Clock) -> None:
    room = Room(clock)
    room.floor.push(asks("q", "ask_price", "a"))
    room.floor.push(Candidate(message("addressed", "x"), Priority.ADDRESSED, 20))
    room.floor.push(asks("boss", "ask_price", "b", priority=Priority.STREAMER))
    assert await room.next() == "q"


@pytest.mark.parametrize(("removed", "left"), [({"message": "a"}, ["b", "c"]), ({"target": "x"}, ["c"])])
async def test_withdrawn_messages_get_no_turn(clock: Clock, removed: dict[str, str], left: list[str]) -> None:
    room = Room(clock)
    for name, viewer in [("a", "x"), ("b", "x"), ("c", "y")]:
        room.floor.push(Candidate(message(name, viewer), Priority.CHAT, 10))
    withdrawal = Removed(id="r", room="r", viewer=Viewer("m", "m"), at=0, received=0, **removed)
    assert not room.floor.remove(withdrawal)
    assert {await room.next() for _ in left} == set(left)
    assert all("moderator" in decision.why for decision in room.decisions if decision.outcome is Outcome.DROPPED)


async def test_a_withdrawn_asker_loses_their_name_and_the_others_keep_their_answer(clock: Clock) -> None:
    room = Room(clock)
    for viewer in "abc":
        room.floor.push(asks(f"q-{viewer}", "ask_price", viewer))
    room.floor.remove(Removed(id="r", room="r", viewer=Viewer("m", "m"), at=0, received=0, target="a"))
    turn = await room.floor.take()
    assert [viewer.id for viewer in turn.candidate.named()] == ["b", "c"]
    assert turn.candidate.meaning is not None
    assert turn.candidate.meaning.text == "q-b"
    assert room.outcomes() == {"q-a": (Outcome.DROPPED, "withdrawn")}


@pytest.mark.parametrize("gone", ["a", "b"])
async def test_a_withdrawal_silences_what_names_them_and_the_rest_is_answered_anew(clock: Clock, gone: str) -> None:
    room = Room(clock)
    for viewer in "abc":
        room.floor.push(asks(f"q-{viewer}", "ask_price", viewer))
    turn = await room.floor.take()
    turn.reply = "r1"
    assert room.floor.remove(Removed(id="r", room="r", viewer=Viewer("m", "m"), at=0, received=0, target=gone))
    room.floor.finish(Outcome.ANSWERED, "answered", intent="i", route="t5")
    assert room.outcomes() == {f"q-{gone}": (Outcome.DROPPED, "withdrawn_while_said")}
    again = await room.floor.take()
    assert {viewer.id for viewer in again.candidate.named()} == set("abc") - {gone}


async def test_a_withdrawal_of_one_who_is_not_named_silences_nothing(clock: Clock) -> None:
    room = Room(clock)
    for viewer in "abcd":
        room.floor.push(asks(f"q-{viewer}", "ask_price", viewer))
    turn = await room.floor.take()
    turn.reply = "r1"
    assert not room.floor.remove(Removed(id="r", room="r", viewer=Viewer("m", "m"), at=0, received=0, target="d"))
    room.floor.finish(Outcome.ANSWERED, "answered", intent="i", route="t5")
    assert room.outcomes()["q-d"] == (Outcome.DROPPED, "withdrawn")
    assert room.outcomes()["q-c"] == (Outcome.MERGED, "same_question")


async def test_moderators_promote_pin_and_drop(clock: Clock) -> None:
    room = Room(clock, max=3)
    for name in ("a", "b", "c"):
        room.floor.push(Candidate(message(name), Priority.CHAT, 10))
        clock.now += 0.1
    assert room.floor.promote("c")
    assert room.floor.pin("b")
    assert room.floor.drop("a")
    assert not room.floor.drop("a")
    assert await room.next() == "c"
    clock.now = 1000  # long past its time
    room.floor.tick()
    assert await room.next() == "b"
    assert room.outcomes()["a"] == (Outcome.DROPPED, "dropped_by_moderator")


async def test_a_pinned_one_does_not_give_way(clock: Clock) -> None:
    room = Room(clock, max=2)
    room.floor.push(Candidate(message("pinned"), Priority.IDLE, 10))
    room.floor.pin("pinned")
    for number in range(5):
        room.floor.push(Candidate(message(str(number)), Priority.ADDRESSED, 10))
    assert room.floor.find("pinned") is not None
    assert len(room.floor) == 2


async def test_gifts_of_one_giver_that_wait_become_one_thanks(clock: Clock) -> None:
    def thanks(name: str, kind: str, count: int) -> Candidate:
        gift = Gift(
            id=name, room="r", viewer=Viewer("a", "a"), at=0, received=0, gift=kind, count=count, value=float(count)
        )
        return Candidate(gift, Priority.PAID, 20, gifts=(gift,))

    room = Room(clock)
    room.floor.push(thanks("g1", "rose", 2))
    room.floor.push(thanks("g2", "rocket", 9))
    room.floor.push(thanks("g3", "rose", 3))
    turn = await room.floor.take()
    assert [(gift.gift, gift.count) for gift in turn.candidate.gifts] == [("rocket", 9), ("rose", 5)]
    room.floor.finish(Outcome.ANSWERED, "answered", intent="gift", route="t5")
    assert [room.outcomes()[name] for name in ("g2", "g3")] == [(Outcome.MERGED, "same_thanks")] * 2


def one_gift(number: int, kind: str, expires: float) -> Candidate:
    gift = Gift(id=f"g{number}", room="r", viewer=Viewer("a", "a"), at=0, received=0, gift=kind, count=1, value=1.0)
    return Candidate(gift, Priority.PAID, expires, gifts=(gift,))


@settings(deadline=None, max_examples=5)  # a busy machine is not a failure
@given(st.integers(0, 2**32), st.integers(1, 1_000))
def test_ten_thousand_gifts_that_wait_are_counted_exactly_and_held_bounded(seed: int, kinds: int) -> None:
    clock, draw = Clock(), Random(seed)  # noqa: S311  # which gift comes is no secret
    room = Room(clock)
    gave, longest = Counter[str](), 0
    for number in range(10_000):
        clock.now += 0.001
        kind = f"kind-{draw.randrange(min(kinds, KINDS))}"
        gave[kind] += 1
        room.floor.push(one_gift(number, kind, clock.now + 20))
        longest = max(longest, *(len(one.candidate.others) for one in room.floor.waiting()))
    (one,) = room.floor.waiting()
    assert longest <= MOST
    assert {gift.gift: gift.count for gift in one.candidate.gifts} == gave
    room.floor.close()
    assert Counter(decision.event for decision in room.decisions) == Counter(f"g{number}" for number in range(10_000))


async def test_a_thanks_that_is_kept_back_expires_however_many_gifts_join_it(clock: Clock) -> None:
    room = Room(clock)
    room.blocked = ("too_late_rate", {"count": "20", "seconds": "30"})
    taking = asyncio.create_task(room.floor.take())
    for number in range(200):
        room.floor.push(one_gift(number, "rose", clock.now + 20))
        await asyncio.sleep(0)
        clock.now += 3
        room.floor.tick()
        for one in room.floor.waiting():
            assert clock.now - one.came <= STRETCH * 20
    assert (Outcome.DROPPED, "too_late_rate") in room.outcomes().values()
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)


def test_kinds_of_gifts_without_end_are_no_longer_counted_one_by_one(clock: Clock) -> None:
    room = Room(clock)
    for number in range(1_000):
        room.floor.push(one_gift(number, f"kind-{number}", 20))
    (one,) = room.floor.waiting()
    assert len(one.candidate.gifts) == KINDS


Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["push", "take", "finish", "remove", "pass", "drop"]), st.integers(0, 5), st.integers(0, 6)
    ),
    max_size=80,
)


@settings(deadline=None)  # a busy machine is not a failure
@given(steps, st.integers(1, 8))
def test_everything_that_enters_leaves_with_exactly_one_decision_and_the_floor_stays_bounded(
    script: list[Step], capacity: int
) -> None:
    async def play() -> None:
        clock = Clock()
        room = Room(clock, max=capacity)
        pushed = []
        for index, (what, viewer, kind) in enumerate(script):
            if what == "push":
                pushed.append(f"e{index}")
                one = asks(f"e{index}", f"intent-{kind % 3}", f"v{viewer}", clock.now + 5 + kind, Priority(kind))
                room.floor.push(one if kind % 2 else msgspec.structs.replace(one, meaning=None))
            elif what == "take" and len(room.floor) and room.floor.turn is None:
                turn = await room.floor.take()
                turn.reply = f"reply-{index}"
            elif what == "finish":
                room.floor.finish(Outcome.ANSWERED, "answered", intent="i", route="t5")
            elif what == "remove":
                room.floor.remove(
                    Removed(id="r", room="r", viewer=Viewer("m", "m"), at=0, received=0, target=f"v{viewer}")
                )
            elif what == "drop" and pushed:
                room.floor.drop(pushed[viewer % len(pushed)])
            else:
                clock.now += kind
                room.floor.tick()
            assert len(room.floor) <= capacity
        room.floor.close()
        assert Counter(decision.event for decision in room.decisions) == Counter(pushed)
        assert all(decision.why and words(decision.code, decision.values, "zh") for decision in room.decisions)

    asyncio.run(play())


def test_what_need_not_be_said_any_more_leaves_with_its_reason(clock: Clock) -> None:
    room = Room(clock)
    for name in ("over", "goes on"):
        room.floor.push(Candidate(message(name), Priority.STREAMER, 10))
    room.floor.drop_all(lambda candidate: candidate.event.id == "over", "show_over")
    assert room.outcomes() == {"over": (Outcome.DROPPED, "show_over")}
    assert [one.candidate.event.id for one in room.floor.waiting()] == ["goes on"]
