"""Our own voice, come back through somebody's open microphone: recognised by its words."""

import re
from itertools import pairwise
from typing import Final

SHARE: Final = 0.7
"""Share of a remark's pairs of characters or words that must stand in what we are saying."""
SHORTEST: Final = 3
"""Characters or words below which a remark is too short to tell: a viewer may well repeat one of our words."""

_TOKEN: Final = re.compile(r"[a-z0-9']+|[\u4e00-\u9fff]")


def is_echo(heard: str, said: str) -> bool:
    """Return whether `heard` is a piece of `said`, give or take what a recogniser mishears."""
    tokens, ours = _TOKEN.findall(heard.casefold()), _TOKEN.findall(said.casefold())
    if len(tokens) < SHORTEST or not ours:
        return False
    pairs = list(pairwise(tokens))
    known = set(pairwise(ours))
    return sum(pair in known for pair in pairs) >= SHARE * len(pairs)
