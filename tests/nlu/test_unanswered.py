"""The streamer's list of open questions, and which questions are one."""

from itertools import combinations

import pytest

from bot.engines import intent_reader
from core.events import Understanding, Viewer
from core.local import Local
from nlu.faq import Faq
from nlu.knowledge import Knowledge, Product
from nlu.same_question import same_question
from nlu.unanswered import ASKERS, QUESTIONS, WORDINGS, Unanswered
from nlu.understand import Meaning, Understander

LIKE = (
    ("主播多高", "主播身高多少", "你有多高呀", "主播多高呀"),
    ("用的什么声卡", "主播用什么声卡啊", "声卡是什么牌子的"),
    ("how tall are you", "how tall is the streamer", "your height?"),
    ("what guitar is that", "which guitar are you playing", "what kind of guitar is it"),
    ("会去上海办见面会吗", "什么时候来上海见面会", "上海见面会有吗"),
    ("有没有考试范围", "考试范围是什么", "考试考哪些范围"),
    ("can you play minecraft", "will you play minecraft", "play some minecraft?"),
)


class Noon:
    """A clock that ticks once a look."""

    def __init__(self) -> None:
        self.now = 0.0

    def wall(self) -> float:
        self.now += 1
        return self.now

    def monotonic(self) -> float:
        return self.wall()


def meaning(text: str, product: str = "", intent: str = "ask_faq") -> Meaning:
    slots = {"product": product} if product else {}
    return Meaning(text, Understanding(intent=intent, slots=slots, language="zh", addressed=True, confidence=0.9))


def somebody(number: int) -> Viewer:
    return Viewer(f"v{number}", f"观众{number}")


@pytest.mark.parametrize("wordings", LIKE)
def test_wordings_of_one_question_are_mostly_one_entry(wordings: tuple[str, ...]) -> None:
    open_ = Unanswered(Noon())
    for number, text in enumerate(wordings):
        open_.note(meaning(text), somebody(number))
    assert len(open_.list()) <= len(wordings) - 1
    assert sum(question.count for question in open_.list()) == len(wordings)


def test_different_questions_are_different_entries() -> None:
    for (first, *_), (second, *_) in combinations(LIKE, 2):
        open_ = Unanswered(Noon())
        open_.note(meaning(first), somebody(1))
        open_.note(meaning(second), somebody(2))
        assert len(open_.list()) == 2, (first, second)


def test_the_same_words_about_two_products_are_two_questions() -> None:
    open_ = Unanswered(Noon())
    open_.note(meaning("能水洗吗", "1"), somebody(1))
    open_.note(meaning("能水洗吗", "2"), somebody(1))
    assert len(open_.list()) == 2


def test_the_most_asked_stands_first_with_who_asked_and_how_often() -> None:
    open_ = Unanswered(Noon())
    open_.note(meaning("考试范围是什么"), somebody(1))
    for number in (1, 2, 2):
        open_.note(meaning("主播多高"), somebody(number))
    first, second = open_.list()
    assert (first.text, first.count, first.askers) == ("主播多高", 3, ("观众1", "观众2"))
    assert (second.text, second.count) == ("考试范围是什么", 1)
    assert first.first < first.last


def test_what_is_resolved_is_off_the_list() -> None:
    open_ = Unanswered(Noon())
    made = open_.note(meaning("主播多高"), somebody(1))
    gone = open_.resolve(made.id)
    assert gone is not None
    assert gone.text == "主播多高"
    assert open_.list() == ()
    assert open_.resolve(made.id) is None


def test_the_list_is_bounded_and_the_least_asked_gives_way() -> None:
    open_ = Unanswered(Noon())
    for number in range(3):
        open_.note(meaning("主播多高"), somebody(number))
    for number in range(QUESTIONS * 3):
        open_.note(meaning(f"word{number} other{number}"), somebody(number))
    assert len(open_.list()) == QUESTIONS
    assert open_.list()[0].text == "主播多高"
    for number in range(ASKERS * 2):
        open_.note(meaning(f"主播多高{'呀' * number}"), somebody(number))
    first = open_.list()[0]
    assert len(first.askers) == ASKERS
    assert len(first.wordings) < WORDINGS


def test_who_asks_to_be_forgotten_is_named_no_more() -> None:
    open_ = Unanswered(Noon())
    open_.note(meaning("主播多高"), somebody(1))
    open_.note(meaning("主播多高"), somebody(2))
    open_.note(meaning("考试范围是什么"), somebody(1))
    open_.forget("v1")
    assert [question.askers for question in open_.list()] == [("观众2",)]


ROOM = Understander(
    Knowledge(
        (
            Product(id="1", title=Local("蓝色卫衣", "the blue hoodie"), price="99元", stock=12, link=3),
            Product(id="2", title=Local("保温杯", "the travel mug"), price="59元", stock=40, link=5),
        ),
        (Faq(("几点下播", "when do you end"), Local("十点", "at ten")),),
    ),
    intent_reader(),
    wake=("小弹",),
)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("卫衣多少钱", "小弹，3号链接什么价", True),
        ("卫衣多少钱", "保温杯多少钱", False),
        ("卫衣多少钱", "卫衣还有货吗", False),
        ("几点下播", "播到几点啊", True),
        ("几点下播", "when do you end", False),
        ("how much is the hoodie", "price of the blue hoodie?", True),
        ("哈哈哈哈", "哈哈哈", False),
        ("你好", "你好呀", False),
    ],
)
def test_questions_are_the_same_where_one_answer_does_for_both(first: str, second: str, *, same: bool) -> None:
    one, two = (ROOM.understand(text, Viewer(text, text)) for text in (first, second))
    assert same_question(one, two) is same
    assert same_question(two, one) is same
