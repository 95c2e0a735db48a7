"""CLINC150 (Larson et al., 2019, CC BY 3.0): what people ask assistants that is not for a live room to answer.

Its training part, but for what a room may be asked too, is learnt as off topic; its test part is scored on. Of the
intents that both share, other than off topic, nothing is trained on: they are a test that nobody here wrote. Read from
the folder that `DANMATE_DATA` names; without it the model is trained without.
"""

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Final

from training.corpus import Utterance

FILE: Final = Path(os.environ.get("DANMATE_DATA", "../shared/data")) / "intent" / "clinc150.json.gz"
SAME: Final = {
    "greeting": "greeting",
    "goodbye": "farewell",
    "thank_you": "thanks",
    "are_you_a_bot": "who_are_you",
    "what_is_your_name": "who_are_you",
    "who_made_you": "who_are_you",
    "who_do_you_work_for": "who_are_you",
    "how_old_are_you": "about_bot",
    "do_you_have_pets": "about_bot",
    "what_are_your_hobbies": "about_bot",
    "where_are_you_from": "about_bot",
    "what_can_i_ask_you": "who_are_you",
    "tell_joke": "joke",
    "yes": "agree",
    "no": "agree",
    "change_volume": "request",
    "next_song": "request",
    "weather": "off_topic",
    "translate": "off_topic",
    "exchange_rate": "off_topic",
    "calories": "off_topic",
    "recipe": "off_topic",
    "book_flight": "off_topic",
    "calculator": "off_topic",
    "definition": "off_topic",
    "nutrition_info": "off_topic",
    "traffic": "off_topic",
    "directions": "off_topic",
    "restaurant_suggestion": "off_topic",
    "travel_suggestion": "off_topic",
    "measurement_conversion": "off_topic",
}
"""Its intents that mean the same in a live room, or that are off topic there."""


_OURS_TOO_NAMES: Final = """
order order_status cancel maybe repeat what_song play_music change_speed change_volume change_accent
whisper_mode change_language change_ai_name change_user_name user_name fun_fact flip_coin roll_dice
next_song reset_settings
"""
OURS_TOO: Final = frozenset(_OURS_TOO_NAMES.split())
"""Its intents that a live room's co-host may well be asked: neither ours for certain nor foreign, so left out."""


def shared(part: str, file: Path = FILE) -> list[Utterance]:
    """Return `train`, `val` or `test` as utterances of our intents; nothing where the file is absent."""
    return [Utterance("en", SAME[i], text) for text, i in _read(file)[part] if i in SAME] if file.exists() else []


def foreign(part: str, file: Path = FILE) -> list[str]:
    """Return what of `train`, `val` or `test` asks for what no live room offers: banking, travel, kitchen, calendar."""
    if not file.exists():
        return []
    ours = OURS_TOO | {intent for intent, same in SAME.items() if same != "off_topic"}
    return [text for text, intent in _read(file)[part] if intent not in ours]


def out_of_scope(part: str, file: Path = FILE) -> list[str]:
    """Return the out-of-scope queries of `train`, `val` or `test`."""
    return [text for text, _ in _read(file)[f"oos_{part}"]] if file.exists() else []


@cache
def _read(file: Path) -> dict[str, list[tuple[str, str]]]:
    return dict(json.loads(gzip.decompress(file.read_bytes())))
