"""What a message names besides its intent: a link's number, a price, a size, how many, when.

Patterns, not a model: there are few ways of saying each, and a wrong number is worse than none. Values are written the
same in both languages, so that whoever compares them need not know which was spoken.
"""

import re
from collections.abc import Iterable
from typing import Final

from nlu.language import fold
from nlu.numerals import NUMBER, number, written

READ_CHARACTERS: Final = 160
"""What is read of a message; time is bounded by it."""
NUMBERS: Final = 32
"""Numbers that are read of a message."""
MAX_LINK: Final = 999
MAX_QUANTITY: Final = 9_999

_FIRST: Final = 0xE000
"""Numbers stand in what is matched as single characters from here on, which no message can hold: see `_Numbers`."""
_ANY: Final = f"{chr(_FIRST)}-{chr(_FIRST + NUMBERS - 1)}"
_N: Final = f"([{_ANY}])"
_NUMBER: Final = re.compile(NUMBER)
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")


def _pattern(text: str) -> re.Pattern[str]:
    r"""Return a pattern in which `\b` is an edge of a Latin word: 我要xl has one between 要 and x."""
    return re.compile(text, re.ASCII)


_LINK: Final = (
    _pattern(rf"(?:第)?{_N}\s*号?(?:个)?(?:链接|连接|车(?!主|费|票)|宝贝|品(?!牌|质))"),
    _pattern(rf"(?:链接|连接)第?{_N}"),
    _pattern(rf"(?<!月){_N}号(?![发到开播考放回之以前后楼线店房群学码色天能会])"),
    _pattern(rf"\b(?:link|item|product)\s*(?:no\.?|number|#)?\s*{_N}(?!\s*(?:pieces|pcs|yuan|dollars)\b)"),
    _pattern(rf"(?:#|\bnumber |\bno\. ?){_N}"),
)
_PRICE: Final = (
    (
        _pattern(rf"{_N}\s*(?:块钱|块|元(?![素旦宵件气老]))(?:{_N}(?![月号点件个条双套份]))?"),
        "yuan",
    ),
    (_pattern(rf"{_N}米(?![长高宽远深厚内外线])(?!{_N})"), "yuan"),
    (_pattern(rf"(?:¥|\b(?:rmb|cny) ?)\s*{_N}"), "yuan"),
    (_pattern(rf"{_N}\s*(?:(?:rmb|cny|yuan|kuai)\b|人民币|大洋)"), "yuan"),
    (_pattern(rf"(?:\bus)?\$\s*{_N}"), "usd"),
    (_pattern(rf"(?<!砍){_N}\s*(?:\$|(?:usd|us dollars?|dollars?|bucks?)\b|美元|美金|刀(?![切具法片两]))"), "usd"),
    (_pattern(rf"€\s*{_N}"), "eur"),
    (_pattern(rf"{_N}\s*(?:€|(?:eur|euros?)\b|欧元|欧(?![洲盟美式码冠亚]))"), "eur"),
)
_NO_NUMBER: Final = re.compile(
    r"一块(?=儿|[去来走玩吃看学聊唱打干做上听抢拼逛坐]|[手布石砖肉蛋木地玉糖大小])|下一(?=[个件条双套盒瓶包袋箱份只支本台期集章])"
)
"""一块 that is no price but together, or a piece of something; the next one."""
_OTHER: Final = "(?<![开用换切练的上登建伟])"
_ACCOUNT: Final = "(?![召角称码令来登关注玩练打上被封看])"
"""A 小号 that one opens, uses or plays with is an account."""
_LETTERS: Final = "(?:x{1,5}l|xx?s|[sml])"
_LETTER: Final = rf"({_LETTERS})(?![a-z0-9'{_ANY}级豆]|\.[a-z]|\s?-?(?:tier|rank|class|a\b))"
"""A size in letters that ends there: S, but neither S级 nor "s tier", nor "l.a."."""
_LETTER_SIZE: Final = (
    _pattern(rf"\b(?<!')({_LETTERS})\s*(?:号(?![称角召])|码|size\b)"),
    _pattern(rf"(?:\bsize\b[\s:=]*(?:is\s+)?(?:an?\s+)?|(?:尺码|码数|尺寸)(?:要|选|是)?\s*){_LETTER}"),
    _pattern(rf"(?:\b(?:in|an?|wear|take|want|got|have|need|any)\s+|(?:穿|要|拍|选|有没有|还有|有)\s*){_LETTER}"),
    _pattern(r"\b(?<!')(x{1,5}l|xxs|xs(?!$|我|了|哈|[,!，！。]))(?![a-z0-9'])"),
)
_NUMBER_SIZE: Final = (
    _pattern(rf"{_N}\s*(xl)(?![a-z])"),
    _pattern(rf"(?<!归){_N}\s*码(?![头字数事归])"),
    _pattern(rf"\bsize\s*(?:is\s*)?{_N}"),
)
_NAMED_ENDS: Final = (
    r"\b(?=\s*(?:$|[,.!?;、，。？！]|[\u4e00-\u9fff])|\s+(?:size|sized|please|pls|plz|or|and|in|for|if|too|then|still|left|available"
    r"|instead|fit|fits|is|be|would|will|to|t-shirt|(?:hoodie|shirt|tee|jacket|coat|dress|sweater|top|mug|bag|cup)s?)\b)"
)
"""Where "a large" ends as a size: neither "the largest" nor "a small town"."""
_NAMED_SIZE: Final = (
    (_pattern(r"均码|\b(?:one size|free size)\b"), "one size"),
    (_pattern(rf"[加特]大[码号]|\b(?:extra large|x-large){_NAMED_ENDS}"), "XL"),
    (_pattern(rf"大码|{_OTHER}大号{_ACCOUNT}|\b(?:a|in|size|the) large{_NAMED_ENDS}"), "L"),
    (_pattern(rf"中码|(?<!其)中号(?![线召])|\b(?:a|in|size|the) medium{_NAMED_ENDS}"), "M"),
    (_pattern(rf"小码|{_OTHER}小号{_ACCOUNT}|\b(?:a|in|size|the) small{_NAMED_ENDS}"), "S"),
)
_PIECES: Final = (
    "件|个(?!月|小时|钟|人|问题|直播|主播|链接|号|字|码)|条(?!弹幕|消息)|双|套|盒|瓶|包(?![邮退换])|袋|箱|份|只|支|罐|桶|把|台|"
    "单|斤|对(?!不)|本"
)
_QUANTITY: Final = (
    _pattern(rf"(?:买|要|来|拍|下单|下|订|囤|抢|入|加|再|送)了?(?:它)?{_N}\s*(?:{_PIECES})"),
    _pattern(
        rf"(?<![第钱价这那哪每另唯]){_N}\s*(?:件(?!事|小事|大事)|双(?!眼|手)|套(?!路|房)|盒|瓶|袋|箱|罐|桶|单(?!价))(?!商品)"
    ),
    _pattern(
        rf"\b(?:buy|get|order|take|want|need|have|grab|bought|ordered)(?: me)?\s+{_N}"
        r"(?=$|\s*(?:of|more|please|pls|[,.!?]|[a-z]+s\b))(?!\s*(?:yuan|dollars|bucks|days|hours|minutes|weeks|years|seconds))"
    ),
    _pattern(rf"{_N}\s+(?:pieces?|pcs|pairs?|of (?:them|these|those|it)|sets|boxes|bottles|packs|units)\b"),
    _pattern(rf"\b(?<![{_ANY}])x\s?{_N}(?![a-z])"),
)
_DAYS: Final = {
    "in three days": r"大后天",
    "day after tomorrow": r"(?<![以然最之今])后天|\bday after tomorrow\b",
    "tomorrow": r"(?<![聪证透小])明[天晚早儿]|\b(?:tomorrow|tmr|tmrw)\b",
    "yesterday": r"昨[天晚儿]|\b(?:yesterday|last night)\b",
    "today": r"今[天晚早儿日]|\b(?:today|tonight|this (?:morning|evening|afternoon))\b",
    "monday": r"(?:周|星期|礼拜)一(?![次回趟期更场个])|\bmondays?\b",
    "tuesday": r"(?:周|星期|礼拜)二|\btuesdays?\b",
    "wednesday": r"(?:周|星期|礼拜)三|\bwednesdays?\b",
    "thursday": r"(?:周|星期|礼拜)四|\bthursdays?\b",
    "friday": r"(?:周|星期|礼拜)五|\bfridays?\b",
    "saturday": r"(?:周|星期|礼拜)六|\bsaturdays?\b",
    "sunday": r"(?:周|星期|礼拜)[日天]|\bsundays?\b",
    "weekend": r"周末|\bweekends?\b",
}
_DAY: Final = _pattern("|".join(f"({pattern})" for pattern in _DAYS.values()))
_EARLY: Final = _pattern(r"凌晨|早上|早晨|上午|清早|一早|明早|今早|\bmorning\b")
_LATE: Final = _pattern(r"下午|晚上|今晚|明晚|昨晚|傍晚|夜里|\b(?:afternoon|evening|tonight|at night|last night)\b")
_NOON: Final = 12
_HOURS: Final = 24
_CLOCK: Final = re.compile(r"(?<![\d:.])([01]?\d|2[0-4])[:：]([0-5]\d)(?![\d:])(?:\s*(am|pm)\b(?! i\b))?", re.ASCII)
_CHINESE_HOUR: Final = _pattern(
    rf"(?<!第){_N}点(?![赞击歌个进头钱餐]|建议|意见|要求|想法|理由|原因)(?:钟|整)?(?:(半)|(一刻)|(三刻)|{_N}分?)?"
)
_A_BIT: Final = re.compile(r"一点(?!半|钟|整|[\d一二三四五六七八九十]+分|[开下上]播|播|发货|开始)")
_HOUR_ENDS: Final = (
    r"(?=\s*(?:$|[,.!?;，。？！]|[\u4e00-\u9fff])|\s+(?:tomorrow|tmr|today|tonight|on|in the|at night|sharp|please|pls"
    r"|right|or|and|to|till|until|est|pst|cet|gmt|utc|beijing|china|too|then|again|every|each|this|next|if|so|but|because|when|i"
    r"|you|we|\w+days?)\b)"
)
"""Where "at eight" ends as a time of day: neither "at 8 people" nor "from one of us"."""
_ENGLISH_HOUR: Final = (
    _pattern(rf"{_N}\s*(am|pm|a\.m|p\.m)\b(?! i\b)"),
    _pattern(rf"\b(?:at|(?<![{_ANY}] )by|until|till|around|from|before|after)\s+{_N}(?:\s*o'?clock\b|{_HOUR_ENDS})"),
    _pattern(rf"{_N}\s*o'?clock\b"),
)
_HALF_PAST: Final = _pattern(rf"\bhalf past {_N}")
_DURATION: Final = _pattern(
    rf"(?<!第){_N}\s*(?:个)?(?:(秒(?!杀)钟?|(?:seconds?|secs?)\b(?!-))|(分钟|(?:minutes?|mins?)\b)|"
    r"(小时(?!候)|钟头|(?:hours?|hrs?)\b)|(天(?![气才])|days?\b)|(周(?![年边目岁一二三四五六日末])|星期|weeks?\b))"
)
_UNIT_NAMES: Final = ("seconds", "minutes", "hours", "days", "weeks")


class _Numbers:
    """A message whose numbers stand as one character each: patterns stay short, and no number is read twice."""

    def __init__(self, folded: str) -> None:
        self.values: list[float] = []
        self.text = _NUMBER.sub(self._number, _PRIVATE.sub(" ", folded[:READ_CHARACTERS]))

    def _number(self, match: re.Match[str]) -> str:
        value = number(match[0]) if len(self.values) < NUMBERS else None
        if value is None:
            return match[0]
        self.values.append(value)
        return chr(_FIRST + len(self.values) - 1)

    def value(self, character: str) -> float:
        """Return the number that a character stands for."""
        return self.values[ord(character) - _FIRST]

    def take(self, match: re.Match[str]) -> None:
        """Blank out what was matched."""
        self.text = f"{self.text[: match.start()]}\u3000{self.text[match.end() :]}"


def slots(text: str) -> dict[str, str]:
    """Return what `text` names, each at most once, the first of its kind: link, price, size, quantity, time.

    `3` (link, quantity), `99 yuan`, `12 usd`, `5 eur`, `XL`, `42`, `one size`, `tomorrow 20:00`, `30 minutes`. An
    hour whose half of the day is not said stays as it is said: `8:00`, where `08:00` is in the morning.
    """
    folded = fold(text)[:READ_CHARACTERS]
    clock = _CLOCK.search(folded)
    plain = folded if _EARLY.search(folded) or _LATE.search(folded) else _A_BIT.sub(" ", folded)
    plain = _NO_NUMBER.sub(" ", plain)
    read = _Numbers(plain if clock is None else _CLOCK.sub(" ", plain))
    found = {
        "price": _price(read) if read.values else "",
        "size": _size(read),
        "link": _whole(read, _LINK, MAX_LINK) if read.values else "",
        "time": _time(read, folded, clock),
        "quantity": _whole(read, _QUANTITY, MAX_QUANTITY) if read.values else "",
    }
    return {name: value for name, value in found.items() if value}


def _price(read: _Numbers) -> str:
    for pattern, currency in _PRICE:
        if match := pattern.search(read.text):
            value = read.value(match[1])
            if pattern.groups > 1 and match[2]:
                value += read.value(match[2]) / 10  # 九块九
            read.take(match)
            return f"{written(value)} {currency}"
    return ""


def _size(read: _Numbers) -> str:
    for pattern in _NUMBER_SIZE if read.values else ():
        if match := pattern.search(read.text):
            value = read.value(match[1])
            read.take(match)
            return "X" * int(value) + "L" if pattern.groups > 1 and 1 < value < NUMBERS else written(value)
    for pattern in _LETTER_SIZE:
        if match := pattern.search(read.text):
            read.take(match)
            return match[1].upper()
    for pattern, name in _NAMED_SIZE:
        if match := pattern.search(read.text):
            read.take(match)
            return name
    return ""


def _whole(read: _Numbers, patterns: Iterable[re.Pattern[str]], limit: int) -> str:
    """Return the first whole number that one of the patterns finds, from 1 to `limit`."""
    for pattern in patterns:
        for match in pattern.finditer(read.text):
            value = read.value(match[1])
            if value == int(value) and 0 < value <= limit:
                read.take(match)
                return written(value)
    return ""


def _time(read: _Numbers, folded: str, clock: re.Match[str] | None) -> str:
    day = _DAY.search(folded)
    name = tuple(_DAYS)[day.lastindex - 1] if day is not None and day.lastindex else ""
    half = "am" if _EARLY.search(folded) else "pm" if _LATE.search(folded) else ""
    if clock is not None:
        hour = _clock(float(clock[1]), int(clock[2]), clock[3] or half)
    else:
        hour = _hour(read, half) if read.values else ""
    if name or hour:
        return f"{name} {hour}".strip()
    if read.values and (match := _DURATION.search(read.text)):
        value = read.value(match[1])
        unit = next(unit for unit, said in zip(_UNIT_NAMES, match.groups()[1:], strict=True) if said)
        read.take(match)
        return f"{written(value)} {unit if value != 1 else unit[:-1]}"
    return ""


def _hour(read: _Numbers, half: str) -> str:
    """Return the time of day as `20:30`."""
    if match := _CHINESE_HOUR.search(read.text):
        read.take(match)
        minutes = 30 if match[2] else 15 if match[3] else 45 if match[4] else read.value(match[5]) if match[5] else 0
        return _clock(read.value(match[1]), int(minutes) % 60, half)
    if match := _HALF_PAST.search(read.text):
        read.take(match)
        return _clock(read.value(match[1]), 30, half)
    for pattern in _ENGLISH_HOUR:
        if match := pattern.search(read.text):
            said = match[2].replace(".", "") if pattern.groups > 1 and match[2] in ("am", "pm", "a.m", "p.m") else half
            read.take(match)
            return _clock(read.value(match[1]), 0, said)
    return ""


def _clock(hour: float, minutes: int, half: str) -> str:
    """Return a time of day, or nothing where there is no such hour."""
    whole = int(hour)
    if whole != hour or whole > _HOURS:
        return ""
    if half == "pm" and whole < _NOON:
        whole += _NOON
    elif half == "am" and whole == _NOON:
        whole = 0
    known = half or whole > _NOON or whole == 0
    return f"{whole % _HOURS:02d}:{minutes:02d}" if known else f"{whole}:{minutes:02d}"
