"""A reward is what happened within a minute of a heard reply, bounded, and counted for the right reply."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from behaviour.reward import OPEN, OPEN_TO_ALL, RESPONSES, WORTH, Reaction, Reactions


def test_only_what_the_answered_viewer_does_counts_for_an_answer() -> None:
    reactions = Reactions()
    reactions.begin("r", "a", 0, 10)
    reactions.note("a", "chat")
    reactions.note("b", "buy")
    ((_, reaction),) = reactions.over(60)
    assert reaction.reward() == pytest.approx(WORTH["chat"])
    assert reaction.response() == "talks"


def test_nothing_is_counted_after_the_minute() -> None:
    reactions = Reactions()
    reactions.begin("r", "a", 0, 10)
    assert list(reactions.over(59)) == []
    assert [name for name, _ in reactions.over(60)] == ["r"]
    reactions.note("a", "buy")
    assert "r" not in reactions


def test_a_word_to_all_is_measured_by_all_and_by_the_size_of_the_room() -> None:
    small, big = Reaction(viewer_id="", until=60, present=4), Reaction(viewer_id="", until=60, present=400)
    for reaction in (small, big):
        for viewer in "abc":
            reaction.note(viewer, "chat")
    assert small.reward() == pytest.approx(0.45)
    assert big.reward() == pytest.approx(0.045)


def test_one_viewer_cannot_outweigh_the_room() -> None:
    reaction = Reaction(viewer_id="", until=60, present=1)
    for _ in range(1_000):
        reaction.note("spammer", "chat")
    assert reaction.reward() == 1
    assert len(reaction.worth) == 1


def test_leaving_after_a_complaint_is_turning_away_whatever_else_was_done() -> None:
    reaction = Reaction(viewer_id="a", until=60, present=4)
    for state in ("chat", "complain", "leave"):
        reaction.note("a", state)
    assert reaction.reward() < 0
    assert reaction.response() == "turns_away"


def test_silence_is_worth_nothing() -> None:
    reaction = Reaction(viewer_id="a", until=60, present=4)
    reaction.note("a", "lurk")
    assert reaction.reward() == 0
    assert reaction.response() == "silent"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([*WORTH, "lurk", "arrive"])), max_size=50))
def test_rewards_stay_between_minus_one_and_one(acts: list[tuple[str, str]]) -> None:
    for viewer_id in ("", "a"):
        reaction = Reaction(viewer_id=viewer_id, until=60, present=3)
        for viewer, state in acts:
            reaction.note(viewer, state)
        assert -1 <= reaction.reward() <= 1
        assert reaction.response() in RESPONSES


def test_open_replies_are_bounded_and_the_oldest_gives_way() -> None:
    reactions = Reactions()
    gone = [name for number in range(OPEN_TO_ALL + 3) for name in reactions.begin(f"all {number}", "", number, 5)]
    assert gone == ["all 0", "all 1", "all 2"]
    gone = [name for number in range(OPEN) for name in reactions.begin(f"one {number}", f"v{number}", 20 + number, 5)]
    assert len(gone) == OPEN_TO_ALL
    assert len(list(reactions.over(1e9))) == OPEN
    assert not reactions._of_viewer
    assert not reactions._to_all
