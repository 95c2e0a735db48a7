"""Recordings: what is written can be read, and what is no recording is refused with its line."""

import asyncio
from pathlib import Path

import pytest

from bot import recording
from bot.recording import Header, Recorder, load
from core.errors import DanmateError, SettingsError
from core.events import Chat, Click, Gift, RoomEvent, Viewer

WHO = Viewer("v1", "小鱼")
EVENTS: tuple[RoomEvent, ...] = (
    Chat(id="a", room="main", viewer=WHO, at=1.0, received=2.0, text="卫衣\n多少钱"),
    Gift(id="b", room="main", viewer=WHO, at=1.5, received=2.5, gift="玫瑰", count=3, value=3.0),
    Click(id="c", room="main", viewer=WHO, at=2.0, received=3.0, product="1"),
)
HEADER = '{"kind":"Recording","room":"main","started":1.0}\n'


async def written(path: Path, events: tuple[RoomEvent, ...]) -> None:
    recorder = await asyncio.to_thread(Recorder, path, Header(room="main", started=1.0, config="x.yaml"))
    for event in events:
        recorder.note(event)
    await recorder.close()


async def test_what_is_recorded_is_read_as_it_was_and_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "evening.jsonl"
    await written(path, EVENTS)
    read = await asyncio.to_thread(load, path)
    assert read.events == EVENTS
    assert await asyncio.to_thread(lambda: read.config) == tmp_path / "x.yaml"
    assert (await asyncio.to_thread(path.stat)).st_mode & 0o777 == 0o600


async def test_a_recording_never_overwrites_a_file(tmp_path: Path) -> None:
    path = tmp_path / "evening.jsonl"
    await asyncio.to_thread(path.write_text, "mine")
    with pytest.raises(DanmateError, match="never overwrites"):
        await written(path, EVENTS)


async def test_where_writing_cannot_keep_up_the_room_goes_on_and_the_loss_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "WAITING", 1)
    path = tmp_path / "evening.jsonl"
    await written(path, EVENTS)
    assert (await asyncio.to_thread(load, path)).events == EVENTS[:1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1), ("{}\n", 1), ("not json\n", 1), (HEADER + "{}\n", 2), (HEADER + "\n\nnonsense\n", 4),
        (HEADER.replace("}", ',"version":9}'), 1), (HEADER + '{"kind":"Clause"}\n', 2),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "evening.jsonl"
    path.write_text(text)
    with pytest.raises(SettingsError) as error:
        load(path)
    assert error.value.line == line


def test_events_are_read_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    from core.events import encode

    path = tmp_path / "evening.jsonl"
    path.write_bytes(HEADER.encode() + b"\n".join(encode(event) for event in reversed(EVENTS)))
    assert [event.id for event in load(path).events] == ["a", "b", "c"]
