"""What a viewer wants of a shop, by the words of it: a limit to the price, an offer, all at once, another thing."""

import re
from typing import Final

from nlu.concepts import concepts
from nlu.intents import Role
from nlu.knowledge import Product, bare_of, render
from nlu.language import fold
from nlu.numerals import NUMBER, number

_EXTREME: Final = re.compile(
    r"最(?:便宜|实惠|划算|低价)|(?:价格|价钱)最低|\b(?:cheapest|least expensive|lowest price)\b|"
    r"(?P<dear>最贵|\b(?:most expensive|priciest)\b)"
)
_LIMIT: Final = re.compile(
    rf"(?:预算|不超过|少于|低于)\D{{0,4}}?(?P<at_most>{NUMBER})|(?P<within>{NUMBER})\s*(?:元|块钱?)?\s*(?:以内|以下|之内)|"
    rf"(?P<buys>{NUMBER})\s*(?:元|块钱?)(?:能|可以|够)买|"
    rf"\b(?:under|below|less than|within|up to|max|budget|(?:get|buy) (?:for|with))\D{{0,8}}?(?P<under>{NUMBER})"
)
_OFFER: Final = re.compile(
    r"优惠[券码]|折扣[码券]|满\d*减|第二件|半价|买一送一|双十[一二]|双1[12]|黑五|年货节|"
    r"\b(?:coupons?|vouchers?|(?:promo|discount) codes?|black friday|half price|buy one get one|bogo)\b"
)
_EVERYTHING: Final = re.compile(
    r"全部|所有|一共|全都|全套|每[个件样]多少|\b(?:everything|all of (?:them|it)|all together|in total|the lot)\b"
)
_BESIDES: Final = re.compile(r"除了|除开|以外|之外|\b(?:besides|apart from|other than|except|aside from)\b")
_WARES: Final = re.compile(
    r"(?:有没有(?!.*(?:推荐|适合|送|便宜|好|别的|其他|新))|有卖|卖不卖|[\u3400-\u9fff]有吗|"
    r"\b(?:(?:do|did) (?:you|u|ya|yall) (?:have|sell|carry|stock)|got any)\b"
    r"(?! (?:any )?(?:recommendation|suggestion|idea|good|other|more|cheap|new|(?:any|some)thing)))"
)
_COLOURS: Final = {
    "zh": re.compile(r"[黑白红蓝粉绿灰紫黄棕橙米藏青银金]+色"),
    "en": re.compile(r"\b(?:black|white|red|blue|pink|green|gr[ea]y|purple|yellow|brown|orange|beige|navy|silver)\b"),
}
_ASKS_COLOUR: Final = re.compile(
    r"(?:什么|啥|哪[个种些]?|几[个种]|[黑白红蓝粉绿灰紫黄棕橙米])[颜色的]|颜色|\b(?:what|which) colou?rs?\b|"
    r"\bis (?:it|this|that|the \w+) (?:black|white|red|blue|pink|green|gr[ea]y|purple|yellow)\b"
)


def wants_extreme(folded: str) -> bool:
    """Return whether a message asks for what costs least, or most."""
    return _EXTREME.search(folded) is not None


def wants_dearest(folded: str) -> bool:
    """Return whether a message asks for what costs most."""
    match = _EXTREME.search(folded)
    return match is not None and match["dear"] is not None


def limit(folded: str) -> float | None:
    """Return the most that a viewer wants to pay, or nothing where they do not say."""
    match = _LIMIT.search(folded)
    named = ("at_most", "within", "buys", "under")
    return number(next(filter(None, map(match.__getitem__, named)))) if match is not None else None


def wants_offer(folded: str) -> bool:
    """Return whether a message asks for an offer that no card holds: a coupon, a second one for half the price."""
    return _OFFER.search(folded) is not None


def wants_everything(folded: str) -> bool:
    """Return whether a message asks for all that is sold."""
    return _EVERYTHING.search(folded) is not None


def wants_something_besides(folded: str) -> bool:
    """Return whether a message names a product in order to ask for another."""
    return _BESIDES.search(folded) is not None


def asks_whether_sold(folded: str) -> bool:
    """Return whether a message asks whether something is sold here at all."""
    return _WARES.search(folded) is not None


def colour_of(product: Product, text: str, language: str) -> str:
    """Return the colour in the name of `product` where a message asks for one and no fact speaks of it, or nothing."""
    folded = fold(text)
    if "color" not in concepts(bare_of(folded, product)) and not _ASKS_COLOUR.search(folded):
        return ""
    if any("color" in concepts(fold(clause)) for fact in product.facts for clause in (fact.zh, fact.en)):
        return ""
    colour = _COLOURS[language].search(fold(render(product, Role.PRODUCT, language)))
    if colour is None:
        return ""
    return f"颜色是{colour.group()}" if language == "zh" else f"it is {colour.group()}"
