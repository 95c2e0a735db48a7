"""Looks at a text's form: links, shouting, endless repeats."""

import re
from collections.abc import Iterable
from typing import Final

_TOP_LEVEL: Final = (
    "com|net|org|cn|cc|top|xyz|info|biz|vip|club|shop|online|site|live|tv|me|io|co|app|link|ly|gg|ru|tk|win|icu|store"
    "|us|uk|hk|tw|jp"
)
_LINK = re.compile(
    r"(?:https?|hxxps?|ftp)\s?:\s?/\s?/\s?(?P<a>[\w.-]+)|\bwww\s?\.\s?(?P<b>[\w.-]+)"
    rf"|(?<![\w@.-])(?P<c>(?:[a-z0-9][a-z0-9-]{{0,62}}(?:\.|\s\.\s|\(dot\)|\[dot\]|\sdot\s|点)){{1,4}}(?:{_TOP_LEVEL}))(?![a-z0-9-]|\.[a-z0-9])"
)
_MAYBE_LINK = re.compile(r"\.\s?[a-z]|/\s?/|点[a-z]|dot")
_DOTS = re.compile(r"\s?(?:\(dot\)|\[dot\]|点)\s?|\s\.\s|\sdot\s")
_LETTERS = re.compile(r"[A-Za-z]")
_CAPITALS = re.compile(r"[A-Z]")
_SHOUT_LETTERS: Final = 12
"""Latin letters from which on capitals count as shouting."""
_SHOUT_SHARE: Final = 0.8
"""Of capitals among them."""
_SAME = re.compile(r"(.)\1{39,}")
_SAME_PHRASE = re.compile(r"(.{2,20}?)\1{9,}")
_LONG: Final = 60
"""Characters from which on repeats fill a screen; shorter ones (哈哈哈, 666666, 买它买它) are how a room cheers."""


def link(text: str, allowed: Iterable[str]) -> bool:
    """Return whether a clean text holds a link to a host that is neither in `allowed` nor below one of it."""
    if _MAYBE_LINK.search(text) is None:
        return False
    for match in _LINK.finditer(text):
        host = _DOTS.sub(".", match["a"] or match["b"] or match["c"]).strip(".").removeprefix("www.")
        if not any(host == one or host.endswith("." + one) for one in allowed):
            return True
    return False


def shouts(original: str) -> bool:
    """Return whether a text as typed is mostly capitals, and long enough for that to mean something."""
    if len(original) < _SHOUT_LETTERS or not _CAPITALS.search(original):
        return False
    letters = len(_LETTERS.findall(original))
    return letters >= _SHOUT_LETTERS and len(_CAPITALS.findall(original)) >= _SHOUT_SHARE * letters


def repeats(text: str) -> bool:
    """Return whether a clean text is long because it says the same again and again."""
    return len(text) >= _LONG and bool(_SAME.search(text) or _SAME_PHRASE.search(text))
