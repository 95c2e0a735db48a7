"""What a room remembers of its talk with each viewer: a few exchanges that were heard, and the product spoken of.

Kept in memory only, bounded, and gone when a viewer asks for it. What was said but not heard is never remembered, so
the caller passes what `Heard` reports, not what was planned.
"""

import re
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Final, Self

import msgspec

from core.clock import Clock
from nlu.knowledge import Product
from nlu.language import fold

VIEWERS: Final = 2_000
"""Viewers remembered; the one who has been silent longest gives way."""
EXCHANGES: Final = 6
"""Exchanges remembered of each; the oldest gives way."""
CHARACTERS: Final = 200
"""Kept of what was said and of what was answered."""
PRODUCT_S: Final = 300.0
"""Seconds for which a viewer's "that one" means the product that they were answered about."""

_FORGET: Final = re.compile(
    r"(?:忘(?:了|掉|记)我(?:吧|了|说的|的)?|把我忘(?:了|掉)|别记(?:住|得|着)?我|不要记(?:住|得|着)?我|"
    r"(?:删(?:除|掉)|清(?:除|空|掉))(?:一下)?(?:我|关于我)的?(?:记录|记忆|数据|信息|聊天记录)|"
    r"\bforget (?:about )?(?:me|what i (?:said|told you|asked)|everything (?:about me|i said))\b|"
    r"\b(?:delete|erase|clear|wipe) (?:my (?:data|history|messages|memory)|what you know about me)\b|"
    r"\b(?:don't|do not|dont) remember me\b)"
)
_NOT_US: Final = re.compile(
    r"(?:别|不要|不会|不能|没|怎么会|难道)(?:把我)?忘|\b(?:don't|do not|dont|never|not|won't) forget"
)


class Exchange(msgspec.Struct, frozen=True):
    """Something that a viewer said, and what they heard in answer."""

    said: str
    """The viewer's words, bounded."""
    answer: str
    """What of our answer was played or shown to its end, bounded."""
    product: str
    """The id of the product that it was about; empty where there was none."""
    intent: str
    """What the answer was to, a name of `INTENTS`."""
    at: float
    """When it was heard, monotonic seconds."""


class _Viewer:
    def __init__(self) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=EXCHANGES)
        self.product: Product | None = None
        self.product_at = 0.0


class Memory:
    """The memory of one room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._viewers: OrderedDict[str, _Viewer] = OrderedDict()
        self._forgotten: OrderedDict[str, float] = OrderedDict()
        self._product: Product | None = None
        self._told_of: OrderedDict[str, tuple[Product, float]] = OrderedDict()
        self._shown: Product | None = None
        self._shown_at = 0.0

    def __len__(self) -> int:
        """Return how many viewers are remembered."""
        return len(self._viewers)

    def heard(self, viewer_id: str, said: str, answer: str, product: Product | None, intent: str = "") -> None:
        """Remember that an answer was heard; `answer` is what was really played, nothing of it forgets nothing.

        An answer that was not heard at all, and one to "forget me", leave no trace.
        """
        if product is not None and answer:
            self._product = product
        if not answer or not viewer_id or asks_to_forget(said):
            return
        now = self._clock.monotonic()
        viewer = self._viewers.pop(viewer_id, None) or _Viewer()
        self._viewers[viewer_id] = viewer
        if len(self._viewers) > VIEWERS:
            self._viewers.popitem(last=False)
        viewer.exchanges.append(
            Exchange(said[:CHARACTERS], answer[:CHARACTERS], product.id if product is not None else "", intent, now)
        )
        if product is not None:
            viewer.product, viewer.product_at = product, now

    def shown(self, product: Product) -> None:
        """Remember that `product` was just shown to the whole room: announced, offered, put on sale."""
        self._product = self._shown = product
        self._shown_at = self._clock.monotonic()

    def tells_of(self, viewer_id: str, product: Product) -> None:
        """Note that a viewer is being answered about `product`; what was said is remembered once it was heard."""
        self._told_of.pop(viewer_id, None)
        self._told_of[viewer_id] = product, self._clock.monotonic()
        if len(self._told_of) > VIEWERS:
            self._told_of.popitem(last=False)

    def recent(self, viewer_id: str) -> tuple[Exchange, ...]:
        """Return what was exchanged with a viewer, oldest first."""
        viewer = self._viewers.get(viewer_id)
        return tuple(viewer.exchanges) if viewer is not None else ()

    def last_product(self, viewer_id: str = "") -> Product | None:
        """Return the product that a viewer was answered about within `PRODUCT_S`, or one shown to all since then.

        For other viewers it is the room's last one. What a viewer is being told of right now counts already: its text
        stands in the chat, and the next question may come before its sound has ended.
        """
        now = self._clock.monotonic()
        told_of, told_at = self._told_of.get(viewer_id, (None, float("-inf")))
        if told_of is not None and now - told_at <= PRODUCT_S and told_at > self._shown_at:
            return told_of
        viewer = self._viewers.get(viewer_id)
        if viewer is None or viewer.product is None or self._clock.monotonic() - viewer.product_at > PRODUCT_S:
            return self._product
        return self._shown if self._shown is not None and self._shown_at > viewer.product_at else viewer.product

    def last(self, viewer_id: str) -> str:
        """Return what the last answer that a viewer heard within `PRODUCT_S` was to, or nothing."""
        fresh = self.answered_ago(viewer_id) <= PRODUCT_S
        return self._viewers[viewer_id].exchanges[-1].intent if fresh else ""

    def answered_ago(self, viewer_id: str) -> float:
        """Return the seconds since a viewer last heard an answer; infinite where they never did."""
        viewer = self._viewers.get(viewer_id)
        return self._clock.monotonic() - viewer.exchanges[-1].at if viewer is not None else float("inf")

    def take_over(self, before: Self, products: Mapping[str, Product]) -> None:
        """Go on with what the room's bot before remembers; of products only those that are still here, as they are."""
        self._viewers = before._viewers
        for viewer in self._viewers.values():
            viewer.product = products.get(viewer.product.id) if viewer.product is not None else None
        self._forgotten = before._forgotten
        self._product = products.get(before._product.id) if before._product is not None else None
        self._shown = products.get(before._shown.id) if before._shown is not None else None
        self._shown_at = before._shown_at
        for viewer_id, (product, at) in before._told_of.items():
            if product.id in products:
                self._told_of[viewer_id] = products[product.id], at

    def forget(self, viewer_id: str) -> None:
        """Forget everything of a viewer. The room's last product stays: it is nobody's."""
        self._told_of.pop(viewer_id, None)
        self._viewers.pop(viewer_id, None)
        self._forgotten.pop(viewer_id, None)
        self._forgotten[viewer_id] = self._clock.wall()
        if len(self._forgotten) > VIEWERS:
            self._forgotten.popitem(last=False)

    def forgot(self, viewer_id: str, received: float) -> bool:
        """Return whether a viewer was forgotten after we received something of theirs (seconds since the epoch)."""
        return received <= self._forgotten.get(viewer_id, float("-inf"))


def asks_to_forget(text: str) -> bool:
    """Return whether a viewer asks that what is known of them be forgotten (忘了我吧, forget me)."""
    folded = fold(text)
    return _FORGET.search(folded) is not None and _NOT_US.search(folded) is None
