"""The house T5: trained here, served by CTranslate2 in int8, one token at a time."""

import contextlib
from collections.abc import AsyncIterator, Generator, Iterable
from pathlib import Path
from typing import Any, Final

import ctranslate2
import sentencepiece

from core.engines import Capabilities
from core.errors import EngineError, ModelError
from core.workers import Worker
from nlu.engine import Request
from nlu.prompt import END, encode, join

WEIGHTS: Final = Path(__file__).parent / "weights" / "t5"
MAX_TOKENS: Final = 64
"""More than any pattern of the corpus has."""
TEMPERATURE: Final = 0.7
"""At 1.0 a pilot broke 13% of its byte pieces, at 0.7 none."""
TOP_P: Final = 0.85
"""Only the likeliest pieces that together weigh this much are drawn from: what garbles a sentence is in the rest."""

SURE_AFTER: Final = 3
"""Pieces after which a reply has taken its direction: which way it goes is free, how it goes on is not."""
UNSURE: Final = -1.2
"""Log probability below which such a piece shows a sentence coming apart. Of 300 drafts for combinations of facts, tone
and length that an early training had not seen, nearly all garbled ones had such a piece and few good ones did."""


class DanmateT5:
    """Replies with sentinels, sampled at a low temperature so that the same question is not answered alike."""

    def __init__(self, worker: Worker, folder: Path = WEIGHTS, threads: int = 1) -> None:
        pieces = folder / "pieces.model"
        if not pieces.is_file() or not (folder / "model.bin").is_file():
            raise ModelError(f"the house T5 is not in {folder}: install Danmate again, or `make train` to train it")
        self.capabilities = Capabilities("t5", frozenset({"zh", "en"}), free=False)
        self._worker = worker
        self._pieces: Any = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
        self._translator: Any = ctranslate2.Translator(
            str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
        )

    async def generate(self, request: Request) -> AsyncIterator[str]:
        """Yield the reply token by token, facts as sentinels."""
        try:
            async for text in self._worker.stream(self._tokens, request):
                yield text
        except RuntimeError as error:
            raise EngineError(f"the house T5 failed: {error}") from error

    def _tokens(self, request: Request) -> Generator[str, None, None]:
        steps = self._translator.generate_tokens(
            encode(request.prompt, self._pieces),
            max_decoding_length=MAX_TOKENS,
            sampling_topk=0,
            sampling_topp=TOP_P,
            sampling_temperature=TEMPERATURE,
            return_log_prob=True,
        )
        # Closed here and now: the garbage collector may run in a thread of CTranslate2's, which then waits for itself.
        with contextlib.closing(steps):
            yield from _texts(steps)

    async def close(self) -> None:
        """Unload the model."""
        self._translator.unload_model()


def _texts(steps: Iterable[Any]) -> Generator[str, None, None]:
    """Yield what each step adds to the text; raise `EngineError` where the model no longer knows how to go on."""
    pieces: list[str] = []
    told = ""
    for step in steps:
        if len(pieces) >= SURE_AFTER and step.log_prob < UNSURE:
            raise EngineError("unsure of its words")
        if step.token == END:
            return
        pieces.append(step.token)
        text = join(pieces)
        if text.endswith("\ufffd"):  # in the middle of a character's bytes
            continue
        if len(text) > len(told):
            yield text[len(told) :]
            told = text
