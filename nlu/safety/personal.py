"""Finds what points to a person: telephone numbers, identity cards, bank cards, addresses, messenger ids."""

import re
from typing import Final

_NUMERALS: Final = "零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖①②③④⑤⑥⑦⑧⑨"
_DIGITS: Final = str.maketrans(_NUMERALS, "000123456789" + "1" + "123456789" * 2)
"""Numerals that are spoken or written for digits."""
_DIGIT: Final = f"[0-9{_NUMERALS}]"
_LONG_NUMBER = re.compile(rf"{_DIGIT}(?:[-\s._·]{{0,2}}(?:{_DIGIT}|[xX](?!\w))){{6,}}")
"""What may be a number, digits set apart too: 138-0013-8000, 一三八 零零一三 八零零零."""
_APART = re.compile(r"[-\s._·]")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86)?1[3-9][0-9]{9}(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])0(?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}(?![0-9])")
_ABROAD = re.compile(
    r"(?<![0-9])\+[0-9]{9,15}(?![0-9])|(?<![0-9])\(?[2-9][0-9]{2}\)?[-. ][2-9][0-9]{2}[-. ][0-9]{4}(?![0-9])"
)
_IDENTITY = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9x](?![0-9])"
)
_CARD = re.compile(r"(?<![0-9])[3-6][0-9]{13,18}(?![0-9])")

_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+-]{0,63}\s?(?:@|\(at\)|\[at\])\s?[a-z0-9-]{1,63}\s?(?:\.|\(dot\)|\[dot\]|点)\s?[a-z]{2,10}"
)
_MESSENGER = re.compile(
    r"(?:微信|薇信|威信|徽信|v信|[加+➕佳]\s?[vq薇微](?:[\u4e00-\u9fff]{1,8}(?=[\s:：,，]))?|企鹅|扣扣|电报|"
    r"(?<![a-z])(?:vx|wx|qq|wechat|weixin|telegram|tg|whatsapp|line id|snapchat|snap|discord))"
    r"\s?(?:号|id|is|是|为|me|加|群|[:：=→,，\s-]){0,4}\s?"
    r"(?P<id>@[a-z][a-z0-9_.-]{4,31}|[a-z][a-z0-9_-]{5,19}|[1-9][0-9 ]{4,11}[0-9])(?![a-z])"
)
_ID_SIGN = re.compile(r"[0-9_@-]")
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:省|市|区|县|镇|乡|街道)[\u4e00-\u9fff0-9]{1,16}"
    r"(?:路|街|道|巷|弄|村|小区|花园|公寓|大厦|苑)[\u4e00-\u9fff0-9#-]{0,12}?[0-9]{1,5}\s?-?\s?"
    r"(?:号|栋|幢|单元|室|楼|弄|座)"
)
_STREET = re.compile(
    r"\b[0-9]{1,5}\s(?:[a-z]+\s){1,3}"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl)\b\.?"
    r"(?:,?\s(?:apt|apartment|unit|suite|#)\s?[a-z0-9]+|,\s?[a-z]+)"
)
_EMAIL_SIGN = re.compile(r"@|\(at\)|\[at\]")
_MESSENGER_SIGN = re.compile(
    r"[信薇微扣]|企鹅|电报|[加+佳]\s?[vq]|vx|wx|qq|we(?:chat|ixin)|telegram|tg|whatsapp|line id|snap|discord"
)
_HOUSE_SIGN = re.compile(r"[0-9]\s?-?\s?[号栋幢单室楼弄座]")
_STREET_SIGN = re.compile(r"[0-9]\s[a-z]")
_SHORTEST: Final = 5
"""Characters below which nothing points to anybody."""
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10x98765432"


def identity_card(number: str) -> bool:
    """Return whether the last of 18 signs is the check sign of GB 11643-1999 (ISO 7064, MOD 11-2)."""
    return number[-1] == _CHECKS[sum(int(a) * b for a, b in zip(number, _WEIGHTS, strict=False)) % 11]


def luhn(number: str) -> bool:
    """Return whether the digits' Luhn sum (ISO/IEC 7812-1) is right."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def find(text: str) -> str:
    """Return what of a person stands in a clean text: mobile, identity_card, bank_card …; empty for nothing."""
    if len(text) < _SHORTEST:
        return ""
    if _LONG_NUMBER.search(text) is not None:
        number = _number(text)
        if number:
            return number
    if _EMAIL_SIGN.search(text) is not None and _EMAIL.search(text):
        return "email"
    if _MESSENGER_SIGN.search(text) is not None and _messenger(text):
        return "messenger"
    if _HOUSE_SIGN.search(text) is not None and _ADDRESS.search(text):
        return "address"
    if _STREET_SIGN.search(text) is not None and _STREET.search(text):
        return "address"
    return ""


def _messenger(text: str) -> bool:
    """Return whether a messenger is named with an id; an id of letters alone is any word (wechat please)."""
    return any(_ID_SIGN.search(match["id"]) for match in _MESSENGER.finditer(text))


def _number(text: str) -> str:
    if _ABROAD.search(text):
        return "phone"
    digits = _LONG_NUMBER.sub(lambda run: _APART.sub("", run[0]).translate(_DIGITS), text)
    if any(identity_card(identity[0]) for identity in _IDENTITY.finditer(digits)):
        return "identity_card"
    if _MOBILE.search(digits):
        return "mobile"
    if _LANDLINE.search(digits):
        return "landline"
    return "bank_card" if any(luhn(card[0]) for card in _CARD.finditer(digits)) else ""
