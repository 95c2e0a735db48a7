"""A quiz: questions in chat and by voice, one answer a viewer, winners named, the share of right answers kept."""

from collections.abc import Sequence
from typing import Final

import msgspec

from bot.planning import spoken_name
from bot.show.ballot import LETTERS, accepted, read
from bot.show.line import Line, duration, joined, question
from bot.show.round import Round
from core.clock import Clock
from core.events import Chat, Viewer, Voice
from core.local import Local
from nlu.intents import Role

NAMED: Final = 3
"""Winners who are named; more are counted."""
_WINNERS: Final = (Role.VIEWER, Role.VIEWER2, Role.VIEWER3)


class Question(msgspec.Struct, frozen=True):
    """One question."""

    ask: Local
    """What is asked."""
    options: tuple[Local, ...] = ()
    """What may be chosen; nothing: an open question."""
    right: int = 0
    """The position of the right option."""
    accept: tuple[str, ...] = ()
    """Right answers to an open question."""
    explain: Local = Local("", "")
    """The answer as it is told."""

    def answer(self, language: str) -> str:
        """Return the right answer in words."""
        told = self.explain.in_(language).strip().rstrip("。.!！")
        if told:
            return told
        if self.options:
            return f"{LETTERS[self.right].upper()} {self.options[self.right].in_(language)}"
        return self.accept[0]


class Result(msgspec.Struct, frozen=True):
    """How a question ended."""

    ask: str
    """What was asked."""
    answers: int
    """Viewers who answered; to an open question only right answers can be told from talk."""
    right: int
    """Viewers who were right."""
    share: float | None
    """Right ones among those who answered; nothing for an open question, or where nobody answered."""


class Quiz:
    """Asks, takes answers, closes. Questions come from its own list or from a lesson."""

    def __init__(
        self, questions: Sequence[Question], lasts_s: float, counts: str, names: Sequence[str], clock: Clock
    ) -> None:
        """Take how long answers are taken, `first` or `last`, and the bot's `names`, which may stand before one."""
        self._questions = tuple(questions)
        self._lasts_s = lasts_s
        self._counts = counts
        self._names = tuple(names)
        self._next = 0
        self._round = Round[Question](clock)
        self.results: list[Result] = []
        """How the last ones ended."""

    @property
    def open(self) -> Question | None:
        """The question that answers are taken for."""
        return self._round.open

    def following(self) -> Question | None:
        """Return the next question of the list, or nothing after the last one; ordered again, it begins again."""
        asked = self._questions[self._next] if self._next < len(self._questions) else None
        self._next = self._next + 1 if asked is not None else 0
        return asked

    def none_left(self, language: str) -> Line | None:
        """Return that all questions were asked, where there are any."""
        words = (
            "题目都出完了，再来就从第一题开始"
            if language == "zh"
            else "That was the last question: next comes the first again."
        )
        return Line("quiz_over", {}, language, fixed=words) if self._questions else None

    def ask(self, asked: Question, language: str) -> Line:
        """Open `asked`; return what to say."""
        self._round.begin(asked, self._lasts_s, self._counts)
        facts = {Role.QUESTION: _put(asked, language)}
        return Line("quiz_ask", facts, language, lasts_s=self._lasts_s)

    def answer(self, event: Chat | Voice) -> str:
        """Return the code of what became of an answer, or nothing where `event` is none."""
        choice = self._choice(self.open, event)
        return "" if choice is None else self._round.tally.choose(event.viewer, choice)

    def forget(self, viewer_id: str) -> None:
        """Take back a viewer's answer: moderators withdrew what they wrote."""
        self._round.tally.forget(viewer_id)

    def late(self, event: Chat | Voice) -> bool:
        """Return whether `event` answers the question that has just closed."""
        return self._choice(self._round.just_closed, event) is not None

    def now(self, language: str) -> str:
        """Return what is asked and for how long still, as a clause, or what was asked just now; or nothing."""
        asked = self.open or self._round.told
        if asked is None:
            return ""
        told = _put(asked, language)
        if self.open is None:
            told = f"刚才的题目是，{told}" if language == "zh" else f"the question was, {told}"
            return joined(told, self.outcome(language), language)
        left = duration(max(1.0, self._round.left_s), language)
        return f"现在的题目是，{told}，还剩{left}" if language == "zh" else f"the question is, {told}, {left} left"

    def asked(self, language: str) -> str:
        """Return the question that is open, with its options, or nothing."""
        return _put(self.open, language) if self.open is not None else ""

    @property
    def told(self) -> Question | None:
        """The question that closed so lately that its answer is told to who asks, while no other one is open."""
        return self._round.told if self.open is None else None

    def left(self, language: str) -> str:
        """Return for how long answers are taken still, as a clause, or nothing."""
        if self.open is None:
            return ""
        left = duration(max(1.0, self._round.left_s), language)
        return f"答题还剩{left}" if language == "zh" else f"{left} left to answer"

    def outcome(self, language: str) -> str:
        """Return the answer to the question just closed and how many were right, as a clause; not while one is open."""
        if self.open is not None:
            wait = self.left(language)
            return f"答案到时间才公布，{wait}" if language == "zh" else f"the answer comes when time is up, {wait}"
        if self.told is None:
            return ""
        return _outcome(self.told.answer(language), self.results[-1].right, language)

    def _choice(self, asked: Question | None, event: Chat | Voice) -> int | None:
        """Return the position that `event` answers `asked` with, or nothing where it answers nothing."""
        if asked is None:
            return None
        if asked.options:
            return read(event.text, asked.options, self._names, asked.ask)
        return asked.right if accepted(event.text, asked.accept, self._names, asked.ask) else None

    @property
    def due(self) -> bool:
        """Whether time is up."""
        return self._round.due

    def close(self, language: str) -> tuple[Result, Line] | None:
        """Close the question; return how it ended and what to say."""
        asked, tally = self._round.end(), self._round.tally
        if asked is None:
            return None
        right = tally.who(asked.right)
        share = len(right) / len(tally) if asked.options and len(tally) else None
        result = Result(asked.ask.in_("zh"), len(tally), len(right), share)
        self.results.append(result)
        del self.results[:-100]
        return result, _told(asked, right, language)


def _put(asked: Question, language: str) -> str:
    return question(asked.ask.in_(language), tuple(option.in_(language) for option in asked.options), language)


def _told(asked: Question, right: Sequence[Viewer], language: str) -> Line:
    names = [name for name in (spoken_name(viewer.name) for viewer in right) if name]
    answer = asked.answer(language)
    facts = {Role.ANSWER: answer}
    if 0 < len(right) <= NAMED and len(names) == len(right):
        return Line("quiz_right", {**dict(zip(_WINNERS, names, strict=False)), **facts}, language)
    if not right:
        return Line("quiz_over", facts, language)
    told = _outcome(answer, len(right), language)
    words = f"这一题结束，{told}" if language == "zh" else f"The question is over: {told}."
    return Line("quiz_over", {}, language, fixed=words)


def _outcome(answer: str, right: int, language: str) -> str:
    if language == "zh":
        return f"正确答案是{answer}，{f'{right}人答对' if right else '没有人答对'}"
    who = "nobody was" if not right else "one of you was" if right == 1 else f"{right} of you were"
    return f"the answer is {answer}, and {who} right"
