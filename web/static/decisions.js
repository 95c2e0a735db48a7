// What became of each event and why: the newest first, at most 200 rows, everything from viewers as text.

import { currentLanguage, onLanguage, say } from "./i18n.js";
import { make } from "./dom.js";

const ROWS = 200;

export class Decisions {
  constructor(list, filters, onViewer) {
    this.list = list;
    this.onViewer = onViewer;
    onLanguage(() => this.relabel());
    filters.addEventListener("change", ({ target }) => {
      list.dataset.filter = target.value;
    });
  }

  clear() {
    this.list.replaceChildren();
  }

  add(decisions) {
    for (const decision of decisions) this.list.prepend(this.row(decision));
    while (this.list.children.length > ROWS) this.list.lastElementChild.remove();
  }

  row({ at, outcome, kind, who, viewer, text, zh, en, reply, source }) {
    const when = new Date(at * 1000);
    const head = make(
      "div.head",
      {},
      say(make(`b.outcome.${outcome}`), `outcome.${outcome}`),
      say(make("span.kind"), `kind.${kind}`),
      this.name(who, viewer),
      make("time", { datetime: when.toISOString() }, when.toTimeString().slice(0, 8)),
    );
    const why = make("p.why", { "data-zh": zh, "data-en": en }, currentLanguage() === "zh" ? zh : en);
    const row = make("li.decision", { "data-outcome": outcome }, head);
    if (text) row.append(make("p.said", { dir: "auto" }, text));
    row.append(why);
    if (reply) row.append(make("p.reply", { dir: "auto" }, reply));
    if (source) row.append(make("p.source", {}, say(make("span"), "mod.source"), make("bdi", {}, ` ${source}`)));
    return row;
  }

  name(who, viewer) {
    if (!viewer) return make("bdi.who", {}, who);
    const button = make("button.who", { type: "button" }, make("bdi", {}, who));
    button.addEventListener("click", () => this.onViewer(viewer, who));
    return button;
  }

  relabel() {
    for (const why of this.list.querySelectorAll(".why")) why.textContent = why.dataset[currentLanguage()];
  }
}
