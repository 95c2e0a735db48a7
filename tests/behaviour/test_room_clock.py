"""A room's behaviour when the machine's clock is set: durations go on, only what is shown and logged tells the hour."""

from pathlib import Path

import pytest

from behaviour.ledger import Decided, read
from core.events import Goal, Removed
from tests.behaviour.test_room import ANN, MOD, Clock, chat, direct, room


class SetClock(Clock):
    """One whose wall clock can be set."""

    ahead = 1_764_000_000.0

    def wall(self) -> float:
        return self.at + self.ahead


@pytest.mark.parametrize("shift", [-3600.0, 3600.0])
def test_a_clock_that_is_set_neither_freezes_nor_hurries_what_lasts_a_while(shift: float) -> None:
    clock = SetClock()
    mind = room(clock)
    mind.observe(chat(name="m1"))
    mind.observe(Removed(id="r", room="main", viewer=MOD, at=0, received=0, message="m1"))
    mind.spoken(mind.direct("idle", None, Goal.ENLIVEN, "warm", "short", offers=True).id, heard=True)
    clock.ahead += shift
    clock.at += 10
    mind.tick()
    assert "moderation" in direct(mind).why
    assert mind.explain().outcomes == 0
    assert 0 <= mind.explain("ann").person.silent_s <= 10  # type: ignore[union-attr]
    bins = mind._mood.bins
    for _ in range(200):
        clock.at += 1
        mind.tick()
    assert "moderation" not in direct(mind).why
    assert "moderation" not in direct(mind, None).why
    assert mind.may_offer()
    assert mind._mood.bins > bins
    assert mind._viewers.get("ann").state == "lurk"  # type: ignore[union-attr]


def test_rows_and_explanations_tell_the_hour(tmp_path: Path) -> None:
    clock = SetClock()
    mind = room(clock, ledger=tmp_path / "main.jsonl")
    mind.observe(chat())
    directive = direct(mind)
    told = mind.explain(ANN.id)
    assert told.at == clock.wall()
    assert told.last is not None
    assert told.last.at == clock.wall()
    mind.spoken(directive.id, heard=True)
    clock.at += 61
    mind.tick()
    mind.close()
    mind._outcomes._ledger._pool.shutdown(wait=True)  # type: ignore[union-attr]
    decided, came = read(tmp_path / "main.jsonl")
    assert isinstance(decided, Decided)
    assert (decided.at, came.at) == (clock.wall() - 61, clock.wall())
