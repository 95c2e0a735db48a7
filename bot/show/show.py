"""One room's show: takes orders, votes, answers and what happens; says when something is due."""

from collections.abc import Mapping
from typing import Self

import msgspec

from bot.candidate import Priority
from bot.show import orders
from bot.show.asked import Asked, Rounds, asked
from bot.show.ballot import nameless
from bot.show.flash_sale import FlashSales, SaleOptions
from bot.show.goals import Goal, GoalOptions
from bot.show.lesson import Lesson, LessonOptions
from bot.show.line import Line, joined
from bot.show.poll import PollOptions, PollResult, Polls
from bot.show.quiz import Question, Quiz, Result
from core.clock import Clock
from core.events import Chat, Purchase, Removed, Role, RoomEvent, Voice
from nlu.intents import Role as Fact
from nlu.knowledge import Knowledge, render
from nlu.language import fold
from nlu.shelf import Shelf


class ShowOptions(msgspec.Struct, frozen=True):
    """What a room plays."""

    goals: tuple[GoalOptions, ...] = ()
    """What it reaches together."""
    sales: tuple[SaleOptions, ...] = ()
    """What costs less for a while."""
    questions: tuple[Question, ...] = ()
    """The quiz."""
    answer_s: float = 30.0
    """Seconds for which answers are taken."""
    answer_counts: str = "first"
    """`first` or `last`: which of a viewer's answers counts."""
    polls: tuple[PollOptions, ...] = ()
    """What it is asked to choose."""
    lesson: LessonOptions = LessonOptions()
    """What is taught."""
    names: tuple[str, ...] = ()
    """The bot's own names, which may stand before a vote."""


class Taken(msgspec.Struct, frozen=True):
    """What became of a message that is part of the show."""

    code: str
    """The reason's code, where nothing is said to it."""
    line: Line | None = None
    """What is said to it."""


class Report(msgspec.Struct, frozen=True, tag="show", tag_field="row"):
    """What the show came to."""

    goals: tuple[tuple[int, int], ...]
    """How much was reached, and how much was to be, for each goal."""
    questions: tuple[Result, ...]
    """How each question ended."""
    polls: tuple[PollResult, ...]
    """How each poll ended."""
    sales: tuple[str, ...]
    """Products of the sales that were held."""
    parts: int
    """Parts of the lesson that were begun."""
    recaps: int
    """How often a part was said again because too few were right."""
    lost: int
    """How often somebody said that they could not follow."""


class Show:
    """Synchronous, and nothing but state and time; every list of it is bounded by settings or by its own limit."""

    def __init__(self, options: ShowOptions, knowledge: Knowledge, shelf: Shelf, clock: Clock) -> None:
        """Take what finds products by name, and the cards as they stand."""
        self._options = options
        self._knowledge = knowledge
        self._shelf = shelf
        self._goals = [Goal(goal) for goal in options.goals]
        self._sales = FlashSales(options.sales, shelf, clock)
        self._has_sales = bool(options.sales)
        self._quiz = Quiz(options.questions, options.answer_s, options.answer_counts, options.names, clock)
        self._polls = Polls(options.polls, options.names, clock)
        self._lesson = Lesson(options.lesson, clock)
        self._checking = False
        self._lines: list[Line] = []

    def observe(self, event: RoomEvent, language: str) -> Taken | None:
        """Take in what happened; return what became of a message that is part of the show. Call it once an event.

        `language` is the one that the room is spoken to in.
        """
        if event.viewer.role is Role.BOT:
            return None
        if isinstance(event, Chat | Voice):
            return self._message(event, language)
        for goal in self._goals:
            goal.count(event)
        if isinstance(event, Removed) and event.target and not event.message:
            self._quiz.forget(event.target)
            self._polls.forget(event.target)
        if isinstance(event, Purchase):
            self._sold(event, language)
        return None

    def tick(self, language: str) -> list[Line]:
        """Return what is to be said now, in `language`."""
        if self._quiz.due:
            self._close_question(language)
        if self._lesson.due and self._quiz.open is None:
            self._go_on(language)
        self._say(self._polls.tick(language))
        self._say(self._sales.tick(language))
        for goal in self._goals:
            self._say(goal.line(language))
        lines, self._lines = self._lines, []
        return lines

    def take_over(self, before: Self) -> None:
        """Go on where the show before stands: the stock, and each part whose settings are the same."""
        now, was = self._options, before._options
        self._shelf.take_over(before._shelf)
        for goal in self._goals:
            alike = [
                old for old in before._goals
                if (old.options.count, old.options.gift) == (goal.options.count, goal.options.gift)
            ]  # fmt: skip
            same = [old for old in alike if old.options.target == goal.options.target]
            for old in (same or alike)[:1]:
                goal.take_over(old)
        if now.sales == was.sales:
            self._sales.take_over(before._sales)
        same_quiz = (now.questions, now.answer_s, now.answer_counts, now.names) == (
            was.questions, was.answer_s, was.answer_counts, was.names,
        )  # fmt: skip
        if same_quiz:
            self._quiz = before._quiz
        if (now.polls, now.names) == (was.polls, was.names):
            self._polls = before._polls
        if now.lesson == was.lesson:
            self._lesson = before._lesson
            self._checking = before._checking and same_quiz

    def states(self, text: str, language: str) -> str:
        """Return what `text` asks of the show, as it stands at this moment, as a clause; or nothing."""
        rounds = Rounds(self._quiz.open is not None or self._quiz.told is not None, self._polls.recent)
        bare = nameless(fold(text), self._options.names)
        found = asked(bare, self._options.goals, self._lesson.topics, rounds)
        if found is None:
            return ""
        return (
            self._of_round(found.what, language) or self._of_lesson(found, language) or self._of_goals(found, language)
        )

    def is_over(self, intent: str, facts: Mapping[Fact, str]) -> bool:
        """Return whether a line with these facts announces a question, a poll or a part that is not on any more."""
        languages, step = ("zh", "en"), self._lesson.step
        match intent:
            case "quiz_ask":
                return facts[Fact.QUESTION] not in map(self._quiz.asked, languages)
            case "poll_open":
                return facts[Fact.QUESTION] not in map(self._polls.asked, languages)
            case "lesson_next":
                return step is None or facts[Fact.TOPIC] not in map(step.topic.in_, languages)
            case _:
                return False

    def report(self) -> Report:
        """Return what the show came to so far."""
        return Report(
            goals=tuple((goal.done, goal.options.target) for goal in self._goals),
            questions=tuple(self._quiz.results),
            polls=tuple(self._polls.results),
            sales=tuple(self._sales.held),
            parts=self._lesson.begun,
            recaps=self._lesson.recaps,
            lost=self._lesson.lost,
        )

    def _of_round(self, what: str, language: str) -> str:
        match what:
            case "sale":
                return self._sales.now(language) if self._has_sales else ""
            case "vote":
                return self._polls.now(language)
            case "standing":
                return self._polls.standing(language)
            case "question":
                return self._quiz.now(language)
            case "answer":
                return self._quiz.outcome(language)
            case "why":
                closed = self._quiz.told
                reason = self._lesson.reason(closed, language) if closed is not None else ""
                return joined(self._quiz.outcome(language), reason, language)
            case "left":
                return self._quiz.left(language) or self._polls.left(language)
            case _:
                return ""

    def _of_lesson(self, found: Asked, language: str) -> str:
        match found.what:
            case "topic":
                return self._lesson.now(language)
            case "next":
                return self._lesson.following(language)
            case "parts":
                return self._lesson.parts(language)
            case "taught":
                return self._lesson.taught(language)
            case "recap":
                return self._lesson.point(found.at, language)
            case _:
                return ""

    def _of_goals(self, found: Asked, language: str) -> str:
        goals = self._goals[found.at : found.at + 1] if found.what in {"goal", "reward"} else self._goals
        match found.what:
            case "goal" | "goals":
                told = [goal.now(language) for goal in goals]
            case "reward" | "rewards":
                told = [goal.reward(language) for goal in goals]
            case _:
                told = []
        return ("；" if language == "zh" else "; ").join(told)

    def _message(self, event: Chat | Voice, language: str) -> Taken | None:
        order = orders.read(event)
        if order is not None:
            return self._obey(order, language)
        if event.viewer.role is Role.STREAMER:
            return None
        code = self._quiz.answer(event) or self._polls.vote(event)
        if code:
            return Taken(code)
        if self._quiz.late(event) or self._polls.late(event):
            return Taken("vote_late")
        line = self._lesson.help(event, language)
        return Taken("show_ordered", line) if line is not None else None

    def _obey(self, order: orders.Order, language: str) -> Taken:
        """Do as told: the first thing there is to say answers the order, the others follow."""
        waiting, self._lines = self._lines, []
        match order.what:
            case "quiz":
                self._order_quiz(order.do, language)
            case "poll":
                self._say(self._polls.close(language))
                self._say(self._polls.start(language) if order.do == "next" else None)
            case "sale" if order.do == "next":
                self._start_sale(order, language)
            case "sale":
                self._say(self._sales.end(language))
            case _:
                self._order_lesson(order.do, language)
        said, self._lines = self._lines, waiting
        if not said:
            return Taken("show_nothing")
        self._lines += said[1:]
        return Taken("show_ordered", said[0])

    def _order_quiz(self, do: str, language: str) -> None:
        checking = self._checking
        self._close_question(language)
        if do == "next" and not checking:  # a lesson goes on by itself
            asked = self._quiz.following()
            self._say(self._quiz.ask(asked, language) if asked is not None else self._quiz.none_left(language))

    def _order_lesson(self, do: str, language: str) -> None:
        if do == "recap":
            self._say(self._lesson.recap(language))
        elif do == "end":
            self._say(self._lesson.end(language))
        elif self._checking:
            self._close_question(language)  # goes on by itself where the part was understood
        else:
            self._go_on(language)

    def _start_sale(self, order: orders.Order, language: str) -> None:
        about = order.about.strip()
        mention = self._knowledge.find_product(f"{about}号链接" if about.isdecimal() else about) if about else None
        if about and mention is None and order.typed:
            return
        self._say(self._sales.start(mention.product if mention is not None else None, language))

    def _close_question(self, language: str) -> None:
        closed = self._quiz.close(language)
        if closed is None:
            return
        result, line = closed
        self._say(line)
        if self._checking:
            again = self._lesson.judge(result, language)
            self._say(again or self._lesson.catch_up(result, language))
            self._checking = False
            if again is None:
                self._go_on(language)

    def _go_on(self, language: str) -> None:
        """Check what was taught, or where it is understood or has no questions, begin the next part."""
        question = self._lesson.check()
        if question is not None:
            self._checking = True
            self._say(self._quiz.ask(question, language))
        else:
            self._say(self._lesson.go_on(language))

    def _sold(self, event: Purchase, language: str) -> None:
        product = self._shelf.find(event.product)
        if product is None or product.stock == 0:
            return
        card = self._shelf.sell(product, event.count)
        self._say(self._sales.sold(card, event.count, language))
        if card.stock == 0:
            facts = {Fact.PRODUCT: render(card, Fact.PRODUCT, language)}
            self._say(Line("sold_out", facts, language, Priority.PAID, product=card))

    def _say(self, line: Line | None) -> None:
        if line is not None:
            self._lines.append(line)
