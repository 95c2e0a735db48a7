"""What the pipeline of one room is told: plain structs, made from settings in `bot.build`."""

import msgspec

from bot.barge_in import Whom
from bot.care import GROWN_UP
from bot.crowd import CrowdOptions
from bot.floor import FloorOptions
from bot.gate import GateOptions
from bot.idle import IdleOptions, Timer
from bot.intake import IntakeOptions
from nlu.knowledge import Local


class RoomOptions(msgspec.Struct, frozen=True):
    """What the pipeline needs to know of its room."""

    id: str
    """As in settings."""
    persona: str
    """The bot's name here."""
    streamer: str
    """The streamer's name."""
    tone: str
    """Of replies."""
    length: str
    """Of replies."""
    language: str
    """`auto`, `zh` or `en`."""
    gift_merge_s: float
    """Seconds within which gifts of one giver are thanked once."""
    intake: IntakeOptions
    """Whom to answer."""
    floor: FloorOptions = FloorOptions()
    """How many wait, and in which order."""
    gate: GateOptions = GateOptions()
    """How much the bot may say."""
    crowd: CrowdOptions = CrowdOptions()
    """When a rush is a raid."""
    idle: IdleOptions = IdleOptions()
    """When the bot speaks of its own accord."""
    wake: tuple[str, ...] = ()
    """Names that the bot is called by."""
    timers: tuple[Timer, ...] = ()
    """Things said again and again."""
    minors: Local = GROWN_UP
    """What a minor who asks for what is sold is told."""
    barge_in: Whom = "everyone"
    """Whose words stop the bot while it speaks; everybody's voice lowers its own."""
    seed: int | None = None
    """Makes ids and draws the same in every run; nothing: different each time."""
