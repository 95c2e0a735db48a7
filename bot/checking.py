"""Settings as `danmate check` and `danmate serve` read them: with what only the rooms' parts know to be a mistake."""

from collections.abc import Callable, Iterator
from pathlib import Path

from behaviour.chain import ViewerChains
from behaviour.mood import MoodModel
from behaviour.room import rewarded
from behaviour.symbols import States
from bot.behaving import states_file
from bot.build import commands
from core.clock import SystemClock
from core.engines import resolve
from core.errors import DanmateError, SettingsError
from core.settings import Room, Settings, load, place
from nlu.safety.words import Words, read
from rooms.source import CONNECTORS


def load_checked(path: Path) -> Settings:
    """Return the settings of a file or folder; raise `SettingsError` for what no bot could be made of either.

    Reads the rooms' word lists and model files, so call it where waiting for the disk does no harm.
    """
    settings = load(path)
    for room in settings.rooms:
        for where, error in _mistakes(room):
            file, line = place(path, room.id, where)
            what = error.what if isinstance(error, SettingsError) and error.file == "commands" else str(error)
            raise SettingsError(file, line, f"room {room.id}: {'.'.join(where)}: {what}") from error
    return settings


def _mistakes(room: Room) -> Iterator[tuple[tuple[str, ...], DanmateError]]:
    """Yield where in a room's settings something cannot be used, and why."""
    chain, mood, words = room.behaviour.chain, room.behaviour.mood, room.filters.words
    states = states_file(room)
    checks: dict[tuple[str, ...], Callable[[], object]] = {
        ("connect", "platform"): lambda: resolve(room.connect.platform, CONNECTORS),
        ("commands",): lambda: commands(room, SystemClock()),
    }
    if words:
        checks["filters", "words"] = lambda: Words(read(Path(words)))
    if room.behaviour.states:
        checks["behaviour", "states"] = lambda: rewarded(states)
    if chain:
        checks["behaviour", "chain"] = lambda: _chain(states, room.behaviour.order, Path(chain).expanduser())
    if mood:
        checks["behaviour", "mood"] = lambda: MoodModel.load(Path(mood).expanduser())
    for where, check in checks.items():
        try:
            check()
        except DanmateError as error:
            yield where, error
        except (OSError, ValueError, RecursionError) as error:  # what a reader of such a file lets through
            yield where, DanmateError(f"cannot be read: {error}")


def _chain(states: Path, order: int, file: Path) -> None:
    ViewerChains(States(states), order).load(file)
