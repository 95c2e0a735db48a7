"""CLINC150 (Larson et al., 2019, CC BY 3.0) as an English test that nobody here wrote, for the intents both share.

Used for scoring only; nothing of it is trained on. Read from the folder that `DANMATE_DATA` names.
"""

import gzip
import json
import os
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
    "how_old_are_you": "who_are_you",
    "what_can_i_ask_you": "who_are_you",
    "tell_joke": "request",
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


def load(file: Path = FILE) -> tuple[list[Utterance], list[str]]:
    """Return its test part as utterances of our intents, and its out-of-scope queries; nothing where it is absent."""
    if not file.exists():
        return [], []
    data = json.loads(gzip.decompress(file.read_bytes()))
    same = [Utterance("en", SAME[intent], text) for text, intent in data["test"] if intent in SAME]
    return same, [text for text, _ in data["oos_test"]]
