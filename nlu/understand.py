"""From what a viewer says to what it means: language, whom it addresses, product, known question, intent."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from core.events import Understanding, Viewer
from nlu.addressed import addressed
from nlu.candidates import FAQ_INTENTS, read
from nlu.concepts import ASPECTS, concepts
from nlu.faq import Faq, is_asked, says_something
from nlu.intent import ROOM_INTENTS, normalise, rule
from nlu.intent_by_meaning import as_said
from nlu.intent_reader import IntentReader
from nlu.intents import ABOUT_PRODUCT, OF_CARD
from nlu.knowledge import Knowledge, Mention, Product, knows_aspect
from nlu.language import MAX_CHARACTERS, detect, fold
from nlu.memory import Memory, asks_to_forget
from nlu.selection import Choice, Selector
from nlu.slots import slots

SELF_EVIDENT: Final = 0.8
"""The probability of an intent that is as good as certain."""
GOES_ON_S: Final = 20.0
"""Seconds after our answer in which the viewer whom it was for is still talking to us."""
_FOLLOW_UP: Final = re.compile(
    r"(?:那么?|还有|(?:and|what about|how about|and what about) )(?P<rest>.+)|(?P<bare>.+)呢[?？。!！]*"
)
_ASPECT_ONLY: Final = 6
"""Characters that a follow-up about nothing but an aspect has at most beside it: 那黑色的呢."""
_LANGUAGES_REMEMBERED: Final = 2_000
_NO_WORD: Final = re.compile(r"\b(?:[a-z]|ctrl|control|cmd|alt|shift|esc|tab)\b", re.ASCII)
"""Letters and keys, which are the same in every language."""
_MEANT: Final = {"price": ("ask_price", "haggle"), "stock": ("ask_stock", "buying"), "link": ("ask_link", "buying")}
"""What a message may want that a card's price, stock or link answers."""
_SAID: Final = frozenset({"greeting", "farewell", "thanks", "praise", "laugh", "agree", "insult", "bought"})
"""What asks for nothing, whatever words of a known question it has."""

_THAT_ONE: Final = re.compile(
    r"[它牠]|[这那](?:个|件|款|条|双|套|瓶|盒|包|支|只|种|一)|刚才的|刚刚的|刚说的|上一个|同款|"
    r"\b(?:it|its|it's|that one|this one|that thing|the same one|those|these)\b"
)
_ANOTHER: Final = re.compile(
    r"^(?!.*(?:[这此][个款件种]|\bthis\b)).*"
    r"(?:别的|其他|其它|另外|另一|换一[个款件]|还有什么|\b(?:another|other|others|else|different)\b)"
)
"""Speaks of another one than the one that was spoken of; "the other brand, can it eat this one" does not."""


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
    subject: Product | None = None
    """The product that it is about if it is about one: named, gone on about, or shown last."""
    choice: Choice = Choice()
    """What of the room's knowledge answers it; facts are those of the card of `subject`."""
    why: str = ""
    """Why we think that it does or does not speak to us."""
    another: bool = False
    """Whether it speaks to another viewer, who is called with an @."""
    alternatives: tuple[tuple[str, float], ...] = ()
    """The next likeliest intents with their probabilities."""
    forget: bool = False
    """Whether they ask to be forgotten: what is remembered of them is gone already."""


class Understander:
    """Understands messages of one room. What a message says is never anything but text to it."""

    def __init__(
        self,
        knowledge: Knowledge,
        intents: IntentReader,
        *,
        wake: Sequence[str],
        language: str = "auto",
        streamer: str = "",
    ) -> None:
        """Take what the room knows; `language` is `auto`, or the one language that is answered in."""
        self._knowledge = knowledge
        self._intents = intents
        self._selector = Selector(knowledge, intents)
        self._by_words = intents.by_words()
        self._selector_by_words = Selector(knowledge, self._by_words)
        self._wake = tuple(dict.fromkeys(wake))
        self._called = _called(self._wake)
        self._language = language
        self._streamer = streamer
        self._spoken: dict[str, str] = {}

    def understand(
        self,
        text: str,
        viewer: Viewer,
        *,
        reply_to_us: bool = False,
        alone: bool = False,
        memory: Memory | None = None,
        hurried: bool = False,
    ) -> Meaning:
        """Return what `text` means, said by `viewer`, at most `MAX_CHARACTERS` of it.

        What of the room's knowledge answers it decides what it wants. `slots` holds the id of the product under
        `product`, and what `nlu.slots` reads. `memory` tells what "that one" means and who is in the middle of talking
        to us; a viewer who asks for it is forgotten there at once. `hurried` reads words alone, in a third of the time.
        """
        text = text[:MAX_CHARACTERS]
        language = self._answer_in(text, viewer)
        if forget := asks_to_forget(text):
            self._spoken.pop(viewer.id, None)
            if memory is not None:
                memory.forget(viewer.id)
        goes_on = memory is not None and memory.answered_ago(viewer.id) <= GOES_ON_S
        to_us = addressed(
            text, self._wake, streamer=self._streamer, reply_to_us=reply_to_us, alone=alone, goes_on=goes_on
        )
        mention = self._knowledge.find_product(text)
        mentions = (mention.words,) if mention else ()
        last = memory.last(viewer.id) if memory is not None else ""
        found_slots = slots(text)
        subject = mention.product if mention else None
        if subject is None and "link" not in found_slots and not asks_for_another(text):
            subject = self._spoken_of(text, viewer, memory)
        to_read = self._without_name(text)
        ranked, choice = self._read(to_read, mentions, subject, named=mention is not None, hurried=hurried)
        intent, confidence, choice = self._weighed(text, mention, ranked, choice, last)
        product = mention.product if mention else None
        if product is None and "link" not in found_slots and _goes_on_about(text, intent):
            told_of = subject is not None and knows_aspect(subject, text)
            product = subject if told_of else memory.last_product(viewer.id) if memory is not None else None
        if product is not None:
            found_slots["product"] = product.id
        return Meaning(
            text=text,
            understanding=Understanding(
                intent=intent,
                slots=found_slots,
                language=language,
                addressed=to_us.us,
                confidence=round(confidence, 4),
            ),
            product=product,
            products=tuple(self._knowledge.find_products(text)) if mention is not None else (),
            named=mention is not None,
            faq=choice.question,
            subject=subject,
            choice=choice,
            why=to_us.why,
            another=to_us.another,
            alternatives=tuple((name, round(probability, 4)) for name, probability in ranked[1:4]),
            forget=forget,
        )

    def spoken_by(self, viewer_id: str) -> str:
        """Return the language that a viewer wrote in last, or nothing where that is not known."""
        return self._spoken.get(viewer_id, "")

    def _read(
        self, text: str, mentions: tuple[str, ...], subject: Product | None, *, named: bool, hurried: bool
    ) -> tuple[list[tuple[str, float]], Choice]:
        """Return the intents of a message, the likeliest first, and what of the room's knowledge answers it."""
        # Applause and laughter are what a room has most of, and their words say all that there is to know.
        by_words = hurried or rule(text) in _SAID
        intents, selector = (self._by_words, self._selector_by_words) if by_words else (self._intents, self._selector)
        wording = read(text, subject)
        if intents.encoder is not None:  # in one pass, and remembered, what both of them read
            intents.encoder.encode([as_said(normalise(text, mentions)), wording.folded, wording.bare])
        ranked = intents.classify(text, mentions)
        return ranked, selector.select(wording, ranked, subject, named=named)

    def _spoken_of(self, text: str, viewer: Viewer, memory: Memory | None) -> Product | None:
        """Return the product that a message is about which names none: the one spoken of last, or the first, or none.

        A shop's card number one is what its streamer is showing. Where another card alone tells of what is asked for,
        it is that one: who asks whether it can be worn does not mean the bag.
        """
        products = self._knowledge.products
        last = memory.last_product(viewer.id) if memory is not None else None
        shown = last or next(iter(products), None)
        if shown is None or knows_aspect(shown, text):
            return shown
        others = [product for product in products if knows_aspect(product, text)]
        return others[0] if len(others) == 1 else shown

    def _weighed(
        self, text: str, mention: Mention | None, ranked: Sequence[tuple[str, float]], choice: Choice, last: str
    ) -> tuple[str, float, Choice]:
        """Return intent, confidence and what answers: what the room knows and what it was just asked go before."""
        intent, confidence = ranked[0]
        certain = confidence >= SELF_EVIDENT and intent not in ROOM_INTENTS
        said = intent in _SAID and not is_asked(fold(text)) and not choice.verbatim
        if certain and (intent == "trick" or said):
            return intent, confidence, Choice(nearest=choice.nearest)
        if goes_on_from(text, mention, last):
            goes_on = last if mention and last in ABOUT_PRODUCT else "ask_product"
            return goes_on, SELF_EVIDENT, Choice(nearest=choice.nearest) if choice.kind == "question" else choice
        chances = dict(ranked)
        match choice.kind:
            case "question":
                return max(FAQ_INTENTS, key=chances.__getitem__), choice.probability, choice
            case "fact":
                return "ask_product", choice.probability, choice
            case "price" | "stock" | "link":
                likely = max(_MEANT[choice.kind], key=chances.__getitem__)
                return likely, max(choice.probability, chances[likely]), choice
        if intent in OF_CARD and mention is not None:
            return "ask_product", confidence, choice  # what is asked for stands on no card
        return intent, confidence, choice

    def _answer_in(self, text: str, viewer: Viewer) -> str:
        """Return the language to answer in: the room's, or the message's, or the viewer's last where it has none."""
        if self._language != "auto":
            return self._language
        language = language_of(text)
        if not language:
            return self._spoken.get(viewer.id, "zh")
        self._spoken.pop(viewer.id, None)
        self._spoken[viewer.id] = language
        if len(self._spoken) > _LANGUAGES_REMEMBERED:
            del self._spoken[next(iter(self._spoken))]
        return language

    def _without_name(self, text: str) -> str:
        """Return the message without our name at its beginning: what follows is what is meant."""
        folded = fold(text)
        called = self._called.match(folded) if self._called is not None else None
        return folded[called.end() :] if called is not None and len(folded) > called.end() else text


def language_of(text: str) -> str:
    """Return the language that a message is in, or nothing for one without any word of one: 666, B, ctrl z."""
    words = _NO_WORD.sub(" ", fold(text))
    language = detect(words)
    return language if language == detect(words, "en") else ""


def _called(wake: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds one of our names at the beginning of a folded message; a Latin one is a word of its own."""
    names = sorted(filter(None, map(fold, wake)), key=len, reverse=True)
    edged = (re.escape(name) + ("(?![a-z0-9])" if name[-1].isascii() else "") for name in names)
    return re.compile(rf"@?(?:hey |hi )?(?:{'|'.join(edged)})[ ,，:：!！?？、]*") if names else None


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
    return last in ABOUT_PRODUCT and bool(named) and len(re.findall(r"[\u3400-\u9fff]|[a-z0-9]+", rest)) <= _ASPECT_ONLY


def asks_for_another(text: str) -> bool:
    """Return whether a message speaks of something else than what was spoken of: "do you have another one"."""
    return _ANOTHER.search(fold(text)) is not None


def _goes_on_about(text: str, intent: str) -> bool:
    """Return whether a message that names no product speaks of the last one: "how much", "does that one fade"."""
    return not asks_for_another(text) and (intent in ABOUT_PRODUCT or _THAT_ONE.search(fold(text)) is not None)
