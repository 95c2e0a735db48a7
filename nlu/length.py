"""How long a reply is, in the unit that directives are given in: Chinese characters or English words."""

import re
from typing import Final

from nlu.intents import Length

LIMITS: Final = {
    "zh": {Length.SHORT: 14, Length.MEDIUM: 28, Length.LONG: 50},
    "en": {Length.SHORT: 9, Length.MEDIUM: 18, Length.LONG: 32},
}
"""Chinese characters (a fact counts three) and English words (a fact counts two)."""

_FACT = re.compile(r"<\w+>")


def measure(text: str, language: str) -> int:
    """Return the length of `text`, facts as sentinels, in the unit of `LIMITS`."""
    if language == "zh":
        return len(re.sub(r"[\s，。！？、；：,.!?~…“”]", "", _FACT.sub("口口口", text)))
    return len(re.findall(r"[\w'’-]+", _FACT.sub("a b", text)))


def excess(text: str, language: str, length: Length) -> int:
    """Return by how much `text` is longer than `length` allows, or a long one shorter; 0 where it fits."""
    size, limits = measure(text, language), LIMITS[language]
    least = limits[Length.SHORT] + 1 if length is Length.LONG else 0
    return max(size - limits[length], least - size, 0)


def fits(text: str, language: str, length: Length) -> bool:
    """Return whether `text` is no longer than `length` allows, and a long one not as short as a short one."""
    return excess(text, language, length) == 0
