"""Who is here, and when a rush is a raid."""

from typing import Any

import pytest

from bot.crowd import Crowd, CrowdOptions
from core.events import Chat, Join, Leave, Role, RoomEvent, Viewer, Voice


class Clock:
    now = 100.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def event(kind: type[RoomEvent], viewer: str, role: Role = Role.VIEWER, **fields: Any) -> RoomEvent:
    return kind(id=f"{viewer}", room="r", viewer=Viewer(viewer, viewer, role), at=0, received=0, **fields)


def joins(crowd: Crowd, clock: Clock, a_second: int, seconds: float, name: str = "v") -> None:
    for number in range(int(a_second * seconds)):
        clock.now += 1 / a_second
        crowd.note(event(Join, f"{name}{number}"))


def test_viewers_come_and_go() -> None:
    crowd = Crowd(CrowdOptions(), Clock())
    for name in "abc":
        crowd.note(event(Join, name))
    crowd.note(event(Chat, "a", text="hi"))
    crowd.note(event(Leave, "b"))
    assert len(crowd) == 2


def test_a_rush_of_joins_is_a_raid_and_its_people_are_counted_to_the_last() -> None:
    clock = Clock()
    crowd = Crowd(CrowdOptions(joins=20), clock)
    joins(crowd, clock, 200, 2)
    assert crowd.raid
    assert crowd.raiders == 400


def test_a_rush_of_messages_is_a_raid_too_but_brings_nobody() -> None:
    clock = Clock()
    crowd = Crowd(CrowdOptions(messages=30), clock)
    for number in range(300):
        clock.now += 0.005
        crowd.note(event(Chat, f"v{number}", text="666"))
    assert crowd.raid
    assert crowd.raiders == 0


def test_a_lively_room_is_no_raid() -> None:
    clock = Clock()
    crowd = Crowd(CrowdOptions(joins=20), clock)
    joins(crowd, clock, 10, 60)
    assert not crowd.raid


def test_a_raid_is_over_only_after_a_while_well_below_what_began_it() -> None:
    clock = Clock()
    crowd = Crowd(CrowdOptions(joins=20, calm_s=10), clock)
    joins(crowd, clock, 100, 2)
    joins(crowd, clock, 12, 30, "later")  # below 20, above half of it: it goes on
    assert crowd.raid
    joins(crowd, clock, 2, 9, "calm")
    assert crowd.raid
    joins(crowd, clock, 2, 8, "calmer")
    assert not crowd.raid


@pytest.mark.parametrize("role", Role)
def test_subscribers_are_part_of_the_crowd_and_who_runs_the_room_is_not(role: Role) -> None:
    counted = role in {Role.VIEWER, Role.SUBSCRIBER}
    crowd = Crowd(CrowdOptions(), Clock())
    crowd.note(event(Chat, "a", role, text="hi"))
    crowd.note(event(Join, "b", role))
    assert len(crowd) == 2 * counted
    assert bool(crowd.joins.value()) is counted


def test_who_had_come_before_us_is_counted_and_makes_no_raid() -> None:
    crowd = Crowd(CrowdOptions(joins=20), Clock())
    for number in range(300):
        crowd.note(event(Join, f"v{number}", before=True))
    assert len(crowd) == 300
    assert (crowd.raid, crowd.raiders) == (False, 0)


def test_a_remark_that_is_understood_after_its_speaker_went_brings_nobody_back() -> None:
    crowd = Crowd(CrowdOptions(), Clock())
    said: dict[str, Any] = {"text": "hi", "language": "en", "confidence": 1, "audio_s": 1, "ended": 0}
    for kind, fields in ((Join, {}), (Leave, {}), (Voice, said)):
        crowd.note(event(kind, "a", **fields))
    assert len(crowd) == 0
    crowd.note(event(Chat, "a", text="back"))
    assert len(crowd) == 1


def test_an_order_of_nobody_known_is_nobody_here() -> None:
    crowd = Crowd(CrowdOptions(), Clock())
    crowd.note(event(Chat, "", text="order"))
    assert len(crowd) == 0
