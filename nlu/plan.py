"""Decides what a reply states: the intent it answers to and the exact facts, or that the room does not know."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from nlu.condense import condense
from nlu.intent import SURE
from nlu.intents import INTENTS, Role
from nlu.knowledge import Knowledge, Product, product_answer, render
from nlu.shelf import Shelf
from nlu.understand import Meaning

UNSURE: Final = 0.35
"""Below this the intent is a guess; a guess is answered with a question or declined, never acted on."""

FORGOTTEN: Final = {"zh": "好的，和你聊过的内容我都忘掉了", "en": "done, I have forgotten what we talked about"}
"""What a viewer who asked for it is told."""
_SIZES: Final = {"zh": "什么尺码", "en": "what size"}
_ASKERS: Final = (Role.VIEWER, Role.VIEWER2, Role.VIEWER3)
_ABOUT_PRODUCT: Final = frozenset({"ask_price", "ask_stock", "ask_link", "ask_product", "haggle", "buying"})
_OF_PRODUCT: Final = frozenset({"praise", "complaint", "bought"})
"""What is said of a product; a reply names it where the viewer does."""
_NEWS: Final = {"good_news": 0.9, "bad_news": SURE}
"""How sure we must be to congratulate, and to pity; cheering over a hospital bed is the worse mistake."""
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
        if intent in _ABOUT_PRODUCT:
            if meaning.understanding.confidence < SURE and not meaning.named:
                return Plan("unclear", {})
            return self._about(meaning, meaning.product or last or self._only())
        if intent == "recommend_product":
            return self._recommend(language, meaning.product, last)
        if intent == "recommend_room" and self._rooms:
            rooms = zip((Role.ROOM1, Role.ROOM2, Role.ROOM3), self._rooms, strict=False)
            return Plan(intent, dict(rooms))
        if intent in _FROM_FAQ:
            return Plan("unknown", {}, known=False)
        return self._talk(meaning)

    def _talk(self, meaning: Meaning) -> Plan:
        """Return what to state in answer to what asks for nothing that the room knows."""
        intent, language = meaning.understanding.intent, meaning.understanding.language
        if intent == "who_are_you":
            return Plan(intent, {Role.ME: self._persona})
        if intent in _OF_PRODUCT and meaning.named and meaning.product is not None:
            return Plan(intent, {Role.PRODUCT: render(meaning.product, Role.PRODUCT, language)}, meaning.product)
        if meaning.understanding.confidence < _NEWS.get(intent, 0.0):
            return Plan("small_talk", {})
        if meaning.understanding.confidence < UNSURE and intent != "off_topic":
            return Plan("unclear", {})
        return Plan(intent, {}, known=intent not in {"off_topic", "unknown"})

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
        if intent in {"ask_price", "haggle"}:
            return plan(intent, Role.PRICE)
        if intent == "ask_stock" and "size" in meaning.understanding.slots:  # cards count pieces, not sizes
            sizes = product_answer(product, _SIZES[language], language)
            return plan("ask_product", answer=sizes) if sizes else plan("unknown")
        if intent == "ask_stock" and product.stock is not None:
            return plan(intent, Role.STOCK)
        if intent in {"ask_link", "buying"} and product.link is not None:
            return plan(intent, Role.LINK)
        if intent == "buying":
            return plan(intent)
        if intent == "ask_product" and (answer := product_answer(product, meaning.text, language)):
            return plan(intent, answer=answer)
        return plan("unknown")

    def _recommend(self, language: str, asked: Product | None, last: Product | None) -> Plan:
        cards = map(self._shelf.current, self._knowledge.products)
        there = [product for product in cards if product.stock != 0]
        asked = self._shelf.current(asked) if asked is not None else None
        fresh = [product for product in there if last is None or product.id != last.id]
        product = asked if asked in there else next(iter(fresh or there), None)
        if product is None:
            return Plan("unknown", {}, known=False)
        roles = (Role.PRODUCT, Role.PRICE, *((Role.LINK,) if product.link is not None else ()))
        facts = {role: render(product, role, language) for role in roles}
        return Plan("recommend_product", facts, product, source=product.source)
