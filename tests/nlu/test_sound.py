"""How words sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.sound import edit_distance, find_by_sound, heard_alike, sounds_alike, spelt_alike


def test_homophones_and_merged_accents_sound_alike() -> None:
    assert sounds_alike("小弹", "小蛋")
    assert sounds_alike("小弹", "晓丹")
    assert sounds_alike("诗", "司")
    assert not sounds_alike("小弹", "小狗")


def test_a_name_is_found_by_sound_where_it_stands() -> None:
    assert find_by_sound("保温杯", "那个宝温杯多少钱") == 2
    assert find_by_sound("保温杯", "多少钱") == -1


def test_a_short_english_name_must_be_spelt_right_and_a_long_one_may_slip() -> None:
    assert not spelt_alike("dan", "den")
    assert spelt_alike("hoodie", "hodie")
    assert spelt_alike("danmate", "danmade")
    assert spelt_alike("danmate", "danmaite")
    assert not spelt_alike("danmate", "climate")


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edit_distance_is_symmetric_and_nothing_only_between_equals(left: str, right: str) -> None:
    assert edit_distance(left, right, 9) == edit_distance(right, left, 9)
    assert (edit_distance(left, right, 9) == 0) == (left == right)


def test_edit_distance_above_the_limit_is_the_limit_and_one() -> None:
    assert edit_distance("a" * 400, "b" * 400, 2) == 3
    assert edit_distance("a", "a" * 400, 2) == 3


@pytest.mark.parametrize(
    ("name", "heard"),
    [("蓝色卫衣", "男色卫衣"), ("灰色毛衣", "飞色毛衣"), ("牛奶面膜", "流来面膜"), ("黄花梨", "方发梨")],
)
def test_accents_that_swap_l_and_n_or_f_and_h_are_allowed_for_in_long_names(name: str, heard: str) -> None:
    assert sounds_alike(name, heard)


def test_short_names_do_not_match_by_accent() -> None:
    assert not sounds_alike("小丽", "小你")
    assert not sounds_alike("花花", "发发")


@pytest.mark.parametrize(
    ("name", "said"),
    [("danmate", "danmade"), ("danmate", "thenmate"), ("travelmug", "travelmugg"), ("lipstick", "lipstik"),
     ("keyboard", "keybord"), ("phonecase", "fonecase")],
)  # fmt: skip
def test_an_english_name_is_known_by_its_consonants_and_syllables(name: str, said: str) -> None:
    assert heard_alike(name, said)


@pytest.mark.parametrize(
    ("name", "said"),
    [("danmate", "dynamite"), ("danmate", "climate"), ("danmate", "tonight"), ("hoodie", "had"), ("mug", "make")],
)
def test_words_with_other_sounds_or_too_few_are_not_it(name: str, said: str) -> None:
    assert not heard_alike(name, said)
