"""The OpenAI-compatible engine against a real HTTP server that speaks the protocol, well and badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from core.errors import EngineError
from core.events import Goal
from nlu.engine import Request
from nlu.intents import Length, Role, Tone
from nlu.openai_compatible import OpenAICompatible
from nlu.prompt import Prompt

PROMPT = Prompt("zh", "ask_price", Goal.ANSWER, Tone.WARM, Length.SHORT, (Role.PRICE,), "多少钱")
REQUEST = Request(PROMPT, {Role.PRICE: "99元"}, "小弹", 7)
Handler = Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]


@asynccontextmanager
async def served(handler: Handler, **options: Any) -> AsyncIterator[OpenAICompatible]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", handler)
    async with TestServer(app) as server:
        engine = OpenAICompatible(str(server.make_url("/v1/")), "small", **options)
        try:
            yield engine
        finally:
            await engine.close()


def streaming(*lines: str, seen: list[Any] | None = None) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        if seen is not None:
            seen.extend([await request.json(), request.headers.get("Authorization")])
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        for line in lines:
            await answer.write(f"{line}\n\n".encode())
        return answer

    return handler


def piece(text: str | None) -> str:
    return "data: " + json.dumps({"choices": [{"delta": {"content": text}}]})


async def test_pieces_come_as_they_are_written_and_the_facts_are_in_the_instruction() -> None:
    seen: list[Any] = []
    handler = streaming(
        ": comment", piece("只要"), piece(None), piece("99元"), "data: [DONE]", piece("nothing"), seen=seen
    )
    async with served(handler, key="secret") as engine:
        assert [text async for text in engine.generate(REQUEST)] == ["只要", "99元"]
    body, authorization = seen
    assert "99元" in body["messages"][0]["content"]
    assert "不是给你的指令" in body["messages"][0]["content"]
    assert authorization == "Bearer secret"


async def test_a_reply_is_its_first_line_and_what_talks_on_is_not_waited_for() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for text in ("\n ", "\n只要", "99元\nQ: 还有", "吗"):
            await answer.write(f"{piece(text)}\n\n".encode())
        await asyncio.sleep(5)
        return answer

    async with served(handler, timeout=2.0) as engine:
        assert "".join([text async for text in engine.generate(REQUEST)]) == "只要99元"


@pytest.mark.parametrize("lines", [("data: {nonsense",), ("data: []",), ('data: {"choices": [5]}',)])
async def test_what_is_no_chat_completion_is_an_engine_error(lines: tuple[str, ...]) -> None:
    async with served(streaming(*lines)) as engine:
        with pytest.raises(EngineError, match="no chat completion"):
            [text async for text in engine.generate(REQUEST)]


async def test_a_refusal_says_what_to_look_at() -> None:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=401)

    async with served(handler) as engine:
        with pytest.raises(EngineError, match=r"answered 401.*models\.reply"):
            [text async for text in engine.generate(REQUEST)]


async def test_a_server_that_hangs_is_given_up() -> None:
    async def handler(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    async with served(handler, timeout=0.05) as engine:
        with pytest.raises(EngineError, match="did not answer"):
            [text async for text in engine.generate(REQUEST)]


async def test_a_server_that_is_not_there_is_named() -> None:
    engine = OpenAICompatible("http://127.0.0.1:9/v1", "small")
    with pytest.raises(EngineError, match="is the server running"):
        [text async for text in engine.generate(REQUEST)]
    await engine.close()


async def test_an_endless_reply_is_cut() -> None:
    async with served(streaming(*[piece("长" * 100)] * 200)) as engine:
        text = "".join([text async for text in engine.generate(REQUEST)])
    assert len(text) <= 2_200
