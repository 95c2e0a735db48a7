"""From a room's settings to its show."""

from bot.show.flash_sale import SaleOptions
from bot.show.goals import GoalOptions
from bot.show.lesson import LessonOptions, Step
from bot.show.poll import PollOptions
from bot.show.quiz import Question
from bot.show.show import Show, ShowOptions
from core.clock import Clock
from core.local import Local
from core.settings import Local as LocalSetting
from core.settings import Room
from core.settings.show import Question as QuestionSetting
from nlu.knowledge import Knowledge
from nlu.shelf import Shelf


def show(room: Room, knowledge: Knowledge, shelf: Shelf, clock: Clock) -> Show:
    """Return the show of a room."""
    played = room.show
    return Show(
        ShowOptions(
            goals=tuple(
                GoalOptions(
                    count=goal.count, target=goal.target, gift=goal.gift, tell=goal.tell, reached=_local(goal.reached)
                )
                for goal in played.goals
            ),
            sales=tuple(
                SaleOptions(
                    product=str(sale.product), price=sale.price, lasts_s=sale.lasts, pieces=sale.pieces,
                    remind_s=sale.remind, over=_local(sale.over),
                )
                for sale in played.flash_sales
            ),
            questions=tuple(map(_question, played.quiz.questions)),
            answer_s=played.quiz.lasts,
            answer_counts=played.quiz.counts,
            polls=tuple(
                PollOptions(_local(poll.ask), tuple(map(_local, poll.options)), poll.lasts, poll.counts)
                for poll in played.polls
            ),
            lesson=LessonOptions(
                title=_local(played.lesson.title),
                steps=tuple(
                    Step(_local(step.topic), _local(step.recap), step.lasts, tuple(map(_question, step.check)))
                    for step in played.lesson.steps
                ),
                understood=played.lesson.understood,
            ),
            names=(room.persona.name, *room.persona.wake),
        ),
        knowledge,
        shelf,
        clock,
    )  # fmt: skip


def _question(question: QuestionSetting) -> Question:
    return Question(
        ask=_local(question.ask),
        options=tuple(map(_local, question.options)),
        right=question.index() or 0,
        accept=question.accept,
        explain=_local(question.explain),
    )


def _local(text: LocalSetting) -> Local:
    return Local(zh=text.zh, en=text.en)
