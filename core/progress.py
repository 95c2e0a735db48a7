"""Showing how far a download is, on stderr: bars in a terminal, plain lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bars


class Progress(Protocol):
    """Told how far a fetch is."""

    def begin(self, name: str, total: int) -> None:
        """Say that the model `name` begins, with `total` bytes to download."""
        ...

    def at(self, done: int) -> None:
        """Say that `done` bytes of it are here; it is finished when that is the total."""
        ...

    def say(self, line: str) -> None:
        """Say something else that a person who waits should know."""
        ...


class Silent:
    """Says nothing."""

    def begin(self, name: str, total: int) -> None:
        """Say nothing."""

    def at(self, done: int) -> None:
        """Say nothing."""

    def say(self, line: str) -> None:
        """Say nothing."""


class Lines:
    """Plain lines for logs: when a model begins, and at each quarter of it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._name = ""
        self._total = 1
        self._quarter = 0

    def begin(self, name: str, total: int) -> None:
        """Write the model's name and size."""
        self._name, self._total, self._quarter = name, max(total, 1), 0
        self.say(f"{name}: {total / 1e6:.1f} MB to download")

    def at(self, done: int) -> None:
        """Write a line for each quarter reached."""
        quarter = 4 * done // self._total
        if quarter > self._quarter:
            self._quarter = quarter
            self.say(f"{self._name}: {25 * quarter}%")

    def say(self, line: str) -> None:
        """Write the line."""
        print(line, file=self._out, flush=True)


class Terminal:
    """A bar for each model."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task = TaskID(0)

    def begin(self, name: str, total: int) -> None:
        """Add a bar."""
        self._task = self._bars.add_task(name, total=total)

    def at(self, done: int) -> None:
        """Move the bar."""
        self._bars.update(self._task, completed=done)

    def say(self, line: str) -> None:
        """Write a line above the bars."""
        self._bars.console.print(line, markup=False, highlight=False)


@contextmanager
def on_stderr() -> Iterator[Progress]:
    """Show progress on stderr as long as the context lasts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(sys.stderr)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bars(*columns, TimeRemainingColumn(), console=console) as bars:
        yield Terminal(bars)
