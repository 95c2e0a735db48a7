"""`danmate behaviour fit` and `evaluate`: results on stdout, trouble on stderr with the right exit code."""

import json
import subprocess
import sys
from pathlib import Path

from behaviour.model_file import load


def danmate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "behaviour", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def pages(folder: Path) -> Path:
    file = folder / "pages.txt"
    file.write_text("".join(f"{line % 3} {line % 2} {line % 3}\n" for line in range(200)), encoding="utf-8")
    return file


def test_evaluate_prints_its_figures_as_json(tmp_path: Path) -> None:
    ran = danmate("evaluate", pages(tmp_path), "--json")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    wanted = {"order", "nats", "perplexity", "top1", "top3", "ece", "leave_auc", "n", "events_per_s"}
    assert wanted <= found.keys()
    assert found["n"] == 20 * 3


def test_fit_writes_a_model_that_can_be_read(tmp_path: Path) -> None:
    ran = danmate("fit", pages(tmp_path), "-o", tmp_path / "model.npz", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["sessions"] == 180
    assert load(tmp_path / "model.npz")[0].symbols == ("0", "1", "2", "?", "$")


def test_a_bad_file_is_named_and_exits_2(tmp_path: Path) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(b"a b\n\xff\n")
    ran = danmate("evaluate", file)
    assert ran.returncode == 2
    assert "bad.txt:2" in ran.stderr
    assert ran.stdout == ""


def test_a_model_that_cannot_be_written_exits_1(tmp_path: Path) -> None:
    ran = danmate("fit", pages(tmp_path), "-o", tmp_path / "nowhere" / "model.npz")
    assert ran.returncode == 1
    assert "cannot be written" in ran.stderr
