"""Files of sessions are read as the protocol says, and refused with file and line."""

import gzip
from pathlib import Path

import pytest

from behaviour.sessions import encode, read, vocabulary
from core.errors import SettingsError


def written(folder: Path, text: str | bytes, name: str = "s.txt") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_the_last_digit_of_the_line_number_decides_what_a_session_is_for(tmp_path: Path) -> None:
    found = read(written(tmp_path, "".join(f"s{line}\n" for line in range(20))))
    assert [session[0] for session in found.validation] == ["s8", "s18"]
    assert [session[0] for session in found.test] == ["s9", "s19"]
    assert len(found.train) == 16


def test_sessions_over_500_symbols_are_dropped_and_keep_their_line_numbers(tmp_path: Path) -> None:
    lines = ["a"] * 10
    lines[3], lines[4] = "b " * 501, "c " * 500
    found = read(written(tmp_path, "\n".join(lines)))
    assert found.dropped == 1
    assert len(found.train) == 7
    assert len(found.validation) == len(found.test) == 1


def test_a_packed_file_is_the_same(tmp_path: Path) -> None:
    text = "".join(f"a b{line}\n" for line in range(10))
    assert read(written(tmp_path, text)) == read(written(tmp_path, gzip.compress(text.encode()), "s.txt.gz"))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"a b\na $ b\n", "s.txt", "s.txt:2: a symbol"),
        (b"a\n" + b"x" * 65, "s.txt", "s.txt:2: a symbol"),
        (b"a\n\xff\n", "s.txt", "s.txt:2: is not UTF-8"),
        (b"not gzip", "s.txt.gz", "cannot be read"),
        (gzip.compress(b"a b\n" * 1000)[:-20], "s.txt.gz", "cannot be read"),
        (b"\n\n", "s.txt", "no sessions"),
        (b"a " * 600_000, "s.txt", "s.txt:1: more than"),
    ],
)
def test_what_is_no_file_of_sessions_says_where(tmp_path: Path, content: bytes, name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(written(tmp_path, content, name))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.txt: cannot be read: No such file"):
        read(tmp_path / "nowhere.txt")


def test_symbols_that_training_lacks_are_the_unknown_one_and_the_end_is_one_too() -> None:
    symbols = vocabulary([["b", "a"], ["b"]])
    assert symbols == ("a", "b", "?", "$")
    assert [found.tolist() for found in encode([["a", "z", "b"]], symbols)] == [[0, 2, 1, 3]]


def test_of_too_many_symbols_the_frequent_ones_are_told_apart() -> None:
    symbols = vocabulary([["often"] * 3, [f"s{number}" for number in range(100)]])
    assert len(symbols) == 64
    assert "often" in symbols


def test_viewer_states_are_their_own_symbols_and_may_write_their_end() -> None:
    states = ("arrive", "chat", "leave")
    assert vocabulary([["arrive", "chat"]], states) == states
    assert [found.tolist() for found in encode([["arrive", "leave"], ["chat"], ["leave"]], states)] == [[0, 2], [1, 2]]
    with pytest.raises(SettingsError, match="after its end"):
        encode([["leave", "chat"]], states)
