"""Settings of the models, and of listening."""

from typing import Any, Literal

from pydantic import Field, model_validator

from core.settings.values import Duration, Secret, Section


class Asr(Section):
    """The recogniser: a catalogue name, a hub id or a folder; or an engine with its model."""

    engine: str = "ctranslate2"
    model: str = "whisper-base"
    beam: int = Field(1, ge=1, le=10)
    script: Literal["simplified", "traditional"] = "simplified"

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"model": value} if isinstance(value, str) else value


class ReplyModel(Section):
    """The responder: the house T5, another T5, or an OpenAI-compatible server."""

    engine: str = "danmate-t5"
    model: str = ""
    url: str = ""
    key: Secret | None = None
    timeout: Duration = 8.0

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return (
            {"engine": value} if value == "danmate-t5" or ":" in value else {"engine": "transformers", "model": value}
        )


OpenIntent = Literal["off_topic", "small_talk", "how_are_you", "joke", "good_news", "bad_news"]
"""What a larger engine may be given: talk that no fact of the room answers."""


class OpenModel(ReplyModel):
    """A larger responder for open talk alone. Where it fails, is slow or is refused, `reply` answers as without it."""

    engine: str = "openai"
    timeout: Duration = 3.0
    """For its reply, all drafts together; then what it has said stands, or `reply` takes over."""
    intents: frozenset[OpenIntent] = frozenset({"off_topic", "small_talk"})


class VoiceModel(Section):
    """The speaker: an engine, and one of its voices for each language."""

    engine: str = "kokoro"
    model: str = ""
    """A catalogue name or folder; nothing means the engine's own."""
    zh: str = "zf_xiaobei"
    en: str = "af_heart"
    speed: float = Field(1.0, ge=0.5, le=2.0)
    volume: float = Field(1.0, ge=0.0, le=2.0)


class Models(Section):
    """Which models do the work."""

    asr: Asr = Asr()
    reply: ReplyModel = ReplyModel()
    open: OpenModel | None = None
    voice: VoiceModel = VoiceModel()
    threads: int = Field(2, ge=1, le=64)
    """Of each model."""


class Ears(Section):
    """Listening."""

    enabled: bool = True
    min_wait: Duration = 0.4
    """Silence after which a finished remark may end."""
    max_wait: Duration = 1.0
    """Silence after which any remark ends."""
    barge_in: Literal["everyone", "streamer", "nobody"] = "everyone"
    """Whose words stop the bot while it speaks; everybody's voice lowers its own."""
