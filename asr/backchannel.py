"""Backchannels: the little sounds by which a listener says "go on". They take no turn and stop nobody.

The term and the distinction from a bid for the floor are V. H. Yngve's (On getting a word in edgewise, 1970).
"""

import re
from typing import Final

LONGEST: Final = 24
"""Characters beyond which a remark says more than "go on"."""

_SOUNDS: Final = (
    # The longer ones first: what is left of a remark without them must be nothing.
    "没错", "确实", "可以", "好的", "好呀", "好吧", "是的", "是啊", "是吗", "对的", "对啊", "对呀", "真的", "原来如此",
    "这样啊", "懂了", "收到", "行吧", "嗯哼", "哎呀", "哎哟", "我去", "牛啊",
    "嗯", "恩", "哦", "噢", "喔", "啊", "哈", "呵", "嘿", "嘻", "呃", "额", "诶", "欸", "哎", "唉", "哇", "呀",
    "对", "是", "好", "行", "噗", "呜", "唔", "吼", "耶", "牛",
)  # fmt: skip
_WORDS: Final = frozenset(
    (
        "ah", "aha", "alright", "awesome", "cool", "damn", "exactly", "gotcha", "ha", "haha", "hahaha", "heh",
        "hehe", "hm", "hmm", "huh", "i", "lmao", "lol", "mhm", "mm", "mmhm", "nice", "oh", "ok", "okay", "ooh",
        "oops", "ouch", "really", "right", "see", "sure", "totally", "true", "uh", "uhhuh", "uhuh", "um", "whoa",
        "wow", "yah", "yay", "yeah", "yep", "yes", "yup",
    )
)  # fmt: skip
_HAN: Final = re.compile("|".join(_SOUNDS))
_LAUGHTER: Final = re.compile(r"(?:ha|he|hi|h)+a?h?|(?:m|h)+m*|a+h*|o+h+|2?333+|6{2,}")


def is_backchannel(text: str) -> bool:
    """Return whether `text` is nothing but backchannels, in Chinese, English or both; silence is not one."""
    folded = text.casefold().strip()
    if not folded or len(folded) > LONGEST:
        return False
    left = _HAN.sub(" ", folded.replace("-", "").replace("'", ""))
    words = re.findall(r"\w+", left)
    return all(word in _WORDS or _LAUGHTER.fullmatch(word) for word in words) and bool(re.search(r"\w", folded))
