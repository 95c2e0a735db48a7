"""Settings of what a room plays: goals, flash sales, a quiz, polls, a lesson."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from core.settings.values import Duration, Local, Section, Texts, with_currency


class Goal(Section):
    """Something that the room reaches together."""

    count: Literal["follows", "gifts", "likes", "shares", "orders"]
    gift: str = ""
    """Gifts of this kind alone; nothing: of any."""
    target: int = Field(ge=1)
    tell: tuple[int, ...] = (25, 50, 75)
    """Percentages at which the progress is said."""
    reached: Local = Local(zh="目标达成啦，谢谢大家！", en="We've reached the goal. Thank you, everybody!")
    """What is said at the end."""


class FlashSale(Section):
    """A product that costs less for a while."""

    product: str | int
    """The product's id."""
    price: Annotated[str, BeforeValidator(with_currency)]
    """What it costs while the sale runs; before and after it the card's price holds."""
    lasts: Duration = 300.0
    pieces: int | None = Field(None, ge=1)
    """The sale ends when so many were sold; nothing: when its time or the stock runs out."""
    remind: tuple[Duration, ...] = (60.0, 10.0)
    """Times before the end at which it is said how long there is left."""
    over: Local = Local(zh="限时活动结束了，价格恢复原价。", en="The offer is over; the usual price is back.")
    """What is said at the end."""


class Question(Section):
    """A question with its answer."""

    ask: Local
    options: tuple[Local, ...] = Field((), max_length=8)
    """What may be chosen, A first; nothing: an open question."""
    right: str = ""
    """The right option: A, B … or its words."""
    accept: Texts = ()
    """Right answers to an open question, in any language."""
    explain: Local = Local()
    """The answer as it is told; nothing: the right option."""

    @model_validator(mode="after")
    def _has_an_answer(self) -> "Question":
        if self.options:
            if len(self.options) == 1 or self.index() is None:
                raise ValueError("right must name one of at least two options: A, B … or its words")
        elif not self.accept:
            raise ValueError("a question needs options and the right one, or answers to accept")
        return self

    def index(self) -> int | None:
        """Return the position of the right option."""
        letters = "ABCDEFGH"[: len(self.options)]
        if self.right and self.right.upper() in letters:
            return letters.index(self.right.upper())
        return next((at for at, one in enumerate(self.options) if self.right in (one.zh, one.en)), None)


class Quiz(Section):
    """Questions for the room; `!quiz` asks the next one."""

    questions: tuple[Question, ...] = ()
    lasts: Duration = 30.0
    """How long answers are taken."""
    counts: Literal["first", "last"] = "first"
    """Which of a viewer's answers counts."""


class Poll(Section):
    """What the room is asked to choose; `!poll` opens the next one."""

    ask: Local
    options: tuple[Local, ...] = Field(min_length=2, max_length=8)
    lasts: Duration = 60.0
    counts: Literal["first", "last"] = "last"
    """Which of a viewer's votes counts."""


class Step(Section):
    """A part of a lesson."""

    topic: Local
    recap: Local = Local()
    """What is to be remembered, one clause."""
    lasts: Duration = 0.0
    """After this the next part begins; 0s: when the streamer says so."""
    check: tuple[Question, ...] = ()
    """Questions at its end that show whether it was understood."""


class Lesson(Section):
    """What is taught; `!lesson` begins it, and goes on to the next part."""

    title: Local = Local()
    steps: tuple[Step, ...] = ()
    understood: float = Field(0.6, ge=0, le=1)
    """The share of right answers below which a part is said again."""


class Show(Section):
    """What a room plays."""

    goals: tuple[Goal, ...] = ()
    flash_sales: tuple[FlashSale, ...] = ()
    quiz: Quiz = Quiz()
    polls: tuple[Poll, ...] = ()
    lesson: Lesson = Lesson()
