"""YAML files that remember their lines, so that an error can say where."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from core.errors import SettingsError

MAX_BYTES: Final = 2_000_000
"""A larger settings file is a mistake."""

Model = TypeVar("Model", bound=BaseModel)
Path_ = tuple[str | int, ...]


class Document:
    """A parsed file: plain data, and the line of every key and item."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Path_, int] = {}
        try:
            if path.stat().st_size > MAX_BYTES:
                raise SettingsError(path, None, f"larger than {MAX_BYTES:,} bytes; is it a settings file?")
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise SettingsError(path, None, f"is not UTF-8 text: {error.reason}") from error
        except OSError as error:
            raise SettingsError(path, None, f"cannot be read: {error.strerror}") from error
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data: Any = {} if node is None else self._plain(node, ())
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            raise SettingsError(path, line, f"is not valid YAML: {error.problem or error.context}") from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            what = f"holds the control character U+{error.character:04X}; take it out"
            raise SettingsError(path, line, what) from error
        except RecursionError as error:
            what = "is nested too deeply, or has an alias inside what it stands for"
            raise SettingsError(path, None, what) from error

    def line(self, where: Sequence[str | int]) -> int | None:
        """Return the line of the deepest part of `where` that the file has."""
        place = tuple(where)
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place)

    def _plain(self, node: yaml.Node, where: Path_) -> Any:
        self._lines[where] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            found: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                line = key_node.start_mark.line + 1
                if key in found:
                    raise SettingsError(self.path, line, f"{key!r} stands twice")
                found[key] = self._plain(value_node, (*where, key))
                self._lines[*where, key] = line
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*where, index)) for index, item in enumerate(node.value)]
        constructor = yaml.SafeLoader("")
        try:
            return constructor.construct_object(node)
        except yaml.MarkedYAMLError as error:
            raise SettingsError(self.path, node.start_mark.line + 1, f"cannot be read: {error.problem}") from error
        except Exception as error:  # yaml lets through whatever the value's own type raises
            kind = node.tag.rpartition(":")[2]
            what = f"looks like YAML's {kind} and is none: {str(node.value)[:40]!r}; put quotes round a text"
            raise SettingsError(self.path, node.start_mark.line + 1, what) from error


def validate(document: Document, model: type[Model], data: Any | None = None) -> Model:
    """Return the document as a `model`; raise `SettingsError` with line, what, and the nearest right word."""
    try:
        return model.model_validate(document.data if data is None else data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A misspelt key is also a missing one: the misspelling is the better news.
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        where = first["loc"]
        name = ".".join(str(part) for part in where)
        raise SettingsError(document.path, document.line(where), _sentence(first, name, model)) from error


def _sentence(error: Mapping[str, Any], name: str, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        *parents, key = error["loc"]
        known = _fields_at(model, parents)
        inside = next((field for field in sorted(known) if str(key) in _fields_at(model, (*parents, field, 0))), "")
        if inside:
            return f"{str(key)!r} stands in each of {inside!r}, not here"
        near = difflib.get_close_matches(str(key), known, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(sorted(known))}"
        return f"unknown key {str(key)!r}; {hint}"
    if error["type"] == "missing":
        return f"{name} is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    got = error.get("input")
    shown = f", not {got!r}" if isinstance(got, str | int | float | bool) and "not" not in message else ""
    return f"{name}: {message[:1].lower()}{message[1:]}{shown}"


def _fields_at(model: Any, where: Sequence[str | int]) -> list[str]:
    """Return the keys that a mapping at `where` may have, following fields, lists, dicts and optional values."""
    kind: Any = model
    for part in where:
        kind = _inner(kind, part)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _inner(kind: Any, part: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        annotation: Any = kind.model_fields[str(part)].annotation if str(part) in kind.model_fields else None
    else:
        arguments = get_args(kind)
        annotation = next((a for a in reversed(arguments) if a is not Ellipsis), None)
    while get_origin(annotation) not in (None, list, tuple, dict):  # Optional and Annotated wrap what matters
        annotation = next((a for a in get_args(annotation) if a is not type(None)), None)
    return annotation
