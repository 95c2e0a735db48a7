"""Speech to text: files to samples, voice activity, end of turn, Whisper engines, and several speakers at once."""
