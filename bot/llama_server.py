"""A llama.cpp server for one GGUF model, in this process: `danmate models serve`. It speaks OpenAI's chat completions.

llama.cpp comes as xllamacpp, a wheel that needs no compiler (the extra `llama`).
"""

import mmap
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final

from core import catalogue
from core.errors import EngineError, ModelError

CONTEXT: Final = 2048
"""Tokens of prompt and reply; ours are some 400."""
TRANSCRIPT: Final = (
    "{{ bos_token }}{% for m in messages %}"
    "{{ ('A: ' if m.role == 'assistant' else 'Q: ') + m.content + '\\n' }}"
    "{% endfor %}A:"
)
"""For models that were trained on no chat, and so have no template of their own: a transcript that they go on with."""


def serve(model: str, port: int, threads: int) -> None:
    """Serve a GGUF model of the catalogue, or in a folder, on the loopback address until Ctrl-C or SIGTERM.

    Port 0 takes a free one. Print the address, as settings want it, once the model is loaded. Raise `ModelError` where
    there is no such model, `EngineError` where llama.cpp is not installed or does not load it.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = _started(gguf(catalogue.locate(model)), port, threads)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


def gguf(folder: Path) -> Path:
    """Return the one GGUF file in `folder`; raise `ModelError` for none or several."""
    found = sorted(folder.glob("*.gguf"))
    if len(found) != 1:
        raise ModelError(f"{folder} holds {len(found)} GGUF files, not one; name a model that llama.cpp runs")
    return found[0]


def talks(file: Path) -> bool:
    """Return whether a GGUF file has a chat template, as models that were trained to chat do."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return whole.find(b"tokenizer.chat_template") >= 0


def _started(file: Path, port: int, threads: int) -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise EngineError('llama.cpp is not installed: `pip install "danmate[llama]"`') from error
    options = xllamacpp.CommonParams()
    options.model.path = str(file)
    options.hostnames = ["127.0.0.1"]
    options.port = port
    options.ui = False
    options.n_ctx = CONTEXT
    options.n_parallel = 1
    options.cpuparams.n_threads = threads
    options.verbosity = 1  # errors; more would write viewers' words into the log
    if not talks(file):
        options.chat_template = TRANSCRIPT
    try:
        return xllamacpp.Server(options)
    except RuntimeError as error:
        raise EngineError(
            f"llama.cpp does not serve {file.name} on port {port}: {error}; is the port taken?"
        ) from error
