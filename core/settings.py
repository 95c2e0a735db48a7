"""What a deployment's YAML may say. pydantic lives here, at the edge; the parts get plain structs from `bot/`."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from core.errors import SettingsError
from core.yaml_file import Document, validate

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)")
_SECRET: Final = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)\}?")


def seconds(value: Any) -> float:
    """Return a duration such as `500ms`, `20s`, `8m` or `1h` in seconds."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"a duration with its unit is wanted, such as 500ms, 20s, 8m or 1h, not {value!r}")
    return float(match[1]) * _UNITS[match[2]]


def seconds_range(value: Any) -> tuple[float, float]:
    """Return a duration or a range of them (`8m-12m`) as (shortest, longest) in seconds."""
    parts = value.split("-") if isinstance(value, str) else [value]
    low, high = seconds(parts[0]), seconds(parts[-1])
    if len(parts) > 2 or low > high:  # noqa: PLR2004  # a range has two ends
        raise ValueError(f"a range such as 8m-12m is wanted, not {value!r}")
    return low, high


def secret(value: Any) -> str:
    """Return the environment variable that `$NAME` names; a secret written into the file itself is refused."""
    match = _SECRET.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError("secrets come from the environment: write $NAME, and set NAME there")
    found = os.environ.get(match[1])
    if not found:
        raise ValueError(f"the environment variable {match[1]} is not set")
    return found


def _with_currency(value: Any) -> Any:
    if isinstance(value, int | float):
        raise ValueError(f"say the currency too, such as {value}元 or ${value}")  # noqa: TRY004  # pydantic wants it
    return value


Duration = Annotated[float, BeforeValidator(seconds), Field(json_schema_extra={"type": "string"})]
DurationRange = Annotated[
    tuple[float, float], BeforeValidator(seconds_range), Field(json_schema_extra={"type": "string"})
]
Secret = Annotated[str, BeforeValidator(secret)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Tone = Literal["warm", "playful", "calm", "lively"]
Length = Literal["short", "medium", "long"]


class Section(BaseModel):
    """A part of the file: unknown keys are errors, values are fixed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Local(Section):
    """A text in both languages; a plain string serves for both."""

    zh: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"zh": value, "en": value} if isinstance(value, str) else value


class Server(Section):
    """The web server: pages and native rooms."""

    host: str = "127.0.0.1"
    port: int = Field(8800, ge=0, le=65535)
    origins: tuple[str, ...] = ()
    """Other origins whose pages may open our websocket, such as https://example.com."""
    participants: int = Field(5000, ge=1)
    connections_per_address: int = Field(50, ge=1)


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
    voice: VoiceModel = VoiceModel()
    threads: int = Field(2, ge=1, le=64)
    """Of each model."""


class Persona(Section):
    """Who the bot is in a room."""

    name: str = Field("小弹", min_length=1, max_length=24)
    wake: tuple[str, ...] = ("小弹", "danmate")
    tone: Tone = "warm"
    length: Length = "short"


class Connect(Section):
    """How the bot gets into the room."""

    platform: str = "native"
    url: str = ""
    """Nothing: this process serves the room itself."""
    token: Secret | None = None


class Tokens(Section):
    """Secrets that make somebody more than a viewer in a room that we serve; a missing one is made up at start."""

    streamer: Secret | None = None
    moderator: Secret | None = None


class GiftKind(Section):
    """A gift of the native room."""

    name: str = Field(max_length=24)
    value: float = Field(0.0, ge=0)
    """In yuan."""
    icon: str = "🎁"


class Product(Section):
    """A product card: the only source of prices, stock and links."""

    id: str | int
    title: Local
    alias: tuple[str, ...] = ()
    price: Annotated[str, BeforeValidator(_with_currency)]
    stock: int | None = Field(None, ge=0)
    link: int | None = Field(None, ge=1)
    facts: tuple[Local, ...] = ()


class Faq(Section):
    """A question that the room knows the answer to."""

    ask: tuple[str, ...] = Field(min_length=1)
    answer: Local


class Knowledge(Section):
    """What the room knows. Nothing else is ever stated as a fact."""

    products: tuple[Product, ...] = ()
    faq: tuple[Faq, ...] = ()


class Cooldown(Section):
    """How long a command rests."""

    all: Duration = 5.0
    user: Duration = 30.0


class Command(Section):
    """A fixed answer to a fixed word."""

    name: str = Field(pattern=r"^\S{1,24}$")
    alias: tuple[str, ...] = ()
    level: Literal["everyone", "subscriber", "moderator", "streamer"] = "everyone"
    cooldown: Cooldown = Cooldown()
    reply: str = Field(min_length=1, max_length=200)


class Timer(Section):
    """Something said again and again."""

    every: DurationRange
    after_lines: int = Field(0, ge=0)
    """Only once so many messages were written since the last time."""
    say: tuple[str, ...] = Field(min_length=1)


class GiftThanks(Section):
    """How gifts are thanked."""

    merge: Duration = 3.0
    """Gifts of one giver within this time are thanked once."""
    min_value: float = Field(0.0, ge=0)
    """In yuan; smaller ones are not thanked aloud."""


class Thanks(Section):
    """What is thanked."""

    gift: GiftThanks = GiftThanks()
    follow: bool = True


class Floor(Section):
    """Who is answered when many speak."""

    max: int = Field(50, ge=1, le=1000)
    expire: Duration = 20.0
    answer_all: bool = True
    """Answer messages that are not addressed to the bot by name, where the room knows the answer."""


class Idle(Section):
    """Talk in a quiet room."""

    after: Duration = 45.0
    max_in_a_row: int = Field(2, ge=0)


class Ears(Section):
    """Listening."""

    enabled: bool = True
    min_wait: Duration = 0.4
    """Silence after which a finished remark may end."""
    max_wait: Duration = 1.0
    """Silence after which any remark ends."""


class RoomContent(Section):
    """What a room, a preset or the whole deployment may hold."""

    knowledge: Knowledge = Knowledge()
    commands: tuple[Command, ...] = ()
    timers: tuple[Timer, ...] = ()
    thanks: Thanks = Thanks()
    floor: Floor = Floor()
    idle: Idle = Idle()


class Room(RoomContent):
    """One room."""

    id: Identifier
    title: str = Field("", max_length=60)
    streamer: str = Field("主播", max_length=24)
    language: Literal["auto", "zh", "en"] = "auto"
    """The language to listen for and answer in; auto follows each viewer."""
    connect: Connect = Connect()
    tokens: Tokens = Tokens()
    persona: Persona = Persona()
    use: tuple[str, ...] = ()
    """Presets: files in `presets/` beside this one, or those that come with Danmate."""
    gifts: tuple[GiftKind, ...] = (
        GiftKind(name="玫瑰", value=1, icon="🌹"),
        GiftKind(name="咖啡", value=10, icon="☕"),
        GiftKind(name="火箭", value=100, icon="🚀"),
    )


class Settings(RoomContent):
    """A whole file."""

    server: Server = Server()
    models: Models = Models()
    ears: Ears = Ears()
    rooms: tuple[Room, ...] = Field((Room(id="main"),), min_length=1, max_length=100)


def load(path: Path) -> Settings:
    """Return the settings of a file, or of a folder's files together; presets and shared parts are in each room.

    Raise `SettingsError` with file and line for anything that is not as it should be.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise SettingsError(path, None, "holds no .yaml files")
    documents = [Document(file) for file in files]
    for document in documents:  # each alone first, so that errors name the right file and line
        if not isinstance(document.data, dict):
            raise SettingsError(document.path, 1, "a settings file is a mapping of names to values")
        validate(document, Settings)
    merged: dict[str, Any] = {}
    for document in documents:
        merged = merge(merged, document.data)
    shared = {key: merged[key] for key in RoomContent.model_fields if key in merged}
    rooms = merged.get("rooms", [{"id": "main"}])
    merged["rooms"] = [_with_presets(room, shared, documents, index) for index, room in enumerate(rooms)]
    settings = validate(documents[0], Settings, merged)
    ids = [room.id for room in settings.rooms]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            raise SettingsError(files[0], documents[0].line(("rooms", index, "id")), f"two rooms are called {name!r}")
    return settings


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return both: mappings are merged, lists follow one another, of plain values `above` wins."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            result[key] = merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            result[key] = old + value
        else:
            result[key] = value
    return result


def _with_presets(
    room: dict[str, Any], shared: dict[str, Any], documents: list[Document], index: int
) -> dict[str, Any]:
    below: dict[str, Any] = {}
    for name in room.get("use", ()):
        below = merge(below, _preset(str(name), documents[0], index))
    return merge(merge(below, shared), room)


def _preset(name: str, document: Document, index: int) -> dict[str, Any]:
    folders = (document.path.parent / "presets", Path(__file__).parent.parent / "configs" / "presets")
    for folder in folders:
        file = folder / f"{name}.yaml"
        if re.fullmatch(r"[\w-]+", name) and file.is_file():
            preset = Document(file)
            validate(preset, RoomContent)
            return dict(preset.data)
    known = sorted({file.stem for folder in folders for file in folder.glob("*.yaml")})
    line = document.line(("rooms", index, "use"))
    raise SettingsError(document.path, line, f"no preset is called {name!r}; there are: {', '.join(known) or 'none'}")
