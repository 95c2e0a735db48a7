"""The floor: whose turn it is, and why others have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.floor import Candidate, Floor, Priority
from core.events import Chat, Decision, Outcome, Removed, Viewer


class Clock:
    now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def message(name: str, viewer: str = "v") -> Chat:
    return Chat(id=name, room="r", viewer=Viewer(viewer, viewer), at=0, received=0, text=name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_the_most_urgent_goes_first_and_of_equals_the_first_to_come(clock: Clock) -> None:
    floor = Floor(10, clock, list[Decision]().append)
    for name, priority in [
        ("chat", Priority.CHAT),
        ("a", Priority.ADDRESSED),
        ("b", Priority.ADDRESSED),
        ("boss", Priority.STREAMER),
    ]:
        floor.push(Candidate(message(name), priority, 10))
    assert [(await floor.take()).event.id for _ in range(4)] == ["boss", "a", "b", "chat"]


async def test_what_comes_too_late_is_dropped_with_a_reason(clock: Clock) -> None:
    decisions: list[Decision] = []
    floor = Floor(10, clock, decisions.append)
    floor.push(Candidate(message("old"), Priority.ADDRESSED, 5))
    floor.push(Candidate(message("new"), Priority.CHAT, 50))
    clock.now = 6
    assert (await floor.take()).event.id == "new"
    assert [(d.event, d.outcome, d.why) for d in decisions] == [("old", Outcome.DROPPED, "its turn came too late")]


@pytest.mark.parametrize(("removed", "left"), [({"message": "a"}, ["b", "c"]), ({"target": "x"}, ["c"])])
async def test_withdrawn_messages_get_no_turn(clock: Clock, removed: dict[str, str], left: list[str]) -> None:
    decisions: list[Decision] = []
    floor = Floor(10, clock, decisions.append)
    for name, viewer in [("a", "x"), ("b", "x"), ("c", "y")]:
        floor.push(Candidate(message(name, viewer), Priority.CHAT, 10))
    floor.remove(Removed(id="r", room="r", viewer=Viewer("m", "m"), at=0, received=0, **removed))
    assert [(await floor.take()).event.id for _ in left] == left
    assert all("moderator" in decision.why for decision in decisions)


@given(st.lists(st.sampled_from(Priority), max_size=60), st.integers(1, 8))
def test_nothing_leaves_without_a_decision_and_the_floor_stays_bounded(
    priorities: list[Priority], capacity: int
) -> None:
    decisions: list[Decision] = []
    floor = Floor(capacity, Clock(), decisions.append)
    for index, priority in enumerate(priorities):
        floor.push(Candidate(message(str(index)), priority, 10))
    assert len(floor) == min(capacity, len(priorities))
    assert len(decisions) + len(floor) == len(priorities)
    kept = {item[2].priority for item in floor._heap}
    dropped = {priorities[int(decision.event)] for decision in decisions}
    assert not kept or not dropped or min(dropped) >= min(kept)
