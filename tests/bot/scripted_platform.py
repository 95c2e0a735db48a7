"""A platform that notes what it is asked to do, and a clock that the tests move."""

from typing import Any

from core.errors import OverloadError
from core.events import Reply
from rooms.source import Capabilities


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now


class Platform:
    def __init__(self, *, full: bool = False, **can: bool) -> None:
        self.capabilities = Capabilities(platform="test", **{"say": True, "delete": True, "timeout": True, **can})
        self.full = full
        self.did: list[tuple[Any, ...]] = []

    def say(self, reply: Reply, *, final: bool = True) -> None:
        self.did.append(("say", reply.language, reply.text))

    def delete(self, message_id: str) -> None:
        if self.full:
            raise OverloadError("full")
        self.did.append(("delete", message_id))

    def timeout(self, viewer_id: str, seconds: int) -> None:
        self.did.append(("timeout", viewer_id, seconds))
