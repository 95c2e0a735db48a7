"""Viewer states: their names, which event means which, and what is assumed before anything was seen."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import msgspec

from core.errors import SettingsError
from core.events import Gift, Leave, Removed, RoomEvent
from core.structs import ready
from core.yaml_file import Document

PACKAGED: Final = Path(__file__).parent / "states.yaml"
KINDS: Final = frozenset(kind.__name__ for kind in RoomEvent.__subclasses__() if kind.__name__ != "StreamState")
"""Kinds of events that are a viewer's own doing."""

Weight = Annotated[float, msgspec.Meta(ge=0)]


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a viewer can be doing."""

    name: str
    """Its name in files, figures and model files."""
    zh: str
    """For Chinese moderators."""
    en: str
    """For English moderators."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which intents a state stands for."""

    intents: tuple[str, ...]
    """Names or patterns with `*`."""
    state: str
    """The state."""


class Sizes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The states of small and big gifts."""

    small: str
    """Under `big_gift_from` yuan."""
    big: str
    """From there on."""


class Prior(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is assumed before anything was seen."""

    weight: Annotated[float, msgspec.Meta(gt=0)]
    """Events that each row is worth."""
    dwell_events: Annotated[float, msgspec.Meta(gt=0)]
    """Events that each mean time is worth."""
    otherwise: dict[str, Weight]
    """Relative frequencies of the next state, whatever the last one was."""
    rows: dict[str, dict[str, Weight]]
    """Relative frequencies of the next state, by the last one."""
    dwell_s: dict[str, Annotated[float, msgspec.Meta(gt=0)]]
    """Mean seconds until the next event, by state."""


@ready
class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lurk_after_s: Annotated[float, msgspec.Meta(gt=0)]
    big_gift_from: Annotated[float, msgspec.Meta(gt=0)]
    states: Annotated[tuple[State, ...], msgspec.Meta(min_length=2, max_length=64)]
    events: dict[str, str | Sizes | tuple[Words, ...]]
    prior: Prior


class States:
    """The states of a room and what leads to them."""

    def __init__(self, file: Path = PACKAGED) -> None:
        """Read `file`; raise `SettingsError` with file and line for anything that does not fit together."""
        document = Document(file)
        try:
            found = msgspec.convert(document.data, _File)
        except msgspec.ValidationError as error:
            raise SettingsError(file, document.line(_place(str(error))), str(error)) from error
        self.lurk_after_s = found.lurk_after_s
        self.states: tuple[State, ...] = found.states
        self.names: tuple[str, ...] = tuple(state.name for state in found.states)
        self.prior: Prior = found.prior
        self._big_from = found.big_gift_from
        self._events = found.events
        self._check(document, found)
        self.by_name: Mapping[str, State] = {state.name: state for state in found.states}

    @property
    def leave(self) -> str:
        """Return the absorbing state's name."""
        return self.names[-1]

    def symbol(self, event: RoomEvent, intent: str = "") -> str | None:
        """Return the state that an event and its intent mean; nothing for events that are no viewer's doing."""
        rule = self._events.get(type(event).__name__)
        if rule is None or isinstance(rule, str):
            return rule
        if isinstance(rule, Sizes):
            big = isinstance(event, Gift) and event.value >= self._big_from
            return rule.big if big else rule.small
        return _by_intent(rule, intent)

    @staticmethod
    def subject(event: RoomEvent) -> str:
        """Return the id of the viewer whose state an event changes: of a removal, the one it hit."""
        return event.target if isinstance(event, Removed) else event.viewer.id

    def _check(self, document: Document, found: _File) -> None:
        known = set(self.names)
        if len(known) != len(self.names):
            raise SettingsError(document.path, document.line(["states"]), "a state stands twice")
        for where, name in _named(document, found):
            if name not in known:
                raise SettingsError(document.path, document.line(where), f"unknown state {name!r}")
        if found.events.get(Leave.__name__) != self.leave:
            what = f"Leave must mean the last state, {self.leave!r}, which absorbs"
            raise SettingsError(document.path, document.line(["events", "Leave"]), what)
        if found.prior.otherwise.get(self.leave, 0) <= 0:
            what = f"everybody leaves some day: {self.leave!r} needs a weight above 0"
            raise SettingsError(document.path, document.line(["prior", "otherwise"]), what)


def _named(document: Document, found: _File) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every place of the file that names a state, and the name."""
    for kind, rule in found.events.items():
        if kind not in KINDS:
            what = f"unknown event {kind!r}; known here: {', '.join(sorted(KINDS))}"
            raise SettingsError(document.path, document.line(["events", kind]), what)
        if isinstance(rule, str):
            yield ("events", kind), rule
        elif isinstance(rule, Sizes):
            yield from ((("events", kind, "small"), rule.small), (("events", kind, "big"), rule.big))
        else:
            yield from ((("events", kind, number), words.state) for number, words in enumerate(rule))
    yield from ((("prior", "otherwise", name), name) for name in found.prior.otherwise)
    yield from ((("prior", "dwell_s", name), name) for name in found.prior.dwell_s)
    for last, row in found.prior.rows.items():
        yield ("prior", "rows", last), last
        yield from ((("prior", "rows", last, name), name) for name in row)


@cache
def _by_intent(rules: tuple[Words, ...], intent: str) -> str | None:
    for words in rules:
        if any(fnmatchcase(intent, pattern) for pattern in words.intents):
            return words.state
    return None


def _place(error: str) -> list[str | int]:
    """Return where in the file msgspec's message (`… - at `$.prior.rows[...]``) points."""
    path = re.search(r"\$([^`]*)`?$", error)
    parts = re.findall(r"\.(\w+)|\[(\d+)\]", path[1]) if path else []
    return [name or int(number) for name, number in parts]
