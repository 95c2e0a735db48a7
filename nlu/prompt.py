"""The prompt of the house T5: one encoding for training and for serving.

A prompt is a row of control symbols (language, goal, intent, tone, length, one sentinel for each fact that the reply
must say) and then what the viewer said. Facts never pass through the weights: the reply comes back with sentinels,
and `fill` puts the values in. Each role has one fixed sentinel; numbering them by position was measured to fail (37%
of them right after a training in which everything else was 92% right).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import msgspec

from core.events import Goal
from nlu.intents import INTENTS, Length, Role, Tone

LANGUAGES: Final = ("zh", "en")
MESSAGE_PIECES: Final = 40
"""Pieces of the viewer's message that are kept: a live message is short, and encoding costs time."""

SENTINELS: Final[dict[Role, str]] = {role: f"<{role}>" for role in Role}
END: Final = "</s>"
SYMBOLS: Final[tuple[str, ...]] = (
    *SENTINELS.values(),
    *(f"<lang:{language}>" for language in LANGUAGES),
    *(f"<goal:{goal}>" for goal in Goal),
    *(f"<intent:{name}>" for name in INTENTS),
    *(f"<tone:{tone}>" for tone in Tone),
    *(f"<length:{length}>" for length in Length),
    "<said>",
)
"""Every control symbol, each one piece of the vocabulary. Appending is safe, reordering needs a new training."""

_SENTINEL = re.compile("|".join(re.escape(sentinel) for sentinel in SENTINELS.values()))


class Pieces(Protocol):
    """The part of a SentencePiece processor that prompts need."""

    def encode(self, text: str, out_type: type[str]) -> list[str]:
        """Split text into pieces."""
        ...


class Prompt(msgspec.Struct, frozen=True):
    """What the T5 is told."""

    language: str
    """`zh` or `en`: the language to answer in."""
    intent: str
    """A name of `INTENTS`."""
    goal: Goal
    """From the directive."""
    tone: Tone
    """From the directive."""
    length: Length
    """From the directive."""
    roles: tuple[Role, ...]
    """The facts that must be said."""
    message: str = ""
    """What the viewer said; facts named in it stand as their sentinels."""


def encode(prompt: Prompt, pieces: Pieces) -> list[str]:
    """Return the prompt as pieces of the vocabulary, the end symbol last."""
    control = [
        f"<lang:{prompt.language}>",
        f"<goal:{prompt.goal}>",
        f"<intent:{prompt.intent}>",
        f"<tone:{prompt.tone}>",
        f"<length:{prompt.length}>",
        *(SENTINELS[role] for role in Role if role in prompt.roles),
    ]
    if prompt.message:
        control += ["<said>", *pieces.encode(prompt.message, out_type=str)[:MESSAGE_PIECES]]
    return [*control, END]


def mention(message: str, facts: Mapping[Role, str]) -> str:
    """Return `message` with the facts that it names as sentinels.

    Anything in it that looks like a control symbol loses its brackets first: a viewer cannot speak in symbols.
    """
    safe = message.replace("<", "‹").replace(">", "›")
    for role in sorted(facts, key=lambda role: -len(facts[role])):
        value = facts[role].replace("<", "‹").replace(">", "›")
        if len(value) > 1:
            safe = safe.replace(value, SENTINELS[role])
    return safe


def fill(text: str, facts: Mapping[Role, str]) -> str:
    """Return `text` with each sentinel replaced by its value; raise `KeyError` for one that has none.

    Values are set in one pass, so a viewer who calls herself `<price>` stays exactly that.
    """
    return _SENTINEL.sub(lambda match: facts[Role(match.group()[1:-1])], text)


def sentinels(text: str) -> list[Role]:
    """Return the roles whose sentinels stand in `text`, in order, repeats included."""
    return [Role(match.group()[1:-1]) for match in _SENTINEL.finditer(text)]


def join(pieces: Sequence[str]) -> str:
    """Return generated pieces as text with sentinels in it; byte-fallback pieces become their characters."""
    text: list[str] = []
    waiting = bytearray()
    for piece in pieces:
        if len(piece) == len("<0x00>") and piece.startswith("<0x"):
            waiting.append(int(piece[3:5], 16))
            continue
        if waiting:
            text.append(waiting.decode("utf-8", "replace"))
            waiting.clear()
        if piece != END:
            text.append(piece.replace("\u2581", " "))
    if waiting:
        text.append(waiting.decode("utf-8", "replace"))
    return "".join(text).strip()
