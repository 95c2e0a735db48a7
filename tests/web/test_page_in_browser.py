"""The pages in Chromium against a room played by hand: chat, voice, microphone, reconnecting."""

import asyncio
import struct
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

pytestmark = pytest.mark.browser

OpenBrowser = Callable[..., AbstractAsyncContextManager[Browser]]  # the same
FakeRoom = Any  # conftest's, which tests cannot import
MODERATOR = "let-me-moderate"
LENA = {"id": "v7", "name": "<script>alert('name')</script>", "role": "viewer", "level": 0}
BOT = {"id": "b1", "name": "小弹", "role": "bot", "level": 0}


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Return a file for the fake microphone: 20 s of a 300 Hz tone at 48 kHz."""
    path = tmp_path / "tone.wav"
    samples = np.sin(np.arange(20 * 48_000) * 2 * np.pi * 300 / 48_000) * 12_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


@pytest.fixture
async def browser(chromium: OpenBrowser, tone: Path) -> AsyncIterator[Browser]:
    async with chromium(str(tone)) as running:
        yield running


@pytest.fixture
async def page(browser: Browser, server: TestServer) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    opened = await context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: wrong.append("script of a viewer ran"))
    await opened.goto(str(server.make_url("/live/main")))
    await expect(opened.get_by_test_id("connection")).to_have_attribute("data-state", "open")
    yield opened
    await context.close()
    assert not wrong


async def loudness(page: Page) -> float:
    value: float = await page.evaluate("danmate.output.rms()")
    return value


async def wait_for_loudness(page: Page, least: float, most: float = 1.0, seconds: float = 3.0) -> None:
    """Wait until what reaches the page's output is as loud as that (root mean square); fail after `seconds`."""
    value = await page.evaluate(
        """async ([least, most, seconds]) => {
          const until = performance.now() + seconds * 1000;
          let rms;
          do {
            await new Promise((done) => setTimeout(done, 10));
            rms = danmate.output.rms();
          } while ((rms < least || rms > most) && performance.now() < until);
          return rms;
        }""",
        [least, most, seconds],
    )
    assert least <= value <= most


async def test_a_viewer_types_and_reads_and_nothing_that_others_write_is_markup(
    page: Page, fake_room: FakeRoom
) -> None:
    await page.get_by_test_id("name-input").fill("小明")
    await page.get_by_test_id("chat-input").fill("这件还有货吗？")
    await page.get_by_test_id("chat-input").press("Enter")
    await fake_room.until(lambda: fake_room.sent("chat") and fake_room.sent("rename"))
    assert fake_room.sent("rename")[0]["name"] == "小明"
    event = await fake_room.happen("chat", LENA, text="<img src=x onerror=alert(1)>")
    for seq, text in ((3, "有"), (4, "有的，还剩 12 件。")):  # a reply that grows
        reply = {"kind": "say", "id": "r1", "at": 1, "viewer": BOT, "text": text, "language": "zh", "event": event}
        await fake_room.tell({"type": "event", "seq": seq, "event": reply})
    log = page.get_by_test_id("chat-log")
    await expect(log.locator(".row")).to_have_count(3)
    await expect(log).to_contain_text("这件还有货吗？")
    await expect(log).to_contain_text("<script>alert('name')</script>")
    await expect(log.locator(".row.bot .words")).to_have_text("有的，还剩 12 件。")
    await expect(log.locator(".row.bot .quote")).to_contain_text("<img src=x")
    assert await log.locator("img, script").count() == 0


async def test_the_log_keeps_the_last_200_messages(page: Page, fake_room: FakeRoom) -> None:
    for number in range(230):
        await fake_room.happen("chat", LENA, text=f"第 {number} 条")
    await expect(page.get_by_test_id("chat-log")).to_contain_text("第 229 条")
    assert await page.locator(".log > li").count() == 200


async def test_a_reply_sounds_without_gaps_with_its_caption_and_a_cancel_silences_it(
    page: Page, fake_room: FakeRoom, server: TestServer
) -> None:
    await fake_room.speak("r1", 0, "帽子 39 元，", seconds=1.5)
    await fake_room.speak("r1", 1, "和卫衣一起带走正好。", seconds=1.5)
    await wait_for_loudness(page, 0.1)
    caption, state = page.get_by_test_id("caption-bot"), page.get_by_test_id("bot-state")
    await expect(caption).to_have_text("帽子 39 元，")
    await expect(state).to_have_attribute("data-state", "speaking")
    quietest = await page.evaluate(
        """async () => {
          let quietest = 1;
          await new Promise((done) => setTimeout(done, 60)); // the silence before the first word leaves the window
          const until = performance.now() + 1740;
          while (performance.now() < until) {
            const samples = danmate.output.samples();
            for (let at = 0; at + 256 <= samples.length; at += 256) {
              const piece = samples.subarray(at, at + 256);
              quietest = Math.min(quietest, Math.sqrt(piece.reduce((sum, x) => sum + x * x, 0) / 256));
            }
            await new Promise((done) => setTimeout(done, 15));
          }
          return quietest;
        }"""
    )
    assert quietest > 0.1  # the seam of the two clauses lies in these 1.8 s
    await expect(caption).to_have_text("和卫衣一起带走正好。")
    await fake_room.speak("r1", 2, "要不要试试？", seconds=1.5, last=True)
    await wait_for_loudness(page, 0.1)
    await fake_room.tell({"type": "cancel", "reply": "r1"})
    await wait_for_loudness(page, 0, 0.001, seconds=1)
    await fake_room.speak("r1", 3, "这句不该有人听到", seconds=0.5, last=True)
    await expect(caption).to_have_text("")
    await expect(state).to_have_attribute("data-state", "listening")
    assert await loudness(page) < 0.001


async def test_a_ducked_reply_is_quieter_and_a_muted_bot_is_silent(page: Page, fake_room: FakeRoom) -> None:
    await fake_room.speak("r1", 0, "很长的一句话", seconds=8)
    await wait_for_loudness(page, 0.1)
    await fake_room.tell({"type": "duck", "reply": "r1", "on": True})
    await wait_for_loudness(page, 0.01, 0.08)
    await fake_room.tell({"type": "duck", "reply": "r1", "on": False})
    await wait_for_loudness(page, 0.1)
    await page.get_by_test_id("mute").click()
    await wait_for_loudness(page, 0, 0.001)


async def test_another_viewers_microphone_is_heard(page: Page, fake_room: FakeRoom) -> None:
    await fake_room.tell({"type": "mic", "viewer": LENA, "channel": 5, "on": True})
    samples = (np.sin(np.arange(16_000) * 2 * np.pi * 300 / 16_000) * 9_000).astype("<i2")
    for count, at in enumerate(range(0, len(samples), 640)):
        frame = struct.pack("<BBHI", 1, 0, 5, count) + samples[at : at + 640].tobytes()
        for socket in fake_room.sockets:
            await socket.send_bytes(frame)
    await wait_for_loudness(page, 0.1)


@pytest.mark.parametrize("how", ["held", "open"])
async def test_the_microphone_sends_20_ms_frames_of_16_khz(page: Page, fake_room: FakeRoom, how: str) -> None:
    mic = page.get_by_test_id("mic")
    if how == "open":
        await page.get_by_test_id("mic-open").check(force=True)
        await mic.click()
    else:
        await mic.hover()
        await page.mouse.down()
    await expect(mic).to_have_attribute("aria-pressed", "true")
    await fake_room.until(lambda: len(fake_room.frames) >= 10)
    before = len(fake_room.frames)
    await asyncio.sleep(1.0)
    assert 40 <= len(fake_room.frames) - before <= 60  # 50 in a second
    if how == "open":
        await mic.click()
    else:
        await page.mouse.up()
    await fake_room.until(lambda: any(not message["on"] for message in fake_room.sent("mic")))
    assert fake_room.sent("mic")[0] | {"ref": ""} == {"type": "mic", "on": True, "rate": 16_000, "ref": ""}
    headers = [struct.unpack("<BBHI", frame[:8]) for frame in fake_room.frames]
    assert {len(frame) for frame in fake_room.frames} == {8 + 640}
    assert [(kind, channel) for kind, _, channel, _ in headers] == [(1, 0)] * len(headers)
    assert [count for *_, count in headers] == list(range(len(headers)))
    if how == "held":
        assert [flags for _, flags, _, _ in headers] == [0] * (len(headers) - 1) + [1]
    sound = np.concatenate([np.frombuffer(frame[8:], "<i2") for frame in fake_room.frames[10:50]]).astype(float)
    peak = np.fft.rfftfreq(len(sound), 1 / 16_000)[np.argmax(np.abs(np.fft.rfft(sound * np.hanning(len(sound)))))]
    assert peak == pytest.approx(300, abs=5)


async def test_a_space_bar_held_on_the_button_talks(page: Page, fake_room: FakeRoom) -> None:
    await page.get_by_test_id("mic").focus()
    await page.keyboard.down("Space")
    await fake_room.until(lambda: len(fake_room.frames) > 3)
    await page.keyboard.up("Space")
    await fake_room.until(lambda: any(not message["on"] for message in fake_room.sent("mic")))


async def test_a_lost_connection_is_resumed_without_loss_or_repeats(page: Page, fake_room: FakeRoom) -> None:
    await fake_room.happen("follow", LENA)
    await fake_room.happen("chat", LENA, text="断线之前")
    await expect(page.get_by_test_id("chat-log")).to_contain_text("断线之前")
    fake_room.deaf = True
    await page.get_by_test_id("chat-input").fill("路上的消息")
    await page.get_by_test_id("chat-send").click()
    await fake_room.drop()
    await fake_room.happen("chat", LENA, text="断线之中")
    fake_room.deaf = False
    await fake_room.until(lambda: len(fake_room.hellos) == 2)
    assert (fake_room.hellos[1]["session"], fake_room.hellos[1]["seq"]) == ("secret", 2)
    words = page.get_by_test_id("chat-log").locator(".words")
    await fake_room.tell(fake_room.events[0])  # a repeat
    await expect(words).to_have_text(["断线之前", "断线之中", "路上的消息"])
    await expect(page.locator(".note.follow")).to_have_count(1)
    assert [message["text"] for message in fake_room.sent("chat")] == ["路上的消息"]


async def test_a_page_that_is_loaded_again_goes_on_in_its_session_and_a_copy_of_it_does_not(
    page: Page, server: TestServer, fake_room: FakeRoom
) -> None:
    async with page.expect_popup() as opened:  # a tab that is opened so begins with a copy of the storage
        await page.evaluate("window.open(location.href)")
    await fake_room.until(lambda: len(fake_room.hellos) == 2)
    await (await opened.value).close()
    await page.reload()
    await fake_room.until(lambda: len(fake_room.hellos) == 3)
    assert [hello.get("session") for hello in fake_room.hellos] == [None, None, "secret"]


async def test_a_refusal_is_explained_and_the_text_is_not_lost(page: Page, fake_room: FakeRoom) -> None:
    fake_room.refuse = {"chat": "too_fast"}
    await page.get_by_test_id("chat-input").fill("慢一点")
    await page.get_by_test_id("chat-send").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("太快啦")
    await expect(page.get_by_test_id("chat-input")).to_have_value("慢一点")


async def test_quick_gifts_are_one_message(page: Page, fake_room: FakeRoom) -> None:
    await page.get_by_test_id("gifts").click()
    for _ in range(3):
        await page.get_by_test_id("gift-玫瑰").click()
    await fake_room.until(lambda: fake_room.sent("gift"))
    assert [(gift["gift"], gift["count"]) for gift in fake_room.sent("gift")] == [("玫瑰", 3)]


async def test_a_moderator_deletes_and_times_out_and_the_token_is_out_of_sight(
    browser: Browser, server: TestServer, fake_room: FakeRoom
) -> None:
    event = await fake_room.happen("chat", LENA, text="广告广告")
    context = await browser.new_context(locale="en-US")
    page = await context.new_page()
    await page.goto(str(server.make_url("/live/main")) + f"#token={MODERATOR}")
    row = page.get_by_test_id("chat-log").locator(".row")
    await row.hover()
    await page.get_by_test_id("chat-delete").click()
    await page.get_by_test_id("chat-timeout").click()
    await page.get_by_test_id("timeout-600").click()
    await fake_room.until(lambda: fake_room.sent("delete") and fake_room.sent("timeout"))
    assert fake_room.hellos[0]["token"] == MODERATOR
    assert "token" not in page.url
    assert fake_room.sent("delete")[0]["id"] == event
    assert (fake_room.sent("timeout")[0]["viewer"], fake_room.sent("timeout")[0]["seconds"]) == ("v7", 600)
    answer = await fake_room.happen("say", BOT, text="别理他", event=event)
    await expect(page.get_by_test_id("chat-log").locator(".quote")).to_contain_text("广告广告")
    await fake_room.happen("removed", BOT, message="", target="v7")
    await expect(page.get_by_test_id("chat-log")).not_to_contain_text("广告广告")
    await expect(page.locator(f'[data-id="{answer}"] .words')).to_have_text("别理他")
    await context.close()


async def test_the_languages_can_be_switched_while_the_page_stands(page: Page, fake_room: FakeRoom) -> None:
    await fake_room.happen("follow", LENA)
    await expect(page.get_by_test_id("chat-log")).to_contain_text("关注了主播")
    await page.get_by_test_id("language").click()
    await expect(page.get_by_test_id("chat-log")).to_contain_text("follows the streamer")
    await expect(page.get_by_test_id("bot-state")).to_contain_text("Listening")


async def test_partial_captions_grow_and_the_final_one_joins_the_log(page: Page, fake_room: FakeRoom) -> None:
    for text, final in (("那个帽", False), ("那个帽子多少钱", True)):
        await fake_room.tell(
            {"type": "caption", "id": "u1", "viewer": LENA, "text": text, "language": "zh", "final": final}
        )
        await expect(page.get_by_test_id("caption")).to_contain_text(text)
    await expect(page.get_by_test_id("chat-log").locator(".words")).to_have_text(["那个帽子多少钱"])


async def test_without_a_gesture_the_page_offers_to_be_heard(
    chromium: OpenBrowser, server: TestServer, fake_room: FakeRoom
) -> None:
    async with chromium(autoplay=False) as browser:
        page = await browser.new_page(locale="zh-CN")
        await page.goto(str(server.make_url("/live/main")))
        unlock = page.get_by_test_id("unlock")
        await expect(unlock).to_be_visible()
        await fake_room.speak("r1", 0, "听不到也读得到", seconds=2.5)
        await expect(page.get_by_test_id("caption-bot")).to_have_text("听不到也读得到")
        await unlock.click()
        await expect(unlock).to_be_hidden()
        await fake_room.speak("r1", 1, "现在听得到", seconds=2.5, last=True)
        await wait_for_loudness(page, 0.1, seconds=5)


async def test_the_overlay_shows_captions_on_nothing_and_joins_silently(
    browser: Browser, server: TestServer, fake_room: FakeRoom
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(str(server.make_url("/overlay/main?mute=1&size=l&position=top-right&lang=en")))
    await expect(page.get_by_test_id("bot-state")).to_have_text("Listening")
    hello = fake_room.hellos[0]
    assert (hello["name"], hello["audio"], hello["watch"]) == ("OBS overlay", ["voice"], True)
    await fake_room.speak("r1", 0, "欢迎大家", seconds=1.5, last=True)
    await expect(page.get_by_test_id("overlay-caption")).to_contain_text("欢迎大家")
    await expect(page.get_by_test_id("bot-state")).to_have_text("Speaking")
    assert await loudness(page) < 0.001
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    await context.close()
