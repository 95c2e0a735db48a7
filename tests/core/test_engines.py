"""Engines by name: lazily, from tables or as module:Class."""

import collections
import sys

import pytest

from asr.engine import RECOGNISERS
from core.engines import resolve
from core.errors import EngineError
from nlu.engine import RESPONDERS
from rooms.source import CONNECTORS
from tts.engine import SPEAKERS


def test_a_name_of_the_table_and_a_path_to_a_class_are_both_found() -> None:
    assert resolve("counter", {"counter": "collections:Counter"}) is collections.Counter
    assert resolve("collections:OrderedDict", {}) is collections.OrderedDict


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kokro", "did you mean kokoro"),
        ("nonsense", "known: coqui, espeak, kokoro, piper, or module:Class"),
        ("no.such.module:Engine", "package that is missing"),
        ("collections:Nothing", "has no Nothing"),
    ],
)
def test_what_cannot_be_found_is_named_with_what_could_be(name: str, words: str) -> None:
    with pytest.raises(EngineError, match=words):
        resolve(name, SPEAKERS)


def test_tables_import_nothing_until_an_engine_is_asked_for() -> None:
    for table in (RECOGNISERS, RESPONDERS, SPEAKERS, CONNECTORS):
        assert all(isinstance(target, str) and ":" in target for target in table.values())
    assert "TTS" not in sys.modules
    assert "piper" not in sys.modules
