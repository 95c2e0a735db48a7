"""Arrays in files: read without running anything that is in them, and known from what is damaged."""

import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError

AGAIN: Final = "install Danmate again"


def read_arrays(path: Path, what: str, mend: str = AGAIN) -> dict[str, NDArray[Any]]:
    """Return the arrays of a .npz file by name; raise `ModelError` where there is none, or it is damaged.

    `what` is what the file is in words, `mend` what to do about it.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{what} {path.name} cannot be read ({error}); {mend}") from error
