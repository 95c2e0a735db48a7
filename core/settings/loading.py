"""Reads settings: a file or a folder of them, presets put in, every error with its file and line."""

import re
from pathlib import Path
from typing import Any, Final

from core.errors import SettingsError
from core.settings.knowledge_files import read
from core.settings.rooms import RoomContent, Settings
from core.yaml_file import Document, validate

PACKAGED: Final = Path(__file__).parents[2] / "configs" / "presets"
"""The presets that come with Danmate."""


def place(path: Path, room: str, where: tuple[str, ...]) -> tuple[Path, int | None]:
    """Return the file and line where a room's setting stands: in the room itself, or else for all rooms."""
    documents = [Document(file) for file in _files(path)]
    for document in documents:
        for index, one in enumerate(document.data.get("rooms") or ()):
            if one.get("id") == room and where[0] in one:
                return document.path, document.line(("rooms", index, *where))
    for document in documents:
        if where[0] in document.data:
            return document.path, document.line(where)
    return path, None  # in a preset


def load(path: Path) -> Settings:
    """Return the settings of a file, or of a folder's files together; presets and shared parts are in each room.

    Raise `SettingsError` with file and line for anything that is not as it should be.
    """
    files = _files(path)
    if not files:
        raise SettingsError(path, None, "holds no .yaml files")
    documents = [Document(file) for file in files]
    for document in documents:  # each alone first, so that errors name the right file and line
        if not isinstance(document.data, dict):
            raise SettingsError(document.path, 1, "a settings file is a mapping of names to values")
        validate(document, Settings)
        _place_words(document)
    merged: dict[str, Any] = {}
    for document in documents:
        data = _with_knowledge(document.data, document, ())
        if "rooms" in data:
            rooms = enumerate(data["rooms"])
            data["rooms"] = [_with_knowledge(room, document, ("rooms", index)) for index, room in rooms]
        merged = merge(merged, data)
    shared = {key: merged[key] for key in RoomContent.model_fields if key in merged}
    rooms = merged.get("rooms", [{"id": "main"}])
    merged["rooms"] = [_with_presets(room, shared, documents, index) for index, room in enumerate(rooms)]
    settings = validate(documents[0], Settings, merged)
    ids = [room.id for room in settings.rooms]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            raise SettingsError(files[0], documents[0].line(("rooms", index, "id")), f"two rooms are called {name!r}")
    return settings


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return both: mappings are merged, lists follow one another, of plain values `above` wins."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            result[key] = old + value
        else:
            result[key] = value
    return result


def _with_knowledge(content: dict[str, Any], document: Document, where: tuple[str | int, ...]) -> dict[str, Any]:
    """Return the content of a file, preset or room with its knowledge files read, and each entry with its source."""
    held = content.get("knowledge")
    if not isinstance(held, dict):
        return dict(content)
    place = (*where, "knowledge")
    found = {kind: list[dict[str, Any]]() for kind in ("products", "faq") if kind in held or "files" in held}
    for kind, entries in found.items():
        for index, entry in enumerate(held.get(kind, ())):
            line = document.line((*place, kind, index))
            entries.append({"source": f"{document.path.name}:{line}", **entry})
    for index, name in enumerate(held.get("files", ())):
        file = document.path.parent / str(name)
        if Path(name).is_absolute() or ".." in Path(name).parts or not file.is_file():
            line = document.line((*place, "files", index))
            raise SettingsError(document.path, line, f"there is no file {name!r} beside this one")
        for kind, entries in read(file).items():
            found[kind] += entries
    return {**content, "knowledge": found}


def _with_presets(
    room: dict[str, Any], shared: dict[str, Any], documents: list[Document], index: int
) -> dict[str, Any]:
    below: dict[str, Any] = {}
    for name in room.get("use", ()):
        below = merge(below, _preset(str(name), documents[0], index))
    return merge(merge(below, shared), room)


def _preset(name: str, document: Document, index: int) -> dict[str, Any]:
    folders = (document.path.parent / "presets", PACKAGED)
    for folder in folders:
        file = folder / f"{name}.yaml"
        if re.fullmatch(r"[\w-]+", name) and file.is_file():
            preset = Document(file)
            validate(preset, RoomContent)
            _place_words(preset)
            return _with_knowledge(preset.data, preset, ())
    known = sorted({file.stem for folder in folders for file in folder.glob("*.yaml")})
    line = document.line(("rooms", index, "use"))
    raise SettingsError(document.path, line, f"no preset is called {name!r}; there are: {', '.join(known) or 'none'}")


def _place_words(document: Document) -> None:
    """Put the whole path for a word list, which stands beside the file that names it; refuse one that is not there."""
    rooms = [("rooms", index) for index in range(len(document.data.get("rooms") or ()))]
    for where in ((), *rooms):
        holder: Any = document.data["rooms"][where[1]] if where else document.data
        filters = holder.get("filters") or {}
        if filters.get("words"):
            filters["words"] = str((document.path.parent / filters["words"]).resolve())
            if not Path(filters["words"]).is_file():
                line = document.line((*where, "filters", "words"))
                raise SettingsError(document.path, line, "filters.words: no such file beside the settings file")
