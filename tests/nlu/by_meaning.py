"""What reads intents by meaning, for the tests that need the sentence encoder."""

from bot.engines import intent_reader
from nlu.intent_reader import IntentReader
from nlu.sentence_encoder import SentenceEncoder
from tests.conftest import absent


def reader() -> IntentReader:
    """Return the reader with its encoder; where there is none skip, or fail where weights are required."""
    found = intent_reader()
    if found.encoder is None:
        absent("weights", "the sentence encoder is not here: danmate models fetch")
    return found


def encoder() -> SentenceEncoder:
    """Return the sentence encoder, as `reader` has it."""
    found = reader().encoder
    assert found is not None
    return found
