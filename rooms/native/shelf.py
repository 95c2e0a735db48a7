"""What a room's bots have on their shelf, and who looks at it: what of both is still to be told. No I/O.

Raises `WireError` for what may not stand there.
"""

from typing import Final

from rooms.native.client_messages import SHELF, Product, Shelf, Words
from rooms.native.limits import Limits
from rooms.native.server_messages import ClickEvent, Clicks, ShelfTold
from rooms.native.text import clean_text
from rooms.native.wire import Code, WireError

_NOTHING: Final = ShelfTold(products=())


class RoomShelf:
    """The one shelf of a room: what a bot puts up takes the place of what was there, whoever put that up.

    Times are the caller's monotonic seconds.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._products: dict[str, Product] = {}
        self._coming: dict[str, tuple[Product, ...]] = {}
        self._due = float("inf")
        self.told = _NOTHING
        """The whole shelf as everybody was told of it last."""

    def __contains__(self, product: str) -> bool:
        return product in self._products

    def put(self, bot: str, message: Shelf, now: float) -> None:
        """Put up what `bot` says, once it is whole; raise `WireError` for too much, no title, or an id twice."""
        coming = (*self._coming.pop(bot, ()), *map(_cleaned, message.products))
        if len(coming) > SHELF:
            raise WireError(Code.TOO_LONG, f"a shelf has at most {SHELF} products")
        products = {product.id: product for product in coming}
        if len(products) < len(coming):
            raise WireError(Code.BAD_MESSAGE, "products: two have the same id")
        if message.more:
            self._coming[bot] = coming
        else:
            self._change(products, now)

    def lose(self, bot: str, now: float, *, last: bool) -> None:
        """Forget what a bot that is gone had not finished, and where it was the `last` one clear the shelf."""
        self._coming.pop(bot, None)
        if last:
            self._change({}, now)

    def take_news(self, now: float) -> ShelfTold | None:
        """Take what is to be told to everybody now, all changes of some time as one; nothing where nothing changed."""
        if now < self._due:
            return None
        self._due = float("inf")
        whole, was = tuple(self._products.values()), self.told.products
        if whole == was:
            return None
        self.told = ShelfTold(products=whole)
        if [product.id for product in whole] != [product.id for product in was]:
            return self.told
        changed = tuple(product for product, before in zip(whole, was, strict=True) if product != before)
        return ShelfTold(products=changed, whole=False)

    def _change(self, products: dict[str, Product], now: float) -> None:
        self._products = products
        self._due = min(self._due, now + self._limits.fold_s)


class OpenedProducts:
    """Who opened which product since the bots were told last; the same one twice by the same viewer counts once."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.clicks
        self._waiting: dict[tuple[str, str], ClickEvent] = {}
        self._viewers: set[str] = set()

    def note(self, click: ClickEvent) -> str:
        """Note that somebody opened a product; return the id of what bots are told, or nothing: too many did."""
        place = (click.viewer.id, click.product)
        if place not in self._waiting and len(self._waiting) >= self._most:
            return ""
        self._viewers.add(click.viewer.id)
        return self._waiting.setdefault(place, click).id

    def of(self, viewer: str) -> bool:
        """Return whether something of the viewer with this id waits to be told."""
        return viewer in self._viewers

    def take(self) -> Clicks | None:
        """Take what is to be told to bots now; nothing where nobody opened anything."""
        waiting, self._waiting = self._waiting, {}
        self._viewers.clear()
        return Clicks(clicks=tuple(waiting.values())) if waiting else None


def _cleaned(product: Product) -> Product:
    title = _clean(product.title)
    if not title.zh and not title.en:
        raise WireError(Code.BAD_MESSAGE, "products: a title is empty")
    facts = (fact for fact in map(_clean, product.facts) if fact.zh or fact.en)
    return Product(
        id=product.id,
        title=title,
        price=_clean(product.price),
        stock=product.stock,
        link=product.link,
        facts=tuple(facts),
    )


def _clean(words: Words) -> Words:
    return Words(clean_text(words.zh), clean_text(words.en))
