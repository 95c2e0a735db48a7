"""Structs that are read from files."""

from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def ready(kind: type[T]) -> type[T]:
    """Let the types of a struct's fields be looked up now, while its module is imported.

    msgspec does it when a struct is first decoded, and marks it as done before it is: a second thread that decodes the
    same struct meanwhile ends the process (msgspec 0.22). Models are loaded and rooms are made in several threads.
    """
    msgspec.json.Decoder(kind)
    return kind
