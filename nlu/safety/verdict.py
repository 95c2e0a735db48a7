"""What safety answers, and what it is asked about."""

from typing import Final, Literal

import msgspec

Kind = Literal["name", "message", "transcript", "reply"]
"""A viewer's name, a typed message, what a recogniser heard, what the bot is about to say."""
Level = Literal["allow", "warn", "block", "care"]
"""warn: moderators see it and the bot leaves it alone; block: it is withdrawn and has consequences; care: somebody may
be in danger: they are told where help is, moderators see it, and nothing is held against them."""

KINDS: Final[tuple[Kind, ...]] = ("name", "message", "transcript", "reply")
SEVERITY: Final[dict[Level, int]] = {"allow": 0, "warn": 1, "block": 2, "care": 3}
"""Care goes before everything: who asks for help while they swear is not silenced."""


class Verdict(msgspec.Struct, frozen=True):
    """What may become of a text. An allowed text may still have a category: mild words are noted."""

    verdict: Level = "allow"
    """allow, warn, block or care."""
    category: str = ""
    """What it is: abuse, slur, link, personal …; empty where nothing was found."""
    rule: str = ""
    """What found it: a list's word, a check's name or the classifier's; never the viewer's own text."""
    score: float = 0.0
    """0 to 1: 1 for rules, the probability for the classifier."""


ALLOWED: Final = Verdict()


def worse(left: Verdict, right: Verdict) -> Verdict:
    """Return the severer of two verdicts; of equals the first that names a category."""
    if SEVERITY[right.verdict] > SEVERITY[left.verdict] or (
        not left.category and SEVERITY[right.verdict] == SEVERITY[left.verdict]
    ):
        return right
    return left


def final(verdict: Verdict) -> bool:
    """Return whether nothing that is still to be looked for could make a verdict severer, or matter beside it."""
    return verdict.verdict in {"block", "care"}
