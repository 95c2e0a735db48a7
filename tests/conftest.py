"""What every test gets: no leaked tasks, no blocking calls in the loop, and honest skips."""

import asyncio
import importlib.util
import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest
import pytest_asyncio
import structlog
from blockbuster import BlockBuster, blockbuster_ctx
from playwright.async_api import Browser, async_playwright

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
REQUIRED = frozenset(filter(None, os.environ.get("DANMATE_REQUIRE", "").split(",")))
"""What may not be missing here: browser, llm, torch, weights, recordings. Their tests fail where they would skip."""


def absent(what: str, why: str) -> NoReturn:
    """Skip the test, or the file, because `what` is not on this machine, or fail it where it has to be."""
    if what in REQUIRED:
        pytest.fail(f"{what} is required here: {why}")
    pytest.skip(why, allow_module_level=True)


@pytest.fixture
def recordings() -> Path:
    """Return the folder of public recordings and data sets."""
    folder = Path(os.environ.get("DANMATE_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "audio" / "clips.tsv").is_file():
        absent("recordings", "no recordings: set DANMATE_DATA to their folder (benchmarks/README.md)")
    return folder


@pytest.fixture
def models() -> Path:
    """Return the folder of fetched models."""
    from core.catalogue import models_dir

    folder = models_dir()
    if not (folder / "whisper-base" / "model.bin").is_file():
        absent("weights", "no models: run `danmate models fetch`")
    return folder


@pytest.fixture
def gemma() -> Path:
    """Return the folder of Gemma, where llama.cpp is installed to run it."""
    from core.catalogue import models_dir

    folder = models_dir() / "gemma3-270m"
    if importlib.util.find_spec("xllamacpp") is None:
        absent("llm", 'no llama.cpp: pip install "danmate[llama]"')
    if not any(folder.glob("*.gguf")):
        absent("llm", "no Gemma: run `danmate models fetch gemma3-270m`")
    return folder


SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
OpenBrowser = Callable[..., AbstractAsyncContextManager[Browser]]


@pytest.fixture
def chromium() -> OpenBrowser:
    """Return `open(microphone="", autoplay=True)`: a Chromium whose fake microphone plays the file `microphone`."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        absent("browser", "no Chromium: install it, or set CHROMIUM to its path")

    @asynccontextmanager
    async def open_browser(microphone: str = "", *, autoplay: bool = True) -> AsyncIterator[Browser]:
        switches = [*SWITCHES]
        if microphone:
            switches.append(f"--use-file-for-fake-audio-capture={microphone}")
        if autoplay:
            switches.append("--autoplay-policy=no-user-gesture-required")
        async with async_playwright() as playwright:
            running = await playwright.chromium.launch(executable_path=path, args=switches)
            try:
                yield running
            finally:
                await running.close()

    return open_browser


@pytest.fixture
def needs_torch() -> None:
    """Skip where the torch extra is not installed."""
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        absent("torch", "no torch: make .venv/.train")


@pytest.fixture(autouse=True, scope="session")
def state_stays_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what runs write for later out of the user's folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DANMATE_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def logging_is_forgotten() -> Iterator[None]:
    """Undo what the command line sets up for logs: its stream is the captured one of a test that is over."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def blocking_calls_fail(request: pytest.FixtureRequest) -> Iterator[BlockBuster | None]:
    """Fail a test that blocks the event loop; tests with real engines start and stop them outside the loop's care."""
    if any(request.node.get_closest_marker(name) for name in ("weights", "browser", "torch", "llm", "soak")):
        yield None
        return
    with blockbuster_ctx() as detector:
        yield detector


@pytest_asyncio.fixture(autouse=True)
async def leaked_tasks_fail(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail a test that leaves tasks behind."""
    before = asyncio.all_tasks()
    yield
    for _ in range(10):  # tasks that are ending may end
        left = [task for task in asyncio.all_tasks() - before - {asyncio.current_task()} if not task.done()]
        if not left:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"left running: {[task.get_name() + ' ' + repr(task.get_coro()) for task in left]}")


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes at once: where it would wait for a timer, its clock jumps there."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0
        selector: Any = self._selector  # type: ignore[attr-defined]  # asyncio's own, and stable for a decade
        real = selector.select

        def select(timeout: float | None = None) -> Any:
            ready = real(0)
            if not ready and timeout:
                self.now += timeout
            elif not ready and timeout is None:
                raise RuntimeError("nothing will ever happen: a deadlock, or a wait for another thread")
            return ready

        selector.select = select

    def time(self) -> float:
        """Return the jumping clock."""
        return self.now

    def wall(self) -> float:
        """Return the same as seconds since some epoch, so that the loop serves as a `core.clock.Clock`."""
        return self.now

    def monotonic(self) -> float:
        """Return the same."""
        return self.now


@pytest.fixture
def virtual_time() -> Callable[[Callable[[VirtualLoop], Coroutine[Any, Any, T]]], T]:
    """Return a function that runs `test(clock)` in a loop of virtual time and returns its result."""

    def run(test: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
        loops: list[VirtualLoop] = []

        def make() -> VirtualLoop:
            loops.append(VirtualLoop())
            return loops[0]

        with asyncio.Runner(loop_factory=make) as runner:
            runner.get_loop()
            return runner.run(test(loops[0]))

    return run
