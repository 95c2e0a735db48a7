"""The moderators' desk in Chromium against a room played by hand."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from aiohttp import web as http
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from web import console
from web.console import Access, console_routes
from web.pages import PageRoom, routes

pytestmark = pytest.mark.browser

OpenBrowser = Callable[..., AbstractAsyncContextManager[Browser]]  # conftest's, which tests cannot import
HOSTILE = "<img src=x onerror=alert(1)>"


class Room:
    """A room with one claim, one decision and one open question."""

    def __init__(self) -> None:
        self.acted: list[tuple[str, str, float]] = []
        self.silenced = False
        self.priority = "question"

    def state(self) -> Mapping[str, Any]:
        claim = {
            "id": "e1", "kind": "Chat", "who": HOSTILE, "text": HOSTILE, "priority": self.priority, "others": 2,
            "waits_s": 3.2, "left_s": 17.0, "blocked": "streamer", "pinned": False,
        }  # fmt: skip
        return {
            "saying": "蓝色卫衣，99元",
            "silenced": {"seconds": 60} if self.silenced else None,
            "waiting": [] if self.acted else [claim],
            "unanswered": [{"id": "q1", "text": "能开发票吗", "count": 3}],
            "mood": {"cold": 0.1, "warm": 0.9, "hot": 0.0, "selling": 0.0, "tense": 0.0},
            "load": "calm",
        }

    def decisions(self, after: int) -> Sequence[Mapping[str, Any]]:
        made = [
            {
                "n": 1, "at": 1_700_000_000.0, "outcome": "merged", "kind": "Chat", "who": "阿豪", "viewer": "v1",
                "text": HOSTILE, "zh": "同一问题，一起回答了", "en": "the same question was answered for several",
                "reply": "99元", "source": "商品 1",
                "safety": {
                    "verdict": "block", "zh": "个人信息", "en": "personal data", "rule": HOSTILE, "step": "silence",
                    "seconds": 60.0, "dry": True,
                },
            }
        ]  # fmt: skip
        return [] if after else made

    def explain(self, viewer: str) -> Mapping[str, Any]:
        return {}

    def act(self, action: str, target: str, seconds: float) -> bool:
        self.acted.append((action, target, seconds))
        self.silenced = action == "silence"
        return True


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
async def server(room: Room) -> AsyncIterator[TestServer]:
    app = http.Application()
    app.add_routes(routes([PageRoom(id="main", title="直播间", streamer="阿杰", bot="小弹")]))
    app.add_routes(console_routes({"main": Access(lambda: room, ("let-me-in",))}))
    running = TestServer(app)
    async with running:
        yield running


@pytest.fixture
async def page(chromium: OpenBrowser, server: TestServer) -> AsyncIterator[Page]:
    async with chromium() as browser:
        opened = await browser.new_page(locale="zh-CN")
        opened.on("dialog", lambda _: pytest.fail("a viewer's text ran as a script"))
        yield opened


async def test_what_waits_is_shown_as_text_and_can_be_promoted_by_keyboard(
    page: Page, server: TestServer, room: Room
) -> None:
    await page.goto(str(server.make_url("/moderator/main#token=let-me-in")))
    assert "token" not in page.url
    waiting = page.get_by_test_id("waiting")
    await expect(waiting).to_contain_text(HOSTILE)
    await expect(waiting).to_contain_text("+2")
    await waiting.get_by_role("button", name="先答").focus()
    await page.keyboard.press("Enter")
    await expect(waiting.locator("li")).to_have_count(0)
    assert room.acted == [("promote", "e1", 0.0)]


async def test_a_decision_says_why_in_the_readers_language(page: Page, server: TestServer) -> None:
    await page.goto(str(server.make_url("/moderator/main#token=let-me-in")))
    decisions = page.get_by_test_id("decisions")
    await expect(decisions).to_contain_text("同一问题，一起回答了")
    await expect(decisions).to_contain_text("商品 1")
    await page.get_by_test_id("language").click()
    await expect(decisions).to_contain_text("the same question was answered for several")
    await page.get_by_test_id("filter").get_by_text("dropped").click()
    await expect(decisions.locator("li")).to_be_hidden()


async def test_a_dry_run_shows_what_would_have_been_done(page: Page, server: TestServer) -> None:
    await page.goto(str(server.make_url("/moderator/main#token=let-me-in")))
    found = page.get_by_test_id("safety")
    for words in ("试运行", "撤回", "个人信息", HOSTILE, "禁言 60 秒"):
        await expect(found).to_contain_text(words)
    await page.get_by_test_id("language").click()
    for words in ("dry run", "withdraw", "personal data", "silenced 60 s"):
        await expect(found).to_contain_text(words)


async def test_a_claim_says_what_holds_it_back_and_how_long_it_is_worth_it(page: Page, server: TestServer) -> None:
    await page.goto(str(server.make_url("/moderator/main#token=let-me-in")))
    waiting = page.get_by_test_id("waiting")
    await expect(waiting).to_contain_text("主播在说话")
    await expect(waiting).to_contain_text("还剩 17 秒")
    await page.get_by_test_id("language").click()
    await expect(waiting).to_contain_text("the streamer is speaking")
    await expect(waiting).to_contain_text("17 s left")


async def test_a_claim_that_a_more_urgent_one_joins_shows_its_new_priority(
    page: Page, server: TestServer, room: Room
) -> None:
    await page.goto(str(server.make_url("/moderator/main#token=let-me-in")))
    priority = page.get_by_test_id("waiting").locator(".priority")
    await expect(priority).to_have_text("提问")
    room.priority = "paid"
    await expect(priority).to_have_text("付费")
    await expect(priority).to_have_class("priority paid")


async def test_a_desk_whose_token_came_too_late_tries_again(
    page: Page, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "HELLO_S", 0.0)
    await page.goto(str(server.make_url("/moderator/main#token=let-me-in")))
    await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "waiting")
    monkeypatch.undo()
    await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open")


async def test_the_bot_is_silenced_and_let_speak_again(page: Page, server: TestServer, room: Room) -> None:
    await page.goto(str(server.make_url("/moderator/main#token=let-me-in")))
    await page.get_by_test_id("silence").get_by_role("button").first.click()
    await expect(page.get_by_test_id("silenced")).to_contain_text("60")
    await page.get_by_test_id("speak").click()
    await expect(page.get_by_test_id("silenced")).to_be_hidden()
    await page.get_by_test_id("unanswered").get_by_role("button").click()
    await expect(page.get_by_test_id("unanswered")).to_contain_text("能开发票吗")
    assert room.acted[0] == ("silence", "", 60.0)
    assert room.acted[1:] == [("speak", "", 0.0), ("answered", "q1", 0.0)]


async def test_without_the_link_of_a_moderator_the_desk_stays_empty(page: Page, server: TestServer) -> None:
    await page.goto(str(server.make_url("/moderator/main#token=wrong")))
    await expect(page.get_by_test_id("connection")).to_contain_text("需要房管或主播的链接")
    await expect(page.get_by_test_id("decisions").locator("li")).to_have_count(0)
