"""Any server with OpenAI's chat completions: llama.cpp, vLLM, Ollama, a GPU's model server. Replies stream."""

import json
from collections.abc import AsyncIterator
from typing import Final

import aiohttp

from core.engines import Capabilities
from core.errors import EngineError
from nlu.engine import Request
from nlu.instruction import chat

MAX_TOKENS: Final = 80
MAX_LINE: Final = 65_536
"""Bytes of one event; a server that sends longer ones is not what it says it is."""
MAX_REPLY: Final = 2_000
"""Characters after which the rest is not read."""


class OpenAICompatible:
    """POSTs to `{url}/chat/completions` and yields what streams back, up to the end of the first line.

    A reply is one line. What follows it is a small model talking on, for others too, and is not waited for.
    """

    def __init__(self, url: str, model: str, key: str | None = None, timeout: float = 8.0) -> None:
        self.capabilities = Capabilities(f"openai:{model}", frozenset(), streams=True, local=False)
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def generate(self, request: Request) -> AsyncIterator[str]:
        """Yield pieces of the reply as they come."""
        body = {
            "model": self._model,
            "messages": chat(request),
            "max_tokens": MAX_TOKENS,
            "temperature": 0.7,
            "seed": request.seed,
            "stream": True,
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, read_bufsize=MAX_LINE)
        try:
            async with self._session.post(self._url, json=body, headers=self._headers) as answer:
                if answer.status != 200:  # noqa: PLR2004  # HTTP's OK
                    raise EngineError(f"{self._url} answered {answer.status}; check models.reply.url, model and key")
                told = 0
                async for line in answer.content:
                    piece = _content(line)
                    if piece is None or told > MAX_REPLY:
                        return
                    if not told:
                        piece = piece.lstrip()
                    piece, end, _ = piece.partition("\n")
                    told += len(piece)
                    if piece:
                        yield piece
                    if end:
                        return
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise EngineError(f"{self._url} did not answer: {type(error).__name__}; is the server running?") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _content(line: bytes) -> str | None:
    """Return the text in one server-sent event, nothing for other lines, None at the end."""
    if not line.startswith(b"data:"):
        return ""
    data = line[5:].strip()
    if data == b"[DONE]":
        return None
    try:
        choices = json.loads(data).get("choices") or [{}]
        content = (choices[0].get("delta") or {}).get("content")
    except (json.JSONDecodeError, AttributeError, IndexError, TypeError, KeyError) as error:
        raise EngineError(f"the reply server sent what is no chat completion: {error}") from error
    return content if isinstance(content, str) else ""
