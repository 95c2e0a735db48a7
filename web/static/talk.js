// The microphone's button: hold it, or switch to an open microphone and press it once.

import { find } from "./dom.js";
import { recall, remember, say } from "./i18n.js";

const STORED = "danmate.mic-mode";
const BRIEF_MS = 250;
const WORDS = {
  hold: { off: "mic.hold", opening: "mic.opening", ready: "mic.hold", sending: "mic.holding" },
  open: { off: "mic.open", opening: "mic.opening", ready: "mic.listening", sending: "mic.sending" },
};

export class TalkButton {
  constructor(microphone, toasts) {
    this.microphone = microphone;
    this.toasts = toasts;
    this.button = find("mic");
    this.words = document.querySelector(".mic-words");
    this.modes = [...document.querySelectorAll('input[name="mic-mode"]')];
    this.choose(recall(STORED) === "open" ? "open" : "hold");
    for (const mode of this.modes) mode.addEventListener("change", () => this.choose(mode.value));
    this.pointer();
    this.keyboard();
  }

  get mode() {
    return this.modes.find((mode) => mode.checked).value;
  }

  choose(value) {
    for (const mode of this.modes) mode.checked = mode.value === value;
    remember(STORED, value);
    this.microphone.stop();
    this.show(this.microphone.state);
  }

  press() {
    if (this.mode === "open") this.toggle();
    else {
      this.pressed = performance.now();
      this.microphone.start(false);
    }
  }

  release() {
    if (this.mode === "open" || !this.pressed) return;
    if (performance.now() - this.pressed < BRIEF_MS) this.toasts.show("mic.hint", "good");
    this.pressed = 0;
    this.microphone.stop();
  }

  toggle() {
    if (this.microphone.wanted) this.microphone.stop();
    else this.microphone.start(this.mode === "open");
  }

  pointer() {
    const { button } = this;
    button.addEventListener("pointerdown", (pointer) => {
      if (pointer.button !== 0) return;
      button.setPointerCapture(pointer.pointerId);
      this.press();
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      button.addEventListener(end, () => this.release());
    }
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    // A screen reader clicks without pointer or key: then the button switches.
    button.addEventListener("click", (click) => {
      if (click.detail === 0 && !this.byKey) this.toggle();
      this.byKey = false;
    });
  }

  keyboard() {
    const talks = (key) => key.key === " " || key.key === "Enter";
    this.button.addEventListener("keydown", (key) => {
      if (!talks(key)) return;
      key.preventDefault();
      if (!key.repeat) this.press();
    });
    this.button.addEventListener("keyup", (key) => {
      if (!talks(key)) return;
      key.preventDefault(); // no click of its own
      this.release();
    });
    this.button.addEventListener("blur", () => this.release());
    addEventListener("blur", () => this.release());
  }

  /** Shows the microphone's state. */
  show(state) {
    const live = state === "sending" || (this.mode === "open" && state === "ready");
    this.button.dataset.state = state;
    this.button.setAttribute("aria-pressed", String(live));
    say(this.words, WORDS[this.mode][state]);
    say(this.button, WORDS[this.mode][state], {}, "label");
  }

  /** @param level root mean square of the last frame, 0 … 1 */
  level(level) {
    const loud = Math.min(1, Math.sqrt(level) * 2.2);
    this.button.style.setProperty("--level", loud.toFixed(3));
  }
}
