"""Votes as people type and say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.show.ballot import accepted, read
from core.local import Local

PLANETS = (Local("火星", "Mars"), Local("木星", "Jupiter"), Local("金星", "Venus"), Local("水星", "Mercury"))
NUMBERS = (Local("2", "2"), Local("3", "3"), Local("5", "5"))
NAMES = ("小弹", "danmate")


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("B", 1), ("b", 1), ("选B", 1), ("我选b！", 1), ("BBBB", 1), ("Ｃ", 2), ("小弹 选C", 2), ("@小弹 A吧", 0),
        ("第二个", 1), ("2", 1), ("选2号", 1), ("二", 1), ("option b", 1), ("I pick B", 1), ("it's d", 3),
        ("the second one", 1), ("number two", 1), ("木星", 1), ("是木星吧", 1), ("Jupiter!", 1), ("改了，选B", 1),
        ("i think it's venus", 2), ("答案是A", 0), ("option see", 2), ("选必", 1), ("I'd say Mercury", 3),
    ],
)  # fmt: skip
def test_a_vote_is_read_however_it_is_said(text: str, choice: int) -> None:
    assert read(text, PLANETS, NAMES) == choice


@pytest.mark.parametrize(
    "text",
    [
        "火星还是木星", "不是木星", "卫衣多少钱", "B站见", "666", "哈哈哈哈", "E", "第九个", "see", "地", "not mars",
        "", "我昨天晚上看了一部讲木星的纪录片特别好看推荐给大家", "what is the size of the travel mug", "hey", "8",
    ],
)  # fmt: skip
def test_talk_is_no_vote(text: str) -> None:
    assert read(text, PLANETS, NAMES) is None


FRAMES = (Local("50", "50"), Local("100", "100"), Local("250", "250"))
COUNT = Local("四秒有多少帧", "How many frames are four seconds?")
KEYS = (Local("Ctrl+Z"), Local("Ctrl+Shift+Z"))
SYSTEMS = (Local("Ctrl+Z"), Local("Cmd+Z"))
ANIMALS = (Local("螳螂", "the mantis"), Local("猫", "cat"))
NEXT = (Local("调色", "colour"), Local("字幕", "subtitles"), Local("配乐", "music"))


@pytest.mark.parametrize(
    ("text", "options", "choice"),
    [
        ("一百", FRAMES, 1), ("a hundred", FRAMES, 1), ("一百帧", FRAMES, 1), ("100 frames", FRAMES, 1),
        ("one hundred frames i think", FRAMES, 1), ("二百五", FRAMES, 2), ("我猜是五十吧", FRAMES, 0),
        ("two hundred and fifty", FRAMES, 2), ("control z", KEYS, 0), ("cmd + z", KEYS, 0), ("ctrl + z", KEYS, 0),
        ("ctrlz", KEYS, 0), ("CTRL-Z!", KEYS, 0), ("ctrl加z", KEYS, 0), ("按control键加z键", KEYS, 0),
        ("command z", SYSTEMS, 1), ("ctrl z", SYSTEMS, 0), ("ctrl shift z", KEYS, 1), ("mantis", ANIMALS, 0),
        ("it's the mantis", ANIMALS, 0), ("a cat", ANIMALS, 1), ("the cat i guess", ANIMALS, 1),
        ("option a i think", PLANETS, 0), ("a i guess", PLANETS, 0), ("B吧感觉", PLANETS, 1), ("its b", PLANETS, 1),
        ("选b", PLANETS, 1), ("b!!", PLANETS, 1), ("我猜是2", PLANETS, 1), ("我猜是2", NUMBERS, 0),
        ("ｂ", PLANETS, 1), ("Ｂ吧", PLANETS, 1), ("应该是c", PLANETS, 2), ("感觉是B", PLANETS, 1),
        ("c maybe", PLANETS, 2),
        ("maybe c", PLANETS, 2), ("i guess d", PLANETS, 3), ("definitely b", PLANETS, 1), ("b for sure", PLANETS, 1),
        ("going with c", PLANETS, 2), ("my answer is b", PLANETS, 1), ("b b b", PLANETS, 1), ("a please", PLANETS, 0),
        ("嗯，选d吧", PLANETS, 3), ("选项b", PLANETS, 1), ("答案：C", PLANETS, 2), ("music!", NEXT, 2),
        ("我想要配乐", NEXT, 2), ("b, i think", PLANETS, 1), ("肯定是木星啊", PLANETS, 1), ("应该是3吧", NUMBERS, 1),
    ],
)  # fmt: skip
def test_right_answers_are_not_lost_over_how_they_are_written(
    text: str, options: tuple[Local, ...], choice: int
) -> None:
    assert read(text, options, NAMES, COUNT if options is FRAMES else None) == choice


@pytest.mark.parametrize("options", [PLANETS, NUMBERS, FRAMES, KEYS, ANIMALS, NEXT])
@pytest.mark.parametrize(
    "text",
    [
        "a hoodie please", "你好啊", "a bit louder please", "i got a b in maths", "b站见", "what a day", "A4纸有吗",
        "abc",
        "vitamin c is good", "i think so", "i guess not", "2 hoodies please", "要2个", "2号链接多少钱",
        "我有2个问题", "3点开播吗",
        "5块钱", "have a good day", "c'est la vie", "dj来一首", "ok", "哈哈哈", "a?b?", "我买2件", "a or b",
        "b还是c", "see you",
        "be nice", "hi bot", "来一首歌", "谁是第一", "第一次来", "i vote we go home", "一起玩", "the end",
        "what colour is it",
        "配乐是什么", "how do i add music", "a a meeting", "十分好看", "e", "感觉不错", "我觉得可以", "just a second",
    ],
)  # fmt: skip
def test_talk_with_a_letter_or_a_number_in_it_is_no_vote(text: str, options: tuple[Local, ...]) -> None:
    assert read(text, options, NAMES, COUNT if options is FRAMES else None) is None


@pytest.mark.parametrize(
    ("text", "answers", "right"),
    [
        ("control z", ("Ctrl+Z",), True), ("cmd + z", ("Ctrl+Z",), True), ("按ctrl加z", ("Ctrl+Z",), True),
        ("ctrl + z i think", ("ctrl z",), True), ("一百", ("100",), True), ("a hundred", ("100",), True),
        ("100", ("一百",), True), ("1000", ("100",), False), ("the mantis", ("mantis",), True),
        ("mantis", ("the mantis",), True),
        ("an apple i guess", ("apple",), True), ("我猜是2", ("2",), True), ("2 hoodies please", ("2",), False),
        ("a hoodie please", ("a",), False), ("东京感觉", ("东京",), True), ("what is tokyo like", ("tokyo",), False),
        ("-5", ("5",), False), ("2.5", ("25",), False), ("c++", ("c",), False), ("", ("100",), False),
    ],
)  # fmt: skip
def test_an_open_answer_is_compared_by_what_it_means(text: str, answers: tuple[str, ...], right: bool) -> None:  # noqa: FBT001
    assert accepted(text, answers, NAMES) is right


LATER = (Local("更早", "earlier"), Local("更晚", "later"))
BOSSES = (Local("螳螂", "the mantis"), Local("守望者", "the watcher"), Local("骨钉大师", "the nailmaster"))
KEYFRAMES = Local("做一个移动动画至少要几个关键帧？", "How many keyframes does a movement need at least?")


@pytest.mark.parametrize(
    ("text", "options", "about", "choice"),
    [
        ("等于100", FRAMES, COUNT, 1), ("B，100", FRAMES, COUNT, 1), ("B. 100", FRAMES, COUNT, 1),
        ("4x25=100", FRAMES, COUNT, 1), ("25*4=100", FRAMES, COUNT, 1), ("是100吗", FRAMES, COUNT, 1),
        ("is it 100?", FRAMES, COUNT, 1), ("我算的100", FRAMES, COUNT, 1), ("B，50", FRAMES, COUNT, None),
        ("至少2个", NUMBERS, KEYFRAMES, 0), ("at least two", NUMBERS, KEYFRAMES, 0),
        ("至少两个关键帧", NUMBERS, KEYFRAMES, 0), ("我有2个问题", NUMBERS, KEYFRAMES, None),
        ("我也选B", LATER, None, 1), ("我也是B", LATER, None, 1), ("老师选B对吗", LATER, None, 1),
        ("A 哦不对 B", LATER, None, 1), ("a no wait b", LATER, None, 1), ("A不对，是B", LATER, None, 1),
        ("选B对不对？", LATER, None, None), ("🅱️", LATER, None, 1), ("🅰️", LATER, None, 0), ("B更晚", LATER, None, 1),
        ("更晚播", LATER, None, 1), ("see you later", LATER, None, None),
        ("骨钉", BOSSES, None, 2), ("投骨钉", BOSSES, None, 2), ("用骨钉啊笨", BOSSES, None, None),
        ("钉", BOSSES, None, None), ("投错了，投守望者", BOSSES, None, 1),
        ("color", NEXT, None, 0), ("i want color", NEXT, None, 0), ("subs please", NEXT, None, 1),
        ("i subbed", NEXT, None, None), ("nice color", NEXT, None, None),
    ],
)  # fmt: skip
def test_a_vote_with_its_sum_its_letter_or_half_its_name_counts(
    text: str, options: tuple[Local, ...], about: Local | None, choice: int | None
) -> None:
    assert read(text, options, NAMES, about) == choice


@pytest.mark.parametrize(
    "text",
    [
        "螳螂！", "投螳螂", "螳螂吧", "我选螳螂", "打螳螂", "螳螂领主吧", "螳螂螳螂", "螳螂+1", "就螳螂了", "必须螳螂",
        "fight the mantis", "the mantis please", "mantis all the way", "let's go mantis",
    ],
)  # fmt: skip
def test_who_chooses_an_option_in_a_few_words_votes(text: str) -> None:
    assert read(text, BOSSES, NAMES) == 0


@pytest.mark.parametrize(
    "text",
    [
        "螳螂好看", "螳螂不行吧", "螳螂太难了", "不打螳螂", "打不过螳螂", "这螳螂", "螳螂被打死了", "螳螂和守望者",
        "mantis is cool", "this mantis", "i hate the mantis", "螳螂可爱",
    ],
)  # fmt: skip
def test_who_says_something_of_an_option_does_not_vote(text: str) -> None:
    assert read(text, BOSSES, NAMES) is None


def test_where_numbers_are_to_choose_from_a_number_is_an_answer_and_no_position() -> None:
    assert [read(text, NUMBERS) for text in ("3", "选3", "B", "第三个", "5")] == [1, 1, 1, 2, 2]


def test_an_open_question_takes_its_answers_in_any_language_and_short_messages_alone() -> None:
    answers = ("东京", "tokyo")
    assert accepted("是东京吧", answers)
    assert accepted("Tokyo!", answers)
    assert not accepted("不是东京", answers)
    assert not accepted("我下个月要去东京旅游有没有推荐的酒店", answers)


@given(st.text(max_size=80))
def test_whatever_is_written_a_choice_is_one_of_the_options(text: str) -> None:
    choice = read(text, PLANETS, NAMES)
    assert choice is None or 0 <= choice < len(PLANETS)
