"""The closed sets that prompt, corpus, training and templates share: intents, roles of facts, tones and lengths."""

from enum import StrEnum
from typing import Final

import msgspec

from core.events import Goal


class Role(StrEnum):
    """What a fact is. Each role has one sentinel of its own in the T5's vocabulary, never a number by position."""

    VIEWER = "viewer"
    VIEWER2 = "viewer2"
    VIEWER3 = "viewer3"
    STREAMER = "streamer"
    ME = "me"
    PRODUCT = "product"
    PRICE = "price"
    STOCK = "stock"
    LINK = "link"
    ANSWER = "answer"
    TIME = "time"
    GIFT = "gift"
    COUNT = "count"
    ROOM1 = "room1"
    ROOM2 = "room2"
    ROOM3 = "room3"
    QUESTION = "question"
    TOPIC = "topic"
    OPTION = "option"


class Tone(StrEnum):
    """How a reply sounds."""

    WARM = "warm"
    PLAYFUL = "playful"
    CALM = "calm"
    LIVELY = "lively"


class Length(StrEnum):
    """How long a reply may be: 14, 28 or 50 Chinese characters; 9, 18 or 32 English words."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Intent(msgspec.Struct, frozen=True):
    """One thing that a viewer may want, or that happens in a room and calls for words."""

    name: str
    """Its name in prompts, corpus files and settings."""
    roles: frozenset[Role]
    """Facts that a reply to it may carry."""
    spoken: bool
    """Whether a viewer expresses it in words; the others come from events or from the bot itself."""
    goals: tuple[Goal, ...]
    """What a reply to it may be for; the usual one first."""


def _intent(name: str, roles: str, *goals: Goal, spoken: bool = True) -> Intent:
    return Intent(name, frozenset(Role(role) for role in roles.split()), spoken, goals or (Goal.ANSWER,))


INTENTS: Final[dict[str, Intent]] = {
    intent.name: intent
    for intent in (
        _intent("greeting", "viewer me streamer", Goal.WELCOME, Goal.ANSWER),
        _intent("farewell", "viewer streamer", Goal.RETAIN, Goal.ANSWER),
        _intent("thanks", "viewer"),
        _intent("praise", "viewer product streamer"),
        _intent("complaint", "viewer product streamer", Goal.CALM, Goal.RETAIN, Goal.ANSWER),
        _intent("insult", "viewer", Goal.CALM, Goal.ANSWER),
        _intent("laugh", "viewer"),
        _intent("small_talk", "viewer me"),
        _intent("how_are_you", "viewer me"),
        _intent("about_bot", "viewer me"),
        _intent("bad_news", "viewer", Goal.CALM, Goal.ANSWER),
        _intent("good_news", "viewer", Goal.ENLIVEN, Goal.ANSWER),
        _intent("joke", "viewer", Goal.ENLIVEN, Goal.ANSWER),
        _intent("bought", "viewer product", Goal.THANK, Goal.ANSWER),
        _intent("agree", "viewer"),
        _intent("who_are_you", "viewer me streamer"),
        _intent("off_topic", "viewer streamer"),
        _intent("unknown", "viewer product streamer"),
        _intent("unclear", "viewer"),
        _intent("request", "viewer streamer"),
        _intent("ask_price", "viewer viewer2 viewer3 product price link stock"),
        _intent("ask_stock", "viewer viewer2 viewer3 product stock link"),
        _intent("sold_out", "viewer product", spoken=False),
        _intent("ask_link", "viewer viewer2 viewer3 product link price"),
        _intent("ask_product", "viewer viewer2 viewer3 product answer"),
        _intent("ask_delivery", "viewer viewer2 viewer3 answer"),
        _intent("ask_aftersales", "viewer viewer2 viewer3 answer"),
        _intent("ask_schedule", "viewer viewer2 viewer3 time streamer"),
        _intent("ask_faq", "viewer viewer2 viewer3 answer"),
        _intent("trick", "viewer me streamer", Goal.CALM, Goal.ANSWER),
        _intent("haggle", "viewer product price", Goal.ANSWER, Goal.SELL),
        _intent("buying", "viewer product link", Goal.SELL, Goal.ANSWER),
        _intent("recommend_product", "viewer product price link", Goal.SELL, Goal.RECOMMEND),
        _intent("recommend_room", "viewer room1 room2 room3", Goal.RECOMMEND),
        _intent("welcome", "viewer viewer2 viewer3 streamer me", Goal.WELCOME, spoken=False),
        _intent("gift", "viewer gift count streamer", Goal.THANK, spoken=False),
        _intent("follow", "viewer streamer", Goal.THANK, Goal.WELCOME, spoken=False),
        _intent("like", "viewer count streamer", Goal.THANK, spoken=False),
        _intent("share", "viewer streamer", Goal.THANK, spoken=False),
        _intent("order", "viewer product", Goal.THANK, spoken=False),
        _intent("idle", "me streamer product", Goal.ENLIVEN, spoken=False),
        _intent("calm", "streamer", Goal.CALM, spoken=False),
        _intent("retain", "viewer streamer topic", Goal.RETAIN, spoken=False),
        _intent("raid", "count streamer me", Goal.WELCOME, spoken=False),
        _intent("goal_progress", "count gift streamer", Goal.ENLIVEN, spoken=False),
        _intent("flash_sale", "product price time stock link", Goal.SELL, spoken=False),
        _intent("countdown", "product price time stock link", Goal.SELL, spoken=False),
        _intent("quiz_ask", "question", Goal.ENLIVEN, spoken=False),
        _intent("quiz_right", "viewer viewer2 viewer3 count answer", Goal.ENLIVEN, spoken=False),
        _intent("quiz_over", "answer count", Goal.ENLIVEN, spoken=False),
        _intent("poll_open", "question", Goal.ENLIVEN, spoken=False),
        _intent("poll_result", "option count question", Goal.ENLIVEN, spoken=False),
        _intent("lesson_next", "topic", Goal.ANSWER, spoken=False),
        _intent("lesson_recap", "topic answer", Goal.ANSWER, spoken=False),
        _intent("catch_up", "viewer topic answer", Goal.RETAIN, Goal.ANSWER, spoken=False),
    )
}


OF_CARD: Final = frozenset({"ask_price", "ask_stock", "ask_link"})
"""What is answered with a card's numbers and nothing else."""
ABOUT_PRODUCT: Final = OF_CARD | {"ask_product", "haggle", "buying"}
"""What is asked about something that is sold."""


def decent_tone(intent: str, tone: str) -> str:
    """Return the tone in which to reply to `intent` where `tone` is usual: nobody jokes or cheers at bad news."""
    return Tone.WARM if intent == "bad_news" and tone in {Tone.PLAYFUL, Tone.LIVELY} else tone
