"""Text in two languages."""

import msgspec


class Local(msgspec.Struct, frozen=True):
    """A text as the room's settings give it: in both languages, or in one that has to do for both."""

    zh: str = ""
    """In Chinese."""
    en: str = ""
    """In English."""

    def in_(self, language: str) -> str:
        """Return the text in `language`, or in the other where it is missing."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)
