"""Any T5 checkpoint through transformers (extra `torch`): safetensors only, facts in words."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from core.engines import Capabilities
from core.errors import EngineError, ModelError
from core.workers import Worker
from nlu.engine import Request
from nlu.instruction import instruction

MAX_TOKENS = 64


class TransformersT5:
    """flan-t5, mT5, a Chinese T5: whatever `AutoModelForSeq2SeqLM` loads from a folder."""

    def __init__(self, worker: Worker, folder: Path, threads: int = 2) -> None:
        try:
            import torch
            from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
        except ImportError as error:
            raise EngineError(
                f"a T5 through transformers needs the torch extra: pip install 'danmate[torch]' ({error})"
            ) from error
        if not any(folder.glob("*.safetensors")):
            raise ModelError(f"{folder} holds no safetensors; other formats can execute code and are not loaded")
        torch.set_num_threads(threads)
        self.capabilities = Capabilities(f"transformers:{folder.name}", frozenset())
        self._worker = worker
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            self._model: Any = AutoModelForSeq2SeqLM.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"{folder} is not a T5 checkpoint that transformers can load: {error}") from error
        self._model.eval()

    async def generate(self, request: Request) -> AsyncIterator[str]:
        """Yield the whole reply at once."""
        yield await self._worker.run(self._whole, request)

    def _whole(self, request: Request) -> str:
        import torch

        batch = self._tokenizer(instruction(request), return_tensors="pt", truncation=True, max_length=256)
        with torch.inference_mode():
            ids = self._model.generate(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], max_new_tokens=MAX_TOKENS
            )
        return str(self._tokenizer.decode(ids[0], skip_special_tokens=True)).strip()

    async def close(self) -> None:
        """Drop the model."""
        self._model = None
