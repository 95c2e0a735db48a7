"""Speakers that stand in for each other."""

import numpy as np
import pytest
from structlog.testing import capture_logs

from core.engines import Capabilities
from core.errors import EngineError
from tts.engine import Waveform
from tts.fallback import FallbackSpeaker


class Scripted:
    def __init__(self, name: str, languages: str = "zh en", *, fails: bool = False) -> None:
        self.capabilities = Capabilities(name, frozenset(languages.split()))
        self.fails = fails
        self.asked: list[tuple[str, str]] = []
        self.closed = False

    def voices(self) -> tuple[str, ...]:
        return (f"{self.capabilities.name}-voice",)

    def synthesise(self, text: str, voice: str, language: str, speed: float) -> Waveform:
        self.asked.append((text, voice))
        if self.fails:
            raise EngineError("out of order")
        return Waveform(np.ones(10, np.float32), 100)

    def close(self) -> None:
        self.closed = True


def test_the_first_speaker_speaks_while_it_works() -> None:
    first, second = Scripted("first"), Scripted("second")
    made = FallbackSpeaker([first, second]).synthesise("hello", "first-voice", "en", 1.0)
    assert made.substitute == ""
    assert first.asked == [("hello", "first-voice")]
    assert second.asked == []


def test_the_next_speaks_where_one_fails_and_the_log_says_so_without_the_text() -> None:
    first, second = Scripted("first", fails=True), Scripted("second")
    with capture_logs() as logs:
        made = FallbackSpeaker([first, second]).synthesise("secret", "first-voice", "en", 1.0)
    assert made.substitute == "second"
    assert second.asked == [("secret", "")]
    assert [entry["event"] for entry in logs] == ["speaker_failed", "speaker_substituted"]
    assert "secret" not in str(logs)


def test_a_speaker_that_lacks_the_language_is_not_asked() -> None:
    first, second = Scripted("first", "en"), Scripted("second", "zh")
    made = FallbackSpeaker([first, second]).synthesise("你好", "", "zh", 1.0)
    assert made.substitute == ""
    assert first.asked == []


def test_a_voice_of_a_later_speaker_is_spoken_by_that_one() -> None:
    first, second = Scripted("first"), Scripted("second")
    FallbackSpeaker([first, second]).synthesise("hi", "second-voice", "en", 1.0)
    assert second.asked == [("hi", "second-voice")]


def test_where_all_fail_the_error_names_the_reason() -> None:
    with pytest.raises(EngineError, match="out of order"):
        FallbackSpeaker([Scripted("only", fails=True)]).synthesise("hi", "", "en", 1.0)


def test_none_at_all_is_refused() -> None:
    with pytest.raises(EngineError, match="no voice engine"):
        FallbackSpeaker([])


def test_together_they_offer_what_each_offers_and_close_together() -> None:
    pair = Scripted("first", "en"), Scripted("second", "zh")
    speaker = FallbackSpeaker(pair)
    assert speaker.capabilities == Capabilities("first", frozenset({"zh", "en"}))
    assert speaker.voices() == ("first-voice", "second-voice")
    speaker.close()
    assert all(one.closed for one in pair)
