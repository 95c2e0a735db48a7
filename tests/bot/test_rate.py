"""How many a while: limits are kept in every window, whenever it begins."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rate import Bucket, Window


class Clock:
    now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


@settings(deadline=None)  # a busy machine is not a failure
@given(st.integers(1, 20), st.sampled_from([1.0, 30.0]), st.lists(st.floats(0, 20), max_size=200))
def test_in_no_window_are_there_more_than_the_limit(most: int, per: float, pauses: list[float]) -> None:
    clock = Clock()
    window, taken = Window(most, per, clock), []
    for pause in pauses:
        clock.now += pause
        if window.take():
            taken.append(clock.now)
    assert all(late - early >= per for early, late in zip(taken, taken[most:], strict=False))


@settings(deadline=None)  # a busy machine is not a failure
@given(st.integers(1, 5), st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), max_size=100))
def test_what_takes_a_while_to_be_written_counts_from_then(most: int, turns: list[tuple[float, float]]) -> None:
    clock = Clock()
    window, written = Window(most, 30, clock), []
    for pause, lasts in turns:
        clock.now += pause
        begun = clock.now
        if window.take():
            clock.now += lasts
            window.move(begun)
            written.append(clock.now)
    assert all(late - early >= 30 for early, late in zip(written, written[most:], strict=False))


def test_a_full_window_is_free_again_as_soon_as_its_first_is_over() -> None:
    clock = Clock()
    window = Window(20, 30, clock)
    assert sum(window.take() for _ in range(40)) == 20
    clock.now = 29.9
    assert not window.take()
    clock.now = 30.0
    assert sum(window.take() for _ in range(40)) == 20


def test_no_limit_means_any_number() -> None:
    assert all(Window(0, 30, Clock()).take() for _ in range(1000))
    assert all(Bucket(0, 30, Clock()).take() for _ in range(1000))


def test_a_bucket_lets_its_rate_through() -> None:
    clock = Clock()
    bucket, passed = Bucket(10, 1.0, clock), 0
    for _ in range(1000):
        clock.now += 0.01
        passed += bucket.take()
    assert 100 <= passed <= 110
