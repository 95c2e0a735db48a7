"""Models by their id on the Hugging Face hub: only formats that are data, from the local cache whenever it has them.

A pickle runs code when it is loaded. So pickles are not downloaded, and a folder whose only weights are pickles is
refused. CTranslate2 calls its own format model.bin, as some pickles are called: the first bytes tell them apart.
"""

import errno
import re
from pathlib import Path
from typing import Final

from core.errors import DanmateError, ModelError, NetworkError

SAFE_PATTERNS: Final = (
    "*.safetensors", "*.onnx", "*.onnx_data", "*.gguf", "model.bin", "*.json", "*.txt", "*.model", "*.tiktoken",
)  # fmt: skip
"""What is downloaded: weights that are data, and what stands beside them (tokenizers, configurations)."""

_SAFE_SUFFIXES: Final = frozenset({".safetensors", ".onnx", ".gguf"})
_PICKLE_SUFFIXES: Final = frozenset({".bin", ".pt", ".pth", ".pkl", ".ckpt"})
_PICKLES: Final = re.compile(rb"\x80[\x02-\x05]|PK\x03\x04")
"""How pickles begin: protocols 2 to 5, and the zip archive that torch.save writes around one."""
_CTRANSLATE2: Final = re.compile(rb"[\x01-\x20]\0\0\0.\0[A-Z]\w+\0", re.DOTALL)
"""How CTranslate2's model.bin begins: a version, then a length and the name of a model specification."""
_ID: Final = re.compile(r"([A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(?:@([\w./-]+))?")
_DEPTH: Final = 1000
"""Files looked at in a folder, at most."""


def is_id(name: str) -> bool:
    """Whether `name` has the form of a hub model: "org/name", or "org/name@revision"."""
    return _ID.fullmatch(name) is not None


def snapshot(name: str) -> Path:
    """Return the folder of the hub model `name`, downloaded unless the hub's local cache has it whole.

    Raise `ModelError` for one that does not exist or has no weights in a safe format, `NetworkError` when the hub
    does not answer.
    """
    match = _ID.fullmatch(name)
    if not match:
        raise ModelError(f"{name!r} is no hub model: write it as org/name")
    repository, revision = match.groups()
    folder = _cached(repository, revision) or _download(repository, revision)
    refuse_pickles(folder)
    if not any(_is_safe(path) for path in _files(folder)):
        raise ModelError(
            f"{name} has no weights in a safe format (safetensors, ONNX, GGUF, CTranslate2); "
            "choose one that has, or convert it and name the folder"
        )
    return folder


def refuse_pickles(path: Path) -> None:
    """Raise `ModelError` when the weights at `path`, a file or a folder, can only be had by unpickling."""
    files = _files(path)
    pickled = next((file for file in files if _is_pickle(file)), None)
    if pickled and not any(_is_safe(file) for file in files):
        raise ModelError(
            f"{pickled} is a pickle, which can run any code when it is loaded; "
            "convert it to safetensors or CTranslate2, or choose a model that has them"
        )


def _cached(repository: str, revision: str | None) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        found = snapshot_download(
            repository, revision=revision, allow_patterns=list(SAFE_PATTERNS), local_files_only=True
        )
    except LocalEntryNotFoundError:
        return None
    folder = Path(found)
    return folder if any(_is_safe(file) for file in _files(folder)) else None


def _download(repository: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(repository, revision=revision, allow_patterns=list(SAFE_PATTERNS)))
    except Exception as error:
        raise _explained(repository, error) from error


def _explained(repository: str, error: Exception) -> DanmateError:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, GatedRepoError):
        return ModelError(f"{repository} is gated: accept its terms on the hub and set HF_TOKEN")
    if isinstance(error, RepositoryNotFoundError | RevisionNotFoundError):
        return ModelError(f"the hub has no such model as {repository}: check its id, or set HF_TOKEN if it is private")
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ModelError(f"the disk is full: free space, or set HF_HOME to a folder on another disk for {repository}")
    if isinstance(error, OSError) or "httpx" in type(error).__module__:
        return NetworkError(
            f"the hub does not answer for {repository}; check the network or set HF_ENDPOINT to a mirror, "
            "or copy the model here and name its folder"
        )
    return ModelError(
        f"{repository} cannot be downloaded ({type(error).__name__}: {error}); name a local folder instead"
    )


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = (file for file in path.rglob("*") if file.is_file())
    return [file for file, _ in zip(files, range(_DEPTH), strict=False)]


def _is_safe(path: Path) -> bool:
    if path.suffix == ".bin":
        return _CTRANSLATE2.match(_head(path)) is not None
    return path.suffix in _SAFE_SUFFIXES


def _is_pickle(path: Path) -> bool:
    return path.suffix in _PICKLE_SUFFIXES and _PICKLES.match(_head(path)) is not None


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(64)
