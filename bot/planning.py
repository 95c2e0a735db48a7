"""What a claim is answered with: the answer to a message, or thanks and welcomes for what happened."""

from collections.abc import Mapping
from typing import Final

from bot.candidate import Candidate
from core.events import Chat, Follow, Gift, Join, Like, Purchase, RoomEvent, Share, Voice
from nlu.intents import Role
from nlu.knowledge import Product
from nlu.plan import Plan, Planner

NAME_LIMIT: Final = 12
"""Characters of a viewer's name that are said aloud; longer ones are handles, not names."""
KINDS: Final = 3
"""Kinds of gifts that one thanks lists; it closes with "and more" beyond them."""
_ASKERS: Final = (Role.VIEWER, Role.VIEWER2, Role.VIEWER3)


def plan(
    candidate: Candidate,
    planner: Planner,
    names: Mapping[str, str],
    last: Product | None,
    language: str,
    *,
    crowd: int,
    now: str = "",
) -> Plan:
    """Return what to state.

    `names` are those that may be said aloud, by viewer id; `last` is the product spoken of last; in an empty room
    (`crowd` of at most 1) nobody is called by name. `now` is what the show answers the message with, where it is asked.
    """
    if candidate.plan is not None:
        return candidate.plan
    if candidate.fixed is not None:
        return Plan("command" if candidate.event.viewer.id else "timer", {})
    said = [names.get(viewer.id, "") for viewer in candidate.named()]
    if candidate.meaning is not None and now and not candidate.meaning.forget:
        called = dict(zip(_ASKERS, dict.fromkeys(filter(None, said)), strict=False)) if crowd > 1 else {}
        return Plan("ask_faq", {**called, Role.ANSWER: now})
    if candidate.meaning is not None:
        return planner.answer(candidate.meaning, said if crowd > 1 else (), last)
    return _happened(candidate, planner, said, language)


def _happened(candidate: Candidate, planner: Planner, names: list[str], language: str) -> Plan:
    event, viewer = candidate.event, {Role.VIEWER: names[0] if names else ""}
    match event:
        case Join() if candidate.count:
            return planner.event("raid", {Role.COUNT: counted(candidate.count, language)})
        case Join():
            called = dict(zip(_ASKERS, filter(None, names), strict=False))  # a handle is no name to be greeted by
            return planner.event("welcome" if called else "greeting", called)
        case Gift():
            return planner.event("gift", {**viewer, **_gifts(candidate.gifts or (event,), language)})
        case Purchase():
            return planner.event("order", {**viewer, Role.PRODUCT: planner.ordered(event.product, language)})
        case Follow():
            return planner.event("follow", viewer)
        case Share():
            return planner.event("share", viewer)
        case Like():
            return planner.event("like", viewer)
        case _:
            return planner.event("idle", {})


def _gifts(gifts: tuple[Gift, ...], language: str) -> dict[Role, str]:
    """Return the facts of one thanks: kind and count, or a list of kinds with their counts."""
    if len(gifts) == 1:
        count = counted(gifts[0].count, language) if gifts[0].count > 1 else ""
        return {Role.GIFT: gifts[0].gift, Role.COUNT: count}
    listed = [_gift(gift, language) for gift in gifts[:KINDS]]
    more = len(gifts) > KINDS
    if language == "zh":
        return {Role.GIFT: "、".join(listed) + "等礼物" if more else "和".join(["、".join(listed[:-1]), listed[-1]])}
    if more:
        return {Role.GIFT: ", ".join(listed) + " and more"}
    return {Role.GIFT: " and ".join([", ".join(listed[:-1]), listed[-1]])}


def _gift(gift: Gift, language: str) -> str:
    return f"{gift.count}个{gift.gift}" if language == "zh" else f"{gift.count} × {gift.gift}"


def counted(count: int, language: str) -> str:
    """Return a number of gifts or people as it stands in a sentence."""
    return f"{count}个" if language == "zh" else str(count)


def message_of(event: RoomEvent) -> str:
    """Return what was said, or nothing where nothing was."""
    return event.text if isinstance(event, Chat | Voice) else ""


def spoken_name(name: str) -> str:
    """Return `name` as it is said aloud, or nothing for what is a handle rather than a name."""
    digits = sum(character.isdigit() for character in name)
    return name if 0 < len(name) <= NAME_LIMIT and digits <= 3 else ""  # noqa: PLR2004  # 小鱼儿123 is a name still
