"""The shelf in Chromium, in a real room with a bot's connector in it: what viewers see, and what the bot hears."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, expect

from core.events import Card, Click, Role
from core.local import Local
from rooms.native.connector import NativeConnector
from rooms.native.options import RoomOptions, ServerOptions
from rooms.native.server import RoomServer
from rooms.source import ConnectOptions
from web.pages import PageRoom, routes

pytestmark = pytest.mark.browser

OpenBrowser = Callable[..., AbstractAsyncContextManager[Browser]]
BOT_TOKEN = "bot-secret"  # noqa: S105  (of the test's own server)
HOODIE = Card(
    id="1", link=3, title=Local("蓝色卫衣", "Blue hoodie"), price=Local("99元", "99 yuan"), stock=12,
    facts=(Local("面料是纯棉", "the fabric is pure cotton"), Local("<script>alert('fact')</script>")),
)  # fmt: skip
HOSTILE = Card(id='"><img>', title=Local("<img src=x onerror=alert('title')>"), price=Local("<b>1元</b>"), stock=0)


@pytest.fixture
def app() -> web.Application:
    """Put the pages and a real room together, outside the event loop: this reads the pages' files."""
    made = web.Application()
    RoomServer(ServerOptions(), [RoomOptions(id="main", bot="小弹", tokens={Role.BOT: BOT_TOKEN})]).attach(made)
    made.add_routes(routes([PageRoom("main", "小店", "阿杰", "小弹")]))
    return made


@pytest.fixture
async def shop(app: web.Application) -> AsyncIterator[TestServer]:
    running = TestServer(app)
    async with running:
        yield running


@pytest.fixture
async def bot(shop: TestServer) -> AsyncIterator[NativeConnector]:
    url = f"ws://127.0.0.1:{shop.port}/rooms/main"
    connector = NativeConnector(ConnectOptions(room="main", url=url, name="小弹", token=BOT_TOKEN))
    connector.start()
    yield connector
    await connector.close()


@pytest.fixture
async def page(chromium: OpenBrowser, shop: TestServer) -> AsyncIterator[Page]:
    async with chromium() as browser:
        context = await browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
        opened = await context.new_page()
        wrong: list[str] = []
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("dialog", lambda dialog: wrong.append("script of a product ran"))
        opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await opened.goto(str(shop.make_url("/live/main")))
        await expect(opened.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        yield opened
        await context.close()
        assert not wrong


async def clicked(bot: NativeConnector) -> str:
    """Return the product that the bot is told of next, as opened by somebody."""
    async with asyncio.timeout(10):
        while not isinstance(item := await bot.events.receive(), Click):
            pass
    return item.product


def cards(page: Page) -> Locator:
    return page.get_by_test_id("shelf-sheet").locator(".card")


async def test_a_viewer_opens_a_product_the_bot_learns_of_it_and_the_viewer_asks(
    page: Page, bot: NativeConnector
) -> None:
    cart, sheet = page.get_by_test_id("shelf"), page.get_by_test_id("shelf-sheet")
    await expect(cart).to_be_hidden()
    bot.shelf([HOODIE, HOSTILE])
    await expect(cart).to_have_accessible_name("看商品，共 2 件")
    await cart.click()
    await expect(sheet).to_have_accessible_name("商品")
    first, second = cards(page).nth(0), cards(page).nth(1)
    await expect(first).to_contain_text("3号链接蓝色卫衣99元还剩 12 件")
    await expect(second.locator(".stock")).to_have_text("卖完了")
    await expect(second.locator(".title")).to_have_text("<img src=x onerror=alert('title')>")
    await expect(second.locator(".link")).to_be_hidden()
    face = first.locator(".card-face")
    await face.click()
    await expect(face).to_have_attribute("aria-expanded", "true")
    await expect(first.locator("li")).to_have_text(["面料是纯棉", "<script>alert('fact')</script>"])
    assert await clicked(bot) == "1"
    assert await sheet.locator("img, script, b").count() == 0
    await second.locator(".card-face").click()
    await expect(face).to_have_attribute("aria-expanded", "false")
    assert await clicked(bot) == HOSTILE.id
    await expect(second).to_contain_text("暂时没有更多介绍")
    await page.get_by_test_id("chat-input").evaluate("box => box.value = '多大码'")
    await face.click()
    await first.get_by_role("button", name="问一问").click()
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_test_id("chat-input")).to_be_focused()
    await expect(page.get_by_test_id("chat-input")).to_have_value("3号链接 多大码")


async def test_the_keyboard_opens_and_closes_it_and_the_focus_comes_back(page: Page, bot: NativeConnector) -> None:
    bot.shelf([HOODIE])
    cart, sheet = page.get_by_test_id("shelf"), page.get_by_test_id("shelf-sheet")
    await expect(cart).to_be_visible()
    await cart.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("shelf-close")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    assert await clicked(bot) == "1"
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="问一问")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(cart).to_be_focused()
    await cart.click()
    await page.get_by_test_id("shelf-close").click()
    await expect(sheet).to_be_hidden()
    await cart.click()
    await page.mouse.click(195, 20)  # beside it
    await expect(sheet).to_be_hidden()


async def test_an_open_sheet_follows_the_shelf_and_the_language_and_goes_when_it_is_cleared(
    page: Page, bot: NativeConnector
) -> None:
    bot.shelf([HOODIE, HOSTILE])
    await page.get_by_test_id("shelf").click()
    face = page.get_by_test_id("product-1")
    await face.click()
    bot.shelf([Card(id="1", link=3, title=HOODIE.title, price=Local("79元", "79 yuan"), stock=2), HOSTILE])
    await expect(face).to_contain_text("79元还剩 2 件")
    await expect(face).to_be_focused()
    await expect(face).to_have_attribute("aria-expanded", "true")
    await page.get_by_test_id("language").evaluate("button => button.click()")  # it lies behind the sheet
    await expect(face).to_contain_text("link 3Blue hoodie79 yuan2 left")
    bot.shelf([HOSTILE, HOODIE])
    await expect(cards(page).nth(1).locator(".title")).to_have_text("Blue hoodie")
    await expect(page.get_by_test_id("shelf").locator(".count")).to_have_text("2")
    bot.shelf([])
    await expect(page.get_by_test_id("shelf-sheet")).to_be_hidden()
    await expect(page.get_by_test_id("shelf")).to_be_hidden()


async def test_a_card_that_is_opened_again_and_again_is_told_once(page: Page, bot: NativeConnector) -> None:
    bot.shelf([HOODIE, HOSTILE])
    await page.get_by_test_id("shelf").click()
    for _ in range(5):
        await page.get_by_test_id("product-1").click()
    await cards(page).nth(1).locator(".card-face").click()
    assert [await clicked(bot), await clicked(bot)] == ["1", HOSTILE.id]


async def test_the_shelf_is_gone_with_the_last_bot(page: Page, bot: NativeConnector) -> None:
    bot.shelf([HOODIE])
    await expect(page.get_by_test_id("shelf")).to_be_visible()
    await bot.close()
    await expect(page.get_by_test_id("shelf")).to_be_hidden()
