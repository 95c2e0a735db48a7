"""A replay of what was recorded: every kind of event comes back, and is decided on."""

import asyncio
from pathlib import Path

import pytest

from bot.recording import Header, Recorder, Recording, load
from bot.replay import Done, replay
from core.events import Click, Join, Viewer
from core.settings import Settings


@pytest.fixture(autouse=True)
def blocking_calls_fail() -> None:
    """Let models compute in the loop's thread: in virtual time nothing waits for it."""


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Return a session in which somebody comes and opens a product, as it was recorded."""
    path = tmp_path / "evening.jsonl"
    who = Viewer("v1", "小鱼")

    async def record() -> None:
        recorder = await asyncio.to_thread(Recorder, path, Header(room="main", started=1_000.0))
        recorder.note(Join(id="a", room="main", viewer=who, at=1_001.0, received=1_001.0))
        recorder.note(Click(id="b", room="main", viewer=who, at=1_002.0, received=1_002.0, product="1"))
        await recorder.close()

    asyncio.run(record())
    return load(path)


def test_who_opened_a_product_is_recorded_and_decided_on_again(recording: Recording) -> None:
    settings = Settings.model_validate(
        {
            "models": {"reply": {"engine": "template"}},
            "rooms": [{"id": "main"}],
            "knowledge": {"products": [{"id": 1, "title": "卫衣", "price": "99元"}]},
        }
    )
    [done] = [row for row in replay(settings, recording) if isinstance(row, Done) and row.decision.event == "b"]
    assert (done.decision.code, done.at) == ("counted", 2.0)
