"""Settings of who is answered when many speak, and of talk in a quiet room."""

from pydantic import Field

from core.settings.values import Duration, Section


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
