"""How a Chinese speaker reads figures and signs."""

import re
from collections.abc import Callable
from typing import Final

import cn2an

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_DIGITS: Final = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_MAX_DIGITS: Final = 15
"""Longer ones are read digit by digit; cn2an ends at 16."""
_N: Final = r"\d+(?:\.\d+)?"
_CURRENCIES: Final = {"$": "美元", "¥": "元", "€": "欧元", "£": "英镑"}
_UNITS: Final = {
    "kg": "公斤", "g": "克", "mg": "毫克", "ml": "毫升", "mL": "毫升", "L": "升", "km/h": "公里每小时", "km": "公里",
    "cm": "厘米", "mm": "毫米", "m": "米", "m²": "平方米", "m³": "立方米", "℃": "摄氏度", "°C": "摄氏度", "°": "度",
    "k": "千", "K": "千", "w": "万", "W": "万",
}  # fmt: skip
_MEASURES: Final = "个件款位只条双点次天年套张块斤万千亿元瓶盒包箱杯种名岁周小倍层台部本间颗米份人轮场"
_SIGNS: Final = {
    "+": "加", "×": "乘", "÷": "除以", "=": "等于", "≈": "约等于", "±": "正负", "<": "小于", ">": "大于", "&": "和",
}  # fmt: skip


def say_chinese(text: str) -> str:
    """Return `text` with its figures and the signs between them in characters."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def number(digits: str) -> str:
    """Read a number, as 一百零五 or 一点五; very long ones and those that begin with 0 digit by digit."""
    whole, _, fraction = digits.partition(".")
    if len(whole) > _MAX_DIGITS or (len(whole) > 1 and whole.startswith("0")):
        read = spell(whole)
    else:
        read = str(cn2an.an2cn(whole, "low"))
    return f"{read}点{spell(fraction)}" if fraction else read


def spell(digits: str, one: str = "一") -> str:
    """Read digit by digit; on the telephone 1 is 幺."""
    return "".join(one if digit == "1" else _DIGITS.get(digit, "") for digit in digits)


def _amount(digits: str) -> str:
    return "两" if digits == "2" else number(digits)


def _date(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{spell(year)}年{number(str(int(month)))}月" + (f"{number(str(int(day)))}日" if day else "")


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    read = f"{_amount(str(int(hour)))}点"
    if int(minute) or second:
        read += f"{'零' if int(minute) in range(1, 10) else ''}{number(str(int(minute)))}分"
    return read + (f"{number(str(int(second)))}秒" if second else "")


def _price(match: re.Match[str]) -> str:
    sign, low, high, scale = match.groups()
    read = f"{_amount(low)}到{_amount(high)}" if high else _amount(low)
    return f"{read}{_UNITS.get(scale or '', scale or '')}{_CURRENCIES[sign]}"


def _between(match: re.Match[str]) -> str:
    low, high, unit = match.groups()
    read = _amount if unit and (unit in _MEASURES or unit in _UNITS) else number
    if float(low) >= float(high) and not unit:
        return f"{number(low)}比{number(high)}" if len(low + high) <= _SCORE else f"{spell(low)}，{spell(high)}"
    return f"{read(low)}到{read(high)}{_UNITS.get(unit or '', unit or '')}"


_SCORE: Final = 4
"""Digits of both sides of a score, as 3-1; longer ones are numbers of something."""

_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))"), ""),
    (re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号])?"), _date),
    (re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12]\d|3[01])(?!\d)"), _date),
    (re.compile(r"(?<!\d)(\d{4})(?=年(?!前|后|内|来))"), lambda match: spell(match[1])),
    (re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?![\d:])"), _time),
    (re.compile(r"(?<=[点分])\s*[-~]\s*(?=[一二三四五六七八九十两零])|(?<=[点分日号月年元块万亿m℃])[-~](?=\d)"), "到"),
    (re.compile(rf"([¥$€£])\s*({_N})(?:[-~]({_N}))?\s*(万|亿|[kKwW](?![A-Za-z]))?(?:元|块钱?)?"), _price),
    (re.compile(r"(?<![\d.])1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])"), lambda match: spell(match[0], "幺")),
    (re.compile(r"(?<![\d.])(?:0\d{2,3}|[48]00)(?:-\d{3,8}){1,2}(?![\d.])"), lambda match: spell(match[0], "幺")),
    (
        re.compile(
            r"((?:电话|手机号?|热线|QQ群?|微信|群号?|房间号?|验证码|编号|单号|尾号|口令|密码|工号)(?:是|为)?[:： ]*)"
            r"(\d{3,})"
        ),
        lambda match: match[1] + spell(match[2], "幺"),
    ),
    (re.compile(r"(?<!\d)\d{9,}(?![\d.]|\s*[元块个人次])"), lambda match: spell(match[0], "幺")),
    (re.compile(r"(?<![\d.])6{3,}(?!\d|\s*[元块件个人次天年号名位])"), lambda match: spell(match[0])),
    (re.compile(r"(?<![\d.])23{2,}(?![\d.]|\s*[元块件个人次天年号名位])"), "哈哈哈"),
    (re.compile(rf"({_N})\s*%\s*[-~到]\s*({_N})\s*%"), lambda m: f"百分之{number(m[1])}到百分之{number(m[2])}"),
    (re.compile(rf"({_N})\s*%"), lambda match: f"百分之{number(match[1])}"),
    (re.compile(rf"({_N})\s*‰"), lambda match: f"千分之{number(match[1])}"),
    (re.compile(r"([1-9])\.(\d)(?=折)"), lambda match: spell(match[1] + match[2])),
    (
        re.compile(rf"(?<![\d.-])({_N})\s*[-~至]\s*({_N})\s*(kg|g|mg|ml|L|km|cm|mm|m|℃|°C|[kKwW]|[{_MEASURES}])?"
                   r"(?![\d.A-Za-z-])"),
        _between,
    ),
    (re.compile(r"(?<!\w)-(?=\d)"), "负"),
    (re.compile(r"(?<![\d/.])(\d{1,3})/(\d{1,3})(?![\d/.])"), lambda m: f"{number(m[2])}分之{number(m[1])}"),
    (re.compile(r"(?<![\d:])(\d+):(\d+)(?![\d:])"), lambda match: f"{number(match[1])}比{number(match[2])}"),
    (
        re.compile(rf"({_N})\s*(km/h|kg|g|mg|ml|mL|L|km|cm|mm|m²|m³|m|℃|°C|°|[kKwW])(?![A-Za-z])"),
        lambda match: _amount(match[1]) + _UNITS[match[2]],
    ),
    (re.compile(r"[*×xX]\s*(?=\d)"), "乘"),
    (re.compile(r"(?<=\d)\s*([+×÷=≈±<>])\s*(?=\d)"), lambda match: _SIGNS[match[1]]),
    (re.compile(r"(?<=\d)\+"), "多"),
    (re.compile(r"(?<![\w])\+(?=\d)"), "加"),
    (re.compile(rf"(?<![\d.第])2(?=[{_MEASURES}]|分钟)"), "两"),
    (re.compile(r"(?<![\d.])(\d+(?:\.\d+){2,})(?!\d)"), lambda match: "点".join(map(number, match[1].split(".")))),
    (re.compile(_N), lambda match: number(match[0])),
    (re.compile(r"\s*&\s*"), "和"),
    (re.compile(r"[×=≈±÷]"), lambda match: _SIGNS[match[0]]),
)  # fmt: skip
