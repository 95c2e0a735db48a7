"""What every responder offers, and where each is found."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final, Protocol, runtime_checkable

import msgspec

from core.engines import Capabilities
from nlu.intents import Role
from nlu.prompt import Prompt


class Request(msgspec.Struct, frozen=True):
    """What a responder is asked for."""

    prompt: Prompt
    """Language, intent, directive, the roles to say, and the message with its facts as sentinels."""
    facts: Mapping[Role, str]
    """The value of every role in the prompt, for engines that have no sentinels."""
    persona: str
    """The bot's name."""
    seed: int = 0
    """Another one asks for another draft; engines that can repeat a draft do so for the same one."""


class Responder(Protocol):
    """A text-to-reply engine."""

    capabilities: Capabilities

    def generate(self, request: Request) -> AsyncIterator[str]:
        """Yield the reply piece by piece, facts as sentinels or in words. Raise `EngineError` where it fails."""
        ...

    async def close(self) -> None:
        """Let go of model and connections; the engine cannot be used afterwards."""
        ...


class Draft(msgspec.Struct, frozen=True):
    """One whole reply out of several, and what its engine thinks of it."""

    text: str
    """The reply, facts as sentinels."""
    likelihood: float
    """Mean log probability of a piece, in nats."""
    follows: float
    """Probability that it has the tone and a goal that the prompt asks for."""


@runtime_checkable
class Drafter(Responder, Protocol):
    """A responder that writes several whole replies at once, to be chosen from."""

    async def drafts(self, request: Request) -> Sequence[Draft]:
        """Return different replies to one request. Raise `EngineError` where it fails."""
        ...


RESPONDERS: Final[dict[str, str]] = {
    "danmate-t5": "nlu.danmate_t5:DanmateT5",
    "transformers": "nlu.transformers_t5:TransformersT5",
    "openai": "nlu.openai_compatible:OpenAICompatible",
}
"""Engines by the name that settings use, for `core.engines.resolve`."""
