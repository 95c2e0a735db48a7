"""What every engine of every kind has to be, whatever it computes with; what each kind does is tested beside it."""

import inspect
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from asr.ctranslate import CTranslate2Recogniser
from asr.engine import RECOGNISERS, Transcript
from core.catalogue import locate
from core.engines import Capabilities, resolve
from core.errors import EngineError
from core.events import SAMPLE_RATE, Goal
from core.workers import Worker
from nlu.engine import RESPONDERS, Request, Responder
from nlu.intents import Length, Role, Tone
from nlu.prompt import Prompt
from tts.engine import SPEAKERS

EVERY = [(kind, name) for kind in (RECOGNISERS, RESPONDERS, SPEAKERS) for name in kind]
FACTS = {Role.PRODUCT: "蓝色卫衣", Role.PRICE: "99元"}
PROMPT = Prompt("zh", "ask_price", Goal.ANSWER, Tone.WARM, Length.SHORT, tuple(FACTS), "多少钱")


@pytest.mark.parametrize(("table", "name"), EVERY, ids=[name for _, name in EVERY])
def test_an_engine_is_found_by_name_and_has_at_most_three_methods(table: dict[str, str], name: str) -> None:
    engine = resolve(name, table)
    methods = [
        key
        for key, value in inspect.getmembers(engine)
        if not key.startswith("_") and callable(value) and key != "capabilities"
    ]
    assert "close" in methods
    assert len(methods) <= 3


@pytest.fixture(params=["danmate-t5", "openai"])
async def responder(request: pytest.FixtureRequest) -> AsyncIterator[Responder]:
    worker = Worker("reply")
    if request.param == "danmate-t5":
        made: Any = await worker.run(resolve("danmate-t5", RESPONDERS), worker)
        yield made
    else:

        async def chat(asked: web.Request) -> web.StreamResponse:
            answer = web.StreamResponse()
            await answer.prepare(asked)
            for piece in ("蓝色卫衣", "只要99元。"):
                await answer.write(f'data: {{"choices": [{{"delta": {{"content": "{piece}"}}}}]}}\n\n'.encode())
            await answer.write(b"data: [DONE]\n\n")
            return answer

        app = web.Application()
        app.router.add_post("/chat/completions", chat)
        async with TestServer(app) as server:
            made = resolve("openai", RESPONDERS)(str(server.make_url("/")), "small")
            yield made
    worker.close()


@pytest.mark.weights
async def test_a_responder_writes_text_piece_by_piece_or_says_why_not_and_closes(responder: Responder) -> None:
    assert isinstance(responder.capabilities, Capabilities)
    written = []
    for seed in range(8):
        try:
            pieces = [piece async for piece in responder.generate(Request(PROMPT, FACTS, "小弹", seed))]
        except EngineError:
            continue  # the house model gives drafts up
        assert all(isinstance(piece, str) for piece in pieces)
        written.append("".join(pieces))
    assert any("价" in text or "99元" in text or "<price>" in text for text in written)
    left = responder.generate(Request(PROMPT, FACTS, "小弹", 1))
    await anext(left)
    await left.aclose()  # type: ignore[attr-defined]  # an async generator has it
    await responder.close()


@pytest.mark.weights
def test_a_recogniser_hears_nothing_in_silence() -> None:
    recogniser = CTranslate2Recogniser(locate("whisper-base"))
    heard = recogniser.transcribe(np.zeros(2 * SAMPLE_RATE, np.float32), None, ("小弹",))
    recogniser.close()
    assert isinstance(heard, Transcript)
    assert (heard.text, heard.segments) == ("", ())
