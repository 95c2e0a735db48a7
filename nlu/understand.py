"""From what a viewer says to what it means: language, whom it addresses, product, known question, intent."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from core.events import Understanding, Viewer
from nlu.addressed import addressed
from nlu.concepts import ASPECTS, concepts
from nlu.faq import Faq, FaqMatch, is_asked, says_something
from nlu.intent import IntentModel
from nlu.knowledge import Knowledge, Mention, Product, knows_aspect
from nlu.language import MAX_CHARACTERS, detect, fold
from nlu.memory import Memory, asks_to_forget
from nlu.slots import slots

FAQ_INTENTS: Final = ("ask_faq", "ask_schedule", "ask_delivery", "ask_aftersales", "ask_product")
"""What a question may be that the room's FAQ answers."""
SELF_EVIDENT: Final = 0.8
"""A weaker match of the FAQ yields to an intent that the model is this sure of and that is no question of that kind."""
GOES_ON_S: Final = 20.0
"""Seconds after our answer in which the viewer whom it was for is still talking to us."""
_SURE_FAQ: Final = 0.7
_SURE_WORDS: Final = 0.55
"""What a question that is surely not ours must share in words; chosen on CLINC150's validation part and faq.yaml."""
_VERBATIM: Final = 0.86
"""What a known question must share in words to go before a product's card that answers, too."""
_ELSEWHERE: Final = frozenset({*FAQ_INTENTS, "off_topic", "unknown", "unclear", "small_talk", "about_bot"})
"""What a question about a named product may be taken for by the model."""
_FOLLOW_UP: Final = re.compile(
    r"(?:那么?|还有|(?:and|what about|how about|and what about) )(?P<rest>.+)|(?P<bare>.+)呢[?？。!！]*"
)
_ASPECT_ONLY: Final = 6
"""Characters that a follow-up about nothing but an aspect has at most beside it: 那黑色的呢."""
_LANGUAGES_REMEMBERED: Final = 2_000
_ABOUT_PRODUCT: Final = frozenset({"ask_price", "ask_stock", "ask_link", "ask_product", "haggle", "buying"})

_THAT_ONE: Final = re.compile(
    r"[它牠]|[这那](?:个|件|款|条|双|套|瓶|盒|包|支|只|种|一)|刚才的|刚刚的|刚说的|上一个|同款|"
    r"\b(?:it|its|it's|that one|this one|that thing|the same one|those|these)\b"
)
_ANOTHER: Final = re.compile(
    r"别的|其他|其它|另外|另一|换一[个款件]|还有什么|\b(?:another|other|others|else|different)\b"
)


class Meaning(msgspec.Struct, frozen=True):
    """What a message means, and what of the room's knowledge it names."""

    text: str
    """The message, bounded."""
    understanding: Understanding
    """Intent, language, whether it speaks to us."""
    product: Product | None = None
    """The product that it names, or goes on about."""
    products: tuple[Product, ...] = ()
    """Every product that the message names, where it names several."""
    named: bool = False
    """Whether the message itself names the product, by name, link or sound."""
    faq: Faq | None = None
    """The known question that it asks."""
    why: str = ""
    """Why we think that it does or does not speak to us."""
    alternatives: tuple[tuple[str, float], ...] = ()
    """The next likeliest intents with their probabilities."""
    forget: bool = False
    """Whether they ask to be forgotten: what is remembered of them is gone already."""


class Understander:
    """Understands messages of one room. What a message says is never anything but text to it."""

    def __init__(
        self, knowledge: Knowledge, intents: IntentModel, *, wake: Sequence[str], language: str = "auto"
    ) -> None:
        """Take what the room knows; `language` is `auto`, or the one language that is answered in."""
        self._knowledge = knowledge
        self._intents = intents
        self._wake = tuple(dict.fromkeys(wake))
        self._language = language
        self._spoken: dict[str, str] = {}

    def understand(
        self,
        text: str,
        viewer: Viewer,
        *,
        reply_to_us: bool = False,
        alone: bool = False,
        memory: Memory | None = None,
    ) -> Meaning:
        """Return what `text` means, said by `viewer`, at most `MAX_CHARACTERS` of it.

        The room's knowledge goes before the model where it is certain: a known question is one, whatever it looks
        like. `slots` holds the id of the product under `product`, and what `nlu.slots` reads. `memory` tells what
        "that one" means and who is in the middle of talking to us; a viewer who asks for it is forgotten there at once.
        """
        text = text[:MAX_CHARACTERS]
        if forget := asks_to_forget(text):
            self._spoken.pop(viewer.id, None)
            if memory is not None:
                memory.forget(viewer.id)
        language = self._answer_in(text, viewer)
        goes_on = memory is not None and memory.answered_ago(viewer.id) <= GOES_ON_S
        to_us = addressed(text, self._wake, reply_to_us=reply_to_us, alone=alone, goes_on=goes_on)
        mention = self._knowledge.find_product(text)
        mentions = (mention.words,) if mention else ()
        last = memory.last(viewer.id) if memory is not None else ""
        spoken_of = memory.last_product(viewer.id) if memory is not None and _THAT_ONE.search(fold(text)) else None
        ranked = self._intents.classify(self._without_name(text), mentions)
        intent, confidence, found = self._weighed(
            text, mention, mention.product if mention else spoken_of, ranked, last
        )
        named = slots(text)
        product = mention.product if mention else None
        if product is None and memory is not None and "link" not in named and _goes_on_about(text, intent):
            product = memory.last_product(viewer.id)
        if product is not None:
            named["product"] = product.id
        return Meaning(
            text=text,
            understanding=Understanding(
                intent=intent,
                slots=named,
                language=language,
                addressed=to_us.us,
                confidence=round(confidence, 4),
            ),
            product=product,
            products=tuple(self._knowledge.find_products(text)) if mention is not None else (),
            named=mention is not None,
            faq=found.faq if found else None,
            why=to_us.why,
            alternatives=tuple((name, round(probability, 4)) for name, probability in ranked[1:4]),
            forget=forget,
        )

    def _weighed(
        self,
        text: str,
        mention: Mention | None,
        subject: Product | None,
        ranked: Sequence[tuple[str, float]],
        last: str,
    ) -> tuple[str, float, FaqMatch | None]:
        """Return intent, confidence and known question: what the room knows and what it was just asked go before."""
        found = self._knowledge.find_faq(text)
        intent, confidence = ranked[0]
        certain = confidence >= SELF_EVIDENT and intent not in FAQ_INTENTS
        if found and certain and (found.score < _SURE_FAQ or intent == "trick"):
            found = None
        if found and certain and intent == "off_topic" and found.words < _SURE_WORDS:
            found = None  # the same concepts, of somewhere else: the replacement of a credit card
        if found and mention and intent in _ABOUT_PRODUCT and intent not in FAQ_INTENTS:
            found = None  # asks for the price of a product that it names, say
        if subject and self._on_card(text, subject, intent) and (found is None or found.words < _VERBATIM):
            found, intent, confidence = None, "ask_product", max(confidence, SELF_EVIDENT)
        if goes_on_from(text, mention, last):
            found, confidence = None, SELF_EVIDENT
            intent = last if mention and last in _ABOUT_PRODUCT else "ask_product"
        if found:
            intent = max((name for name, _ in ranked if name in FAQ_INTENTS), key=dict(ranked).__getitem__)
            confidence = found.score
        return intent, confidence, found

    def _on_card(self, text: str, product: Product, intent: str) -> bool:
        """Return whether a message asks for what the card of the product that it is about holds."""
        return intent in _ELSEWHERE and is_asked(fold(text)) and knows_aspect(product, text)

    def _answer_in(self, text: str, viewer: Viewer) -> str:
        """Return the language to answer in: the room's, or the message's, or the viewer's last where it has none."""
        if self._language != "auto":
            return self._language
        language = detect(text, self._spoken.get(viewer.id, "zh"))
        self._spoken.pop(viewer.id, None)
        self._spoken[viewer.id] = language
        if len(self._spoken) > _LANGUAGES_REMEMBERED:
            del self._spoken[next(iter(self._spoken))]
        return language

    def _without_name(self, text: str) -> str:
        """Return the message without our name at its beginning: what follows is what is meant."""
        folded = fold(text)
        for name in sorted(map(fold, self._wake), key=len, reverse=True):
            bare = folded.removeprefix("@").removeprefix("hey ").removeprefix("hi ")
            if name and bare.startswith(name) and len(bare) > len(name) + 1:
                return bare[len(name) :].lstrip(" ,，:：!！?？、")
        return text


def goes_on_from(text: str, mention: Mention | None, last: str) -> bool:
    """Return whether a message asks the last question again of something else: 那杯子呢, "and in black?".

    It names a product and says nothing more, or an aspect alone where a product was just spoken of.
    """
    found = _FOLLOW_UP.fullmatch(fold(text).rstrip(" ?？。.!！"))
    if found is None:
        return False
    rest = found["rest"] or found["bare"]
    if mention is not None:
        return bool(mention.words) and not says_something(rest.replace(mention.words, " "))
    named = set(concepts(rest)) & ASPECTS
    return (
        last in _ABOUT_PRODUCT and bool(named) and len(re.findall(r"[\u3400-\u9fff]|[a-z0-9]+", rest)) <= _ASPECT_ONLY
    )


def _goes_on_about(text: str, intent: str) -> bool:
    """Return whether a message that names no product speaks of the last one: "how much", "does that one fade"."""
    folded = fold(text)
    return _ANOTHER.search(folded) is None and (intent in _ABOUT_PRODUCT or _THAT_ONE.search(folded) is not None)
