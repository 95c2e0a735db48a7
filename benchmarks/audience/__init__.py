"""A simulated audience. Whatever is measured with it says of itself that it is simulated."""
