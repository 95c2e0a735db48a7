"""One process at a time in a folder. The system releases the lock of a process that dies, so none is ever stale."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

LOCK: Final = ".lock"
_POLL_SECONDS: Final = 0.1

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of `folder`; call `waiting` once if another process has it and must be waited for.

    Raise `OSError` where the file system has no locks.
    """
    with (folder / LOCK).open("ab") as file:
        told = False
        while True:
            try:
                _take(file)
            except (BlockingIOError, PermissionError):  # what Unix and Windows say when another has it
                if not told:
                    waiting()
                told = True
                time.sleep(_POLL_SECONDS)
            else:
                break
        yield  # closing the file gives the lock back
