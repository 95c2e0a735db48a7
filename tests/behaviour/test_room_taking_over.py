"""What a room's new bot goes on with: the pictures of the one before, where they are of the same models."""

from collections.abc import Callable
from pathlib import Path

import pytest

from behaviour.chain import ViewerChains
from behaviour.mood import PACKAGED as MOODS
from behaviour.room import RoomBehaviour
from behaviour.symbols import PACKAGED as STATES
from core.events import Leave
from tests.behaviour.test_room import ANN, Clock, chat, room

ADDED = ("  - {name: like,", "  - {name: shout, zh: 喊, en: shouts}\n  - {name: like,")


def edited(file: Path, packaged: Path, *changes: tuple[str, str]) -> Path:
    """Write the packaged file with changes to `file`."""
    text = packaged.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return file


def taken_over(clock: Clock, edit: Callable[[], object], **options: object) -> tuple[RoomBehaviour, RoomBehaviour]:
    """Return a room that has seen something, and the one that took it over after `edit`."""
    before = room(clock, **options)
    before.observe(chat(name="m1"))
    edit()
    after = room(clock, **options)
    after.take_over(before)
    return before, after


def test_states_that_are_edited_where_they_lie_begin_a_new_chain(tmp_path: Path) -> None:
    file = edited(tmp_path / "states.yaml", STATES)
    shouted = ('intents: ["*"], state: chat', 'intents: ["*"], state: shout')
    _, after = taken_over(Clock(), lambda: edited(file, STATES, ADDED, shouted), states=file)
    after.observe(chat(name="m2"))
    after.tick()
    nodes = {node.state: node for node in after.explain("ann").chain.nodes}
    assert nodes["shout"].here
    after.observe(Leave(id="l", room="main", viewer=ANN, at=0, received=0))


@pytest.mark.parametrize("change", [("lurk_after_s", "# edited\nlurk_after_s"), ("zh: 点赞", "zh: 点了赞")])
def test_states_that_mean_the_same_keep_their_chain_and_have_their_new_names(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    file = edited(tmp_path / "states.yaml", STATES)
    before, after = taken_over(Clock(), lambda: edited(file, STATES, change), states=file)
    assert after._chains is before._chains
    assert change[1].removeprefix("zh: ") in {*(node.zh for node in after.explain().chain.nodes), change[1]}


def test_another_assumption_about_states_begins_a_new_chain(tmp_path: Path) -> None:
    file = edited(tmp_path / "states.yaml", STATES)
    text = STATES.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith("dwell_events:"))
    before, after = taken_over(Clock(), lambda: edited(file, STATES, (line, line.split(":")[0] + ": 7")), states=file)
    assert after._chains is not before._chains


def test_moods_that_are_edited_where_they_lie_are_the_ones_at_work(tmp_path: Path) -> None:
    file = edited(tmp_path / "mood.yaml", MOODS)
    version = next(line for line in MOODS.read_text(encoding="utf-8").splitlines() if line.startswith("version:"))
    before, after = taken_over(Clock(), lambda: edited(file, MOODS, (version, "version: edited-2")), mood=file)
    assert after._mood is not before._mood
    assert after._mood._model.version == "edited-2"
    assert after.version.endswith("mood-edited-2")


def test_moods_that_nobody_edited_go_on(tmp_path: Path) -> None:
    file = edited(tmp_path / "mood.yaml", MOODS)
    before, after = taken_over(Clock(), lambda: None, mood=file)
    assert after._mood is before._mood


@pytest.mark.parametrize("again", [True, False])
def test_a_chain_that_is_fitted_anew_in_its_place_is_the_one_at_work(tmp_path: Path, again: bool) -> None:  # noqa: FBT001
    file, fitted = tmp_path / "chain.npz", ViewerChains()
    fitted.save(file)

    def fit() -> None:
        fitted.observe("v", "talker", "chat", 1.0)
        fitted.save(file)

    before, after = taken_over(Clock(), fit if again else lambda: None, chain=file)
    assert (after._chains is before._chains) is not again
