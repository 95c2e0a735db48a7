"""A file of events is explained from the command line, and moods are fitted to it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from behaviour.ledger import Came, Decided, Ledger
from behaviour.mood import MoodModel
from bot.cli_behaviour import app
from bot.watching import explain, read_events
from core.errors import SettingsError
from core.events import Chat, Join, RoomEvent, Viewer, encode
from core.settings import load

DEMO = Path(__file__).parents[2] / "configs" / "demo.yaml"


def evening(file: Path, minutes: int = 8) -> Path:
    """Write a room in which one viewer asks prices every twenty seconds."""
    ann, events = Viewer("ann", "安安"), list[RoomEvent]()
    events.append(Join(id="j", room="main", viewer=ann, at=1_000, received=1_000))
    for number in range(minutes * 3):
        at = 1_010.0 + 20 * number
        events.append(Chat(id=f"e{number}", room="main", viewer=ann, at=at, received=at, text="卫衣多少钱"))
    file.write_bytes(b"\n".join(map(encode, events)) + b"\n")
    return file


def test_a_viewer_who_asks_prices_is_read_as_a_shopper(tmp_path: Path) -> None:
    found = explain(load(DEMO), evening(tmp_path / "events.jsonl"), "ann")
    assert found.events == 25
    person, last = found.explanation.person, found.explanation.last
    assert person is not None
    assert person.segment == "shopper"
    assert max(person.next, key=person.next.__getitem__) == "ask"
    assert last is not None
    assert last.intent == "ask_price"
    assert last.viewer_id == "ann"


def test_explain_prints_mood_chain_directive_and_why(tmp_path: Path) -> None:
    file = str(evening(tmp_path / "events.jsonl"))
    told = CliRunner().invoke(app, ["explain", file, "--viewer", "ann"])
    assert told.exit_code == 0
    for word in ("mood", "chain", "directive", "why", "asks 提问"):
        assert word in told.stdout
    found = json.loads(CliRunner().invoke(app, ["explain", file, "--viewer", "ann", "--json"]).stdout)
    assert sum(found["explanation"]["moods"].values()) == pytest.approx(1)
    assert found["explanation"]["last"]["why"].keys() == {"zh", "en"}


def test_a_viewer_who_is_not_there_and_a_line_that_is_no_event_are_named(tmp_path: Path) -> None:
    file = evening(tmp_path / "events.jsonl", minutes=1)
    with pytest.raises(SettingsError, match="nobody"):
        explain(load(DEMO), file, "nobody")
    with file.open("a") as lines:
        lines.write("{}\n")
    with pytest.raises(SettingsError, match=r"events.jsonl:5: is no event"):
        read_events(file)


def test_moods_fitted_to_a_recording_can_be_used(tmp_path: Path) -> None:
    file, output = evening(tmp_path / "events.jsonl"), tmp_path / "mood.yaml"
    told = CliRunner().invoke(app, ["fit", "--mood", str(file), "-o", str(output)])
    assert told.exit_code == 0, told.output
    assert MoodModel.load(output).version.startswith("fit-")
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"behaviour: {{mood: {output}}}\n")
    assert "mood-fit-" in explain(load(settings), file, "").explanation.model


def test_judge_prints_no_verdict_for_a_short_log(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "main.jsonl")
    row = Decided(
        id="d", at=1, room="main", model="m", viewer="", segment="room", intent="idle", features={}, usual="a:warm",
        candidates=("a:warm", "a:lively"), propensities=(0.95, 0.05), chosen="a:warm", expected=(0.0, 0.0),
    )  # fmt: skip
    ledger.add(row)
    ledger.add(Came(id="d", at=2, heard=True, reward=0.5, response="talks"))
    ledger.close(wait=True)
    found = json.loads(CliRunner().invoke(app, ["judge", str(tmp_path / "main.jsonl"), "--json"]).stdout)
    assert found["decisions"] == 1
    assert found["verdict"].startswith("no verdict")
