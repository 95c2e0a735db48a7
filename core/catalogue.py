"""Finding a model on disk: by a catalogue's name, as a local path, or by its id on the hub."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import msgspec

from core import hub
from core.errors import ModelError
from core.integrity import Trouble, examine, glance
from core.models import Catalogue, Kind, Model, Package, known

DEFAULT: Final = ("whisper-base", "kokoro", "kokoro-voices", "silero-vad", "smart-turn", "sentence-encoder")
"""What a bot needs that hears and speaks Chinese and English."""

State = Literal["present", "damaged", "missing"]


class Row(msgspec.Struct, frozen=True):
    """A model as `danmate models list` shows it."""

    name: str
    """As in settings."""
    title: str
    """What it is, for people."""
    kind: Kind
    """What it does: asr, tts, vad, turn, sense or reply."""
    licence: str
    """SPDX identifier, or the name of the terms."""
    source: str
    """Registry and packages, as in "pypi: name==version, …"."""
    megabytes: float
    """Size of its files."""
    present: bool
    """Whether all of its files are here, by names and sizes; `verify` tells more."""
    damage: str
    """What names and sizes show to be wrong where some of its files are here; empty for nothing."""
    default: bool
    """Whether it is fetched unless others are named."""
    extra: str
    """The extra that its engine comes with; empty for none."""


class Verdict(msgspec.Struct, frozen=True):
    """What hashing all files of a model showed."""

    name: str
    """The model's name."""
    state: State
    """Present means: every file is the catalogue's."""
    troubles: tuple[str, ...]
    """A sentence for each file that is wrong."""
    mend: str
    """The command that mends it; empty when nothing is wrong."""


def models_dir() -> Path:
    """Return where models are kept: $DANMATE_MODELS, or danmate/models in the user's cache folder."""
    if named := os.environ.get("DANMATE_MODELS"):
        return Path(named).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache).expanduser() if cache else Path.home() / ".cache") / "danmate" / "models"


def mending(name: str) -> str:
    """Return the command that fetches a model or mends it."""
    return f"danmate models fetch {name}"


def locate(name: str, *, catalogue: Catalogue | None = None) -> Path:
    """Return the folder of the model called `name`, or the local path or hub model ("org/name[@revision]") it names.

    A catalogue's model is returned only when all of its files are whole; a hub model is downloaded once, safe formats
    only. Raise `ModelError` for one that is missing, damaged, unknown or would have to be unpickled, with the command
    that mends it, and `NetworkError` for a hub that does not answer. May hash and download: not for the event loop.
    """
    catalogue = catalogue or known()
    if any(model.name == name for model in catalogue.models):
        return _whole(catalogue.model(name))
    path = Path(name).expanduser()
    if path.exists():
        hub.refuse_pickles(path)
        return path
    if hub.is_id(name):
        return hub.snapshot(name)
    if _looks_like_path(name):
        raise ModelError(f"there is no model at {path}; name a folder that exists, or one of `danmate models list`")
    return _whole(catalogue.model(name))


def status(*, catalogue: Catalogue | None = None) -> list[Row]:
    """Return every model of the catalogue and whether it is here, without hashing."""
    catalogue = catalogue or known()
    return [_row(model, catalogue) for model in catalogue.models]


def verify(names: Iterable[str] | None = None, *, catalogue: Catalogue | None = None) -> list[Verdict]:
    """Hash every file of the models named (none: of all that are here); raise `ModelError` for an unknown name."""
    catalogue = catalogue or known()
    chosen = [catalogue.model(name) for name in dict.fromkeys(names or ())]
    if not chosen:
        chosen = [model for model in catalogue.models if _state(glance(model, _folder(model)), model) != "missing"]
    return [_verdict(model, examine(model, _folder(model), afresh=True)) for model in chosen]


def _folder(model: Model) -> Path:
    return models_dir() / model.place


def _whole(model: Model) -> Path:
    folder = _folder(model)
    troubles = examine(model, folder)
    if not troubles:
        return folder
    if _state(troubles, model) == "missing":
        raise ModelError(f"{model.name} is not in {folder}; run `{mending(model.name)}`")
    raise ModelError(f"{model.name} in {folder}: {_sentence(troubles)}; run `{mending(model.name)}`")


def _state(troubles: tuple[Trouble, ...], model: Model) -> State:
    if not troubles:
        return "present"
    return "missing" if sum(trouble.missing for trouble in troubles) == len(model.files) else "damaged"


def _sentence(troubles: tuple[Trouble, ...]) -> str:
    more = len(troubles) - 1
    return f"{troubles[0]}" + (f" (and {more} more)" if more else "")


def _row(model: Model, catalogue: Catalogue) -> Row:
    troubles = glance(model, _folder(model))
    return Row(
        name=model.name,
        title=model.title,
        kind=model.kind,
        licence=model.licence,
        source=_source(catalogue.carriers(model.files)),
        megabytes=round(model.size / 1e6, 1),
        present=not troubles,
        damage=_sentence(troubles) if _state(troubles, model) == "damaged" else "",
        default=model.name in DEFAULT,
        extra=model.extra,
    )


def _source(packages: tuple[Package, ...]) -> str:
    registries = dict.fromkeys(package.registry for package in packages)
    lists = {registry: [p.spec for p in packages if p.registry == registry] for registry in registries}
    return "; ".join(f"{registry}: {', '.join(specs)}" for registry, specs in lists.items())


def _verdict(model: Model, troubles: tuple[Trouble, ...]) -> Verdict:
    return Verdict(
        name=model.name,
        state=_state(troubles, model),
        troubles=tuple(str(trouble) for trouble in troubles),
        mend=mending(model.name) if troubles else "",
    )


def _looks_like_path(name: str) -> bool:
    return name.startswith((".", "~")) or "/" in name or "\\" in name
