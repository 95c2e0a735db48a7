"""What a server and its rooms are told at their start."""

import msgspec

from core.events import Role
from rooms.native.limits import Limits


class RoomOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One room."""

    id: str
    """As in its address: /rooms/ID."""
    title: str = ""
    """What it is about."""
    streamer: str = ""
    """The streamer's name, which no viewer can take."""
    bot: str = ""
    """The bot's name, which no viewer can take."""
    tokens: dict[Role, str] = {}
    """What makes somebody more than a viewer: a secret for each role; an empty one closes that role."""
    gifts: dict[str, float] = {}
    """Gifts of this room beside the server's: name to yuan for one."""


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """All rooms of a server."""

    limits: Limits = Limits()
    """How much of everything is taken."""
    origins: tuple[str, ...] = ()
    """Pages of other hosts that may connect, as `https://example.com`; `*` lets every page in."""
    gifts: dict[str, float] = {}
    """Gifts of every room: name to yuan for one."""
