// What is being said: the bot's clauses in time with its voice, and the remarks of people while they speak.

import { make } from "./dom.js";

const SPEAKERS_MOST = 4;
const FINAL_MS = 4000; // a finished remark stays so long
const PARTIAL_MS = 10000; // one that never finishes, so long
const AFTER_MS = 1500; // the bot's last clause, after its voice

export class Captions {
  /** @param bot the element for the bot's clause; `speakers` the element for people's remarks */
  constructor(bot, speakers) {
    this.bot = bot;
    this.speakers = speakers;
    this.remarks = new Map();
  }

  /** Shows a clause of the bot: its sound starts now. */
  clause(text) {
    clearTimeout(this.hiding);
    this.bot.textContent = text;
    this.bot.classList.remove("pop");
    void this.bot.offsetWidth; // restarts the animation
    this.bot.classList.add("pop");
  }

  /** The bot's voice ended, or was `cut`. */
  end(cut) {
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => this.bot.replaceChildren(), cut ? 0 : AFTER_MS);
  }

  /** A `caption` message. */
  remark({ id, viewer, text, final }) {
    const line = this.remarks.get(id) ?? this.begin(id, viewer);
    line.text.textContent = text;
    line.element.classList.toggle("final", final);
    line.element.setAttribute("aria-hidden", String(!final)); // told once it is whole
    clearTimeout(line.timer);
    line.timer = setTimeout(() => this.remove(id), final ? FINAL_MS : PARTIAL_MS);
  }

  begin(id, viewer) {
    if (this.remarks.size >= SPEAKERS_MOST) this.remove(this.remarks.keys().next().value);
    const text = make("span.remark-text");
    const element = make("p.remark", { "data-viewer": viewer.id }, make("b", {}, make("bdi", {}, viewer.name)), text);
    this.speakers.append(element);
    const line = { element, text, timer: 0 };
    this.remarks.set(id, line);
    return line;
  }

  remove(id) {
    const line = this.remarks.get(id);
    if (!line) return;
    clearTimeout(line.timer);
    line.element.remove();
    this.remarks.delete(id);
  }

  /** Withdraws the remark `message`, or all of the viewer `target`. */
  withdraw(message, target) {
    for (const [id, line] of [...this.remarks]) {
      if (id === message || (target && line.element.dataset.viewer === target)) this.remove(id);
    }
  }
}
