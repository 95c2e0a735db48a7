"""The behaviour panel in Chromium: figures, the chain as a picture, and why, in both languages, nothing as markup."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import msgspec
import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect

from behaviour.room import RoomBehaviour, RoomBehaviourOptions
from core.events import Chat, Goal, Viewer

pytestmark = pytest.mark.browser

OpenBrowser = Callable[..., AbstractAsyncContextManager[Browser]]  # conftest's, which tests cannot import
ANN = Viewer("ann", "<b>ann</b>")


class Clock:
    """A clock that stands."""

    def wall(self) -> float:
        return 1_000.0

    def monotonic(self) -> float:
        return 1_000.0


@pytest.fixture
def told() -> dict[str, object]:
    """Return what a room with one chatting viewer says of itself, and of her."""
    mind = RoomBehaviour(RoomBehaviourOptions("main", goals={"haggle": (Goal.ANSWER, Goal.SELL)}), Clock(), 7)
    mind.observe(Chat(id="e", room="main", viewer=ANN, at=0, received=0, text="hi"), "ask_price")
    mind.direct("haggle", ANN, Goal.ANSWER, "warm", "short")
    mind.tick()
    found: dict[str, object] = msgspec.to_builtins({"": mind.explain(), "ann": mind.explain("ann"), "gone": None})
    return found


async def test_it_shows_the_room_then_a_viewer_and_why(
    chromium: OpenBrowser, server: TestServer, told: dict[str, object]
) -> None:
    async with chromium() as browser:
        page = await browser.new_page(locale="zh-CN", viewport={"width": 360, "height": 740})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(str(server.make_url("/live/main")))
        await page.evaluate(
            """async (told) => {
                const base = document.querySelector('script[type="module"]').src.replace(/[^/]*$/, "");
                const { mount } = await import(base + "behaviour_panel.js");
                const element = document.createElement("div");
                element.dataset.testid = "behaviour";
                document.body.replaceChildren(element);
                window.panel = mount(element, async (viewer) => told[viewer]);
                window.other = (await import(base + "i18n.js")).switchLanguage;
            }""",
            told,
        )
        panel = page.get_by_test_id("behaviour")
        await expect(panel).to_contain_text("1 人")
        await expect(panel.get_by_test_id("directive")).to_contain_text("气氛还看不清")
        await page.evaluate("panel.show('ann', '<b>ann</b>')")
        await expect(panel.locator(".who")).to_contain_text("<b>ann</b>")
        await expect(panel.locator('[data-state="ask"]')).to_have_class("state here")
        await expect(panel).to_contain_text("想买的")
        await page.evaluate("other()")
        await expect(panel).to_contain_text("shopper")
        await expect(panel.get_by_test_id("directive")).to_contain_text("the room's mood is unclear")
        assert await panel.evaluate("element => element.scrollWidth <= element.clientWidth")
        await page.evaluate("panel.show('gone', 'x')")
        await expect(panel).to_contain_text("Nothing is known yet")
        await panel.get_by_role("button").click()
        await expect(panel.locator(".who")).to_contain_text("The whole room")
        assert not wrong
