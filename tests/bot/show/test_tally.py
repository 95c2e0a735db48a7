"""One vote a viewer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.show import tally
from bot.show.tally import Tally
from core.events import Viewer

VOTES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=60)


def viewer(number: int) -> Viewer:
    return Viewer(str(number), f"v{number}")


@given(VOTES)
def test_every_viewer_counts_once_however_often_they_vote(votes: list[tuple[int, int]]) -> None:
    for counts in ("first", "last"):
        box = Tally(counts)
        for who, choice in votes:
            box.choose(viewer(who), choice)
        assert sum(box.counts().values()) == len(box) == len({who for who, _ in votes})


@given(VOTES)
def test_the_first_or_the_last_choice_stands(votes: list[tuple[int, int]]) -> None:
    first, last = Tally("first"), Tally("last")
    for who, choice in votes:
        first.choose(viewer(who), choice)
        last.choose(viewer(who), choice)
    for who, choice in dict(reversed(votes)).items():
        assert viewer(who) in first.who(choice)
    for who, choice in dict(votes).items():
        assert viewer(who) in last.who(choice)


def test_a_full_box_takes_no_more_voters_but_lets_those_inside_change_their_minds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tally, "VOTERS", 2)
    box = Tally("last")
    codes = [box.choose(viewer(who), choice) for who, choice in ((1, 0), (2, 0), (3, 1), (1, 1))]
    assert codes == ["vote_counted", "vote_counted", "vote_full", "vote_changed"]
    assert len(box) == 2
