"""What a room plays: pure state machines on events and a clock, which give the floor things to say."""
