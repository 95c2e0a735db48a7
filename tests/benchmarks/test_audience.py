"""The simulated audience: seeded, bounded in what it can do, moved by what it hears."""

from benchmarks.audience.audience import Audience, Deed
from benchmarks.steering import CONDITIONS, evening, interval
from core.events import Directive, Goal, Join


def minutes(audience: Audience, count: int) -> list[Deed]:
    return [deed for second in range(60 * count) for deed in audience.second(float(second))]


def test_the_same_seed_makes_the_same_evening_and_another_one_does_not() -> None:
    first, again, other = (
        [(deed.event, deed.intent) for deed in minutes(Audience(seed), 3)] for seed in (1, 1, 2)
    )  # fmt: skip
    assert first == again
    assert first != other


def test_nobody_acts_before_coming_or_after_leaving() -> None:
    there: set[str] = set()
    for deed in minutes(Audience(3), 10):
        who = deed.event.viewer.id
        assert (who in there) is not isinstance(deed.event, Join)
        there.add(who)
        if deed.what == "leave":
            there.remove(who)


def test_what_is_heard_changes_what_is_done_for_a_while() -> None:
    audience = Audience(1)
    list(audience.second(0.0))
    person = next(iter(audience.people.values()))
    before = audience._rates(person)["leave"]
    audience.hear(person.viewer.id, Directive(goal=Goal.ANSWER, tone="warm"))
    assert audience._rates(person)["leave"] < before
    audience._second = person.until
    assert audience._rates(person)["leave"] == before


def test_every_condition_runs_and_without_steering_every_directive_is_the_usual_one() -> None:
    found = {condition: evening(condition, 1, minutes=2) for condition in CONDITIONS}
    assert found["off"].unusual == 0.0
    assert all(one.replies > 0 for one in found.values())


def test_an_interval_holds_its_mean_and_is_wider_for_fewer_values() -> None:
    mean, low, high = interval([1.0, 2.0, 3.0, 4.0])
    assert low < mean == 2.5 < high
    _, narrow, wide = interval([1.0, 2.0, 3.0, 4.0] * 10)
    assert wide - narrow < high - low
