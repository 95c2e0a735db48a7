"""A deployment's rooms without models or sockets: how bots are replaced, and what is said of their health."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from bot import serve
from bot.serve import Deployment
from core.errors import RoomRefusedError, SettingsError
from core.settings import Settings


class Line:
    """A connector that only notes who takes over from whom."""

    def __init__(self, told: list[str]) -> None:
        self.told = told

    def hand_over(self) -> None:
        self.told.append("hands over")

    def take_over(self, before: Any) -> None:
        assert before.told is self.told
        self.told.append("takes over")


class Bot:
    """A bot that fails in each of these ways in turn, or runs until it is cancelled."""

    console: Any = object()
    record: Any = None

    def __init__(self, told: list[str], *failures: Exception) -> None:
        self.told, self.failures, self.rests = told, list(failures), asyncio.Event()
        self.rests.set()

    def take_over(self, before: "Bot", *, failed: bool = False) -> None:
        self.failures = before.failures

    async def finish(self, within_s: float) -> None:
        await self.rests.wait()
        self.told.append("rests")

    async def run(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
        try:
            await asyncio.Event().wait()
        finally:
            self.told.append("leaves")

    async def close(self) -> None: ...


def settings(title: str = "") -> Settings:
    rooms = [{"id": name, "title": title} for name in ("one", "two")]
    return Settings.model_validate({"rooms": rooms})


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.01)


@asynccontextmanager
async def deployed(monkeypatch: pytest.MonkeyPatch, *failures: Exception) -> AsyncIterator[tuple[Deployment, Any]]:
    """Yield a deployment of two rooms whose bots fail so, and what is noted of each room."""
    told: dict[str, list[str]] = {"one": [], "two": []}
    deployment = Deployment(settings(), Console(file=io.StringIO()), {})

    async def make(room: Any, _: Settings) -> Any:
        bot: Any = Bot(told[room.id], *failures)
        line: Any = Line(told[room.id])
        deployment._connectors[bot] = line
        return bot

    monkeypatch.setattr(deployment, "_make", make)
    for room in deployment.settings.rooms:
        deployment._send_bot(room)
    await until(lambda: sum(state != "starting" for state in deployment._states.values()) == len(told))
    try:
        yield deployment, told
    finally:
        await deployment.close()


async def health(deployment: Deployment) -> tuple[int, Any]:
    answer = await deployment._health(None)  # type: ignore[arg-type]  # it is not looked at
    return answer.status, json.loads(answer.text or "")["rooms"]


async def test_each_room_is_replaced_as_soon_as_its_own_bot_rests_and_nothing_comes_in_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with deployed(monkeypatch) as (deployment, told):
        slow: Any = deployment._sent["one"]
        slow.rests.clear()
        edit = asyncio.create_task(deployment.apply(settings("new")))
        replaced = ["rests", "hands over", "leaves", "takes over"]
        await until(lambda: told["two"] == replaced)
        assert told["one"] == []
        slow.rests.set()
        assert await edit
        await until(lambda: told["one"] == replaced)


async def test_a_room_whose_bot_fails_again_and_again_is_not_called_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    async with deployed(monkeypatch, ValueError("a fault"), ValueError("again")) as (deployment, told):
        assert await health(deployment) == (503, {"one": "waiting", "two": "waiting"})
        assert told["one"] == []  # of a failed bot's connection nothing is taken over


async def test_a_room_that_will_not_have_us_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with deployed(monkeypatch, RoomRefusedError("banned")) as (deployment, _):
        assert await health(deployment) == (503, {"one": "failed", "two": "failed"})


async def test_rooms_whose_bots_run_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    async with deployed(monkeypatch) as (deployment, _):
        assert await health(deployment) == (200, {"one": "running", "two": "running"})


@pytest.mark.parametrize("error", [SettingsError("a.yaml", 3, "is wrong"), RuntimeError("nobody foresaw this")])
async def test_whatever_is_wrong_with_an_edit_the_old_settings_stay_and_the_next_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    loaded: list[Exception | Settings] = [settings("new"), error]

    def load(_: Path) -> Settings:
        found = loaded.pop()
        if isinstance(found, Exception):
            raise found
        return found

    async def edits(*_: Any) -> AsyncIterator[None]:
        yield
        yield

    async with deployed(monkeypatch) as (deployment, _):
        monkeypatch.setattr(deployment, "start", lambda: asyncio.sleep(0))
        monkeypatch.setattr(serve, "changes", edits)
        with capture_logs() as logs:
            await serve._start_and_follow(deployment, tmp_path / "a.yaml", load)
        kept = [line["error"] for line in logs if line["event"] == "settings_kept"]
        assert len(kept) == 1
        assert str(error) in kept[0]
        assert deployment.settings.rooms[0].title == "new"
