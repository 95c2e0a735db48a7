"""A quiz: questions in chat and by voice, one answer a viewer, winners named, the share of right answers kept."""

from collections.abc import Sequence
from typing import Final

import msgspec

from bot.planning import spoken_name
from bot.show.ballot import LETTERS, accepted, read
from bot.show.line import Line, duration, question
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
        """Return the next question of the list; after the last one it begins again."""
        if not self._questions:
            return None
        self._next += 1
        return self._questions[(self._next - 1) % len(self._questions)]

    def ask(self, asked: Question, language: str) -> Line:
        """Open `asked`; return what to say."""
        self._round.begin(asked, self._lasts_s, self._counts)
        options = tuple(option.in_(language) for option in asked.options)
        return Line("quiz_ask", {Role.QUESTION: question(asked.ask.in_(language), options, language)}, language)

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
        """Return what is asked and for how long still, as a clause, or nothing."""
        if self.open is None:
            return ""
        options = tuple(option.in_(language) for option in self.open.options)
        asked = question(self.open.ask.in_(language), options, language)
        left = duration(max(1.0, self._round.left_s), language)
        return f"现在的题目是，{asked}，还剩{left}" if language == "zh" else f"the question is, {asked}, {left} left"

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


def _told(asked: Question, right: Sequence[Viewer], language: str) -> Line:
    names = [name for name in (spoken_name(viewer.name) for viewer in right) if name]
    facts = {Role.ANSWER: asked.answer(language)}
    if 0 < len(right) <= NAMED and len(names) == len(right):
        return Line("quiz_right", {**dict(zip(_WINNERS, names, strict=False)), **facts}, language)
    if right:
        facts[Role.COUNT] = f"{len(right)}个" if language == "zh" else str(len(right))
    return Line("quiz_over", facts, language)
