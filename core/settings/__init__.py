"""What a deployment's YAML may say. pydantic lives here, at the edge; the parts get plain structs from `bot/`."""

from core.settings.loading import load
from core.settings.models import Models, OpenModel, ReplyModel, VoiceModel
from core.settings.rooms import Room, Settings
from core.settings.values import Local

__all__ = ["Local", "Models", "OpenModel", "ReplyModel", "Room", "Settings", "VoiceModel", "load"]
