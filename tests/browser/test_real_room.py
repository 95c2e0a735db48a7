"""The whole thing, real in every part: a viewer types or speaks in Chromium, and reads and hears the answer."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.timeout(240)]

OpenBrowser = Callable[..., AbstractAsyncContextManager[Browser]]  # conftest's, which tests cannot import
DESK_TOKEN = "for-this-test-alone"  # noqa: S105  # opens nothing else
ROOT = Path(__file__).parent.parent.parent
PICTURE = ROOT / "docs" / "pictures" / "room.png"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a running `danmate serve`; Ctrl-C must end it within five seconds, with nothing left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path_factory.mktemp("serve") / "room.yaml"
    demo = (ROOT / "configs" / "demo.yaml").read_text(encoding="utf-8")
    demo = demo.replace("after: 45s", "after: 1h")
    demo = demo.replace("    use: [shop]\n", "    use: [shop]\n    tokens: {moderator: $DESK_TOKEN}\n")
    config.write_text(f"server: {{port: {port}}}\n{demo}", encoding="utf-8")
    command = [sys.executable, "-m", "bot.cli", "serve", "-c", str(config)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DESK_TOKEN": DESK_TOKEN})
    try:
        for _ in range(600):
            assert process.poll() is None, "danmate serve ended early"
            if ready(port):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        code = process.wait(15)
        seconds = time.monotonic() - begun
    assert code == 0
    assert seconds < 5


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as answer:
            health = json.load(answer)
    except OSError:
        return False
    assert health["ears"], "the ears are missing"
    assert health["voice"], "the voice is missing"
    return bool(health["ready"])


@pytest.fixture
def spoken(models: Path, tmp_path: Path) -> tuple[Path, re.Pattern[str]]:
    """Return a file for the fake microphone and a pattern of what it says: a recording, or else our own voice."""
    data = Path(os.environ.get("DANMATE_DATA", ROOT.parent / "shared" / "data"))
    speech = data / "audio" / "en_librispeech_mr_quilter.wav"
    words = re.compile("middle classes", re.IGNORECASE)
    if not speech.is_file():
        speech, words = tmp_path / "said.wav", re.compile("请问一下.*卫衣现在多少钱")
        text = "请问一下，蓝色卫衣现在多少钱？"
        command = [sys.executable, "-m", "bot.cli", "say", text, "-o", str(speech)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    with wave.open(str(speech)) as source:
        rate, sound = source.getframerate(), np.frombuffer(source.readframes(source.getnframes()), np.int16)
    path = tmp_path / "spoken.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        quiet = np.zeros(rate, np.int16)
        file.writeframes(np.concatenate([quiet[: rate // 2], sound, quiet, quiet, quiet]).tobytes())
    return path, words


async def opened(browser: Browser, address: str, width: int = 1280, height: int = 800) -> Page:
    context = await browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    page = await context.new_page()
    await page.goto(f"{address}/live/main")
    await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=10_000)
    return page


@pytest.fixture
async def silent_browser(chromium: OpenBrowser) -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def loudest(page: Page, seconds: float) -> float:
    """Return the loudest root mean square of what reached the page's output within `seconds`."""
    value: float = await page.evaluate(
        """async (seconds) => {
          const until = performance.now() + seconds * 1000;
          let loudest = 0;
          while (performance.now() < until) {
            await new Promise((done) => setTimeout(done, 20));
            loudest = Math.max(loudest, danmate.output.rms());
          }
          return loudest;
        }""",
        seconds,
    )
    return value


async def test_a_viewer_types_and_reads_and_hears_the_answer(
    silent_browser: Browser, address: str, models: Path
) -> None:
    page = await opened(silent_browser, address)
    await page.get_by_test_id("name-input").fill("小鱼")
    await page.get_by_test_id("chat-input").fill("蓝色卫衣多少钱？")
    await page.get_by_test_id("chat-input").press("Enter")
    await expect(page.get_by_test_id("chat-log")).to_contain_text("99元", timeout=10_000)
    assert await loudest(page, 4) > 0.01
    await page.get_by_test_id("chat-input").fill("how much is the travel mug?")
    await page.get_by_test_id("chat-send").click()
    await expect(page.get_by_test_id("chat-log")).to_contain_text("59 yuan", timeout=15_000)
    if os.environ.get("DANMATE_PICTURES"):
        await expect(page.get_by_test_id("caption-bot")).to_contain_text("travel mug", timeout=10_000)
        await asyncio.sleep(0.3)
        PICTURE.parent.mkdir(exist_ok=True)
        await page.screenshot(path=PICTURE)
        phone = await opened(silent_browser, address, 390, 780)
        await asyncio.sleep(1)
        await phone.screenshot(path=PICTURE.with_name("phone.png"))


async def test_a_viewer_speaks_and_reads_and_hears_the_answer(
    chromium: OpenBrowser, spoken: tuple[Path, re.Pattern[str]], address: str, models: Path
) -> None:
    sound, words = spoken
    async with chromium(f"{sound}%noloop") as browser:
        page = await opened(browser, address)
        log = page.get_by_test_id("chat-log")
        await page.get_by_test_id("mic-open").check(force=True)
        await page.get_by_test_id("mic").click()
        # Only what this viewer spoke counts: the room's history holds what others wrote.
        remark = log.locator(".row.mine", has=page.locator(".spoken")).filter(has_text=words).first
        await expect(remark).to_be_visible(timeout=20_000)
        await expect(page.get_by_test_id("bot-state")).to_have_attribute("data-state", "speaking", timeout=10_000)
        assert await loudest(page, 3) > 0.01
        remark_id = await remark.get_attribute("data-id")
        answer = log.locator(".row.bot", has=page.locator(f".quote[data-quoted='{remark_id}']"))
        await expect(answer.locator(".words")).to_have_text(re.compile(r"\w"))


async def test_a_moderator_sees_why_each_message_was_answered_or_not(
    silent_browser: Browser, address: str, models: Path
) -> None:
    desk = await silent_browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 860})
    await desk.goto(f"{address}/moderator/main#token={DESK_TOKEN}")
    await expect(desk.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=10_000)
    page = await opened(silent_browser, address)
    for text in ("保温杯还有货吗", "能给我开发票吗", "加我微信 abc_12345 领红包"):
        await page.get_by_test_id("chat-input").fill(text)
        await page.get_by_test_id("chat-input").press("Enter")
    decisions = desk.get_by_test_id("decisions")
    answered = decisions.locator("li[data-outcome=answered]").filter(has_text="保温杯还有货吗")
    await expect(answered.locator(".reply")).to_contain_text("保温杯", timeout=15_000)
    await expect(answered.locator(".why")).to_contain_text("已回复")
    await expect(desk.get_by_test_id("unanswered")).to_contain_text("能给我开发票吗", timeout=20_000)
    refused = decisions.locator("li[data-outcome=refused]").filter(has_text="加我微信")
    await expect(refused.locator(".why")).to_contain_text("已撤回并警告：个人信息")
    await expect(page.get_by_test_id("chat-log")).not_to_contain_text("加我微信")
    await desk.get_by_test_id("silence").get_by_role("button").first.click()
    await expect(desk.get_by_test_id("silenced")).to_be_visible()
    await desk.get_by_test_id("speak").click()
    await expect(desk.get_by_test_id("silenced")).to_be_hidden()
    if os.environ.get("DANMATE_PICTURES"):
        await decisions.locator("button.who").first.click()
        await asyncio.sleep(3)
        await desk.evaluate("scrollTo(0, 0)")
        await desk.screenshot(path=PICTURE.with_name("moderator.png"))
