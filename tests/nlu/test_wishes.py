"""What a viewer wants of a shop, by the words of it."""

import pytest

from nlu.wishes import limit, wants_dearest, wants_everything, wants_extreme, wants_offer, wants_something_besides


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("五十块以内的", 50), ("预算100", 100), ("50块能买啥", 50), ("under 30 dollars", 30),
        ("what can i get for 20", 20), ("三十块钱够买什么", 30), ("卫衣多少钱", None), ("能买吗", None),
    ],
)  # fmt: skip
def test_the_most_that_somebody_wants_to_pay(text: str, most: float | None) -> None:
    assert limit(text) == most


@pytest.mark.parametrize("text", ["满300减50吗", "优惠码是啥", "double half price?", "any vouchers", "黑五打折吗"])
def test_offers_are_told_from_prices(text: str) -> None:
    assert wants_offer(text)


@pytest.mark.parametrize("text", ["能便宜点吗", "多少钱", "any cheaper?", "双肩包多少钱", "第二个链接多少钱"])
def test_who_haggles_asks_for_no_offer(text: str) -> None:
    assert not wants_offer(text)


def test_extremes_and_the_rest() -> None:
    assert wants_extreme("哪个最便宜")
    assert not wants_dearest("哪个最便宜")
    assert wants_dearest("the most expensive one")
    assert wants_everything("全部拿下多少钱")
    assert not wants_everything("卫衣多少钱")
    assert wants_something_besides("除了卫衣还有啥")
