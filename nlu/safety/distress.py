"""Tells what somebody in danger has done already, or is about to do, from what they only feel."""

from functools import lru_cache
from typing import Final

from nlu.safety import spelling
from nlu.safety.words import Words, packaged

ACT: Final = "self_harm_act"
"""The category of what calls for help at once: wrists that are cut, pills that are taken, a plan."""


@lru_cache
def _acts() -> Words:
    lists = (*packaged("distress_zh"), *packaged("distress_en"))
    return Words(group for group in lists if group.category == ACT)


def acts(text: str) -> bool:
    """Return whether a message tells of an act or a plan, whatever lesser words stand before it."""
    return _acts().check(spelling.clean(text), "message").verdict == "care"
