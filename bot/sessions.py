"""Behaviour models on files of sessions, with a progress bar for whoever waits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress

from behaviour import evaluate as measuring
from behaviour import model_file
from behaviour.fit import Told
from behaviour.sessions import Sessions, read
from behaviour.symbols import PACKAGED, States


class Fitted(msgspec.Struct, frozen=True):
    """What a fit made."""

    file: str
    """Where the model is."""
    order: int
    """Longest plain context."""
    symbols: int
    """Symbols told apart, the end among them."""
    contexts: int
    """Contexts remembered."""
    sessions: int
    """Sessions learned from."""
    dropped: int
    """Sessions over 500 symbols."""


def fit(files: Sequence[Path], output: Path, console: Console, states: Path = PACKAGED) -> Fitted:
    """Learn from files and write a model; lines that `evaluate` would test on are learned from too.

    Sessions of the states in the file `states` make a chain that a room with these states can start from.
    """
    parts = [read(file) for file in files]
    sessions = Sessions(
        [session for part in parts for session in (*part.train, *part.test)],
        [session for part in parts for session in part.validation],
        [],
        sum(part.dropped for part in parts),
    )
    with _told(console) as told:
        model = measuring.train(sessions, States(states).names, told)
    model_file.save(model, output)
    learned = len(sessions.train)
    return Fitted(str(output), model.order, model.size, len(model.rows), learned, sessions.dropped)


def evaluate(file: Path, console: Console) -> measuring.Report:
    """Return how well the test lines of a file are foretold."""
    sessions = read(file)
    with _told(console) as told:
        return measuring.evaluate(sessions, States().names, told)


@contextmanager
def _told(console: Console) -> Iterator[Told]:
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("reading", total=1.0)

        def told(what: str, share: float) -> None:
            bars.update(task, description=what, completed=share)

        yield told
