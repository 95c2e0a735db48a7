"""Welcomes: one by one among a few, together in a full room, one for a whole raid."""

from bot.joins import EVERY_S, RAID_S, SHOWS_S, Joins, LikeFolder
from core.events import Join, Viewer


class Clock:
    now = 1000.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def join(name: str) -> Join:
    return Join(id=f"join-{name}", room="r", viewer=Viewer(name, name), at=0, received=0)


def test_among_a_few_everybody_is_welcomed_at_once() -> None:
    candidate, _ = Joins(20, Clock()).add(join("a"), crowd=2, raid=False)
    assert candidate is not None
    assert candidate.event.viewer.id == "a"


def test_in_a_full_room_three_are_welcomed_together_and_the_others_counted() -> None:
    clock = Clock()
    joins = Joins(20, clock)
    reasons = [joins.add(join(name), crowd=50, raid=False)[1] for name in "abcde"]
    assert reasons == ["", "", "", "join_counted", "join_counted"]
    assert joins.due(0, raid=False) == [], "they may be the first of a raid"
    clock.now += SHOWS_S
    [welcome] = joins.due(0, raid=False)
    assert [viewer.id for viewer in welcome.named()] == ["a", "b", "c"]
    joins.add(join("f"), crowd=50, raid=False)
    assert joins.due(0, raid=False) == []
    clock.now += EVERY_S
    assert len(joins.due(0, raid=False)) == 1


def test_a_raid_gets_one_welcome_that_counts_it() -> None:
    clock = Clock()
    joins = Joins(20, clock)
    reasons = [joins.add(join(str(number)), crowd=500, raid=True)[1] for number in range(500)]
    assert reasons[0] == ""
    assert set(reasons[1:]) == {"raid_join"}
    assert joins.due(500, raid=True) == []
    clock.now += RAID_S
    [welcome] = joins.due(500, raid=True)
    assert (welcome.event.id, welcome.count) == ("join-0", 500)
    clock.now += RAID_S
    assert joins.add(join("straggler"), crowd=500, raid=True) == (None, "raid_join")
    assert joins.due(501, raid=True) == []


def test_who_came_as_the_first_of_a_raid_is_welcomed_with_it_and_not_by_name_after_it() -> None:
    clock = Clock()
    joins = Joins(20, clock)
    for number in range(200):
        joins.add(join(str(number)), crowd=50, raid=number >= 60)
    clock.now += RAID_S
    [welcome] = joins.due(200, raid=True)
    assert (welcome.event.id, welcome.count) == ("join-60", 200)
    assert [event.id for event in welcome.others] == ["join-0", "join-1", "join-2"]
    clock.now += EVERY_S
    assert joins.due(200, raid=False) == []


def test_what_is_held_back_when_the_room_ends_is_handed_out() -> None:
    joins = Joins(20, Clock())
    joins.add(join("a"), crowd=50, raid=False)
    joins.add(join("b"), crowd=50, raid=True)
    assert {held.id for held in joins.close()} == {"join-a", "join-b"}


def test_many_small_likes_deserve_thanks_once() -> None:
    likes = LikeFolder(20)
    assert [likes.add("a", 5) for _ in range(5)] == [False, False, False, True, False]
    assert not LikeFolder(0).add("a", 1000)
