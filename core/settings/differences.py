"""What differs between two deployments' settings: paths of keys for the log, never values, which may be secrets."""

from collections.abc import Iterator
from typing import Any, Final

from core.settings.rooms import Settings

SECTIONS: Final = ("server", "models", "ears")
"""What stands beside the rooms; everything else is in each of them."""
_LINES: Final = "source"
"""Where an entry stands: it moves with every line above it, and says nothing."""


def differences(before: Settings, now: Settings) -> tuple[str, ...]:
    """Return the paths that differ, such as `rooms.main.knowledge.products.0.price`, in the order of the settings."""
    rooms = ({room.id: room.model_dump() for room in settings.rooms} for settings in (before, now))
    others = ({name: getattr(settings, name).model_dump() for name in SECTIONS} for settings in (before, now))
    (was, there), (old, new) = rooms, others
    return tuple(dict.fromkeys((*_paths(old, new, ""), *_paths(was, there, "rooms."))))


def _paths(before: Any, now: Any, prefix: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            if key == _LINES:
                continue
            if key in before and key in now:
                yield from _paths(before[key], now[key], f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}"
    elif _many(before) and _many(now) and len(before) == len(now):
        for index, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _paths(one, other, f"{prefix}{index}.")
    elif before != now:
        yield prefix.removesuffix(".")


def _many(value: Any) -> bool:
    return isinstance(value, list | tuple)
