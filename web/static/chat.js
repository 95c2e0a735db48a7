// The chat log: at most 200 rows, everything from others as text.

import { icon, make } from "./dom.js";
import { say } from "./i18n.js";

const ROWS_MOST = 200;
const HUES = 8;
const NEAR_PX = 60;
const ROLES = new Set(["bot", "streamer", "moderator", "subscriber"]);
const ICONS = {
  reply: "M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  delete: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
  timeout: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 3",
  spoken: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
};

/** A steady colour for somebody, 0 … 7. */
function hue(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % HUES;
}

export class ChatLog {
  /** @param on {reply({id, name, text}), delete(id), timeout(viewer)} */
  constructor(list, newer, on) {
    this.list = list;
    this.newer = newer;
    this.on = on;
    this.me = { id: "", role: "viewer" };
    this.rows = new Map(); // message id → {row, text, name, words}
    newer.addEventListener("click", () => this.toEnd());
    this.following = true; // whether the newest row is in sight and is to stay so
    list.addEventListener("scroll", () => {
      this.following = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
      if (this.following) newer.hidden = true;
    });
    new ResizeObserver(() => this.following && this.toEnd()).observe(list);
    list.addEventListener("click", (click) => this.clicked(click));
  }

  setMe(viewer) {
    this.me = viewer;
    this.list.classList.toggle("moderating", viewer.role === "moderator" || viewer.role === "streamer");
  }

  /** A message of `event` (id, viewer, text, at): typed, `spoken`, or the bot's `say`, whose text may still grow. */
  message(event, { quoted = event.reply_to, spoken = false } = {}) {
    const known = this.rows.get(event.id);
    if (known) {
      known.words.textContent = event.text;
      known.text = event.text;
      return;
    }
    const { viewer } = event;
    const words = make("p.words", { dir: "auto" }, event.text);
    const row = make("li.row", { "data-id": event.id, "data-viewer": viewer.id, "data-hue": hue(viewer.id) });
    row.classList.toggle("bot", viewer.role === "bot");
    row.classList.toggle("mine", viewer.id === this.me.id);
    row.append(this.head(event, spoken), ...this.quote(quoted), words, this.tools(viewer, spoken));
    this.rows.set(event.id, { row, words, text: event.text, name: viewer.name, viewer });
    this.append(row);
  }

  head({ viewer, at }, spoken) {
    const head = make("div.head", {}, make("bdi.name", {}, viewer.name));
    if (viewer.id === this.me.id) head.append(say(make("span.badge.me"), "chat.you"));
    if (ROLES.has(viewer.role)) head.append(say(make(`span.badge.${viewer.role}`), `role.${viewer.role}`));
    if (spoken) head.append(make("span.spoken", {}, icon(ICONS.spoken), say(make("span"), "chat.spoken")));
    const when = new Date(at * 1000);
    head.append(make("time", { datetime: when.toISOString() }, when.toTimeString().slice(0, 5)));
    return head;
  }

  quote(id) {
    const quoted = id && this.rows.get(id);
    return quoted ? [make("p.quote", { dir: "auto", "data-quoted": id }, make("bdi", {}, quoted.name), ` ${quoted.text}`)] : [];
  }

  tools(viewer, spoken) {
    const tool = (name, kind = "") =>
      say(make(`button.tool${kind}`, { type: "button", "data-tool": name, "data-testid": `chat-${name}` }, icon(ICONS[name])), `chat.${name}`, { name: viewer.name }, "label");
    const tools = make("div.tools");
    // The room keeps no record of what was spoken: it can be neither replied to nor deleted.
    if (!spoken) tools.append(tool("reply"));
    if (!spoken && viewer.id !== this.me.id) tools.append(tool("delete", ".moderator"));
    if (viewer.role === "viewer" || viewer.role === "subscriber") tools.append(tool("timeout", ".moderator"));
    return tools;
  }

  clicked({ target }) {
    const tool = target.closest?.("[data-tool]");
    if (!tool) return;
    const { id } = tool.closest("li").dataset;
    const { viewer, text } = this.rows.get(id);
    if (tool.dataset.tool === "reply") this.on.reply({ id, name: viewer.name, text });
    else if (tool.dataset.tool === "delete") this.on.delete(id);
    else this.on.timeout(viewer);
  }

  /** A line about something that happened: `key` of the texts, with `values`. */
  note(key, values, kind) {
    this.append(make(`li.note.${kind}`, {}, say(make("span", { dir: "auto" }), key, values)));
  }

  /** Arrivals fold into one line. */
  joined(name) {
    const { lastElementChild: last } = this.list;
    const count = last?.classList.contains("join") ? Number(last.dataset.count) + 1 : 1;
    if (count > 1) last.remove();
    this.note(count > 1 ? "event.joins" : "event.join", { name, count }, "join");
    this.list.lastElementChild.dataset.count = count;
  }

  /** Takes away the message `message`, or all of the viewer `target`. */
  withdraw(message, target) {
    for (const [id, { row, viewer }] of [...this.rows]) {
      if (id !== message && !(target && viewer.id === target)) continue;
      this.rows.delete(id);
      row.replaceWith(make("li.note.removed", {}, say(make("span"), "event.removed")));
      for (const quote of this.list.querySelectorAll(`[data-quoted="${CSS.escape(id)}"]`)) quote.remove();
    }
  }

  append(row) {
    this.list.append(row);
    while (this.list.children.length > ROWS_MOST) {
      const { firstElementChild: first } = this.list;
      this.rows.delete(first.dataset.id);
      first.remove();
    }
    if (this.following) this.toEnd();
    else this.newer.hidden = false;
  }

  toEnd() {
    this.following = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.newer.hidden = true;
  }

  clear() {
    this.rows.clear();
    this.list.replaceChildren();
    this.toEnd();
  }
}
