"""A fitted chain as a file: an npz of plain arrays, which cannot execute anything, with the version of its layout."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from behaviour.sequence import MOST_CONTEXTS, SequenceModel
from core.errors import DanmateError

LAYOUT: Final = 2
"""Raised whenever a file of before cannot be read any more."""
MOST_BYTES: Final = 1_000_000_000
"""Unpacked; more than `MOST_CONTEXTS` contexts of 64 symbols can take."""
FORGOTTEN: Final = 0.01
"""Contexts with fewer events left than this are not written."""


def save(model: SequenceModel, path: Path, extra: Mapping[str, NDArray[Any]] | None = None) -> None:
    """Write a model, and arrays that the caller wants beside it, to `path`; the file is whole or not there."""
    codes = np.fromiter(model.rows, np.int64, len(model.rows))
    rows = np.fromiter(model.rows.values(), np.int64, len(model.rows))
    counts = model.counts[rows] / np.float32(model.scale)
    kept = counts.sum(axis=1) >= FORGOTTEN
    about = {
        "layout": LAYOUT, "symbols": model.symbols, "order": model.order, "keep": model.keep,
        "discount": model.discount, "tables": [table.name for table in model.tables],
    }  # fmt: skip
    arrays = {
        "about": np.frombuffer(json.dumps(about).encode(), np.uint8), "codes": codes[kept], "counts": counts[kept],
        "weights": model.weights, "linear": model.linear,
    }  # fmt: skip
    arrays |= {f"extra_{name}": array for name, array in (extra or {}).items()}
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            np.savez_compressed(file, **arrays)
        unfinished.replace(path)
    except OSError as error:
        raise DanmateError(f"{path}: cannot be written: {error.strerror}") from error


def load(path: Path) -> tuple[SequenceModel, dict[str, NDArray[Any]]]:
    """Return the model of a file and the arrays beside it; raise `DanmateError` where it is none, or does not fit."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise DanmateError(f"{path}: larger than any behaviour model")
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        about = json.loads(found["about"].astype(np.uint8).tobytes())
        if about["layout"] != LAYOUT:
            raise DanmateError(f"{path}: of another version (layout {about['layout']}); fit the model again")
        symbols = tuple(str(symbol) for symbol in about["symbols"])
        model = SequenceModel(symbols, int(about["order"]), float(about["keep"]), float(about["discount"]))
        if about["tables"] != [table.name for table in model.tables]:
            raise DanmateError(f"{path}: looks at other contexts than this version does; fit the model again")
        _fill(model, found)
    except OSError as error:
        raise DanmateError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError, NotImplementedError) as error:
        raise DanmateError(f"{path}: is no behaviour model, or damaged ({error}); fit it again") from error
    return model, {name.removeprefix("extra_"): found[name] for name in found if name.startswith("extra_")}


def _fill(model: SequenceModel, found: Mapping[str, NDArray[Any]]) -> None:
    codes, counts = found["codes"], found["counts"]
    if len(codes) > MOST_CONTEXTS or codes.ndim != 1 or counts.shape != (len(codes), model.size):
        raise ValueError("contexts and counts do not fit together")
    for name in ("weights", "linear", "counts"):
        if found[name].dtype != np.float32 or not np.isfinite(found[name]).all():
            raise ValueError(f"{name} are not what they should be")
    if (counts < 0).any():
        raise ValueError("a count is negative")
    for name in ("weights", "linear"):
        if found[name].shape != getattr(model, name).shape:
            raise ValueError(f"{name} have another shape")
        setattr(model, name, found[name].copy())
    model.rows = {int(code): number + 1 for number, code in enumerate(codes)}
    if len(model.rows) != len(codes):
        raise ValueError("a context stands twice")
    model.counts = np.concatenate([np.zeros((1, model.size), np.float32), counts])
