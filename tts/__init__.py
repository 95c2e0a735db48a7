"""Text to speech: normalisation, clauses, voices, engines, loudness and the phrase cache. Imports core alone."""
