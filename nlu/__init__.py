"""Text to meaning to reply: language, intent, knowledge, prompt, T5 engines."""
