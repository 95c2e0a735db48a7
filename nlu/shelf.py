"""Product cards as they stand at this moment: stock counts down as things are sold, prices change while a sale runs."""

from collections.abc import Iterable
from typing import Self

import msgspec

from nlu.knowledge import Product
from nlu.language import fold


class Shelf:
    """The cards of one room; everything that states a price or a stock asks here first."""

    def __init__(self, products: Iterable[Product] = ()) -> None:
        self._cards = {product.id: product for product in products}
        self._first = dict(self._cards)
        self._usual: dict[str, str] = {}

    def current(self, product: Product) -> Product:
        """Return the card of `product` as it stands now."""
        return self._cards.get(product.id, product)

    def find(self, named: str) -> Product | None:
        """Return the card with this id or title."""
        if named in self._cards:
            return self._cards[named]
        title = fold(named)
        return next((one for one in self._cards.values() if title in (fold(one.title.zh), fold(one.title.en))), None)

    def sell(self, product: Product, count: int) -> Product:
        """Take `count` off the stock, never below 0 and only where it is known; return the card."""
        card = self.current(product)
        if card.stock is not None:
            card = self._cards[card.id] = msgspec.structs.replace(card, stock=max(0, card.stock - count))
        return card

    def take_over(self, before: Self) -> None:
        """Go on with the stock that the room's bot before counted down, except where settings now say another."""
        for name, card in self._cards.items():
            was = before._first.get(name)
            if was is not None and was.stock == card.stock:
                self._cards[name] = msgspec.structs.replace(card, stock=before._cards[name].stock)

    def reprice(self, product: Product, price: str | None) -> Product:
        """Let it cost `price`, or nothing: what it usually does; return the card."""
        card = self.current(product)
        usual = self._usual.setdefault(card.id, card.price)
        card = self._cards[card.id] = msgspec.structs.replace(card, price=usual if price is None else price)
        return card
