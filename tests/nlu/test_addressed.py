"""Whether a message speaks to us."""

import pytest

from nlu.addressed import addressed, is_reaction, names_us

WAKE = ("小弹", "danmate")


@pytest.mark.parametrize(
    "text",
    [
        "小弹，几点下播",
        "小 弹 在吗",
        "小蛋你好",
        "晓丹今天播到几点",
        "小弾多少钱",
        "DANMATE how much",
        "ｄａｎｍａｔｅ hi",
        "hey dan mate, price?",
        "danmade are you there",
        "@danmate 你好",
        "＠小弹 在不在",
    ],
)
def test_our_name_is_heard_however_it_is_written(text: str) -> None:
    assert addressed(text, WAKE).us
    assert names_us(text, WAKE)


@pytest.mark.parametrize(
    "text", ["今天的climate不错", "鸡蛋多少钱", "小狗好可爱", "my mate dan is here", "danger ahead", ""]
)
def test_words_that_only_resemble_our_name_are_not_it(text: str) -> None:
    assert not names_us(text, WAKE)


@pytest.mark.parametrize(
    "text", ["你是机器人吗", "这个bot好聪明", "你会唱歌吗", "can you tell me the price?", "what do you do"]
)
def test_questions_to_somebody_and_talk_of_the_bot_are_for_us(text: str) -> None:
    assert addressed(text, WAKE).us


@pytest.mark.parametrize(
    "text",
    ["主播你会唱歌吗", "hey streamer can you sing?", "@小鱼儿 你好吗", "你们几点下播？", "今天好热", "love this song"],
)
def test_talk_to_the_streamer_to_others_and_to_the_room_is_not_for_us(text: str) -> None:
    answer = addressed(text, WAKE)
    assert not answer.us
    assert answer.why


@pytest.mark.parametrize(
    "text",
    [
        "@Will how much did you pay",
        "@A君 你买的哪个",
        "＠三姐 多少钱来着",
        "how much did you pay @Will",
        "@老板娘 在吗",
    ],
)
def test_who_calls_another_viewer_with_an_at_speaks_to_them(text: str) -> None:
    assert addressed(text, WAKE, streamer="阿杰", alone=True).another


@pytest.mark.parametrize("text", ["@主播 几点下播", "@阿杰 你几点下播", "@Streamer when do you end"])
def test_the_streamer_is_no_other_viewer(text: str) -> None:
    answer = addressed(text, WAKE, streamer="阿杰")
    assert (answer.us, answer.another, answer.why) == (False, False, "speaks to the streamer")


@pytest.mark.parametrize("text", ["@所有人 几点下播", "@danmate hi", "多少钱 @小弹", "@小助手 在吗", "me@shop.com"])
def test_an_at_before_everybody_or_us_calls_no_other_viewer(text: str) -> None:
    assert not addressed(text, WAKE).another


@pytest.mark.parametrize(
    "text",
    ["还有谁没下单的吗", "宝宝们看过来", "家人们这个怎么样", "兄弟们冲一波", "同学们听懂了吗", "有人知道吗",
     "guys what do you think", "chat is this good", "so chat, which one?", "folks, here it comes", "anyone else?"],
)  # fmt: skip
def test_who_turns_to_everybody_no_longer_goes_on_talking_to_us(text: str) -> None:
    assert not addressed(text, WAKE, goes_on=True).us


@pytest.mark.parametrize("text", ["那杯子呢", "can i chat with you", "is it for guys", "他们也能穿吗", "有货吗"])
def test_who_was_answered_goes_on_talking_to_us(text: str) -> None:
    assert addressed(text, WAKE, goes_on=True).why == "goes on talking to us"


REACTIONS = [
    "😂😂😂", "🔥", "👍", "❤️", "？", "...", "6", "1", "111", "哦", "嗯", "嗯嗯", "hmm", "寄", "F", "啊啊啊", "ok",
    "好的", "哦哦懂了", "啊？", "yes", "i see", "呜呜呜", "唉", "",
]  # fmt: skip


@pytest.mark.parametrize("text", REACTIONS)
def test_signs_nods_and_cries_are_reactions_and_no_talk_to_us(text: str) -> None:
    assert is_reaction(text)
    assert not addressed(text, WAKE, goes_on=True).us


@pytest.mark.parametrize(
    "text", ["666", "233", "886", "哈哈哈", "lol", "牛", "nice", "真的？", "好贵", "M", "hi", "行吗", "来了", "是什么"]
)
def test_laughter_praise_and_words_are_more_than_reactions(text: str) -> None:
    assert not is_reaction(text)


def test_an_answer_to_our_message_is_for_us_whatever_it_says() -> None:
    assert addressed("好的", WAKE, reply_to_us=True).us


def test_who_is_alone_with_us_speaks_to_us_unless_to_another_by_name() -> None:
    assert addressed("今天好热", WAKE, alone=True).us
    assert not addressed("@小鱼儿 今天好热", WAKE, alone=True).us


def test_wake_names_of_signs_alone_wake_nothing() -> None:
    assert not names_us("!!! hello", ("!!!", "", " "))
