"""What a show wants said: an intent with its facts, and when it is too late for it."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from bot.candidate import Priority
from nlu.intents import Role
from nlu.knowledge import Product

LASTS_S: Final = 60.0
"""Seconds for which a line is worth saying, unless it says otherwise: longer than chat waits in any of our presets."""
COUNTS_S: Final = 20.0
"""Seconds for which a count that still rises is worth saying."""
LATE_S: Final = 10.0
"""Seconds after the close in which an answer or a vote is still under way: typing takes a while."""
TOLD_S: Final = 180.0
"""Seconds after the close in which who asks is told how it ended."""


class Line(msgspec.Struct, frozen=True):
    """Something to say."""

    intent: str
    """A name of `nlu.intents.INTENTS`."""
    facts: Mapping[Role, str]
    """What it states, in `language`."""
    language: str
    """`zh` or `en`."""
    priority: Priority = Priority.STREAMER
    """How soon."""
    lasts_s: float = LASTS_S
    """Seconds for which it is worth saying."""
    fixed: str = ""
    """The exact words, where settings hold them."""
    product: Product | None = None
    """The product that it is about."""


def duration(seconds: float, language: str) -> str:
    """Return a span of time in words: 1分30秒, 2 minutes."""
    minutes, rest = divmod(round(seconds), 60)
    if language == "zh":
        if not rest:
            return f"{minutes}分钟"
        return f"{minutes}分{rest}秒" if minutes else f"{rest}秒"
    parts = [(minutes, "minute"), (rest, "second")]
    return " ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count) or "0 seconds"


def question(ask: str, options: tuple[str, ...], language: str) -> str:
    """Return a question with its options, without the mark at its end, as patterns want it."""
    bare = ask.strip().rstrip("?？。.!！")
    comma = "，" if language == "zh" else ", "
    lettered = comma.join(f"{'ABCDEFGH'[at]} {option}" for at, option in enumerate(options))
    return f"{bare}{comma}{lettered}" if lettered else bare


def listed(names: Sequence[str], language: str) -> str:
    """Return several names as they are told: 调色、字幕和配乐, "colour, subtitles and music"."""
    *others, last = names
    if not others:
        return last
    return f"{'、'.join(others)}和{last}" if language == "zh" else f"{', '.join(others)} and {last}"


def joined(told: str, more: str, language: str) -> str:
    """Return two clauses as one; `more` may be missing."""
    return f"{told}{'，' if language == 'zh' else ', '}{more}" if more else told
