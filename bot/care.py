"""What those are told who may be in danger, and those who may not buy: fixed sentences, at most every few minutes."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import msgspec

from core.clock import Clock
from nlu.concepts import concepts
from nlu.intent import ROOM_INTENTS
from nlu.intents import Role
from nlu.knowledge import Local, render
from nlu.language import detect, fold
from nlu.plan import Plan
from nlu.safety.complaints import doubts
from nlu.safety.distress import ACT, acts
from nlu.understand import Meaning

LASTS_S: Final = 120.0
"""Seconds for which such a sentence is worth saying: longer than any other answer."""
HELP: Final[Mapping[str, Local]] = {
    "self_harm": Local(
        zh="听到你这么说，我很担心你。你不是一个人，请现在就告诉身边的人，或拨打心理援助热线12356，紧急时请拨打120或110。",
        en="I am worried about you, and you are not alone. Please call or tell somebody now: your local emergency "
        "number, 112, 911 or 120, or a crisis line, 988 in the US, 12356 in China.",
    ),
    ACT: Local(
        zh="我很担心你，请现在就拨打120，不在中国请拨打当地急救电话，并让身边的人马上来陪你。你不是一个人，心理援助热线是12356。",
        en="I am worried about you. Please call your local emergency number right now, 112, 911 or 120, "
        "and get somebody to come and stay with you. You are not alone.",
    ),
    "violence": Local(
        zh="谁都没有权利伤害你，这不是你的错。有危险请马上拨打110，不在中国请拨打当地报警电话；也可以拨打妇女维权热线12338，或告诉信任的人。",
        en="Nobody has the right to hurt you, and it is not your fault. If you are in danger, please call your local "
        "emergency number now. A domestic violence helpline, or somebody you trust, can help you to be safe.",
    ),
    "medical": Local(
        zh="这可能是急症，请现在就拨打急救电话120，或者请身边的人帮忙。我不是医生，判断不了病情。",
        en="This may be an emergency: please call your local emergency number right now, 112, 911 or 120, "
        "or ask somebody near you to. I am no doctor.",
    ),
}
"""What is said where settings say nothing else."""
GROWN_UP: Final = Local(
    zh="你还未成年，要不要花钱，请和爸爸妈妈或家里的大人商量，让他们来决定。",
    en="You are under 18, so please ask a parent or another grown-up, and let them decide about spending money.",
)
"""What a minor who asks for what is sold is told where settings say nothing else."""
_VIEWERS: Final = 10_000
_SAD: Final = frozenset({"bad_news", "insult", "unclear", "farewell"})
"""What is met with sympathy from somebody who may be in danger, whatever it speaks of."""
_LIGHT: Final = frozenset(
    {"good_news", "laugh", "praise", "request", "thanks", "greeting", "bought", "small_talk", "trick"}
)
"""What is answered as usual where it surely is that."""
_SURE: Final = 0.7
"""Below this talk is something else as often as not (`nlu.plan`)."""
_CERTAIN: Final = 0.9
"""Below this no cry for help is a question about the shop."""
_CRY: Final = re.compile(
    r"(?:救救?|帮帮|陪陪?|安慰)我|解脱|没用|热线|打不通|怎么办|没人.{0,2}(?:接|知道|在乎|懂|爱|理|管)"
    r"|\bhelp me\W*$|\bplease help\b|\btalk to me\b|\bhotline|\bcrisis line|\bshould i do\b|\buseless\b"
    r"|\bno use\b|\bpointless\b|\bthe point\b|\b(?:at|found|find) peace\b|\bover soon\b|\bbe free\b"
    r"|\b(?:nobody|no one) (?:cares?|loves?|likes?|knows?|understands)\b"
)
"""Asks for somebody, or may mean an end."""
_THEMSELVES: Final = re.compile(
    r"(?<![诉给教])我(?!们)|\b(?:i|i'?m|i'?ve|i'?ll|i'?d|my|myself)\b|(?<!tell )(?<!give )(?<!show )\bme\b"
)
_PRICED: Final = frozenset({"ask_price", "haggle"})
_SELLING: Final = _PRICED | {"ask_link", "ask_stock", "buying", "recommend_product", "sold_out", "bought"}
"""What is answered with nothing but facts and the advice where a minor asks."""
_MAY_BUY: Final = re.compile(
    r"(?:能|可以|让不让|想|要)(?:下单|买|购买|拍(?!照|视频|下来))|买得了|怎么(?:买|下单)"
    r"|\b(?:can|could|may|should) i (?:still |also |even )?(?:buy|order|get (?:it|one|this|that)|purchase)\b"
    r"|(?:能|可以|想|要|给你)(?:送|刷)(?:个|点|你)?礼物"
    r"|\b(?:can|could|may|should) i (?:send|give|buy) (?:you )?(?:a )?gifts?\b"
    r"|\b(?:allowed|old enough) to (?:buy|order|get|purchase)\b|\bi (?:want|wanna|would like) (?:to )?(?:buy|order)\b"
)
"""Asks whether one may buy, which understanding takes for a question that the room does not know."""


class CareOptions(msgspec.Struct, frozen=True):
    """What is said, and how often."""

    help: Mapping[str, Local] = msgspec.field(default_factory=lambda: HELP)
    """By category, for every one of `HELP`."""
    again_s: float = 300.0
    """Seconds after which the same viewer is told again."""


class Care:
    """Remembers whom help was told to."""

    def __init__(self, options: CareOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._told: OrderedDict[tuple[str, str], float] = OrderedDict()

    def sentence(self, viewer_id: str, category: str, text: str) -> str:
        """Return what to tell a viewer in the language of `text`; nothing where they were told a moment ago.

        Of an act or a plan they are told each time.
        """
        urgent = acts(text)
        category = ACT if urgent else category
        now, key = self._clock.monotonic(), (viewer_id, category)
        told = self._told.get(key)
        if not urgent and told is not None and now - told < self._options.again_s:
            return ""
        self._told.pop(key, None)
        self._told[key] = now
        if len(self._told) > _VIEWERS:
            self._told.popitem(last=False)
        return self._options.help[category].in_(detect(text))

    def lately(self, viewer_id: str) -> bool:
        """Return whether a viewer was told within `again_s`."""
        since = self._clock.monotonic() - self._options.again_s
        return any(self._told.get((viewer_id, category), since) > since for category in HELP)


def in_need(meaning: Meaning) -> Meaning:
    """Return what somebody who was just told where help is says next, as it is to be answered.

    What is sad or unclear about themselves is met as bad news and never with silence; what asks about the shop or
    others, rejoices, laughs or praises is what it is.
    """
    if not _calls_for_sympathy(meaning):
        return meaning
    understanding = msgspec.structs.replace(meaning.understanding, intent="bad_news", confidence=1.0, addressed=True)
    return msgspec.structs.replace(meaning, understanding=understanding)


def _calls_for_sympathy(meaning: Meaning) -> bool:
    intent, confidence = meaning.understanding.intent, meaning.understanding.confidence
    text = fold(meaning.text)
    if meaning.faq is not None or meaning.named or doubts(text):
        return False
    if intent in _SAD:
        return True
    if _CRY.search(text) is not None:
        return intent not in ROOM_INTENTS or confidence < _CERTAIN
    if concepts(text) or (intent in _LIGHT | ROOM_INTENTS and confidence >= _SURE):
        return False
    return _THEMSELVES.search(text) is not None


def for_minor(plan: Plan, advice: Local, language: str, asked: str) -> str:
    """Return what a minor is told in place of a reply that would sell: the price they asked for, and the advice.

    Nothing where the plan sells nothing and `asked`, their message, does not ask whether they may buy.
    """
    if plan.intent not in _SELLING and _MAY_BUY.search(fold(asked)) is None:
        return ""
    words = advice.in_(language)
    if plan.intent not in _PRICED or plan.product is None or plan.product.price in {None, ""}:
        return words
    product, price = (render(plan.product, role, language) for role in (Role.PRODUCT, Role.PRICE))
    return f"{product}{price}。{words}" if language == "zh" else f"{product[:1].upper()}{product[1:]}: {price}. {words}"
