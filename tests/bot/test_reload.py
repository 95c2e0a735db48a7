"""A changed settings file is noticed, once."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.reload import changes, read_by, stamps


def test_presets_beside_the_file_count_too(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("x")
    before = stamps(read_by(file))
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "shop.yaml").write_text("y")
    assert stamps(read_by(file)) != before
    assert [name for name, _, _ in stamps(read_by(tmp_path))] == ["a.yaml", "shop.yaml"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "a.yaml"
    written.write_text("x")
    return written


async def test_a_file_that_settings_name_counts_wherever_it_is(file: Path) -> None:
    words = file.parent / "elsewhere.txt"
    told = changes(file, lambda: [words])
    waiting = asyncio.ensure_future(anext(told))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(words.write_text, "word")
    await asyncio.wait_for(waiting, 5)


async def test_a_change_is_told_once_and_no_change_never(file: Path) -> None:
    told = changes(file)
    waiting = asyncio.ensure_future(anext(told))
    await asyncio.sleep(1.2)
    assert not waiting.done()
    os.utime(file, (1, 1))
    await asyncio.wait_for(waiting, 5)
    again = asyncio.ensure_future(anext(told))
    await asyncio.sleep(1.2)
    assert not again.done()
    again.cancel()
    await asyncio.gather(again, return_exceptions=True)
