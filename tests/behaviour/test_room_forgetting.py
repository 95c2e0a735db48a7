"""What a room's behaviour keeps of a viewer who asks to be forgotten: that they are under 18, and nothing else."""

from pathlib import Path

from behaviour.room import RoomBehaviour
from core.events import Goal, Removed
from tests.behaviour.test_room import ANN, BOB, MOD, Clock, chat, direct, room


def traces(mind: RoomBehaviour, viewer_id: str) -> list[str]:
    """Return where anything stands under a viewer's id."""
    outcomes, reactions = mind._outcomes, mind._outcomes._reactions
    places = {
        "viewers": mind._viewers.get(viewer_id) is not None,
        "chains": viewer_id in mind._chains._viewers,
        "writers": viewer_id in mind._writers.values(),
        "past": any(one.viewer_id == viewer_id for one in mind._past),
        "awaited": any(one.viewer_id == viewer_id for one in outcomes._awaited.values()),
        "reactions": viewer_id in reactions._of_viewer,
        "worth": any(viewer_id in reaction.worth for reaction in reactions._open.values()),
    }
    return [place for place, found in places.items() if found]


def test_nothing_stands_under_the_id_of_who_was_forgotten() -> None:
    clock = Clock()
    mind = room(clock)
    mind.spoken(mind.direct("idle", None, Goal.ENLIVEN, "warm", "short").id, heard=True)
    mind.observe(chat(name="a1"), "greeting")
    mind.spoken(direct(mind).id, heard=True)
    direct(mind)
    mind.observe(chat(name="a2"), "praise")
    mind.observe(chat(BOB, name="b1"), "praise")
    assert len(traces(mind, "ann")) == 7
    mind.forget("ann")
    assert traces(mind, "ann") == []
    mind.observe(Removed(id="r", room="main", viewer=MOD, at=0, received=0, message="a1"))
    assert traces(mind, "ann") == []
    assert traces(mind, "bob") == ["viewers", "chains", "writers", "worth"]


def test_what_was_awaited_of_who_was_forgotten_teaches_nothing() -> None:
    clock = Clock()
    mind = room(clock)
    mind.observe(chat())
    said, unsaid = direct(mind), direct(mind)
    mind.spoken(said.id, heard=True)
    mind.forget("ann")
    mind.spoken(unsaid.id, heard=True)
    clock.at += 61
    mind.tick()
    assert mind.explain().outcomes == 0


def test_a_minor_who_asks_to_be_forgotten_stays_a_minor() -> None:
    mind = room(Clock())
    mind.observe(chat(text="我才12岁"))
    mind.forget(ANN.id)
    assert mind.is_minor(ANN.id)
    assert traces(mind, ANN.id) == []


def test_the_log_of_decisions_goes_on_after_somebody_was_forgotten(tmp_path: Path) -> None:
    mind = room(Clock(), ledger=tmp_path / "main.jsonl")
    mind.observe(chat())
    direct(mind)
    mind.forget("ann")
    direct(mind, BOB)
    mind.close()
    mind._outcomes._ledger._pool.shutdown(wait=True)  # type: ignore[union-attr]
    assert len((tmp_path / "main.jsonl").read_text(encoding="utf-8").splitlines()) == 2
