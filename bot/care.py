"""What those are told who may be in danger, and those who may not buy: fixed sentences, at most every few minutes."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import msgspec

from core.clock import Clock
from nlu.intents import INTENTS, Role
from nlu.knowledge import Local, render
from nlu.language import detect
from nlu.plan import Plan
from nlu.understand import Meaning

LASTS_S: Final = 120.0
"""Seconds for which such a sentence is worth saying: longer than any other answer."""
HELP: Final[Mapping[str, Local]] = {
    "self_harm": Local(
        zh="听到你这么说，我很担心你。你不是一个人，请现在就告诉身边的人，或拨打心理援助热线12356，紧急时请拨打120或110。",
        en="I am worried about you, and you are not alone. Please call or tell somebody now: your local emergency "
        "number, 112, 911 or 120, or a crisis line, 988 in the US, 12356 in China.",
    ),
    "medical": Local(
        zh="这可能是急症，请现在就拨打急救电话120，或者请身边的人帮忙。我不是医生，判断不了病情。",
        en="This may be an emergency: please call your local emergency number right now, 112, 911 or 120, "
        "or ask somebody near you to. I am no doctor.",
    ),
}
"""What is said where settings say nothing else."""
GROWN_UP: Final = Local(
    zh="你还未成年，要不要买，请和爸爸妈妈或家里的大人商量，让他们来决定。",
    en="You are under 18, so please ask a parent or another grown-up, and let them decide about buying.",
)
"""What a minor who asks for what is sold is told where settings say nothing else."""
_VIEWERS: Final = 10_000
_TALKED_OF: Final = frozenset(INTENTS) - {
    "complaint", "insult", "laugh", "small_talk", "how_are_you", "about_bot", "bad_news", "good_news", "joke", "agree",
    "who_are_you", "off_topic", "unknown", "unclear", "request", "trick", "praise", "greeting", "ask_faq",
}  # fmt: skip
"""What is answered for what it asks, whoever asks."""
_PRICED: Final = frozenset({"ask_price", "haggle"})
_SELLING: Final = _PRICED | {"ask_link", "ask_stock", "buying", "recommend_product", "sold_out", "bought"}
"""What is answered with nothing but facts and the advice where a minor asks."""


class CareOptions(msgspec.Struct, frozen=True):
    """What is said, and how often."""

    help: Mapping[str, Local] = msgspec.field(default_factory=lambda: HELP)
    """By category: self_harm, medical."""
    again_s: float = 300.0
    """Seconds after which the same viewer is told again."""


class Care:
    """Remembers whom help was told to."""

    def __init__(self, options: CareOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._told: OrderedDict[tuple[str, str], float] = OrderedDict()

    def sentence(self, viewer_id: str, category: str, text: str) -> str:
        """Return what to tell a viewer in the language of `text`; nothing where they were told a moment ago."""
        now, key = self._clock.monotonic(), (viewer_id, category)
        told = self._told.get(key)
        if told is not None and now - told < self._options.again_s:
            return ""
        self._told.pop(key, None)
        self._told[key] = now
        if len(self._told) > _VIEWERS:
            self._told.popitem(last=False)
        return (self._options.help.get(category) or HELP[category]).in_(detect(text))

    def lately(self, viewer_id: str) -> bool:
        """Return whether a viewer was told within `again_s`."""
        since = self._clock.monotonic() - self._options.again_s
        return any(self._told.get((viewer_id, category), since) > since for category in HELP)


def in_need(meaning: Meaning) -> Meaning:
    """Return what somebody who was just told where help is says next, as it is to be answered: never with silence."""
    if meaning.faq is not None or meaning.understanding.intent in _TALKED_OF:
        return meaning
    understanding = msgspec.structs.replace(meaning.understanding, intent="bad_news", confidence=1.0, addressed=True)
    return msgspec.structs.replace(meaning, understanding=understanding)


def for_minor(plan: Plan, advice: Local, language: str) -> str:
    """Return what a minor is told in place of a reply that would sell: the price they asked for, and the advice.

    Nothing where the plan sells nothing.
    """
    if plan.intent not in _SELLING:
        return ""
    words = advice.in_(language)
    if plan.intent not in _PRICED or plan.product is None or plan.product.price in {None, ""}:
        return words
    product, price = (render(plan.product, role, language) for role in (Role.PRODUCT, Role.PRICE))
    return f"{product}{price}。{words}" if language == "zh" else f"{product[:1].upper()}{product[1:]}: {price}. {words}"
