"""The overload ladder: up at once, down a step at a time."""

from prometheus_client import REGISTRY

from bot.ladder import CALM_S, Ladder, Step


class Clock:
    now = 1000.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


def test_it_climbs_at_once_and_comes_down_step_by_step() -> None:
    clock = Clock()
    ladder = Ladder("ladder-test", clock)
    assert ladder.update(0.6) is Step.NO_PARTIALS
    assert ladder.update(1.0) is Step.REFUSE
    assert REGISTRY.get_sample_value("danmate_overload_step", {"room": "ladder-test"}) == 3
    steps = []
    for _ in range(4):
        clock.now += CALM_S
        steps.append(ladder.update(0.0))
    assert steps == [Step.SHORT, Step.NO_PARTIALS, Step.NONE, Step.NONE]


def test_a_moments_relief_takes_no_step_back() -> None:
    clock = Clock()
    ladder = Ladder("ladder-test-2", clock)
    ladder.update(0.8)
    clock.now += CALM_S / 2
    assert ladder.update(0.1) is Step.SHORT
    assert ladder.update(0.8) is Step.SHORT
    clock.now += CALM_S / 2
    assert ladder.update(0.1) is Step.SHORT
