// Volume and mute of the bot, and the button that lets the browser play at all.

import { find } from "./dom.js";
import { recall, remember, say } from "./i18n.js";

const STORED = "danmate.volume";

export class SoundControls {
  constructor(output, bot) {
    this.output = output;
    this.unlocker = find("unlock");
    this.slider = find("volume");
    this.button = find("mute");
    this.muted = false;
    say(this.unlocker.querySelector("span"), "sound.unlock", { bot });
    say(this.slider, "sound.volume", { bot }, "label");
    this.slider.value = recall(STORED) ?? "1";
    this.slider.addEventListener("input", () => {
      this.muted = false;
      remember(STORED, this.slider.value);
      this.apply();
    });
    this.button.addEventListener("click", () => {
      this.muted = !this.muted;
      this.apply();
    });
    this.apply();
    this.unlocking();
  }

  apply() {
    const volume = Number(this.slider.value);
    const silent = this.muted || volume === 0;
    this.output.setVolume(silent ? 0 : volume ** 2); // loudness as the ear hears it
    this.button.dataset.muted = String(silent);
    say(this.button, silent ? "sound.unmute" : "sound.mute", {}, "label");
    this.slider.style.setProperty("--filled", `${(silent ? 0 : volume) * 100}%`);
  }

  /** Any press or key will do; the button says so until it worked. */
  unlocking() {
    const unlock = () => this.output.unlock();
    const show = () => {
      this.unlocker.hidden = this.output.running;
    };
    for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, unlock);
    this.unlocker.addEventListener("click", unlock);
    this.output.context.addEventListener("statechange", show);
    // Browsers that allow sound at once start the context within moments: no button need flash up.
    setTimeout(show, 300);
    unlock();
  }
}
