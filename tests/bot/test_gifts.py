"""Gifts of one giver become one thank-you with the exact total."""

from hypothesis import given
from hypothesis import strategies as st

from bot.gifts import GiftFolder
from core.events import Gift, Viewer


class Clock:
    now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def gift(viewer: str, name: str, count: int) -> Gift:
    return Gift(
        id="g", room="r", viewer=Viewer(viewer, viewer), at=0, received=0, gift=name, count=count, value=count * 0.5
    )


def test_a_combo_is_thanked_once_after_its_giver_has_paused() -> None:
    clock = Clock()
    folder = GiftFolder(3, clock)
    for second in range(4):
        clock.now = second
        folder.add(gift("a", "rose", 2))
        assert folder.due() == []
    clock.now = 6
    assert [(g.count, g.value) for g in folder.due()] == [(8, 4.0)]
    assert folder.due() == []


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["rose", "rocket"]), st.integers(1, 99)), max_size=50),
    st.integers(1, 3),
)
def test_totals_are_exact_however_gifts_are_mixed_and_however_few_fit(
    gifts: list[tuple[str, str, int]], capacity: int
) -> None:
    clock = Clock()
    folder = GiftFolder(3, clock, capacity)
    told: list[Gift] = []
    for viewer, name, count in gifts:
        told += folder.add(gift(viewer, name, count))
    clock.now = 10
    told += folder.due()
    for key in {(viewer, name) for viewer, name, _ in gifts}:
        given_ = sum(count for viewer, name, count in gifts if (viewer, name) == key)
        assert sum(g.count for g in told if (g.viewer.id, g.gift) == key) == given_
