"""What people look at: the room page and the overlay for OBS. Plain ES modules, no build step."""
