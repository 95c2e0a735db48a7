"""A whole settings file: the server, the models, and rooms with what they hold."""

from typing import Literal

from pydantic import Field

from core.settings.behaviour import Behaviour
from core.settings.content import Command, Knowledge, Thanks, Timer
from core.settings.filters import Filters
from core.settings.floor import Floor, Idle
from core.settings.models import Ears, Models
from core.settings.show import Show
from core.settings.values import Identifier, Length, Secret, Section, Texts, Tone


class Server(Section):
    """The web server: pages and native rooms."""

    host: str = "127.0.0.1"
    port: int = Field(8800, ge=0, le=65535)
    origins: tuple[str, ...] = ()
    """Other origins whose pages may open our websocket, such as https://example.com."""
    participants: int = Field(5000, ge=1)
    connections_per_address: int = Field(50, ge=1)


class Persona(Section):
    """Who the bot is in a room."""

    name: str = Field("小弹", min_length=1, max_length=24)
    wake: Texts = ("小弹", "danmate")
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


class RoomContent(Section):
    """What a room, a preset or the whole deployment may hold."""

    knowledge: Knowledge = Knowledge()
    commands: tuple[Command, ...] = ()
    timers: tuple[Timer, ...] = ()
    thanks: Thanks = Thanks()
    floor: Floor = Floor()
    idle: Idle = Idle()
    filters: Filters = Filters()
    show: Show = Show()
    behaviour: Behaviour = Behaviour()


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
