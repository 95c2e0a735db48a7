"""Gifts of one giver become one thank-you with the exact total of each kind."""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gifts import LONGEST, GiftFolder, Thanks
from core.events import Gift, Viewer


class Clock:
    now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def gift(viewer: str, name: str, count: int, number: int = 0) -> Gift:
    return Gift(
        id=f"g{number}", room="r", viewer=Viewer(viewer, viewer), at=0, received=0, gift=name, count=count,
        value=count * 0.5,
    )  # fmt: skip


def told(thanks: list[Thanks]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for one in thanks:
        for kind in one.gifts:
            found[kind.viewer.id, kind.gift] += kind.count
    return found


def test_a_combo_is_thanked_once_after_its_giver_has_paused() -> None:
    clock = Clock()
    folder = GiftFolder(3, clock)
    for second in range(4):
        clock.now = second
        folder.add(gift("a", "rose", 2, second))
        assert folder.due() == []
    clock.now = 6
    [thanks] = folder.due()
    assert [(one.count, one.value) for one in thanks.gifts] == [(8, 4.0)]
    assert folder.due() == []


def test_several_kinds_of_one_giver_are_thanked_together_the_most_valuable_first() -> None:
    clock = Clock()
    folder = GiftFolder(3, clock)
    for number, (kind, count) in enumerate([("rose", 1), ("rocket", 20), ("rose", 2)]):
        folder.add(gift("a", kind, count, number))
    clock.now = 3
    [thanks] = folder.due()
    assert [(one.gift, one.count) for one in thanks.gifts] == [("rocket", 20), ("rose", 3)]
    assert thanks.value == 11.5


def test_a_combo_that_never_pauses_is_thanked_all_the_same() -> None:
    clock = Clock()
    folder = GiftFolder(3, clock)
    thanked = []
    for second in range(2 * 3 * LONGEST):
        clock.now = second
        folder.add(gift("a", "rose", 1, second))
        thanked += folder.due()
    assert thanked


Given = tuple[str, str, int]


@settings(deadline=None)  # a busy machine is not a failure
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["rose", "rocket"]), st.integers(1, 99)), max_size=50),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
def test_totals_are_exact_however_gifts_are_shuffled_and_repeated_and_however_few_fit(
    gifts: list[Given], capacity: int, draw: random.Random
) -> None:
    clock = Clock()
    folder = GiftFolder(3, clock, capacity)
    events = [gift(viewer, name, count, number) for number, (viewer, name, count) in enumerate(gifts)]
    arriving = events + draw.choices(events, k=len(events)) if events else []
    draw.shuffle(arriving)
    thanked: list[Thanks] = []
    for one in arriving:
        clock.now += draw.choice([0.0, 0.5, 4.0])
        folder.add(one)
        thanked += folder.due()
    thanked += folder.close()
    expected: Counter[tuple[str, str]] = Counter()
    for viewer, name, count in gifts:
        expected[viewer, name] += count
    assert told(thanked) == expected
    assert Counter(event.id for one in thanked for event in one.events) == Counter(event.id for event in events)
