"""What this room is likely to hear soon, spoken ahead while nothing else is to do: the openings of its known replies.

A reply's first clause decides how soon it is heard, and most of them recur: the T5 varies patterns that the templates
hold too, and what a room knows of products and answers changes rarely.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from core.events import Goal
from nlu.intents import INTENTS, Length, Role, Tone
from nlu.knowledge import Knowledge, render
from nlu.prompt import LANGUAGES, Prompt, fill
from nlu.templates import Templates
from tts.clauses import split

MOST: Final = 240
"""Openings that are spoken ahead: some two minutes of computing, spread over quiet moments."""
PRODUCTS: Final = 8
"""Products, and as many answers, whose openings are rehearsed."""


def openings(
    templates: Templates, knowledge: Knowledge, tone: str, length: str, names: Mapping[Role, str], language: str
) -> list[tuple[str, str]]:
    """Return (first clause, language) of replies that this room may give, the likeliest first, each once."""
    languages = LANGUAGES if language == "auto" else (language,)
    found: dict[tuple[str, str], None] = {}
    for facts, one in _situations(knowledge, names, languages):
        for intent in INTENTS:
            goal: Goal = INTENTS[intent].goals[0]
            roles = tuple(role for role in facts if role in INTENTS[intent].roles)
            if len(roles) < len(facts):
                continue
            prompt = Prompt(one, intent, goal, Tone(tone), Length(length), roles)
            for text in templates.fitting(prompt):
                clause = split(fill(text, facts))[0]
                found.setdefault((clause.strip(), one))
    return list(islice(found, MOST))


def _situations(
    knowledge: Knowledge, names: Mapping[Role, str], languages: tuple[str, ...]
) -> Iterator[tuple[dict[Role, str], str]]:
    """Yield the facts of replies without anybody's name, the commonest first."""
    for one in languages:
        yield {}, one
        yield {Role.ME: names[Role.ME]}, one
    for faq in knowledge.faq[:PRODUCTS]:
        for one in languages:
            yield {Role.ANSWER: faq.answer.in_(one)}, one
    for product in knowledge.products[:PRODUCTS]:
        for one in languages:
            title = {Role.PRODUCT: render(product, Role.PRODUCT, one)}
            price = {Role.PRICE: render(product, Role.PRICE, one)}
            yield {**title, **price}, one
            if product.stock:
                yield {**title, Role.STOCK: render(product, Role.STOCK, one)}, one
            if product.link:
                link = {Role.LINK: render(product, Role.LINK, one)}
                yield {**title, **link}, one
                yield {**title, **price, **link}, one
            yield title, one
