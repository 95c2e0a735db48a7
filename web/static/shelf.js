// The shelf: what the room sells, as cards in a sheet. A card opens to its facts; the bot alone is told who opened it.

import { currentLanguage, onLanguage, say, t } from "./i18n.js";
import { find, icon, make } from "./dom.js";

const TOLD_AGAIN_MS = 30000; // who opens and closes a card over and over opened it once
const FEW = 5; // from so many down it is said how many are left
const OPENS = "M6 9l6 6 6-6";

/** A text of both languages in the reader's, or in the one that there is. */
function inWords({ zh = "", en = "" } = {}) {
  return currentLanguage() === "zh" ? zh || en : en || zh;
}

/** One product; it stays the same element while the shelf changes, so that nobody loses their place. */
class Card {
  /** @param opened(card) when somebody opens it, ask(product) when they want to know more */
  constructor(product, { opened, ask }) {
    this.badge = make("span.link");
    this.title = make("bdi.title");
    this.price = make("bdi.price");
    this.stock = make("span.stock");
    this.facts = make("ul.card-facts");
    const inside = `shelf-${Card.count++}`;
    this.button = make(
      "button.card-face",
      { type: "button", "aria-expanded": "false", "aria-controls": inside, "data-testid": `product-${product.id}` },
      this.badge,
      make("span.card-words", {}, this.title, make("span.card-line", {}, this.price, this.stock)),
      icon(OPENS),
    );
    const asks = say(make("button.card-ask", { type: "button" }), "shelf.ask");
    this.inside = make("div.card-inside", { id: inside }, this.facts, asks);
    this.inside.hidden = true;
    this.element = make("li.card", {}, this.button, this.inside);
    this.button.addEventListener("click", () => {
      const opens = this.inside.hidden;
      this.fold(!opens);
      if (opens) opened(this);
    });
    asks.addEventListener("click", () => ask(this.product));
    this.show(product);
  }

  fold(folded) {
    this.inside.hidden = folded;
    this.button.setAttribute("aria-expanded", String(!folded));
  }

  show(product) {
    this.product = product;
    const { link, stock } = product;
    this.badge.hidden = !link;
    if (link) say(this.badge, "shelf.link", { link });
    this.title.textContent = inWords(product.title);
    this.price.textContent = inWords(product.price);
    this.element.classList.toggle("sold-out", stock === 0);
    this.stock.hidden = stock === null || stock === undefined;
    this.stock.classList.toggle("few", stock > 0 && stock <= FEW);
    if (!this.stock.hidden) say(this.stock, stock === 0 ? "shelf.sold.out" : "shelf.stock", { count: stock });
    const facts = (product.facts ?? []).map(inWords).filter(Boolean);
    this.facts.replaceChildren(...facts.map((fact) => make("li", { dir: "auto" }, fact)));
    if (facts.length === 0) this.facts.append(say(make("li.none"), "shelf.nothing"));
  }
}
Card.count = 0;

export class Shelf {
  /** @param opened(id) tells the room which product was opened; `ask(words)` puts words into the message box */
  constructor({ opened, ask }) {
    this.opened = opened;
    this.ask = ask;
    this.cards = new Map();
    this.told = new Map();
    this.button = find("shelf");
    this.sheet = find("shelf-sheet");
    this.list = this.sheet.querySelector(".cards");
    this.button.addEventListener("click", () => this.sheet.showModal());
    find("shelf-close").addEventListener("click", () => this.sheet.close());
    this.sheet.addEventListener("click", ({ target }) => {
      if (target === this.sheet) this.sheet.close(); // beside it
    });
    onLanguage(() => {
      for (const card of this.cards.values()) card.show(card.product);
    });
  }

  /** Takes in what is on the shelf, or with `whole` false what of it changed. */
  show({ products, whole }) {
    const cards = whole ? new Map() : this.cards;
    for (const product of products) {
      const card = this.cards.get(product.id);
      if (card) card.show(product);
      else if (!whole) continue;
      cards.set(product.id, card ?? this.make(product));
    }
    this.cards = cards;
    this.arrange([...cards.values()].map(({ element }) => element));
    const count = cards.size;
    this.button.hidden = count === 0;
    this.button.querySelector(".count").textContent = count;
    say(this.button, "shelf.open", { count }, "label");
    if (count === 0) this.sheet.close();
  }

  clear() {
    this.show({ products: [], whole: true });
  }

  /** Puts the cards in order without touching those that stand right: what moves loses the focus. */
  arrange(elements) {
    const wanted = new Set(elements);
    for (const element of [...this.list.children]) if (!wanted.has(element)) element.remove();
    elements.forEach((element, place) => {
      const there = this.list.children[place];
      if (there !== element) this.list.insertBefore(element, there ?? null);
    });
  }

  make(product) {
    return new Card(product, {
      opened: (card) => this.open(card),
      ask: ({ link, title }) => {
        this.sheet.close();
        this.ask(link ? t("shelf.link", { link }) : inWords(title));
      },
    });
  }

  open(card) {
    for (const other of this.cards.values()) if (other !== card) other.fold(true);
    const { id } = card.product;
    const now = performance.now();
    if (now - (this.told.get(id) ?? -Infinity) < TOLD_AGAIN_MS) return;
    this.told.set(id, now);
    this.opened(id);
  }
}
