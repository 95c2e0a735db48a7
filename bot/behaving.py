"""From settings to a room's behaviour: what it reads of viewers, and where its decisions are logged."""

import os
import secrets
from pathlib import Path

from behaviour.room import RoomBehaviour, RoomBehaviourOptions
from behaviour.symbols import PACKAGED
from core.clock import Clock
from core.settings import Room
from nlu.intents import INTENTS


def behaviour(room: Room, clock: Clock, seed: int | None = None) -> RoomBehaviour:
    """Return what reads the room's viewers and steers replies; the same seed and events make the same choices.

    Without a seed one is drawn, so that no two runs' directives share an id. Raise `SettingsError` or `ModelError`
    for a model file or a file of states that cannot be used.
    """
    settings = room.behaviour
    options = RoomBehaviourOptions(
        room=room.id,
        order=settings.order,
        chain=Path(settings.chain).expanduser() if settings.chain else None,
        states=states_file(room),
        mood=Path(settings.mood).expanduser() if settings.mood else None,
        leave_within_s=settings.leave_within,
        explore=settings.explore,
        steer=settings.steer,
        ledger=ledger_file(room),
        minors=settings.minors,
        sell_every_s=settings.sell_every,
        sells=bool(room.knowledge.products),
        goals={name: intent.goals for name, intent in INTENTS.items()},
    )
    return RoomBehaviour(options, clock, secrets.randbits(32) if seed is None else seed)


def states_file(room: Room) -> Path:
    """Return the file that says what viewers can be doing: the room's, or the packaged one."""
    return Path(room.behaviour.states).expanduser() if room.behaviour.states else PACKAGED


def ledger_file(room: Room) -> Path | None:
    """Return the file that the room's decisions are logged to, or nothing where they are not."""
    where = room.behaviour.ledger
    if not where:
        return None
    folder = state_dir() / "ledger" if where is True else Path(where).expanduser()
    return folder / f"{room.id}.jsonl"


def state_dir() -> Path:
    """Return where what must outlast a run is kept: $DANMATE_STATE, or danmate in the user's state folder."""
    if named := os.environ.get("DANMATE_STATE"):
        return Path(named).expanduser()
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state).expanduser() if state else Path.home() / ".local" / "state") / "danmate"
