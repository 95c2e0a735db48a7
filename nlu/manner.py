"""How a tone opens and closes what is said, for training examples and for templates that take another tone."""

import re
from typing import Final

import msgspec

from nlu.intents import Tone

_KINDS: Final = {
    "answer": "ask_price ask_stock ask_link ask_product ask_delivery ask_aftersales ask_schedule ask_faq buying "
    "recommend_product recommend_room catch_up lesson_recap",
    "thanks": "gift follow like share order praise bought",
    "social": "greeting farewell thanks laugh small_talk how_are_you about_bot agree good_news joke who_are_you "
    "welcome raid retain",
    "decline": "off_topic unknown unclear request complaint haggle sold_out trick",
    "peace": "insult calm",
    "comfort": "bad_news",
    "show": "idle goal_progress flash_sale countdown quiz_ask quiz_right quiz_over poll_open poll_result lesson_next",
}
KIND: Final = {intent: kind for kind, intents in _KINDS.items() for intent in intents.split()}
"""Which openings and closings suit an intent."""

_LAST_STOP: Final = re.compile(r"[。.!！~，,…]+$")


class Manner(msgspec.Struct, frozen=True):
    """How one tone opens and closes what is said for one kind of intent."""

    language: str
    """`zh` or `en`."""
    kind: str
    """A value of `KIND`."""
    tone: Tone
    """How it sounds."""
    open: tuple[str, ...]
    """Openings: clauses in Chinese, sentences in English."""
    close: tuple[str, ...]
    """Closings, likewise."""


def dressed(text: str, language: str, tone: Tone, opening: str, closing: str, stop: str) -> str:
    """Return `text` with an opening and a closing of `tone`, either of which may be empty.

    `stop` ends a Chinese closing where the tone does not call for an exclamation mark.
    """
    if language == "en":
        if tone is Tone.LIVELY:
            text = f"{text[:-1]}!" if text.endswith(".") else text
        return " ".join(part for part in (opening, text, closing) if part)
    mark = "！" if tone is Tone.LIVELY else stop
    if closing:
        asks = text.endswith(("？", "?", "！"))
        text = text + closing if asks else _LAST_STOP.sub("", text) + "，" + closing
    if tone is Tone.LIVELY or closing:
        text = text if text.endswith(("？", "?")) else _LAST_STOP.sub("", text) + mark
    return f"{opening}，{text}" if opening else text
