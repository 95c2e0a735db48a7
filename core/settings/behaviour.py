"""Settings of how viewers are read and replies are steered."""

from typing import Annotated

from pydantic import AfterValidator, Field

from core.settings.values import Duration, FileName, Section, file_name


def _folder(value: bool | str) -> bool | str:  # noqa: FBT001  # a setting that is on, off or a name
    return file_name(value) if isinstance(value, str) else value


class Behaviour(Section):
    """How viewers are read and replies are steered."""

    order: int = Field(3, ge=1, le=3)
    """Steps that the chains of viewers' behaviour look back."""
    chain: FileName = ""
    """A model that `danmate behaviour fit` wrote, to start from; nothing: the packaged assumptions."""
    states: FileName = ""
    """A file like behaviour/states.yaml: what a viewer can be doing, and which event says so; nothing: the packaged."""
    mood: FileName = ""
    """Moods that `danmate behaviour fit --mood` wrote; nothing: the packaged ones."""
    leave_within: Duration = 60.0
    """The time within which leaving is looked for."""
    steer: bool = True
    """Whether goal and tone follow the room; else they are the usual ones, and only watched."""
    explore: float = Field(0.05, ge=0.0, le=0.1)
    """The probability with which each choice that is open is tried."""
    sell_every: Duration = 180.0
    """The time between offers that nobody asked for."""
    ledger: Annotated[bool | str, AfterValidator(_folder)] = True
    """Whether decisions are logged, without names or words: to the user's state folder, or to the folder named."""
    minors: tuple[str, ...] = Field((), max_length=10_000)
    """Platform ids of viewers under 18: nothing is sold to them. Those who say their age are found without this."""
