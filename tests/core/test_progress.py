"""Progress on stderr: lines in a log, bars in a terminal."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from core.progress import Lines, Terminal, on_stderr


def test_where_stderr_is_no_terminal_a_line_is_written_at_each_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    with on_stderr() as progress:
        assert isinstance(progress, Lines)
        progress.begin("ears", 4_000_000)
        for done in (100, 1_000_000, 1_100_000, 3_500_000, 4_000_000):
            progress.at(done)
    captured = capsys.readouterr()
    assert captured.err.splitlines() == ["ears: 4.0 MB to download", "ears: 25%", "ears: 75%", "ears: 100%"]
    assert captured.out == ""


def test_in_a_terminal_each_model_has_a_bar_that_moves() -> None:
    bars = Bars(console=Console(file=io.StringIO(), force_terminal=True))
    progress = Terminal(bars)
    progress.begin("ears", 10)
    progress.at(10)
    progress.begin("mouth", 20)
    progress.at(5)
    assert [(task.description, task.completed, task.total) for task in bars.tasks] == [
        ("ears", 10, 10),
        ("mouth", 5, 20),
    ]


def test_a_line_that_looks_like_markup_is_shown_as_it_is() -> None:
    out = io.StringIO()
    Terminal(Bars(console=Console(file=out))).say("waiting for [/bold]")
    assert "waiting for [/bold]" in out.getvalue()
