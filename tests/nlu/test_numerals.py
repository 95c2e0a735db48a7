"""Numbers in digits, Chinese and English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.numerals import number, written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("1,299", 1299), ("9.9", 9.9), ("三", 3), ("两", 2), ("十", 10),
        ("十一", 11), ("二十", 20), ("三十五", 35),
        ("一百", 100), ("一百二", 120), ("一百零二", 102), ("两百五", 250), ("一千五", 1500), ("三千六百", 3600),
        ("一万二", 12000),
        ("二零二四", 2024), ("twelve", 12), ("twenty five", 25), ("a hundred", 100), ("two hundred and fifty", 250),
        ("three two", None), ("号", None), ("", None), ("and", None),
    ],
)  # fmt: skip
def test_numbers_are_read_however_they_are_written(text: str, value: float | None) -> None:
    assert number(text) == value


@given(st.text("零一二三四五六七八九十百千万两", max_size=9))
def test_any_run_of_numerals_is_a_number_or_none(text: str) -> None:
    value = number(text)
    assert value is None or value >= 0


@given(st.integers(0, 10**9))
def test_what_is_written_in_digits_reads_back(value: int) -> None:
    assert number(written(value)) == value
