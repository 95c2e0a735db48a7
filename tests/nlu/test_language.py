"""Which language a message is in."""

import pytest

from nlu.language import MAX_CHARACTERS, detect, fold, is_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("多少钱", "zh"),
        ("how much is it", "en"),
        ("主播用的什么 keyboard", "zh"),
        ("iPhone 能用吗", "zh"),
        ("這個多少錢", "zh"),
        ("多少钱 is this thing right now please", "en"),
        ("老板 how much for the hoodie", "en"),
        ("@小鱼儿 hello how are you", "en"),
        ("@momo_77 晚上好", "zh"),
        ("价格 https://example.com/some/long/path", "zh"),
        ("哈哈哈 lol", "zh"),
        ("ＨＯＷ ＭＵＣＨ", "en"),
    ],
)
def test_the_language_is_that_of_what_counts(text: str, language: str) -> None:
    other = "en" if language == "zh" else "zh"
    assert detect(text, default=other) == language


@pytest.mark.parametrize("text", ["666", "hhh", "ok", "yyds", "???", "", "😂😂", "...", "lol", "XXL", "@bob_1", "u1s1"])
def test_what_belongs_to_both_languages_keeps_the_viewers_language(text: str) -> None:
    assert detect(text, default="zh") == "zh"
    assert detect(text, default="en") == "en"


def test_folding_makes_widths_cases_scripts_and_spaces_alike() -> None:
    assert fold("  ＨＥＬＬＯ　 這個\t卫衣 ") == "hello 这个 卫衣"


def test_folding_is_bounded_even_where_characters_unfold_into_many() -> None:
    assert len(fold("ﷺ" * 10_000)) == MAX_CHARACTERS


def test_a_reply_with_names_of_the_other_language_is_in_its_own() -> None:
    assert is_language(
        "momo_77，Hoodie Deluxe Edition是99元哦", "zh", facts=("momo_77", "Hoodie Deluxe Edition", "99元")
    )
    assert is_language("小鱼儿, 蓝色卫衣 is 99 yuan", "en", facts=("小鱼儿", "蓝色卫衣", "99 yuan"))


def test_a_reply_in_the_wrong_language_is_found_out() -> None:
    assert not is_language("蓝色卫衣是99元哦", "en", facts=("蓝色卫衣",))
    assert not is_language("it is 99 yuan, my friend", "zh", facts=("99 yuan",))
    assert not is_language("好的 my friend see you tomorrow", "zh")


def test_a_reply_of_facts_alone_is_in_any_language() -> None:
    assert is_language("99元", "en", facts=("99元",))
    assert is_language("!!!", "zh")
