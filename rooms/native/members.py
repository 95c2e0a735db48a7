"""Somebody in a room, from hello until their session ends."""

import secrets
from collections import OrderedDict
from typing import Protocol

from core.events import Role, Viewer
from rooms.native.limits import Limits, Window
from rooms.native.wire import Close


class Outbox(Protocol):
    """The way to one client. Never waits: what is too slow is closed."""

    def text(self, data: bytes) -> None:
        """Send a JSON message."""
        ...

    def audio(self, data: bytes) -> None:
        """Send an audio frame."""
        ...

    def close(self, code: Close, why: str) -> None:
        """Send what waits, then close; later calls do nothing."""
        ...


class Member:
    """One participant: who they are, what they may still do, and where they are reached."""

    def __init__(self, viewer: Viewer, limits: Limits, *, watches: bool = False) -> None:
        self.viewer = viewer
        """As others see them."""
        self.watches = watches
        """Whether they only look on."""
        self.session = secrets.token_urlsafe(24)
        """The secret that resumes them."""
        self.outbox: Outbox | None = None
        """Where they are reached; nothing while their connection is lost."""
        self.hears: frozenset[str] = frozenset()
        """`voice`, `mics`."""
        self.messages = Window(limits.messages_of(viewer.role), limits.messages_s)
        """What they may write."""
        self.refusals = Window(limits.refusals, limits.refusals_s)
        """What they may get wrong."""
        self.followed = False
        """Whether their follow was told."""
        self.muted_until = float("-inf")
        """Monotonic seconds."""
        self.lost_at = 0.0
        """Monotonic seconds at which their connection was lost."""
        self.gone = False
        """Whether the others were told that they left."""
        self._refs: OrderedDict[str, str] = OrderedDict()
        self._known_refs = limits.refs

    @property
    def counts(self) -> bool:
        """Whether they are one of the people here: neither a bot nor a page that only looks on."""
        return self.viewer.role is not Role.BOT and not self.watches

    def acknowledged(self, ref: str) -> str | None:
        """Return the id that `ref` made when it was acknowledged, or nothing for a new one."""
        return self._refs.get(ref)

    def acknowledge(self, ref: str, made: str) -> None:
        """Remember that `ref` is done."""
        self._refs[ref] = made
        if len(self._refs) > self._known_refs:
            self._refs.popitem(last=False)
