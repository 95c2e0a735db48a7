"""What travels between the parts and what every part needs. Imports nothing else of ours."""
