"""How results are printed: JSON lines to stdout, so that nothing else belongs there."""

import sys
from typing import Any

import msgspec


def print_json(row: Any) -> None:
    """Print one JSON line, at once."""
    sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
    sys.stdout.flush()
