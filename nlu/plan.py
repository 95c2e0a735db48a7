"""Decides what a reply states: the intent it answers to and the exact facts, or that the room does not know."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from nlu.concepts import ASPECTS, concepts
from nlu.condense import condense
from nlu.faq import is_asked
from nlu.intent import SURE
from nlu.intents import ABOUT_PRODUCT, INTENTS, Role
from nlu.knowledge import Knowledge, Product, amount, joined, knows_aspect, product_answer, render
from nlu.language import fold
from nlu.safety.complaints import doubts
from nlu.shelf import Shelf
from nlu.understand import Meaning, asks_for_another
from nlu.wishes import (
    asks_whether_sold,
    colour_of,
    limit,
    wants_dearest,
    wants_everything,
    wants_extreme,
    wants_offer,
    wants_something_besides,
)

UNSURE: Final = 0.35
"""Below this the intent is a guess; a guess is answered with a question or declined, never acted on."""
_SURE_TALK: Final = 0.7
"""Below this what is taken for a joke, thanks or a goodbye is something else as often as not (training/fresh*.tsv)."""
_PITY: Final = 0.35
"""How likely bad news must be to be met as such, whatever else is likelier: a cheer would be the worse mistake."""

FORGOTTEN: Final = {"zh": "好的，和你聊过的内容我都忘掉了", "en": "done, I have forgotten what we talked about"}
"""What a viewer who asked for it is told."""
_SIZES: Final = {"zh": "什么尺码", "en": "what size"}
_ASKERS: Final = (Role.VIEWER, Role.VIEWER2, Role.VIEWER3)
_STATED: Final = {
    "ask_price": Role.PRICE, "haggle": Role.PRICE, "ask_stock": Role.STOCK, "ask_link": Role.LINK, "buying": Role.LINK,
}  # fmt: skip
_SAID_OF_PRODUCT: Final = frozenset({"praise", "complaint", "bought"})
"""What is said of a product; a reply names it where the viewer does."""
_NEUTRAL: Final = frozenset(
    {"small_talk", "unclear", "unknown", "off_topic", "request", "greeting", "thanks", "complaint"}
)
"""Talk whose replies harm nobody where it was none."""
_FOR_THE_STREAMER: Final = frozenset({"off_topic", "unknown", "request"})
"""What goes to the streamer's list; to who asks for something we say that we pass it on, and this is how we do."""
_CONGRATULATE: Final = 0.9
"""How sure we must be of good news: cheering over a hospital bed is the worse mistake."""
_FROM_FAQ: Final = frozenset(
    {"ask_faq", "ask_delivery", "ask_aftersales", "ask_schedule", "ask_product", "recommend_room"}
)


_WANTS_ASSENT: Final = re.compile(r"(?:吧|对不对|是不是|吗)[?？。!！~ ]*$|\b(?:right|isn't it|yeah)\s*\?+$|\?$")
"""Asks us to agree: to something that we may not know."""
_SHOWN_AT_ONCE: Final = 4
"""Products whose prices one answer lists."""
_STREAMERS_NAME: Final = re.compile(
    r"主播(?:叫|是)(?:什么|啥|谁)|主播(?:的)?名字|谁是主播|怎么称呼主播|"
    r"\b(?:who is|who's|whos) (?:the|this|your) (?:streamer|host|guy)\b|\b(?:streamer|host)'?s name\b"
)


class Plan(msgspec.Struct, frozen=True):
    """What to say, before it is put into words."""

    intent: str
    """A name of `INTENTS`: what the reply is."""
    facts: Mapping[Role, str]
    """What it must state, by role, exactly as written here."""
    product: Product | None = None
    """The product that it is about, for the next question's sake."""
    known: bool = True
    """Whether the room knew; what it did not know goes to the streamer's list."""
    source: str = ""
    """Where its facts stand, for moderators; empty where it states none of the room's."""


class Planner:
    """Looks answers up. Its plans hold nothing but what the room's settings hold."""

    def __init__(
        self,
        knowledge: Knowledge,
        persona: str,
        streamer: str,
        other_rooms: Sequence[str] = (),
        shelf: Shelf | None = None,
    ) -> None:
        """Take the names that replies say, and the cards as they stand where things are sold."""
        self._shelf = shelf or Shelf(knowledge.products)
        self._knowledge = knowledge
        self._persona = persona
        self._streamer = streamer
        self._rooms = tuple(other_rooms)[:3]

    def answer(self, meaning: Meaning, names: Sequence[str], last: Product | None) -> Plan:
        """Return what to state in answer to a message, or to like ones of up to three viewers.

        `names` are those to be said aloud, the first asker's first; an empty one is not said. Only answers that several
        can be given at once name more than one.
        """
        plan = self._answer(meaning, last)
        roles = [role for role in _ASKERS if role in INTENTS[plan.intent].roles]
        asked = zip(roles, dict.fromkeys(filter(None, names)), strict=False)
        return msgspec.structs.replace(plan, facts={**dict(asked), **plan.facts})

    def _answer(self, meaning: Meaning, last: Product | None) -> Plan:
        intent, language = meaning.understanding.intent, meaning.understanding.language
        if meaning.forget:
            return Plan("ask_faq", {Role.ANSWER: FORGOTTEN[language]})
        if meaning.faq is not None and intent in _FROM_FAQ | {"unknown", "off_topic"}:
            kind = intent if intent in {"ask_delivery", "ask_aftersales", "ask_product"} else "ask_faq"
            answer = {Role.ANSWER: condense(meaning.faq.answer.in_(language), meaning.text, language)}
            return Plan(kind, answer, meaning.product, source=meaning.faq.source)
        if doubts(meaning.text):
            return Plan("complaint", {})  # whoever doubts the shop complains, however it sounds
        if intent in ABOUT_PRODUCT:
            return self._asked(meaning, last)
        if intent == "recommend_product":
            return self._advised(meaning, last)
        if intent == "recommend_room" and self._rooms:
            rooms = zip((Role.ROOM1, Role.ROOM2, Role.ROOM3), self._rooms, strict=False)
            return Plan(intent, dict(rooms))
        if _STREAMERS_NAME.search(fold(meaning.text)) and self._streamer:
            name = f"主播是{self._streamer}" if language == "zh" else f"the streamer is {self._streamer}"
            return Plan("ask_faq", {Role.ANSWER: name})
        if intent in _FROM_FAQ:
            return Plan("unknown", {}, known=False)
        return self._talk(meaning)

    def _advised(self, meaning: Meaning, last: Product | None) -> Plan:
        """Return what to state to who asks what to buy."""
        if len(meaning.products) > 1:
            return self._prices(meaning.products, meaning.understanding.language)  # which is better is not ours to say
        guessed = meaning.understanding.confidence < _SURE_TALK and not meaning.named
        if guessed and asks_whether_sold(fold(meaning.text)):
            return Plan("unknown", {}, known=False)
        return self._recommend(meaning, last)

    def _asked(self, meaning: Meaning, last: Product | None) -> Plan:
        """Return what to state in answer to a question about what is sold."""
        intent, text = meaning.understanding.intent, fold(meaning.text)
        if intent in {"ask_price", "haggle"} and not meaning.named and (wants_extreme(text) or limit(text)):
            return self._recommend(meaning, last)
        if meaning.product is None and asks_for_another(text) and "link" not in meaning.understanding.slots:
            # Another than the one that was spoken of: which, they do not say.
            other = self._recommend(meaning, last)
            same = other.product is None or (last is not None and other.product.id == last.id)
            return Plan("unknown", {}, known=False) if same or intent == "ask_product" else other
        if intent == "ask_product" and not meaning.named and not meaning.choice.facts and asks_whether_sold(text):
            return Plan("unknown", {}, known=False)  # it is asked whether something is sold, not of the last product
        aspect = meaning.product is not None and not ASPECTS.isdisjoint(concepts(text))
        if meaning.understanding.confidence < SURE and not meaning.named and not aspect:
            return Plan("unclear", {})
        if intent in {"ask_price", "haggle"} and ("when" in concepts(text) or wants_offer(text)):
            return Plan("unknown", {}, known=False)  # when or how it will cost less: the price of today is no answer
        if intent in {"ask_price", "haggle"} and (len(meaning.products) > 1 or self._asks_for_all(meaning, text)):
            return self._prices(meaning.products or self._knowledge.products, meaning.understanding.language)
        return self._about(meaning, meaning.product or last or self._only())

    def _asks_for_all(self, meaning: Meaning, text: str) -> bool:
        """Return whether a message asks for the prices of all that is sold here, few enough to be said at once."""
        few = 1 < len(self._knowledge.products) <= _SHOWN_AT_ONCE
        return few and not meaning.named and wants_everything(text)

    def _talk(self, meaning: Meaning) -> Plan:
        """Return what to state in answer to what asks for nothing that the room knows."""
        intent, language = meaning.understanding.intent, meaning.understanding.language
        if intent in _SAID_OF_PRODUCT and meaning.named and meaning.product is not None:
            return Plan(intent, {Role.PRODUCT: render(meaning.product, Role.PRODUCT, language)}, meaning.product)
        confidence = meaning.understanding.confidence
        if dict(((intent, confidence), *meaning.alternatives)).get("bad_news", 0.0) >= _PITY:
            return Plan("bad_news", {})
        if intent == "agree" and _WANTS_ASSENT.search(fold(meaning.text)):
            return Plan("unknown", {}, known=False)
        if intent == "good_news" and confidence < _CONGRATULATE:
            return Plan("small_talk", {})
        if confidence < _SURE_TALK and intent not in _NEUTRAL and is_asked(fold(meaning.text)):
            return Plan("unknown", {}, known=False)
        if confidence < UNSURE and intent != "off_topic":
            return Plan("unclear", {})
        if confidence < _SURE_TALK and intent not in _NEUTRAL:
            return Plan("small_talk", {})
        facts = {Role.ME: self._persona} if intent == "who_are_you" else {}
        return Plan(intent, facts, known=intent not in _FOR_THE_STREAMER)

    def event(self, intent: str, values: Mapping[Role, str]) -> Plan:
        """Return what to state about something that happened: a gift, a follow, an order, silence."""
        return Plan(intent, {role: value for role, value in values.items() if role in INTENTS[intent].roles and value})

    def current(self, product: Product) -> Product:
        """Return the card of `product` as it stands now."""
        return self._shelf.current(product)

    def ordered(self, named: str, language: str) -> str:
        """Return how the product that a platform names by id or title is called, or nothing for one unknown here."""
        product = self._shelf.find(named)
        return render(product, Role.PRODUCT, language) if product is not None else ""

    def _only(self) -> Product | None:
        """Return the first product: a shop's card number one is what its streamer is showing."""
        return self._knowledge.products[0] if self._knowledge.products else None

    def _about(self, meaning: Meaning, product: Product | None) -> Plan:
        intent, language = meaning.understanding.intent, meaning.understanding.language
        if product is None or ("link" in meaning.understanding.slots and not meaning.named):
            return Plan("unknown", {}, known=False)  # no card, or a link that none has
        product = self._shelf.current(product)

        def plan(kind: str, *roles: Role, **facts: str) -> Plan:
            values = {role: render(product, role, language) for role in (Role.PRODUCT, *roles)}
            stated = {**values, **{Role(role): value for role, value in facts.items()}}
            return Plan(kind, stated, product, known=kind != "unknown", source=product.source)

        if intent in {"ask_stock", "buying", "ask_link"} and product.stock == 0:
            return plan("sold_out")
        together = intent in {"ask_price", "ask_stock", "ask_product"} and _asked_together(meaning.text, product)
        if together == {"price", "stock"}:
            return plan("ask_price", Role.PRICE, Role.STOCK)
        if intent in {"ask_stock", "ask_product"} and (colour := colour_of(product, meaning.text, language)):
            return plan("ask_product", answer=colour)
        sizes = intent == "ask_stock" and "size" in meaning.understanding.slots  # cards count pieces, not sizes
        if intent == "ask_product" or sizes or together == {"price", "aspect"}:
            answer = _said_of(product, meaning, _SIZES[language] if sizes else meaning.text)
            if together == {"price", "aspect"}:
                answer = _joined((render(product, Role.PRICE, language), answer), language)
            return plan("ask_product", answer=answer) if answer else plan("unknown")
        role = _STATED[intent]
        if render(product, role, language):
            return plan(intent, role)
        return plan("buying" if intent == "buying" else "unknown")

    def _prices(self, products: Sequence[Product], language: str) -> Plan:
        """Return the price of each of several products; adding them up is left to the viewer's basket."""
        cards = [self._shelf.current(product) for product in products]
        between = "" if language == "zh" else " is "
        stated = [
            f"{render(card, Role.PRODUCT, language)}{between}{price}"
            for card in cards
            if (price := render(card, Role.PRICE, language))
        ]
        if not stated:
            return Plan("unknown", {}, known=False)
        return Plan("ask_faq", {Role.ANSWER: _joined(stated, language)}, cards[0], source=cards[0].source)

    def _recommend(self, meaning: Meaning, last: Product | None) -> Plan:
        """Return a product to look at: the one that is named, one at the price that is asked for, or one not shown."""
        language, asked, text = meaning.understanding.language, meaning.product, fold(meaning.text)
        there = [product for product in map(self._shelf.current, self._knowledge.products) if product.stock != 0]
        if asked is not None and wants_something_besides(text):
            asked, last = None, asked
        asked = self._shelf.current(asked) if asked is not None else None
        most = limit(text)
        if asked not in there and (wants_extreme(text) or most is not None):
            priced = sorted((price, place) for place, one in enumerate(there) if (price := amount(one)) is not None)
            if most is not None:
                priced = [pair for pair in priced if pair[0] <= most]
            ordered = [there[place] for _, place in priced]
            product = (ordered[-1] if wants_dearest(text) else ordered[0]) if ordered else None
        else:
            fresh = [product for product in there if last is None or product.id != last.id]
            product = asked if asked in there else next(iter(fresh or there), None)
        if product is None:
            return Plan("unknown", {}, known=False)
        roles = (Role.PRODUCT, Role.PRICE, *((Role.LINK,) if product.link is not None else ()))
        facts = {role: render(product, role, language) for role in roles}
        return Plan("recommend_product", facts, product, source=product.source)


def _asked_together(text: str, product: Product) -> set[str]:
    """Return what a message asks for at once that the card of `product` holds: price, stock, an aspect."""
    named = set(concepts(fold(text)))
    known = {"price": bool(product.price), "stock": product.stock is not None}
    asked = {name for name, there in known.items() if there and name in named}
    return asked | {"aspect"} if knows_aspect(product, text) else asked


def _said_of(product: Product, meaning: Meaning, question: str) -> str:
    """Return what the card of `product` says to `question`: what was selected of it, or what shares an aspect."""
    language = meaning.understanding.language
    if meaning.choice.facts and meaning.subject is not None and meaning.subject.id == product.id:
        return joined(meaning.choice.facts, language)
    return product_answer(product, question, language)


def _joined(clauses: Sequence[str], language: str) -> str:
    return ("，" if language == "zh" else ", ").join(clauses)
