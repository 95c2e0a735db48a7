"""What the native room counts."""

from typing import Final

from prometheus_client import Counter, Gauge

REFUSED: Final = Counter("danmate_room_refused_total", "Frames and connections refused", ["room", "code"])
DROPPED: Final = Counter("danmate_room_dropped_total", "Connections ended by the server", ["room", "why"])
CONNECTED: Final = Gauge("danmate_room_connected", "Connections that have said hello", ["room"])
CLICKS_DROPPED: Final = Counter(
    "danmate_room_clicks_dropped_total", "Opened products that bots were not told of", ["room"]
)
GAPS: Final = Counter("danmate_room_audio_gaps_total", "Audio frames that skipped numbers", ["room"])

CONNECTOR_REFUSED: Final = Counter(
    "danmate_connector_refused_total", "Frames that the server refused", ["room", "code"]
)
CONNECTOR_DROPPED: Final = Counter("danmate_connector_dropped_total", "What was dropped on our side", ["room", "what"])
CONNECTOR_LOST: Final = Counter("danmate_connector_lost_total", "Connections lost", ["room"])
