"""Speakers by name."""

import pytest

from core.engines import resolve
from core.errors import EngineError
from tts.engine import SPEAKERS


@pytest.mark.parametrize("name", sorted(SPEAKERS))
def test_every_speaker_resolves_without_its_model(name: str) -> None:
    assert resolve(name, SPEAKERS).__name__.lower() == f"{name}speaker"


def test_a_misspelt_speaker_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(EngineError, match="did you mean kokoro"):
        resolve("kokro", SPEAKERS)
