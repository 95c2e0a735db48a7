"""From what a viewer says to what it means: language, whom it addresses, product, known question, intent."""

from collections.abc import Sequence
from typing import Final

import msgspec

from core.events import Understanding, Viewer
from nlu.addressed import addressed
from nlu.faq import Faq
from nlu.intent import IntentModel
from nlu.knowledge import Knowledge, Product
from nlu.language import MAX_CHARACTERS, detect, fold
from nlu.memory import Memory, asks_to_forget

FAQ_INTENTS: Final = ("ask_faq", "ask_schedule", "ask_delivery", "ask_aftersales", "ask_product")
"""What a question may be that the room's FAQ answers."""
SELF_EVIDENT: Final = 0.8
"""A weaker match of the FAQ yields to an intent that the model is this sure of and that is no question of that kind."""
GOES_ON_S: Final = 20.0
"""Seconds after our answer in which the viewer whom it was for is still talking to us."""
_SURE_FAQ: Final = 0.7
_LANGUAGES_REMEMBERED: Final = 2_000
_ABOUT_PRODUCT: Final = frozenset({"ask_price", "ask_stock", "ask_link", "ask_product", "haggle", "buying"})


class Meaning(msgspec.Struct, frozen=True):
    """What a message means, and what of the room's knowledge it names."""

    text: str
    """The message, bounded."""
    understanding: Understanding
    """Intent, language, whether it speaks to us."""
    product: Product | None = None
    """The product that it names, or goes on about."""
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
        like. `slots` holds the id of the product under `product`. `memory` tells what "that one" means and who is in
        the middle of talking to us; a viewer who asks for it is forgotten there at once.
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
        ranked = self._intents.classify(self._without_name(text), mentions)
        found = self._knowledge.find_faq(text)
        intent, confidence = ranked[0]
        if found and confidence >= SELF_EVIDENT and intent not in FAQ_INTENTS and found.score < _SURE_FAQ:
            found = None
        if found and mention and intent in _ABOUT_PRODUCT and intent not in FAQ_INTENTS:
            found = None  # asks for the price of a product that it names, say
        if found:
            intent = max((name for name, _ in ranked if name in FAQ_INTENTS), key=dict(ranked).__getitem__)
            confidence = found.score
        product = mention.product if mention else None
        if product is None and memory is not None and intent in _ABOUT_PRODUCT:
            product = memory.last_product(viewer.id)
        return Meaning(
            text=text,
            understanding=Understanding(
                intent=intent,
                slots={"product": product.id} if product else {},
                language=language,
                addressed=to_us.us,
                confidence=round(confidence, 4),
            ),
            product=product,
            faq=found.faq if found else None,
            why=to_us.why,
            alternatives=tuple((name, round(probability, 4)) for name, probability in ranked[1:4]),
            forget=forget,
        )

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
