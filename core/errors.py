"""Every error that Danmate raises on purpose. Each says what to do next, and whether trying again can help."""

from pathlib import Path


class DanmateError(Exception):
    """The base of all of them: a sentence for a person, and whether trying again can help."""

    retryable: bool = False


class SettingsError(DanmateError):
    """A settings file that cannot be used: where, what, and the nearest right word."""

    def __init__(self, file: str | Path, line: int | None, what: str) -> None:
        where = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{where}: {what}")
        self.file = str(file)
        self.line = line
        self.what = what


class ModelError(DanmateError):
    """A model that is missing, damaged or unknown; says which command mends it."""


class NetworkError(DanmateError):
    """A registry or server that did not answer."""

    retryable = True


class AudioError(DanmateError):
    """A file or frame that is not the audio it should be."""


class RoomError(DanmateError):
    """A room that cannot be joined or has been lost."""

    retryable = True


class RoomRefusedError(RoomError):
    """A room that will not have us: wrong token, wrong address, banned. Trying again cannot help."""

    retryable = False


class EngineError(DanmateError):
    """A recogniser, responder or speaker that failed or cannot be loaded."""


class OverloadError(DanmateError):
    """A bounded queue is full and its rule is to refuse."""

    retryable = True
