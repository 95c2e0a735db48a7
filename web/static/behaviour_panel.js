// What viewers are likely to do, the chain as a picture, and why the bot spoke as it did: a part of the moderator page.

import { armWords, word } from "./behaviour_words.js";
import { chainPicture } from "./chain_picture.js";
import { make } from "./dom.js";
import { currentLanguage, onLanguage } from "./i18n.js";

const NEXT_SHOWN = 6;
const INFLUENCES_SHOWN = 3;

/**
 * Fills `element`; `explain(viewer)` resolves to an explanation (behaviour/explanation.py) of the room, or of a
 * viewer by id, or to null. Returns `refresh()` and `show(viewer, name)`.
 */
export function mount(element, explain) {
  const panel = new Panel(element, explain);
  onLanguage(() => panel.draw());
  panel.refresh();
  return { refresh: () => panel.refresh(), show: (viewer, name) => panel.show(viewer, name) };
}

class Panel {
  constructor(element, explain) {
    this.element = element;
    this.explain = explain;
    this.viewer = "";
    this.name = "";
    this.value = null;
    element.classList.add("behaviour-panel");
    element.addEventListener("click", ({ target }) => target.closest("[data-back]") && this.show("", ""));
  }

  show(viewer, name) {
    this.viewer = viewer ?? "";
    this.name = name ?? "";
    this.value = null;
    this.draw();
    return this.refresh();
  }

  async refresh() {
    const asked = this.viewer;
    const value = await this.explain(asked);
    if (asked !== this.viewer || !value?.moods) return; // somebody else is shown by now, or no answer came
    this.value = value;
    this.draw();
  }

  draw() {
    const { value } = this;
    const head = make("div.who", {}, make("strong", { dir: "auto" }, this.viewer ? this.name || this.viewer : word("room")));
    if (this.viewer) head.append(make("button.back", { type: "button", "data-back": "" }, word("back")));
    if (!value) {
      this.element.replaceChildren(head, make("p.none", {}, word("waiting")));
      return;
    }
    const parts = [head, this.viewer ? this.personFigures(value) : this.roomFigures(value)];
    if (value.person) parts.push(make("h3", {}, word("next")), bars(this.nextRows(value)));
    parts.push(chainPicture(value.chain, currentLanguage(), word("chain")), make("p.caption", {}, word("chain")));
    parts.push(...this.why(value));
    this.element.replaceChildren(...parts);
  }

  named({ names }, name) {
    return names[name]?.[currentLanguage()] ?? name;
  }

  roomFigures({ crowd, outcomes }) {
    return figures([
      [word("present"), word("people", { count: crowd.present })],
      [word("leaving", { seconds: crowd.leave_within_s }), word("people", { count: crowd.leaving.toFixed(1) })],
      [word("learned", { count: outcomes }), ""],
    ]);
  }

  personFigures(value) {
    const { person } = value;
    if (!person) return make("p.none", {}, word("gone"));
    const rows = [
      [this.named(value, person.segment), ""],
      [word("leaving", { seconds: person.leave_within_s }), percent(person.leaves)],
      [word("stays"), word("minutes", { count: (person.remaining_s / 60).toFixed(1) })],
      [word("buys"), percent(person.buys)],
      [word("responds"), percent(person.responds.responds)],
    ];
    if (person.minor) rows.unshift([word("minor"), ""]);
    return figures(rows);
  }

  nextRows(value) {
    const likely = Object.entries(value.person.next).sort(([, a], [, b]) => b - a);
    return likely.slice(0, NEXT_SHOWN).map(([state, chance]) => [this.named(value, state), chance, percent(chance)]);
  }

  why(value) {
    const { last } = value;
    const heading = make("h3", {}, word("why"));
    if (!last) return [heading, make("p.none", {}, word("none"))];
    const { goal, tone } = last.directive;
    const chosen = make("p.chosen", { "data-testid": "directive" }, make("b", {}, armWords(`${goal}:${tone}`)), ` ${last.why[currentLanguage()]}`);
    const parts = [heading, chosen];
    const choices = Object.entries(last.choices);
    if (choices.length > 1) {
      const rows = choices.map(([arm, chance]) => [armWords(arm), chance, `${percent(chance)} · ${signed(last.expected[arm], 2)}`]);
      parts.push(make("p.caption", {}, word("choices")), bars(rows));
    }
    const moved = last.responds.influences.slice(0, INFLUENCES_SHOWN).map(({ value: what, moved: by, variable }) => {
      const name = variable === "goal" ? word(`goal.${what}`) : this.named(value, what);
      return make("li", {}, word("influence", { value: name, moved: signed(100 * by, 1) }));
    });
    parts.push(make("p.caption", {}, word("moved", { responds: percent(last.responds.responds) })), make("ul.influences", {}, ...moved));
    return parts;
  }
}

function figures(rows) {
  return make("dl.figures", {}, ...rows.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function bars(rows) {
  const items = rows.map(([name, share, text]) =>
    make("li", {}, make("span", {}, name), make("progress", { max: 1, value: share, "aria-label": name }), make("output", {}, text)),
  );
  return make("ul.bars", {}, ...items);
}

const percent = (share) => `${Math.round(100 * share)}%`;

const signed = (number, digits) => `${number < 0 ? "−" : "+"}${Math.abs(number).toFixed(digits)}`;
