"""A lesson: parts in order, each checked at its end, said again where too few were right, summed up at the end."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from bot.candidate import Priority
from bot.planning import spoken_name
from bot.show.line import Line, joined, listed
from bot.show.quiz import Question, Result
from core.clock import Clock
from core.events import Chat, Voice
from core.local import Local
from nlu.intents import Role
from nlu.language import detect, fold

SUMMARY: Final = 60
"""Characters of the summary in Chinese; English may have twice as many."""
HELP_S: Final = 20.0
"""Seconds before the same viewer is caught up again."""
HELPED: Final = 2_000
"""Viewers of whom it is remembered when they were caught up."""
_LOST: Final = re.compile(
    r"没有?(?:太|怎么|大)?(?:听|看|跟|搞|弄)?(?:懂|明白|清楚?|上)|(?:听|看|跟|搞|弄)不(?:太)?(?:懂|明白|清|上)"
    r"|不(?:太|是很|大)?(?:懂|明白|理解)|(?:讲|说)?太快了|再(?:讲|说|演示|做|示范)(?:一[遍次]|[遍次])|讲到哪|掉队|[懵蒙]了(?!一|个|[a-h])"
    r"|跟丢|还是不会|慢(?:一?点|一些)"
    r"|\b(?:lost me|i'?m (?:so )?(?:lost|confused)|don'?t (?:get|understand)|didn'?t (?:get|understand|catch|follow)"
    r"|can'?t follow|too fast|slow(?:er| down)|(?:say|explain|show|do|go over) (?:that|it)(?: step)? again|where are we"
    r"|falling behind)\b"
)
_NOT_LOST: Final = re.compile(
    r"没有?什么?不(?:懂|明白)|懂不懂|明不明白|题|屏幕|画面|字幕|(?:听|看)不(?:清|见)(?!.*(?:讲|步))"
    r"|\b(?:question|options?|screen|picture|audio)\b"
)
"""What is asked for again is the question, or what cannot be seen or heard is no matter of the lesson."""


class Step(msgspec.Struct, frozen=True):
    """A part of a lesson."""

    topic: Local
    """What it is about."""
    recap: Local = Local("", "")
    """What is to be remembered."""
    lasts_s: float = 0.0
    """Seconds after which the next part begins; 0: when the streamer says so."""
    check: tuple[Question, ...] = ()
    """Questions at its end."""


class LessonOptions(msgspec.Struct, frozen=True):
    """A whole lesson."""

    title: Local = Local("", "")
    """What it is called."""
    steps: tuple[Step, ...] = ()
    """Its parts."""
    understood: float = 0.6
    """The share of right answers below which a part is said again, 0 to 1."""


class Lesson:
    """Where a lesson stands."""

    def __init__(self, options: LessonOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._asked = 0
        self._until = float("inf")
        self._helped: dict[str, float] = {}
        self._reached = -1
        self.at = -1
        """The part that is on; -1 before the first."""
        self.lost = 0
        """How often somebody said that they could not follow."""
        self.recaps = 0
        """How often a part was said again."""

    @property
    def step(self) -> Step | None:
        """The part that is on."""
        return self._options.steps[self.at] if 0 <= self.at < len(self._options.steps) else None

    @property
    def topics(self) -> tuple[Local, ...]:
        """What its parts are about."""
        return tuple(step.topic for step in self._options.steps)

    def now(self, language: str) -> str:
        """Return which part is on, with its point, as a clause; or that it has not begun, or is over."""
        steps, step = self._options.steps, self.step
        if not steps:
            return ""
        if step is not None:
            part, topic = f"{self.at + 1} of {len(steps)}", step.topic.in_(language)
            told = f"现在讲到第{self.at + 1}部分，{topic}" if language == "zh" else f"we are at part {part}, {topic}"
            return joined(told, _point(step, language).get(Role.ANSWER, ""), language)
        if self.at < 0:
            first = steps[0].topic.in_(language)
            return (
                f"课还没开始，先讲{first}" if language == "zh" else f"the lesson has not begun, it starts with {first}"
            )
        return "今天的课讲完了" if language == "zh" else "the lesson is over for today"

    def following(self, language: str) -> str:
        """Return the part that comes next, as a clause, or nothing where none does."""
        if self.at + 1 >= len(self._options.steps):
            return ""
        topic = self._options.steps[self.at + 1].topic.in_(language)
        return f"下一部分讲{topic}" if language == "zh" else f"the next part is {topic}"

    def parts(self, language: str) -> str:
        """Return how many parts there are, and what they are about, as a clause."""
        topics, count = [topic.in_(language) for topic in self.topics], len(self.topics)
        if language == "zh":
            return f"一共{count}部分，{listed(topics, language)}"
        return f"there {'is 1 part' if count == 1 else f'are {count} parts'}, {listed(topics, language)}"

    def taught(self, language: str) -> str:
        """Return the points of the parts begun so far, as a clause; before the first, what comes."""
        return _points(self._options.steps[: self.begun], language) or self.now(language)

    def reason(self, asked: Question, language: str) -> str:
        """Return the point of the part that `asked` checks, or nothing where it checks none."""
        step = next((step for step in self._options.steps if asked in step.check), None)
        return _point(step, language).get(Role.ANSWER, "") if step is not None else ""

    def point(self, at: int, language: str) -> str:
        """Return what is to be remembered of a part, or nothing where the settings do not say it."""
        return _point(self._options.steps[at], language).get(Role.ANSWER, "")

    @property
    def begun(self) -> int:
        """How many parts were begun."""
        return min(self._reached + 1, len(self._options.steps))

    @property
    def due(self) -> bool:
        """Whether the time of the part is up."""
        return self.step is not None and self._clock.monotonic() >= self._until

    def check(self) -> Question | None:
        """Return the next question that shows whether the part was understood."""
        step = self.step
        if step is None or self._asked >= len(step.check):
            return None
        self._asked += 1
        self._until = float("inf")  # the questions say when it goes on
        return step.check[self._asked - 1]

    def go_on(self, language: str) -> Line | None:
        """Begin the next part, or after the last one end; return what to say, if anything is left."""
        if self.at >= len(self._options.steps):
            return None
        self.at += 1
        self._asked = 0
        step = self.step
        if step is None:
            return self.summary(language)
        self._reached = self.at
        self._until = self._clock.monotonic() + step.lasts_s if step.lasts_s else float("inf")
        return Line("lesson_next", {Role.TOPIC: step.topic.in_(language)}, language)

    def end(self, language: str) -> Line | None:
        """End it now; return the summary of what was taught."""
        if self.step is None:
            return None
        self.at += 1
        line = self.summary(language)
        self.at = len(self._options.steps)
        return line

    def judge(self, result: Result, language: str) -> Line | None:
        """Return the part's point again where too few of those who answered were right; else nothing."""
        if self.step is None or result.share is None or result.share >= self._options.understood:
            return None
        self.recaps += 1
        return self.recap(language)

    def recap(self, language: str) -> Line | None:
        """Return the point of the part that is on."""
        step = self.step
        facts = _point(step, language) if step is not None else {}
        return Line("lesson_recap", facts, language) if Role.ANSWER in facts else None

    def help(self, event: Chat | Voice, language: str) -> Line | None:
        """Return what catches up a viewer who cannot follow, in the language of the words that say so; or nothing."""
        step, said = self.step, fold(event.text)
        if step is None or _NOT_LOST.search(said) or not _LOST.search(said):
            return None
        now, viewer = self._clock.monotonic(), event.viewer
        if now - self._helped.pop(viewer.id, float("-inf")) < HELP_S:
            return None
        self._helped[viewer.id] = now
        if len(self._helped) > HELPED:
            del self._helped[next(iter(self._helped))]
        self.lost += 1
        language = detect(event.text, language)
        facts = {Role.VIEWER: name} if (name := spoken_name(viewer.name)) else {}
        return Line("catch_up", {**facts, **_point(step, language)}, language, Priority.ADDRESSED)

    def catch_up(self, result: Result, language: str) -> Line | None:
        """Return a word for the few who were wrong where the others were right; nobody is named for a mistake."""
        step = self.step
        if step is None or result.share is None or result.share == 1.0:
            return None
        return Line("catch_up", _point(step, language), language)

    def summary(self, language: str) -> Line | None:
        """Return the points of all parts so far as one line."""
        told = _points(self._options.steps[: self.at], language)
        title = self._options.title.in_(language)
        return Line("lesson_recap", {Role.TOPIC: title, Role.ANSWER: told}, language) if told else None


def _points(steps: Sequence[Step], language: str) -> str:
    """Return what is to be remembered of `steps`, as far as a summary has room."""
    limit = SUMMARY * (1 if language == "zh" else 2)
    mark = "；" if language == "zh" else "; "
    told = ""
    for step in steps:
        point = _point(step, language).get(Role.ANSWER, "")
        if point and len(told) + len(point) <= limit:
            told = f"{told}{mark}{point}" if told else point
    return told


def _point(step: Step, language: str) -> dict[Role, str]:
    facts = {Role.TOPIC: step.topic.in_(language), Role.ANSWER: step.recap.in_(language).strip().rstrip("。.!！")}
    return {role: value for role, value in facts.items() if value}
