"""What viewers do next: states from events, chains over states, dwell times, the room's mood, the directive."""
