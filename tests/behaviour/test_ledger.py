"""The log of decisions holds what estimates need and nothing that names a viewer; its size is bounded."""

import json
from pathlib import Path

import pytest

from behaviour.ledger import SALT_BYTES, WAITING, Came, Decided, Ledger, read
from core.errors import DanmateError


def decided(number: int, viewer: str = "viewer-7") -> Decided:
    return Decided(
        id=f"d{number}", at=1.0, room="main", model="m", viewer=viewer, segment="fan", intent="haggle",
        features={"constant": 1.0}, candidates=("answer:warm", "sell:warm"), propensities=(0.95, 0.05),
        usual="answer:warm", chosen="answer:warm", expected=(0.0, 0.0),
    )  # fmt: skip


def test_rows_come_back_as_they_were_but_for_the_viewer(tmp_path: Path) -> None:
    file = tmp_path / "new" / "main.jsonl"
    ledger = Ledger(file)
    ledger.add(decided(1))
    ledger.add(Came(id="d1", at=2.0, heard=True, reward=0.3, response="talks", acts={"chat": 1}))
    ledger.close(wait=True)
    first, second = read(file)
    assert isinstance(first, Decided)
    assert first.viewer != "viewer-7"
    assert len(first.viewer) == 16
    assert second == Came(id="d1", at=2.0, heard=True, reward=0.3, response="talks", acts={"chat": 1})
    assert "viewer-7" not in file.read_text()
    assert set(json.loads(file.read_text().splitlines()[0])) == {"row", *Decided.__struct_fields__}


def test_a_viewer_is_the_same_within_a_deployment_and_another_elsewhere(tmp_path: Path) -> None:
    hashes = []
    for folder, viewer in (("a", "v1"), ("a", "v1"), ("a", "v2"), ("b", "v1")):
        ledger = Ledger(tmp_path / folder / "main.jsonl")
        ledger.add(decided(1, viewer))
        ledger.close(wait=True)
        row = list(read(tmp_path / folder / "main.jsonl"))[-1]
        assert isinstance(row, Decided)
        hashes.append(row.viewer)
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_salt_and_log_are_for_their_owner_alone(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "main.jsonl")
    ledger.add(decided(1))
    ledger.close(wait=True)
    assert (tmp_path / "main.jsonl").stat().st_mode & 0o077 == 0
    assert (tmp_path / "main.salt").stat().st_mode & 0o077 == 0


def test_a_salt_that_a_killed_start_left_unfinished_is_made_anew(tmp_path: Path) -> None:
    salt = tmp_path / "main.salt"
    salt.touch()
    salts = set()
    for _ in range(2):
        ledger = Ledger(tmp_path / "main.jsonl")
        ledger.add(decided(1))
        ledger.close(wait=True)
        salts.add(salt.read_bytes())
    assert [len(one) for one in salts] == [SALT_BYTES]
    assert salt.stat().st_mode & 0o077 == 0


def test_a_full_file_is_turned_over_and_one_older_one_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "main.jsonl"
    for number in range(30):
        ledger = Ledger(file, limit_bytes=2_000)
        ledger.add(decided(number))
        ledger.close(wait=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.1.jsonl", "main.jsonl", "main.salt"]
    assert file.stat().st_size <= 2_000
    last = list(read(file))[-1]
    assert last.id == "d29"


def test_rows_that_wait_too_long_are_lost_and_counted(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "main.jsonl")
    for number in range(WAITING + 3):
        ledger.add(decided(number))
    assert ledger.lost == 3
    ledger.close(wait=True)
    assert next(read(tmp_path / "main.jsonl")).id == "d3"


def test_a_place_that_cannot_be_written_costs_rows_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ledger = Ledger(tmp_path / "file" / "main.jsonl")
    ledger.add(decided(1))
    ledger.close(wait=True)
    assert ledger.lost == 1


def test_a_line_that_is_no_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "main.jsonl"
    file.write_text('{"row":"outcome","id":"d1","at":1.0,"heard":false}\n{"row":"gossip"}\n')
    with pytest.raises(DanmateError, match=r"main.jsonl:2: "):
        list(read(file))
