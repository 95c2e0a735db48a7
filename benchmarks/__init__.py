"""The numbers that the README quotes, and the peers they are measured against."""
