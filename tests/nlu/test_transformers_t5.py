"""A T5 through transformers, run for real on the smallest checkpoint that can be made: random weights, made here."""

from pathlib import Path

import pytest

from core.errors import ModelError
from core.events import Goal
from core.workers import Worker
from nlu.engine import Request
from nlu.intents import Length, Role, Tone
from nlu.prompt import Prompt

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # transformers warns of its own plans

REQUEST = Request(
    Prompt("en", "ask_price", Goal.ANSWER, Tone.WARM, Length.SHORT, (Role.PRICE,), "how much"),
    {Role.PRICE: "99 yuan"},
    "Danmate",
)


@pytest.fixture
def checkpoint(tmp_path: Path, needs_torch: None) -> Path:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    words = {"<pad>": 0, "</s>": 1, "<unk>": 2, "it": 3, "is": 4, "99": 5, "yuan": 6}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))  # a token, no password
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",  # tokens
    ).save_pretrained(tmp_path)
    config = T5Config(
        vocab_size=8,
        d_model=16,
        d_ff=16,
        d_kv=8,
        num_layers=1,
        num_heads=2,
        decoder_start_token_id=0,
        eos_token_id=1,
        pad_token_id=0,
    )
    T5ForConditionalGeneration(config).save_pretrained(tmp_path)
    return tmp_path


async def test_it_loads_a_folder_and_replies(checkpoint: Path) -> None:
    from nlu.transformers_t5 import TransformersT5

    worker = Worker("reply")
    engine = await worker.run(TransformersT5, worker, checkpoint)
    pieces = [piece async for piece in engine.generate(REQUEST)]
    await engine.close()
    worker.close()
    assert len(pieces) == 1
    assert set(pieces[0].split()) <= {"it", "is", "99", "yuan"}


def test_weights_that_could_execute_code_are_refused(tmp_path: Path, needs_torch: None) -> None:
    from nlu.transformers_t5 import TransformersT5

    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match="no safetensors"):
        TransformersT5(Worker("reply"), tmp_path)


def test_a_folder_that_is_no_checkpoint_is_named(tmp_path: Path, needs_torch: None) -> None:
    from nlu.transformers_t5 import TransformersT5

    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="not a T5 checkpoint"):
        TransformersT5(Worker("reply"), tmp_path)
