"""Decides what a reply states: the intent it answers to and the exact facts, or that the room does not know."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from nlu.intents import INTENTS, Role
from nlu.knowledge import Knowledge, Product, product_answer, render
from nlu.understand import Meaning

UNSURE: Final = 0.35
"""Below this the intent is a guess; a guess is answered with a question or declined, never acted on."""

_ABOUT_PRODUCT: Final = frozenset({"ask_price", "ask_stock", "ask_link", "ask_product", "haggle", "buying"})
_FROM_FAQ: Final = frozenset(
    {"ask_faq", "ask_delivery", "ask_aftersales", "ask_schedule", "ask_product", "recommend_room"}
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


class Planner:
    """Looks answers up. Its plans hold nothing but what the room's settings hold."""

    def __init__(self, knowledge: Knowledge, persona: str, streamer: str, other_rooms: Sequence[str] = ()) -> None:
        self._knowledge = knowledge
        self._persona = persona
        self._streamer = streamer
        self._rooms = tuple(other_rooms)[:3]

    def answer(self, meaning: Meaning, viewer: str, last: Product | None) -> Plan:
        """Return what to state in answer to a message; `viewer` may be empty where no name is to be said."""
        intent, language = meaning.understanding.intent, meaning.understanding.language
        named = {Role.VIEWER: viewer} if viewer else {}
        if meaning.faq is not None and intent in _FROM_FAQ | {"unknown", "off_topic"}:
            kind = intent if intent in {"ask_delivery", "ask_aftersales", "ask_product"} else "ask_faq"
            return Plan(kind, {**named, Role.ANSWER: meaning.faq.answer.in_(language)}, meaning.product)
        if intent in _ABOUT_PRODUCT:
            product = meaning.product or last or self._only()
            return self._about(intent, product, meaning.text, language, named)
        if intent == "recommend_product":
            return self._recommend(language, named, meaning.product, last)
        if intent == "recommend_room" and self._rooms:
            rooms = zip((Role.ROOM1, Role.ROOM2, Role.ROOM3), self._rooms, strict=False)
            return Plan(intent, {**named, **dict(rooms)})
        if intent == "who_are_you":
            return Plan(intent, {**named, Role.ME: self._persona})
        if intent in _FROM_FAQ:
            return Plan("unknown", named, known=False)
        if meaning.understanding.confidence < UNSURE and intent != "off_topic":
            return Plan("unclear", named)
        return Plan(intent, named, known=intent not in {"off_topic", "unknown"})

    def event(self, intent: str, values: Mapping[Role, str]) -> Plan:
        """Return what to state about something that happened: a gift, a follow, an order, silence."""
        return Plan(intent, {role: value for role, value in values.items() if role in INTENTS[intent].roles and value})

    def _only(self) -> Product | None:
        """Return the first product: a shop's card number one is what its streamer is showing."""
        return self._knowledge.products[0] if self._knowledge.products else None

    def _about(self, intent: str, product: Product | None, text: str, language: str, named: dict[Role, str]) -> Plan:
        if product is None:
            return Plan("unknown", named, known=False)

        def fact(role: Role) -> dict[Role, str]:
            return {role: render(product, role, language)}

        title = fact(Role.PRODUCT)
        if intent in {"ask_stock", "buying", "ask_link"} and product.stock == 0:
            return Plan("sold_out", {**named, **title}, product)
        if intent in {"ask_price", "haggle"}:
            return Plan(intent, {**named, **title, **fact(Role.PRICE)}, product)
        if intent == "ask_stock" and product.stock is not None:
            return Plan(intent, {**named, **title, **fact(Role.STOCK)}, product)
        if intent in {"ask_link", "buying"} and product.link is not None:
            return Plan(intent, {**named, **title, **fact(Role.LINK)}, product)
        if intent == "buying":
            return Plan(intent, {**named, **title}, product)
        if intent == "ask_product" and (answer := product_answer(product, text, language)):
            return Plan(intent, {**named, **title, Role.ANSWER: answer}, product)
        return Plan("unknown", {**named, **title}, product, known=False)

    def _recommend(self, language: str, named: dict[Role, str], asked: Product | None, last: Product | None) -> Plan:
        there = [product for product in self._knowledge.products if product.stock != 0]
        fresh = [product for product in there if last is None or product.id != last.id]
        product = asked if asked in there else next(iter(fresh or there), None)
        if product is None:
            return Plan("unknown", named, known=False)
        facts = {
            Role.PRODUCT: render(product, Role.PRODUCT, language),
            Role.PRICE: render(product, Role.PRICE, language),
        }
        if product.link is not None:
            facts[Role.LINK] = render(product, Role.LINK, language)
        return Plan("recommend_product", {**named, **facts}, product)
