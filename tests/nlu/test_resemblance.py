"""Replies are known by the patterns that they resemble."""

import pytest

from core.events import Goal
from nlu.intents import Length, Tone
from nlu.prompt import Prompt
from nlu.templates import Templates

TEMPLATES = Templates.load()


def prompt(language: str, intent: str) -> Prompt:
    return Prompt(language, intent, Goal.ANSWER, Tone.WARM, Length.SHORT, ())


@pytest.mark.parametrize(
    ("language", "intent", "other", "text"),
    [
        ("zh", "farewell", "small_talk", "<viewer>，好，下次再聊"),
        ("zh", "thanks", "praise", "<viewer>，能帮上你就好"),
        ("zh", "ask_delivery", "ask_faq", "<viewer>，物流看过来，<answer>。"),
        ("en", "farewell", "thanks", "Thanks for keeping us company, <viewer>."),
        ("en", "ask_price", "gift", "You can have <product> for <price>."),
    ],
)
def test_a_reply_passes_for_its_own_intent_and_not_for_another(
    language: str, intent: str, other: str, text: str
) -> None:
    assert TEMPLATES.sounds_like(text, prompt(language, intent))
    assert not TEMPLATES.sounds_like(text, prompt(language, other))


def test_every_pattern_sounds_like_what_it_is() -> None:
    for language in ("zh", "en"):
        for text in TEMPLATES.fitting(prompt(language, "greeting")):
            assert TEMPLATES.sounds_like(text, prompt(language, "greeting"))


def test_what_resembles_nothing_is_let_through() -> None:
    assert TEMPLATES.sounds_like("zzz qqq", prompt("zh", "greeting"))
