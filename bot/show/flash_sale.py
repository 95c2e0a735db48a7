"""Flash sales: a lower price for a while, counted down, over when time, pieces or stock run out."""

from collections.abc import Sequence
from typing import Final, Self

import msgspec

from bot.candidate import Priority
from bot.show.line import Line, duration
from core.clock import Clock
from core.local import Local
from nlu.intents import Role
from nlu.knowledge import Product, render
from nlu.shelf import Shelf

COUNTDOWN_S: Final = 5.0
"""Seconds for which "10 seconds left" is true enough to be said."""


class SaleOptions(msgspec.Struct, frozen=True):
    """One sale."""

    product: str
    """The product's id."""
    price: str
    """What it costs while the sale runs."""
    lasts_s: float
    """Seconds."""
    pieces: int | None = None
    """How many are sold at that price at most."""
    remind_s: tuple[float, ...] = ()
    """Seconds before the end at which it is said how long there is left."""
    over: Local = Local("", "")
    """What is said at the end."""


class FlashSales:
    """The sales of one room; one at a time."""

    def __init__(self, sales: Sequence[SaleOptions], shelf: Shelf, clock: Clock) -> None:
        self._sales = tuple(sales)
        self._shelf = shelf
        self._clock = clock
        self._next = 0
        self._until = 0.0
        self._left: int | None = None
        self._reminders: list[float] = []
        self.running: SaleOptions | None = None
        """The sale that runs."""
        self.held: list[str] = []
        """Products of sales so far."""

    def start(self, product: Product | None, language: str) -> Line | None:
        """Start the sale of `product`, or the next one, in place of any that runs; return what to say."""
        sale = next((one for one in self._sales if product is not None and one.product == product.id), None)
        if product is None and self._sales:
            sale = self._sales[self._next % len(self._sales)]
        card = self._shelf.find(sale.product) if sale is not None else None
        if sale is None or card is None or card.stock == 0:
            return None
        self._stop()
        self._next = self._sales.index(sale) + 1
        self.running, self._left = sale, sale.pieces
        self._until = self._clock.monotonic() + sale.lasts_s
        self._reminders = sorted((one for one in sale.remind_s if one < sale.lasts_s), reverse=True)
        self._shelf.reprice(card, sale.price)
        self.held.append(sale.product)
        del self.held[:-100]
        return self._line("flash_sale", sale.lasts_s, language)

    def sold(self, product: Product, count: int, language: str) -> Line | None:
        """Count pieces that were sold; return what to say where the sale ends by it."""
        sale = self.running
        if sale is None or sale.product != product.id:
            return None
        if self._left is not None:
            self._left = max(0, self._left - count)
        if self._left == 0:
            return self.end(language)
        if self._shelf.current(product).stock == 0:
            self._stop()  # that it is sold out is said anyway
        return None

    def tick(self, language: str) -> Line | None:
        """Return what is to be said now: a reminder, or that it is over."""
        if self.running is None:
            return None
        left = self._until - self._clock.monotonic()
        if left <= 0:
            return self.end(language)
        due = [one for one in self._reminders if one >= left]
        if not due:
            return None
        self._reminders = [one for one in self._reminders if one < left]
        return self._line("countdown", min(due), language)

    def now(self, language: str) -> str:
        """Return what is on sale, at what price and for how long still, as a clause; or that nothing is."""
        card = self._shelf.find(self.running.product) if self.running is not None else None
        left = self._until - self._clock.monotonic()
        if card is None or left <= 0:
            return "现在没有秒杀" if language == "zh" else "there is no flash sale right now"
        product, price = render(card, Role.PRODUCT, language), render(card, Role.PRICE, language)
        time = duration(max(1.0, left), language)
        pieces = "" if self._left is None else f"，还有{self._left}件" if language == "zh" else f", {self._left} to go"
        if language == "zh":
            return f"{product}秒杀价{price}，还剩{time}{pieces}"
        return f"{product} is {price} for another {time}{pieces}"

    def end(self, language: str) -> Line | None:
        """End the sale that runs; return what to say."""
        sale, product = self.running, self._stop()
        words = sale.over.in_(language) if sale is not None else ""
        return Line("countdown", {}, language, Priority.PAID, fixed=words, product=product) if words else None

    def take_over(self, before: Self) -> None:
        """Go on with the same sales as the room's bot before: the one that runs keeps its price and its end."""
        self._next, self.held = before._next, before.held
        sale = before.running
        card = self._shelf.find(sale.product) if sale is not None else None
        if sale is None or card is None:
            return
        self.running, self._until, self._left = sale, before._until, before._left
        self._reminders = before._reminders
        self._shelf.reprice(card, sale.price)

    def _stop(self) -> Product | None:
        sale, self.running = self.running, None
        card = self._shelf.find(sale.product) if sale is not None else None
        return self._shelf.reprice(card, None) if card is not None else None

    def _line(self, intent: str, left_s: float, language: str) -> Line | None:
        card = self._shelf.find(self.running.product) if self.running is not None else None
        if card is None:
            return None
        stock = card.stock if self._left is None else min(self._left, card.stock or self._left)
        card = msgspec.structs.replace(card, stock=stock)
        roles = (Role.PRODUCT, Role.PRICE, Role.STOCK, Role.LINK)
        facts = {role: value for role in roles if (value := render(card, role, language))}
        facts[Role.TIME] = duration(left_s, language)
        lasts = COUNTDOWN_S if intent == "countdown" else min(20.0, left_s)
        return Line(intent, facts, language, Priority.PAID, lasts, product=card)
