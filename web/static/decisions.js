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

  row({ at, outcome, kind, who, viewer, text, zh, en, reply, source, safety }) {
    const when = new Date(at * 1000);
    const head = make(
      "div.head",
      {},
      say(make(`b.outcome.${outcome}`), `outcome.${outcome}`),
      say(make("span.kind"), `kind.${kind}`),
      this.name(who, viewer),
      make("time", { datetime: when.toISOString() }, when.toTimeString().slice(0, 8)),
    );
    const why = bilingual("p.why", zh, en);
    const row = make("li.decision", { "data-outcome": outcome }, head);
    if (text) row.append(make("p.said", { dir: "auto" }, text));
    if (safety) row.append(this.safety(safety));
    row.append(why);
    if (reply) row.append(make("p.reply", { dir: "auto" }, reply));
    if (source) row.append(make("p.source", {}, say(make("span"), "mod.source"), make("bdi", {}, ` ${source}`)));
    return row;
  }

  /** What the safety check found, as chips: verdict, category, rule, and what its author gets or would get. */
  safety({ verdict, zh, en, rule, step, seconds, dry }) {
    const chips = make("p.chips", { "data-testid": "safety" });
    if (dry) chips.append(say(make("span.chip.dry"), "mod.dry"));
    chips.append(say(make(`b.chip.${verdict}`), `verdict.${verdict}`), bilingual("span.chip", zh, en));
    if (rule) chips.append(make("bdi.chip.rule", {}, rule));
    if (step) chips.append(say(make("span.chip"), `step.${step}`, { seconds }));
    return chips;
  }

  name(who, viewer) {
    if (!viewer) return make("bdi.who", {}, who);
    const button = make("button.who", { type: "button" }, make("bdi", {}, who));
    button.addEventListener("click", () => this.onViewer(viewer, who));
    return button;
  }

  relabel() {
    for (const words of this.list.querySelectorAll("[data-zh]")) words.textContent = words.dataset[currentLanguage()];
  }
}

/** An element that says `zh` or `en`, as `relabel` finds it. */
function bilingual(tag, zh, en) {
  return make(tag, { "data-zh": zh, "data-en": en }, currentLanguage() === "zh" ? zh : en);
}
