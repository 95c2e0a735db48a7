"""What is no word: links, addresses, emoji, hashtags, mentions, marks that repeat. First step of normalisation."""

import re
import unicodedata
from typing import Final

from tts.script import HAN

LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|io|tv|me|cc|top|shop|live|app|dev)(?![a-z])(?:/[\w./?=&%#-]*)?",
    re.IGNORECASE,
)
"""A web address, with or without its scheme."""
EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
"""A mail address."""

_SPOKEN: Final = {"zh": ("链接", "邮箱"), "en": ("link", "email address")}
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；：（）～"}
_SAME: Final[dict[int, int | str]] = {
    **_WIDE,
    **dict(zip(map(ord, "　‘’－–−￥～〜∼"), " ''---¥~~~", strict=True)),
}
_KEPT_SIGNS: Final = frozenset("°℃℉%‰+×÷±≈=<>$¥€£&@#²³~/\\|^*_")
_REPEATS: Final = (
    (re.compile(r"(?:\.{2,}|…+|。{2,}|·{2,})"), "…"),
    (re.compile(r"[!！?？]*[?？][!！?？]*"), "？"),
    (re.compile(r"[!！]{2,}"), "！"),
    (re.compile(r"([,，、;；:：])(?:\s*[,，、;；:：])+"), r"\1"),
    (re.compile(r"[-—―_=*~]{2,}"), "，"),
    (re.compile(rf"([{HAN}A-Za-z])\1{{4,}}"), r"\1\1\1"),
)
_LINES: Final = re.compile(r"^\s+|\s+$|(?<=[.,!?;:。，！？；：、…])\s+")
_TOPIC: Final = re.compile(r"#([^\s#]{1,40})#|#(?=[^\W\d_])")
_MENTION: Final = re.compile(r"@(?=[\w\u4e00-\u9fff])")


def clean(text: str, language: str) -> str:
    """Return `text` without what nobody would read aloud; links are spoken as "链接" or "link".

    Wide Latin letters and digits become plain ones; emoji and other pictures are dropped; #topic# and @name keep their
    words; marks that repeat become one; a letter that repeats five times and more is kept three times.
    """
    link, email = _SPOKEN["en" if language == "en" else "zh"]
    text = text.translate(_SAME)
    text = EMAIL.sub(f" {email} ", text)
    text = LINK.sub(f" {link} ", text)
    text = _TOPIC.sub(lambda match: f"{match.group(1)}，" if match.group(1) else "", text)
    text = _MENTION.sub("", text)
    text = "".join(_visible(character) for character in text)
    for pattern, replacement in _REPEATS:
        text = pattern.sub(replacement, text)
    text = _LINES.sub(" ", text).replace("\n", ". " if language == "en" else "。")
    return re.sub(r"\s+", " ", text).strip()


def _visible(character: str) -> str:
    """Drop pictures, joiners and control characters; take accents off Latin letters."""
    if character in _KEPT_SIGNS or character == "\n":
        return character
    category = unicodedata.category(character)
    if category in ("So", "Sk", "Cf", "Co", "Cn", "Mn", "Me"):
        return " " if category == "So" else ""
    if category == "Cc":
        return " "
    if category.startswith("L") and not character.isascii():
        base = unicodedata.normalize("NFKD", character)[0]
        return base if base.isascii() else character
    return character
