"""`danmate check` finds what only the rooms' parts know to be a mistake, with its file and line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from behaviour.chain import ViewerChains
from behaviour.symbols import PACKAGED, States
from bot.checking import load_checked
from bot.cli import app
from core.errors import SettingsError

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('rooms:\n  - id: a\n    commands:\n      - {name: "!hi", reply: "hi $(usr)"}\n', 4, "did you mean $(user)"),
        ("rooms:\n  - id: a\n    connect: {platform: natve}\n", 3, "did you mean native"),
        ('commands:\n  - {name: "!a", reply: x}\n  - {name: "!b", alias: ["!a"], reply: x}\n', 1, "names two commands"),
        ("idle: {}\nfilters:\n  words: bad.yaml\n", 3, "is no word list"),
        ("behaviour:\n  chain: none.npz\n", 2, "none.npz: cannot be read"),
        ("rooms:\n  - id: a\n    behaviour:\n      mood: bad.yaml\n", 4, "is no mood model"),
        ("idle: {}\nfilters:\n  words: dates.yaml\n", 3, "day is out of range"),
        ("rooms:\n  - id: a\n    title: 2026-02-30\n", 3, "put quotes round a text"),
        ("behaviour:\n  chain: ~nobody_here/x.npz\n", 2, "no home folder"),
    ],
)
def test_a_mistake_that_would_keep_a_bot_from_being_made_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text("bin: 5s\n", encoding="utf-8")
    (tmp_path / "dates.yaml").write_text("- {category: listed, words: [2026-02-30]}\n", encoding="utf-8")
    file = tmp_path / "danmate.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_checked(file)
    assert caught.value.line == line
    assert caught.value.file.endswith("danmate.yaml")
    assert words in str(caught.value)
    told = CliRunner().invoke(app, ["check", str(file)])
    assert told.exit_code == 2
    assert "Traceback" not in told.output


@pytest.mark.parametrize("file", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_settings_that_come_with_danmate_are_good(file: Path) -> None:
    assert load_checked(file).rooms


def test_a_chain_is_checked_against_the_rooms_own_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = PACKAGED.read_text(encoding="utf-8").replace(
        "  - {name: leave,", "  - {name: cheer, zh: 喝彩, en: cheers}\n  - {name: leave,"
    )
    (tmp_path / "states.yaml").write_text(own, encoding="utf-8")
    ViewerChains(States(tmp_path / "states.yaml"), 3).save(tmp_path / "chain.npz")
    file = tmp_path / "danmate.yaml"
    file.write_text("behaviour:\n  states: states.yaml\n  chain: chain.npz\n", encoding="utf-8")
    assert load_checked(file).rooms
    file.write_text("behaviour:\n  chain: chain.npz\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="chain"):
        load_checked(file)


def test_states_that_outcomes_are_measured_by_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "states.yaml").write_text("lurk_after_s: 30\n", encoding="utf-8")
    file = tmp_path / "danmate.yaml"
    file.write_text("behaviour:\n  states: states.yaml\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"behaviour\.states"):
        load_checked(file)
