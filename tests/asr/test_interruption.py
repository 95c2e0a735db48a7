"""What takes the turn: words that say so however short, others where they are long or sure enough."""

import pytest

from asr.interruption import Bid, bid, syllables


@pytest.mark.parametrize(
    "text",
    [
        "停",
        "停！停！",
        "等等",
        "等一下",
        "别说了",
        "主播等等",
        "Stop.",
        "The stop.",
        "wait",
        "Hold on a second.",
        "oh wait",
    ],
)
def test_words_that_tell_us_to_stop_take_the_turn_however_short_and_doubtful(text: str) -> None:
    assert bid(text, 0.3, 0.3) is Bid.TURN


@pytest.mark.parametrize("text", ["不对。", "错了", "主播", "No.", "Not that one.", "Excuse me.", "One question."])
def test_words_that_correct_or_ask_for_the_word_do_so_where_they_are_heard_at_all_well(text: str) -> None:
    assert bid(text, 0.3, 0.5) is Bid.TURN
    assert bid(text, 0.3, 0.4) is Bid.UNSURE


@pytest.mark.parametrize(
    ("heard", "meant"), [("部队。", "不对"), ("懂一下。", "等一下"), ("等待。", ""), ("听。", "停")]
)
def test_words_that_sound_like_them_are_taken_for_them(heard: str, meant: str) -> None:
    assert (bid(heard, 0.4, 0.5) is Bid.TURN) is bool(meant)


@pytest.mark.parametrize("text", ["小弹", "小蛋！", "Danmate?", "Donmate."])
def test_calling_us_by_name_takes_the_turn(text: str) -> None:
    assert bid(text, 0.4, 0.5, ("小弹", "danmate")) is Bid.TURN
    assert bid(text, 0.4, 0.5) is Bid.UNSURE


@pytest.mark.parametrize("text", ["多少钱", "有黑色吗？", "什么尺码", "How much?", "what size?", "is it cotton"])
def test_a_question_takes_the_turn_however_short(text: str) -> None:
    assert bid(text, 0.4, 0.5) is Bid.TURN


@pytest.mark.parametrize("text", ["What?", "How?", "Where? Where?", "啥？"])
def test_one_syllable_that_asks_may_be_a_sound_of_surprise(text: str) -> None:
    assert bid(text, 0.4, 0.6) is Bid.UNSURE


@pytest.mark.parametrize(
    ("heard", "seconds", "confidence"),
    # What Whisper base heard in oh, 嗯, 哦哦, 哈哈, 哈哈哈, uh-huh, hahaha, 嗯嗯，对对对 and 是的.
    [("No.", 0.35, 0.43), ("Na.", 0.29, 0.40), ("博园。", 0.35, 0.38), ("Charac.", 0.70, 0.29),
     ("摔反反。", 0.86, 0.48), ("That's hot.", 0.64, 0.50), ("挺好笑。", 0.61, 0.25),
     ("Nano, what are you doing?", 1.15, 0.43), ("吃掉。", 0.42, 0.69)],
)  # fmt: skip
def test_a_backchannel_misheard_does_not_take_the_turn(heard: str, seconds: float, confidence: float) -> None:
    assert bid(heard, seconds, confidence) is Bid.UNSURE


@pytest.mark.parametrize(
    ("heard", "seconds", "confidence"),
    [("Link 3.", 0.58, 0.66), ("太贵了", 0.74, 0.59), ("3号练金呢？", 0.74, 0.63), ("那很不明智。", 0.96, 0.88),
     ("And so my...", 1.02, 0.55), ("三号那个给我看看", 1.6, 0.3)],
)  # fmt: skip
def test_other_words_take_it_where_they_are_sure_or_long_enough(heard: str, seconds: float, confidence: float) -> None:
    assert bid(heard, seconds, confidence) is Bid.TURN


@pytest.mark.parametrize("text", ["嗯嗯", "哈哈哈", "yeah, right, okay", "对对对"])
def test_a_backchannel_takes_no_turn_however_long_and_sure(text: str) -> None:
    assert bid(text, 3.0, 0.99) is Bid.BACKCHANNEL


@pytest.mark.parametrize("text", ["Nah, nah.", "Inanna, twee, twee, twee."])
def test_one_sound_again_and_again_takes_no_turn(text: str) -> None:
    assert bid(text, 1.0, 0.9) is Bid.UNSURE


def test_nothing_but_punctuation_takes_no_turn() -> None:
    assert bid("...", 0.5, 0.9) is Bid.UNSURE


@pytest.mark.parametrize(("word", "count"), [("wait", 1), ("size", 1), ("cotton", 2), ("嗯", 1), ("3", 1), ("hmm", 1)])
def test_syllables_are_counted(word: str, count: int) -> None:
    assert syllables(word) == count
