"""What the room sells, on the platform's shelf: put up as it stands, and again whenever a price or a stock changes."""

import re
from collections.abc import Sequence
from typing import Final

from core.events import Card
from core.local import Local
from nlu.intents import Role
from nlu.knowledge import Product, render
from nlu.shelf import Shelf
from rooms.source import Sink

_ARTICLE: Final = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)


class ShelfDisplay:
    """Keeps a platform's shelf as the room's cards are."""

    def __init__(self, platform: Sink, shelf: Shelf, products: Sequence[Product]) -> None:
        """Take the products in the order of the settings; those with a link's number come first, by it."""
        self._platform = platform
        self._shelf = shelf
        self._products = sorted(products, key=lambda one: (one.link is None, one.link or 0))
        self._shown: list[Product] = []

    def tick(self) -> None:
        """Put the cards up where they are not what is shown. Without products nothing is ever put up."""
        now = [self._shelf.current(product) for product in self._products]
        if now != self._shown:
            self._shown = now
            self._platform.shelf([card(product) for product in now])


def card(product: Product) -> Card:
    """Return `product` as it is shown, in both languages as far as it has them."""
    return Card(
        id=product.id,
        title=Local(product.title.zh, _headline(product.title.en)),
        price=Local(render(product, Role.PRICE, "zh"), render(product, Role.PRICE, "en")),
        stock=product.stock,
        link=product.link,
        facts=product.facts,
    )


def _headline(title: str) -> str:
    """Return an English name as it stands alone: `the blue hoodie` is `Blue hoodie`."""
    bare = _ARTICLE.sub("", title.strip())
    return bare[:1].upper() + bare[1:]
