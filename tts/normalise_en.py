"""How an English speaker reads figures and signs."""

import re
from collections.abc import Callable
from typing import Final

from num2words import num2words

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_N: Final = r"\d+(?:\.\d+)?"
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH: Final = "|".join(f"{month}|{month[:3]}\\.?" for month in _MONTHS)
_CURRENCIES: Final = {
    "$": ("dollar", "dollars", "cents"),
    "€": ("euro", "euros", "cents"),
    "£": ("pound", "pounds", "pence"),
    "¥": ("yuan", "yuan", ""),
}
_SCALES: Final = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "b": "billion", "B": "billion"}
_UNITS: Final = {
    "kg": "kilograms", "g": "grams", "mg": "milligrams", "ml": "milliliters", "mL": "milliliters", "L": "liters",
    "km/h": "kilometers per hour", "km": "kilometers", "cm": "centimeters", "mm": "millimeters", "m": "meters",
    "℃": "degrees Celsius", "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "°": "degrees", "oz": "ounces",
    "lb": "pounds", "lbs": "pounds", "ft": "feet", "mph": "miles per hour", "GB": "gigabytes", "MB": "megabytes",
    "TB": "terabytes", "hrs": "hours", "min": "minutes", "mins": "minutes",
}  # fmt: skip
_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_SIGNS: Final = {
    "+": "plus", "×": "times", "*": "times", "x": "times", "÷": "divided by", "=": "equals", "<": "less than",
    ">": "greater than", "≈": "about", "±": "plus or minus",
}  # fmt: skip
_HALVES: Final = {
    "1/2": "one half",
    "1/3": "one third",
    "2/3": "two thirds",
    "1/4": "one quarter",
    "3/4": "three quarters",
}
_ABBREVIATIONS: Final = {
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "vs": "versus", "approx.": "about",
    "Mr.": "Mister", "Mrs.": "Missus", "Dr.": "Doctor", "St.": "Saint", "w/": "with", "pls": "please", "thx": "thanks",
    "RMB": "yuan", "CNY": "yuan", "USD": "dollars",
}  # fmt: skip
_ABBREVIATION: Final = "|".join(sorted(map(re.escape, _ABBREVIATIONS), key=len, reverse=True))
_NOON: Final = 12
_LONG: Final = 9
"""Digits from which on a number is read digit by digit."""


def say_english(text: str) -> str:
    """Return `text` with its figures and the signs between them in words."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def number(digits: str) -> str:
    """Read a number, as one hundred and five or one point five; those that begin with 0 digit by digit."""
    whole, _, fraction = digits.partition(".")
    read = spell(whole) if len(whole) >= _LONG or (len(whole) > 1 and whole[0] == "0") else str(num2words(int(whole)))
    return f"{_words(read)} point {spell(fraction)}" if fraction else _words(read)


def spell(digits: str) -> str:
    """Read digit by digit."""
    return " ".join(str(num2words(int(digit))) for digit in digits if digit.isdigit())


def ordinal(digits: str) -> str:
    """Read 1st, 22nd."""
    return _words(str(num2words(int(digits), to="ordinal")))


def _words(read: str) -> str:
    return read.replace(",", "").replace("-", " ")


def _year(digits: str) -> str:
    return _words(str(num2words(int(digits), to="year")))


def _date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{_MONTHS[int(month) - 1]} {ordinal(day)}, {_year(year)}"


def _day(match: re.Match[str]) -> str:
    month = next(name for name in _MONTHS if name.startswith(match[1][:3]))
    return f"{month} {ordinal(match[2])}" + (f", {_year(match[3])}" if match[3] else "")


def _time(match: re.Match[str]) -> str:
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "").lower()
    afternoon = hour > _NOON
    said = num2words(hour - _NOON if afternoon else hour or _NOON)
    if minute:
        said += f" {'oh ' if minute < 10 else ''}{_words(num2words(minute))}"  # noqa: PLR2004  # 8:05 is eight oh five
    if half or afternoon:
        return f"{said} {'P M' if half == 'pm' or afternoon else 'A M'}"
    return said if minute else f"{said} o'clock"


def _price(match: re.Match[str]) -> str:
    sign, low, high, scale = match.groups()
    one, many, small = _CURRENCIES[sign]
    whole, _, fraction = low.partition(".")
    if high:
        return f"{number(low)} to {number(high)} {many}"
    if scale:
        return f"{number(low)} {_SCALES.get(scale, scale)} {many}"
    if len(fraction) == 2 and small:  # noqa: PLR2004  # cents have two digits
        read = f"{number(whole)} {one if whole == '1' else many}" if int(whole) else ""
        return f"{read} {number(str(int(fraction)))} {'' if read else small}".strip() if int(fraction) else read
    return f"{number(low)} {one if low == '1' else many}"


def _unit(match: re.Match[str]) -> str:
    unit = _UNITS[match[2]]
    if match[1] == "1":
        unit = (
            "foot" if unit == "feet" else re.sub(r"s(?= |$)", "", unit, count=1) if unit != "degrees Celsius" else unit
        )
    return f"{number(match[1])} {unit}"


_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),
    (re.compile(rf"(?<![A-Za-z])({_ABBREVIATION})(?![A-Za-z])"), lambda match: _ABBREVIATIONS[match[1]]),
    (re.compile(r"\b(\d{4})[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01])\b"), _date),
    (re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,?\s+(\d{{4}}))?"), _day),
    (re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?:\s*([aApP]\.?[mM]\b\.?))?(?![\d:])"), _time),
    (re.compile(r"\b(1[0-2]|[1-9])()\s?([aApP]\.?[mM]\b\.?)"), _time),
    (re.compile(r"(?<=[a-zM])\s*[-~]\s*(?=(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven)\b)"), " to "),
    (
        re.compile(rf"([$€£¥])\s?({_N})(?:\s?[-~]\s?[$€£¥]?({_N}))?(?:\s?([kKmMbB](?![A-Za-z])|thousand|million|billion))?"),
        _price,
    ),
    (
        re.compile(r"(?<![\d.])(?:\+?\d{1,3}[- ])?(?:\(\d{3}\)\s?|\d{3}[- ])\d{3,4}[- ]\d{4}(?![\d.])"),
        lambda match: spell(match[0]),
    ),
    (
        re.compile(r"(?i)\b((?:code|number|phone|call|id|room|pin|qq)(?: is)?[: #]*)(\d{4,})"),
        lambda match: match[1] + spell(match[2]),
    ),
    (re.compile(rf"({_N})\s?%\s*[-~]\s*({_N})\s?%"), lambda m: f"{number(m[1])} to {number(m[2])} percent"),
    (re.compile(rf"({_N})\s?%"), lambda match: f"{number(match[1])} percent"),
    (re.compile(r"(?i)\b(in|since|by|from|of|year|until|before|after) ((?:19|20)\d{2})(?![\d.,]\d| [a-z]+s\b)"),
     lambda match: f"{match[1]} {_year(match[2])}"),
    (re.compile(r"(?<![\d/.])(1/[234]|2/3|3/4)(?![\d/])"), lambda match: _HALVES[match[1]]),
    (re.compile(r"\b24/7\b"), "24 7"),
    (re.compile(r"(?<![\d/])(\d+)/(\d+)(?![\d/])"), lambda match: f"{number(match[1])} out of {number(match[2])}"),
    (re.compile(rf"(?<![\d.A-Za-z-])({_N})\s?[-~]\s?({_N})(?![\d.]|-\d)"), r"\1 to \2"),
    (re.compile(r"(?<![\w-])-(?=\d)"), "minus "),
    (re.compile(r"['’]?\b([2-9]0)s\b"), lambda match: f"{number(match[1]).removesuffix('y')}ies"),
    (re.compile(rf"({_N})\s?({_UNIT})(?![A-Za-z])"), _unit),
    (re.compile(rf"({_N})([kKMB])(?![A-Za-z])"), lambda match: f"{number(match[1])} {_SCALES[match[2]]}"),
    (re.compile(r"\b(\d+)(?:st|nd|rd|th)\b"), lambda match: ordinal(match[1])),
    (re.compile(r"(?:#|\b[Nn]o\. ?)(?=\d)"), "number "),
    (re.compile(r"(?<=\d)\s*([+×*÷=<>≈±]|x(?=\s*\d))\s*(?=\d)"), lambda match: f" {_SIGNS[match[1]]} "),
    (re.compile(r"(?<![A-Za-z])[x×](?=\d)"), " times "),
    (re.compile(r"(?<=\d)\+"), " plus"),
    (re.compile(r"(?<![\w])\+(?=\d)"), "plus "),
    (re.compile(r"(?<=\d):(?=\d)"), " to "),
    (re.compile(r"(?<=[A-Za-z])(?=\d)"), " "),
    (re.compile(r"(?<=\d)(?=[A-Za-z])"), " "),
    (re.compile(r"(?<![\d.])(\d+(?:\.\d+){2,})(?!\d)"), lambda match: " point ".join(map(number, match[1].split(".")))),
    (re.compile(_N), lambda match: number(match[0])),
    (re.compile(r"\s*&\s*"), " and "),
    (re.compile(r"\s*[=≈±]\s*"), lambda match: f" {_SIGNS[match[0].strip()]} "),
)  # fmt: skip
