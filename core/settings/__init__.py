"""What a deployment's YAML may say. pydantic lives here, at the edge; the parts get plain structs from `bot/`."""

from core.settings.differences import SECTIONS, differences
from core.settings.loading import load, place
from core.settings.models import Models, OpenModel, ReplyModel, VoiceModel
from core.settings.rooms import Room, Settings
from core.settings.values import Local

__all__ = [
    "SECTIONS",
    "Local",
    "Models",
    "OpenModel",
    "ReplyModel",
    "Room",
    "Settings",
    "VoiceModel",
    "differences",
    "load",
    "place",
]
