"""Settings of who is answered when many speak, how much the bot speaks, and of talk in a quiet room."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from core.settings.values import Duration, Section

Claim = Literal["streamer", "paid", "addressed", "voice", "question", "chat", "idle"]
CLAIMS: tuple[Claim, ...] = ("streamer", "paid", "addressed", "voice", "question", "chat", "idle")


def _each_once(order: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Return the order with what it leaves out at its end, in the usual order."""
    if len(set(order)) < len(order):
        raise ValueError("each kind may stand in the order once")
    return (*order, *(claim for claim in CLAIMS if claim not in order))


class Share(Section):
    """How much of the time the bot's voice may fill."""

    min: float = Field(0.0, ge=0, le=1)
    """0 to 1; a bot that speaks less answers more of what is not meant for it, and breaks silences sooner."""
    max: float = Field(0.6, gt=0, le=1)
    """0 to 1; beyond it only the streamer, paid and addressed messages are answered."""
    over: Duration = 300.0

    @model_validator(mode="after")
    def _in_order(self) -> "Share":
        if self.min > self.max:
            raise ValueError("min is more than max")
        return self


class Raid(Section):
    """When a rush is a raid, and how calm the bot stays then."""

    joins: float = Field(20.0, gt=0)
    """Joins a second from which on it is one."""
    messages: float = Field(30.0, gt=0)
    """Messages a second from which on it is one."""
    sample: int = Field(10, ge=1, le=100)
    """Messages a second that are read while it lasts."""
    calm: Duration = 10.0
    """It is over when both have stayed below half for so long."""


class Rate(Section):
    """How many replies the platform puts up with, beside what its connector knows."""

    replies: int = Field(0, ge=0)
    """0: any number."""
    within: Duration = 30.0


class Floor(Section):
    """Who is answered when many speak."""

    max: int = Field(50, ge=1, le=1000)
    expire: Duration = 20.0
    answer_all: bool = True
    """Answer messages that are not addressed to the bot by name, where the room knows the answer."""
    priority: Annotated[tuple[Claim, ...], AfterValidator(_each_once)] = CLAIMS
    """The most urgent first; what is left out follows in the usual order."""
    ageing: Duration = 4.0
    """Waiting for so long counts as one priority more."""
    per_viewer: int = Field(3, ge=1)
    """Messages of one viewer that may wait."""
    share: Share = Share()
    raid: Raid = Raid()
    rate: Rate = Rate()
    yield_to_streamer: bool = True
    """Wait while the streamer speaks."""


class Idle(Section):
    """Talk in a quiet room."""

    after: Duration = 45.0
    max_in_a_row: int = Field(2, ge=0)
