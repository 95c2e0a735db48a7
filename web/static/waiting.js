// What waits for the bot's voice, in its order, with a moderator's handles on each.

import { make } from "./dom.js";
import { say } from "./i18n.js";

const HANDLES = ["promote", "pin", "drop"];

export class Waiting {
  constructor(list, act) {
    this.list = list;
    this.act = act;
    list.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-action]");
      if (button) this.act(button.dataset.action, button.closest("li").dataset.id);
    });
  }

  /** Shows `items`; rows that stay are kept, so that a finger on one of their buttons still hits it. */
  show(items) {
    const known = new Map([...this.list.children].map((row) => [row.dataset.id, row]));
    const rows = items.map((item) => {
      const row = known.get(item.id) ?? this.row(item);
      const priority = row.querySelector(".priority"); // it rises where a more urgent claim joins
      priority.className = `priority ${item.priority}`;
      say(priority, `priority.${item.priority}`);
      row.classList.toggle("pinned", item.pinned);
      row.querySelector(".pin").setAttribute("aria-pressed", item.pinned);
      say(row.querySelector(".waits"), item.left_s === null ? "mod.waits" : "mod.waits.left", {
        seconds: Math.round(item.waits_s),
        left: Math.round(item.left_s),
      });
      const held = row.querySelector(".held");
      held.hidden = !item.blocked;
      if (item.blocked) say(held, `held.${item.blocked}`);
      row.querySelector(".others").textContent = item.others ? `+${item.others}` : "";
      return row;
    });
    if (rows.length !== known.size || rows.some((row, place) => this.list.children[place] !== row)) {
      this.list.replaceChildren(...rows);
    }
  }

  row({ id, who, text, kind }) {
    const head = make(
      "div.head",
      {},
      make("b.priority"),
      make("bdi.who", {}, who),
      make("span.others"),
      make("span.waits"),
    );
    const handles = make("div.handles");
    for (const action of HANDLES) {
      handles.append(say(make(`button.${action}`, { type: "button", "data-action": action }), `mod.${action}`));
    }
    const said = text ? make("p.said", { dir: "auto" }, text) : say(make("p.said"), `kind.${kind}`);
    const held = make("p.held", { "data-testid": "held", hidden: "" });
    return make("li.candidate", { "data-id": id }, head, said, held, handles);
  }
}
