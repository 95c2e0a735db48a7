"""The house T5: trained here, served by CTranslate2 in int8, several drafts in one batch."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

import ctranslate2
import sentencepiece

from core.engines import Capabilities
from core.errors import EngineError, ModelError
from core.workers import Worker
from nlu.engine import Draft, Request
from nlu.judge import Judge
from nlu.prompt import Prompt, encode, join, opening

WEIGHTS: Final = Path(__file__).parent / "weights" / "t5"
MAX_TOKENS: Final = 64
"""More than any pattern of the corpus has."""
DRAFTS: Final = 12
"""Replies sampled in one batch: twice as many as six take not twice as long, and more of them hold a good one."""
TEMPERATURE: Final = 0.7
"""At 1.0 a pilot broke 13% of its byte pieces, at 0.7 none."""
TOP_K: Final = 30
"""Likeliest pieces that are looked at. Without it CTranslate2 sorts all 4,000, two thirds of a reply's time."""
TOP_P: Final = 0.9
"""Of these only the likeliest that together weigh this much are drawn from: what garbles a sentence is in the rest."""


class DanmateT5:
    """Replies with sentinels, sampled at a low temperature so that the same question is not answered alike."""

    def __init__(self, worker: Worker, folder: Path = WEIGHTS, threads: int = 1) -> None:
        pieces = folder / "pieces.model"
        if not pieces.is_file() or not (folder / "model.bin").is_file():
            raise ModelError(f"the house T5 is not in {folder}: install Danmate again, or `make train` to train it")
        self.capabilities = Capabilities("t5", frozenset({"zh", "en"}), free=False)
        self._worker = worker
        self._pieces: Any = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
        self._judge = Judge.load(folder / "judge.npz")
        self._translator: Any = ctranslate2.Translator(
            str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
        )

    async def generate(self, request: Request) -> AsyncIterator[str]:
        """Yield the likeliest of some replies, whole, facts as sentinels."""
        drafts = await self.drafts(request)
        if drafts:
            yield max(drafts, key=lambda draft: draft.likelihood).text

    async def drafts(self, request: Request) -> Sequence[Draft]:
        """Return up to `DRAFTS` different replies, in the order in which they were drawn."""
        try:
            return await self._worker.run(self._drafts, request.prompt)
        except RuntimeError as error:
            raise EngineError(f"the house T5 failed: {error}") from error

    def _drafts(self, prompt: Prompt) -> list[Draft]:
        begun = opening(prompt)
        drawn = self._translator.translate_batch(
            [encode(prompt, self._pieces)],
            target_prefix=[begun],
            beam_size=1,
            num_hypotheses=DRAFTS,
            max_decoding_length=MAX_TOKENS,
            sampling_topk=TOP_K,
            sampling_topp=TOP_P,
            sampling_temperature=TEMPERATURE,
            return_scores=True,
        )[0]
        drafts: dict[str, Draft] = {}
        for pieces, likelihood in zip(drawn.hypotheses, drawn.scores, strict=True):
            text = join(pieces[len(begun) :])
            if len(pieces) < MAX_TOKENS and text not in drafts:
                drafts[text] = Draft(text, likelihood, self._judge.follows(text, prompt))
        return list(drafts.values())

    async def close(self) -> None:
        """Unload the model."""
        self._translator.unload_model()
