"""Engines by name: a recogniser, responder or speaker is found in a table or imported as "module:Class", lazily."""

import difflib
import importlib
from collections.abc import Mapping
from typing import Any

import msgspec

from core.errors import EngineError


class Capabilities(msgspec.Struct, frozen=True):
    """What an engine can do."""

    name: str
    """As in settings and in a reply's route."""
    languages: frozenset[str]
    """ISO 639-1 codes; empty means any."""
    streams: bool = False
    """Whether results come piece by piece."""
    local: bool = True
    """Whether it runs in this process."""
    free: bool = True
    """Whether a responder can state any combination of facts; if not, it is asked only for those of the corpus."""


def resolve(name: str, table: Mapping[str, str]) -> Any:
    """Return the class that `name` stands for in `table`, or that it names as "module:Class".

    Raise `EngineError` for a name that is in neither, or whose packages are not installed.
    """
    target = table.get(name, name)
    module_name, _, attribute = target.partition(":")
    if not attribute:
        near = difflib.get_close_matches(name, table, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise EngineError(f"no engine is called {name!r}; {hint}known: {', '.join(sorted(table))}, or module:Class")
    try:
        return getattr(importlib.import_module(module_name), attribute)
    except ImportError as error:
        raise EngineError(f"engine {name!r} needs a package that is missing: {error}; see docs/models.md") from error
    except AttributeError as error:
        raise EngineError(f"engine {name!r}: {module_name} has no {attribute}") from error
