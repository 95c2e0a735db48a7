"""Several claims that one answer serves: like questions, gifts of one giver, orders of one buyer, follows."""

from collections.abc import Callable
from typing import Final

import msgspec

from bot.candidate import Candidate, Priority
from core.events import Follow, Gift, Join, Purchase
from nlu.understand import Meaning

MOST: Final = 100
"""Further events that one answer serves; more are told so at once."""

KINDS: Final = 100
"""Kinds of gifts that one thanks counts: the most valuable ones, of which it names a few."""

SameQuestion = Callable[[Meaning, Meaning], bool]


def alike(one: Candidate, other: Candidate, same_question: SameQuestion) -> bool:
    """Return whether one answer can serve both."""
    if one.care and other.care:
        return one.fixed == other.fixed
    if one.minor is not other.minor:
        return False  # what one is told does not suit the other
    if one.fixed is not None or other.fixed is not None or one.plan is not None or other.plan is not None:
        return False
    if one.meaning is not None and other.meaning is not None:
        return same_question(one.meaning, other.meaning)
    first, second = one.event, other.event
    if isinstance(first, Gift) and isinstance(second, Gift):
        return first.viewer.id == second.viewer.id
    if isinstance(first, Purchase) and isinstance(second, Purchase):
        return (first.viewer.id, first.product) == (second.viewer.id, second.product)
    return any(isinstance(first, kind) and isinstance(second, kind) for kind in (Join, Follow))


def merged(one: Candidate, other: Candidate, priority: Priority) -> Candidate:
    """Return one claim for both: it lives as long as the longer-lived, and its totals are exact.

    Where it serves `MOST` already, those of `other` only count: they are to be told so at once.
    """
    others = one.others if is_full(one, other) else (*one.others, *other.events())
    return msgspec.structs.replace(
        one,
        priority=priority,
        expires=max(one.expires, other.expires),
        gifts=totals((*one.gifts, *other.gifts))[:KINDS] if other.gifts else one.gifts,
        count=one.count + other.count,
        others=others,
    )


def is_full(one: Candidate, other: Candidate) -> bool:
    """Return whether the answer to `one` serves as many as it may without the events of `other`."""
    return len(one.others) + 1 + len(other.others) > MOST


def totals(gifts: tuple[Gift, ...]) -> tuple[Gift, ...]:
    """Return one gift a kind with the exact count and value of all of it, the most valuable kind first."""
    kinds: dict[str, Gift] = {}
    for gift in gifts:
        known = kinds.get(gift.gift)
        if known is None:
            kinds[gift.gift] = gift
        else:
            kinds[gift.gift] = msgspec.structs.replace(
                known, count=known.count + gift.count, value=known.value + gift.value
            )
    return tuple(sorted(kinds.values(), key=lambda gift: (-gift.value, gift.gift)))
