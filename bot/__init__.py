"""The only wiring: one room's pipeline, the floor, the supervisor, the command line."""
