// The message box: name, text, reply line, time-outs.

import { say, t, recall, remember } from "./i18n.js";
import { find } from "./dom.js";

const STORED = "danmate.name";
const QUOTE_LETTERS = 40;

export class Composer {
  /** @param submit(text, replyTo) sends and returns a promise; `rename(name)` too; `failed(error)` tells the viewer */
  constructor({ submit, rename, failed, bot }) {
    this.submit = submit;
    this.failed = failed;
    this.form = document.querySelector(".composer");
    this.text = find("chat-input");
    this.name = find("name-input");
    this.button = find("chat-send");
    this.replying = document.querySelector(".replying");
    this.replyTo = null;
    say(this.text, "chat.placeholder", { bot }, "placeholder");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    // Enter also confirms a word of an input method: then it must not send.
    this.text.addEventListener("keydown", (key) => {
      if (key.key === "Enter" && key.isComposing) key.stopPropagation();
      if (key.key === "Escape") this.reply(null);
    });
    this.replying.querySelector("button").addEventListener("click", () => this.reply(null));
    this.name.value = recall(STORED) ?? "";
    this.name.addEventListener("change", () => this.renamed(rename));
    this.name.addEventListener("keydown", (key) => {
      if (key.key !== "Enter" || key.isComposing) return;
      key.preventDefault();
      this.text.focus();
    });
  }

  /** The room's answer to hello: who I am here and how much I may write. */
  welcomed({ you, limits, muted }) {
    this.named(you.name);
    this.text.maxLength = limits?.text ?? 500;
    this.name.maxLength = limits?.name ?? 24;
    this.mute(muted ?? 0);
  }

  /** The room calls me `name`. */
  named(name) {
    this.shown = name;
    if (document.activeElement !== this.name) this.name.value = name;
  }

  renamed(rename) {
    const name = this.name.value.trim();
    const restore = () => {
      this.name.value = this.shown ?? "";
    };
    if (!name || name === this.shown) {
      restore();
      return;
    }
    rename(name).then(
      () => remember(STORED, name),
      (error) => {
        restore();
        this.failed(error);
      },
    );
  }

  send() {
    const text = this.text.value.trim();
    if (!text || this.text.disabled) return;
    const { replyTo } = this;
    this.text.value = "";
    this.reply(null);
    this.submit(text, replyTo?.id).catch((error) => {
      if (!this.text.value) this.text.value = text; // nothing written is lost
      this.failed(error);
    });
  }

  /** Puts `words` before what is written, for the writer to go on with. */
  begin(words) {
    if (!this.text.value.startsWith(words)) this.text.value = `${words} ${this.text.value}`.slice(0, this.text.maxLength);
    this.text.focus();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
  }

  reply(message) {
    this.replyTo = message;
    this.replying.hidden = !message;
    if (!message) return;
    const letters = [...message.text];
    const text = letters.length > QUOTE_LETTERS ? `${letters.slice(0, QUOTE_LETTERS).join("")}…` : message.text;
    say(this.replying.querySelector("span"), "chat.replying", { name: message.name, text });
    this.text.focus();
  }

  /** Closes the box for `seconds`, counting down; 0 opens it. */
  mute(seconds) {
    clearInterval(this.counting);
    const until = performance.now() + seconds * 1000;
    const notice = document.querySelector(".muted");
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      this.text.disabled = left > 0;
      this.button.disabled = left > 0;
      notice.hidden = left <= 0;
      notice.textContent = left > 0 ? t("chat.muted", { seconds: left }) : "";
      if (left <= 0) clearInterval(this.counting);
    };
    tick();
    if (seconds > 0) this.counting = setInterval(tick, 1000);
  }
}
