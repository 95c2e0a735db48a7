"""Cleaning what people type. It stays text: whoever shows it escapes it."""

import re
import unicodedata
from typing import Final

_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_SPACE: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_NOT_IN_TEXT: Final = re.compile(f"[\x00-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff]")
_NOT_IN_NAMES: Final = re.compile(f"[\x00-\x1f\x7f-\x9f{_BIDI}{_HIDDEN}\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return `text` on one line without control and bidirectional characters; joiners of emoji stay."""
    return _NOT_IN_TEXT.sub("", _SPACE.sub(" ", text)).strip()


def clean_name(name: str, limit: int) -> str:
    """Return `name` without anything invisible, white space collapsed, at most `limit` characters; may be empty."""
    visible = " ".join(_NOT_IN_NAMES.sub("", _SPACE.sub(" ", name)).split())[:limit].rstrip()
    return visible if any(unicodedata.category(letter)[0] not in "MZ" for letter in visible) else ""


def same_name(name: str, other: str) -> bool:
    """Return whether a person would read both names as one: width, case and spaces are not looked at."""
    return _skeleton(name) == _skeleton(other)


def numbered(name: str, number: int, limit: int) -> str:
    """Return `name` with `number` appended, at most `limit` characters."""
    tail = str(number)
    return name[: limit - len(tail)] + tail


def _skeleton(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
