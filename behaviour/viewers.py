"""What is known of each viewer who is here: their segment, whether they are a minor, what just happened to them."""

import math
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Self

import msgspec

from core.events import Role, Viewer

PRESENT: Final = 10_000
"""Viewers remembered; whoever was longest silent gives way."""
MINORS: Final = 10_000
"""Viewers remembered as minors after they left; the oldest mark gives way, marks in settings never do."""
ADULT: Final = 18
SEGMENTS: Final = ("newcomer", "lurker", "talker", "fan", "shopper")
"""Kinds of viewers, each with behaviour of its own."""
SETTLED_S: Final = 120.0
"""Seconds after which somebody who did nothing is a lurker and no newcomer."""

_DIGITS: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_AGE_ZH: Final = re.compile(
    r"(?:我|本人|人家)(?:今年|现在|才|刚|只有|刚满|还|其实|是|都|真的|也|就)*"
    r"(\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[五六七八九])岁(?!的?时候|那年|以前|起|开始)"
)
_AGE_ALONE_ZH: Final = re.compile(
    r"\W*(?:今年|才|刚满?|现在)?(\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[五六七八九])岁[了啦啊哦呀的]?"
    r"(?:\W*$|\W+我(?![家儿女孩弟妹娃闺侄]))"
)
"""An answer, or the beginning of a message that goes on about its writer: 13岁, 13岁，我能买吗."""
_GOES_ON: Final = (
    r"(?:\s*(?:$|[^\w\s%/:.,'\"”″“$€£+*=-]|[.,:](?!\d)|-\s(?!\d)|/[mf]\b)|[\s-]*(?:(?:years?|yrs?)(?:[\s-]old)?|y[./]?o\.?|"
    r"and(?! counting\b)|but|so|can|could|am|is|are|do|does|did|will|would|should|may|how|hows|what|whats|where|when|"
    r"why|who|which|if|or|not|i|im|i'm|my|lol|lmao|haha|btw|tbh|rn|now|today|too|also|though|please|pls|plz|bro|guys|"
    r"turning|going on)(?!\w))"
)
"""What may follow an age: the end, a mark, or a word that no measure goes before."""
_AGE_EN: Final = re.compile(
    r"\b(?:i'?m|i am|my age is)\s+(?:only\s+|just\s+|actually\s+|still\s+|like\s+){0,2}(\d{1,2})" + _GOES_ON,
    re.IGNORECASE,
)
_AGE_ALONE_EN: Final = re.compile(
    r"\W*(?:only |just )?(\d{1,2})\s*-?(?:y[./]?o\.?|(?:years?|yrs?)[\s-]old)"
    r"\s*(?:here\b|(?:can|am|may|and) i\b|\W*$)",
    re.IGNORECASE,
)
"""An answer, or a beginning: 13 yo, "13 years old here"."""
_NUMBERS_EN: Final = {
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
}  # fmt: skip
_AGE_WORD_EN: Final = re.compile(
    rf"\b(?:i'?m|i am|my age is)\s+(?:only\s+|just\s+|actually\s+|still\s+){{0,2}}({'|'.join(_NUMBERS_EN)})"
    r"(?:\s+(?:years?|yrs?)[\s-]old|(?=\s*(?:$|[,.!?]|and\b(?! counting)|can\b|but\b|so\b)))",
    re.IGNORECASE,
)
_NOT_NOW: Final = r"(?!的(?!\W*$)|的?时候|那年|那会|老师|家长|班主任)"
_SCHOOL: Final = re.compile(
    r"(?:我|本人)(?:是|还是|才|刚|现在|今年|在|读|上|念|还在|还|就|只是)*"
    r"(?:未成年|小学生|初中生|高中生|(?:小学|初|高)[一二三四五六](?:年级)?|[一二三四五六七八九]年级)"
    + _NOT_NOW
    + r"|(?:我|本人)(?:才|刚|现在|今年|还|就|只)*(?:在|是在)?(?:读|上|念)(?:小学|初中|中学|高中|幼儿园)"
    + _NOT_NOW
    + r"|^\W*(?:才|刚刚?|还在)(?:读|上|念)(?:小学|初中|中学|高中|[初高][一二三])[了啦啊呢]?"
    r"(?:\W*$|\W*我?(?:能|可以)(?:不能|不可以)?买)"
    r"|\b(?:i'?m|i am) (?:only |just |still )?(?:a minor|underage|under (?:18|age)|not 18(?: yet)?"
    r"|(?:in|at) (?:primary|elementary|middle|grade|junior high) school"
    r"|in (?:the )?(?:[1-9]|1[01])(?:st|nd|rd|th) grade)\b"
    r"|\bi (?:still )?go to (?:primary|elementary|middle) school\b",
    re.IGNORECASE,
)


class Known(msgspec.Struct):
    """What is remembered of one viewer while they are here; counts and times only, never words."""

    joined: float
    """When they were first seen, seconds since the epoch."""
    seen: float
    """When they last did something, seconds since the epoch."""
    due: float
    """When their next tick of silence falls due, seconds since the epoch."""
    state: str = ""
    """What they did last; empty before the first."""
    regular: bool = False
    """Whether the platform calls them a subscriber or better."""
    talked: int = 0
    """Messages and remarks."""
    gave: int = 0
    """Gifts."""
    shopped: int = 0
    """Product questions, clicks and purchases."""
    complained: float = -math.inf
    """When they last complained, seconds since the epoch."""
    hit: float = -math.inf
    """When moderation last met them, seconds since the epoch."""

    def segment(self, at: float) -> str:
        """Return which kind of viewer this is at a time in seconds since the epoch."""
        if self.shopped and self.shopped * 3 >= self.talked:
            return "shopper"
        if self.gave or self.regular:
            return "fan"
        if self.talked >= 2:  # noqa: PLR2004  # once is trying it out
            return "talker"
        return "lurker" if at - self.joined >= SETTLED_S else "newcomer"


class Viewers:
    """Everybody who is here, in order of their next tick of silence."""

    def __init__(self, lurk_after: float, minors: Iterable[str] = ()) -> None:
        """Take the seconds of silence that make a tick, and viewers' ids that settings mark as minors."""
        self._lurk_after = lurk_after
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._marked = frozenset(minors)
        self._minors: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def latest(self, most: int) -> list[str]:
        """Return the ids of up to `most` viewers who moved last."""
        return list(islice(reversed(self._known), most))

    def seen(self, viewer: Viewer, at: float) -> Known:
        """Return what is known of a viewer who did something at `at`, seconds since the epoch."""
        known = self._known.get(viewer.id)
        if known is None:
            known = self._known[viewer.id] = Known(joined=at, seen=at, due=at + self._lurk_after)
            if len(self._known) > PRESENT:
                self._known.popitem(last=False)
        known.seen, known.due = at, at + self._lurk_after
        known.regular = known.regular or viewer.role not in (Role.VIEWER, Role.BOT)
        self._known.move_to_end(viewer.id)
        return known

    def get(self, viewer_id: str) -> Known | None:
        """Return what is known of a viewer, or nothing."""
        return self._known.get(viewer_id)

    def left(self, viewer_id: str) -> None:
        """Forget a viewer who went; a minor stays marked, they may come back."""
        self._known.pop(viewer_id, None)

    def forget(self, viewer_id: str) -> None:
        """Forget everything of a viewer but for marks in settings."""
        self._known.pop(viewer_id, None)
        self._minors.pop(viewer_id, None)

    def take_over(self, before: Self, *, marks_alone: bool = False) -> None:
        """Go on with whom the room's bot before knew; with `marks_alone` only with who is under 18."""
        self._minors = before._minors
        if not marks_alone:
            self._known = before._known

    def silent(self, at: float, most: int) -> Iterator[tuple[str, Known]]:
        """Yield up to `most` viewers whose tick of silence has fallen due, and set their next one."""
        for _ in range(most):
            first = next(iter(self._known), None)
            if first is None or self._known[first].due > at:
                return
            known = self._known[first]
            known.due = at + self._lurk_after
            self._known.move_to_end(first)
            yield first, known

    def mark_minor(self, viewer_id: str) -> None:
        """Remember that a viewer is under 18."""
        self._minors[viewer_id] = None
        self._minors.move_to_end(viewer_id)
        if len(self._minors) > MINORS:
            self._minors.popitem(last=False)

    def is_minor(self, viewer_id: str) -> bool:
        """Return whether a viewer is marked as under 18."""
        return viewer_id in self._minors or viewer_id in self._marked


def says_minor(text: str) -> bool:
    """Return whether a message says that its writer is under 18 (`我才12岁`, `I'm 13`), read in bounded time."""
    text = text[:200].translate(_NARROW)
    if _SCHOOL.search(text):
        return True
    ages = [_number(match[1]) for match in _AGE_ZH.finditer(text)]
    ages += [_number(match[1]) for match in (_AGE_ALONE_ZH.match(text),) if match]
    ages += [_NUMBERS_EN[match[1].lower()] for match in _AGE_WORD_EN.finditer(text)]
    ages += [int(match[1]) for match in _AGE_EN.finditer(text)]
    ages += [int(match[1]) for match in (_AGE_ALONE_EN.match(text),) if match]
    return any(5 <= age < ADULT for age in ages)  # noqa: PLR2004  # younger ones do not write


_NARROW: Final = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("’"): "'", ord(" "): " "}


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    if "十" not in written:
        return _DIGITS[written]
    tens, units = written.split("十")
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(units, 0)
