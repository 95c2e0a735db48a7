"""Goals that a room reaches together: progress is said at set percentages, the end once."""

import re
from typing import Final, Self

import msgspec

from bot.candidate import Priority
from bot.show.line import COUNTS_S, Line
from core.events import Follow, Gift, Like, Purchase, RoomEvent, Share
from core.local import Local
from nlu.intents import Role

_KINDS: Final[dict[str, type[RoomEvent]]] = {
    "follows": Follow, "gifts": Gift, "likes": Like, "shares": Share, "orders": Purchase,
}  # fmt: skip
_CALLED: Final = {
    "follows": Local("关注", "follows"), "gifts": Local("礼物", "gifts"), "likes": Local("赞", "likes"),
    "shares": Local("分享", "shares"), "orders": Local("订单", "orders"),
}  # fmt: skip
_REACHED: Final = re.compile(
    r"^[^,，:：!！.。]*(?:达成|达标|reached)[^,，:：!！.。]*[,，:：!！.。]?\s*|[!！.。]+$", re.IGNORECASE
)
_THANKS: Final = re.compile(r"谢|感恩|thank", re.IGNORECASE)


class GoalOptions(msgspec.Struct, frozen=True):
    """What is to be reached."""

    count: str
    """follows, gifts, likes, shares or orders."""
    target: int
    """How many."""
    gift: str = ""
    """Gifts of this kind alone."""
    tell: tuple[int, ...] = (25, 50, 75)
    """Percentages at which the progress is said."""
    reached: Local = Local("", "")
    """What is said at the end."""


class Goal:
    """One goal."""

    def __init__(self, options: GoalOptions) -> None:
        self.options = options
        self.done = 0
        """How many there are so far."""
        self._told = 0
        self._due = 0

    def count(self, event: RoomEvent) -> None:
        """Count what happened."""
        options = self.options
        if not isinstance(event, _KINDS[options.count]) or (
            isinstance(event, Gift) and options.gift and event.gift != options.gift
        ):
            return
        self.done += getattr(event, "count", 1)
        percent = 100 * self.done // options.target
        self._due = max((step for step in (*options.tell, 100) if step <= percent), default=0)

    def take_over(self, before: Self) -> None:
        """Go on with what was counted; what was said of it counts where the steps are the same."""
        self.done = before.done
        if (before.options.target, before.options.tell) == (self.options.target, self.options.tell):
            self._told, self._due = before._told, before._due

    def now(self, language: str) -> str:
        """Return how much is missing, as a clause, or that it is reached."""
        left, goal = self.options.target - self.done, self._counted(self.options.target, language)
        if language == "zh":
            told = "已经达成了" if left <= 0 else f"还差{left}个"
            return f"目标是{goal}，{told}"
        return f"the goal is {goal}, " + ("and it is reached" if left <= 0 else f"{left} to go")

    def reward(self, language: str) -> str:
        """Return how much is missing and what comes at the end, as a clause; thanks are no reward."""
        now, then = self.now(language), _REACHED.sub("", self.options.reached.in_(language))
        if not then or _THANKS.search(then):
            return now
        if self.done >= self.options.target:
            return f"{now}，{then}" if language == "zh" else f"{now}, {then}"
        return f"{now}，达成就是，{then}" if language == "zh" else f"{now}, and then it is {then}"

    def line(self, language: str) -> Line | None:
        """Return what is to be said now: of several percentages passed at once the highest."""
        if self._due <= self._told:
            return None
        self._told = self._due
        options = self.options
        if self._due >= 100:  # noqa: PLR2004  # per cent
            words = options.reached.in_(language)
            return Line("goal_progress", {}, language, Priority.PAID, fixed=words) if words else None
        left = self._counted(options.target - self.done, language)
        return Line("goal_progress", {Role.COUNT: left}, language, Priority.CHAT, COUNTS_S)

    def _counted(self, count: int, language: str) -> str:
        """Return so many of what counts: 6个关注, 1 follow."""
        what = self.options.gift or _CALLED[self.options.count].in_(language)
        if language == "zh":
            return f"{count}个{what}"
        return f"{count} {what if count != 1 or self.options.gift else what.removesuffix('s')}"
