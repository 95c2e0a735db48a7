"""`danmate moderate`, and a room's own words."""

import io
import json
from pathlib import Path

import pytest

from bot.moderation import BATCH, moderate, safety
from core.errors import SettingsError
from core.settings import load
from nlu.safety import Safety, SafetyOptions


def test_each_line_gets_its_verdict_in_order_across_batches(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["你好", "傻 逼", "加微信 abc_12345"] * BATCH
    moderate(Safety(SafetyOptions()), io.StringIO("\n".join(lines) + "\n"), "message")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == len(lines)
    assert [row["verdict"] for row in rows[:3]] == ["allow", "block", "block"]
    assert rows[-1] == {"verdict": "block", "category": "personal", "rule": "messenger", "score": 1.0}


def test_a_word_list_stands_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("某某牌\n", encoding="utf-8")
    file = tmp_path / "danmate.yaml"
    file.write_text("filters: {words: words.txt}\n", encoding="utf-8")
    judge = safety(load(file).rooms[0], None)
    assert judge.check("某 某 牌", "message").category == "listed"


def test_a_word_list_that_is_not_there_is_an_error_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "danmate.yaml"
    file.write_text("rooms:\n  - id: a\n    filters:\n      words: none.txt\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load(file)
    assert error.value.line == 4
