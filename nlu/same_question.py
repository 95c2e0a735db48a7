"""Whether two viewers ask the same, so that one answer does for both."""

from typing import Final

from core.events import Understanding
from nlu.faq import ALIKE, bag, compare
from nlu.intents import INTENTS, OF_CARD, Role
from nlu.language import fold
from nlu.understand import Meaning

MERGED: Final = frozenset(intent.name for intent in INTENTS.values() if intent.spoken and Role.VIEWER2 in intent.roles)
"""Intents whose answers can name several askers."""


def same_question(a: Meaning, b: Meaning) -> bool:
    """Return whether one answer does for both: the same language, and the same thing asked of the same product.

    Known questions are the same where their answer is; those about a card where intent, product and size are; others
    where they are worded alike.
    """
    ours, theirs = a.understanding, b.understanding
    if ours.language != theirs.language or _thing(ours) != _thing(theirs):
        return False
    if a.faq is not None or b.faq is not None:
        return a.faq is not None and b.faq is not None and a.faq.answer == b.faq.answer
    if ours.intent != theirs.intent or ours.intent not in MERGED:
        return False
    if ours.intent in OF_CARD or fold(a.text) == fold(b.text):
        return True
    left, right = bag(a.text), bag(b.text)
    return max(compare(left, right), compare(right, left)) >= ALIKE


def _thing(understanding: Understanding) -> tuple[str, str]:
    """Return what is spoken of: a product, or the link that none has, and its size."""
    named = understanding.slots
    return named.get("product") or f"link {named.get('link', '')}", named.get("size", "")
