// Likes, gifts, following and sharing. Quick presses are counted together and sent as one message.

import { calm, find, make } from "./dom.js";
import { say } from "./i18n.js";

const MERGE_MS = 700;
const LIKES_MOST = 50;
const GIFTS_MOST = 9999;
const HEARTS_MOST = 24;

/** Counts calls of `press` and hands the sum to `send` once they pause. */
class Combo {
  constructor(send, most) {
    this.send = send;
    this.most = most;
    this.count = 0;
  }

  press() {
    this.count = Math.min(this.most, this.count + 1);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { count } = this;
      this.count = 0;
      this.send(count);
    }, MERGE_MS);
    return this.count;
  }
}

export class Actions {
  /** @param request(type, fields) returns a promise; `toasts` tell what failed */
  constructor(gifts, request, toasts) {
    this.request = request;
    this.toasts = toasts;
    this.likes();
    this.follow();
    this.share();
    this.gifts(gifts);
  }

  ask(type, fields) {
    return this.request(type, fields).catch((error) => {
      this.toasts.refusal(error);
      throw error;
    });
  }

  likes() {
    const button = find("like");
    const combo = new Combo((count) => this.ask("like", { count }).catch(() => {}), LIKES_MOST);
    button.addEventListener("click", () => {
      this.counted(button, combo.press());
      this.heart(button);
    });
  }

  /** Shows ×n on a button while its presses are being counted. */
  counted(button, count) {
    button.dataset.combo = count > 1 ? `×${count}` : "";
    clearTimeout(button.combo);
    button.combo = setTimeout(() => {
      button.dataset.combo = "";
    }, MERGE_MS);
  }

  heart(button) {
    if (calm.matches || button.querySelectorAll(".heart").length >= HEARTS_MOST) return;
    const heart = make("span.heart", { "aria-hidden": "true" }, "♥");
    button.append(heart);
    const aside = (Math.random() - 0.5) * 70;
    heart.animate(
      [
        { transform: "translate(0, 0) scale(0.6)", opacity: 1 },
        { transform: `translate(${aside}px, -120px) scale(1.5)`, opacity: 0 },
      ],
      { duration: 1100, easing: "ease-out" },
    ).onfinish = () => heart.remove();
  }

  follow() {
    const button = find("follow");
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-pressed") === "true") return;
      button.setAttribute("aria-pressed", "true");
      say(button.querySelector(".label"), "action.following");
      await this.ask("follow", {}).catch(() => {
        button.setAttribute("aria-pressed", "false");
        say(button.querySelector(".label"), "action.follow");
      });
    });
  }

  share() {
    find("share").addEventListener("click", async () => {
      const url = `${location.origin}${location.pathname}`;
      try {
        if (navigator.share) await navigator.share({ title: document.title, url });
        else {
          await navigator.clipboard.writeText(url);
          this.toasts.show("action.copied", "good");
        }
      } catch (error) {
        if (error.name === "AbortError") return; // they thought better of it
      }
      await this.ask("share", {}).catch(() => {});
    });
  }

  gifts(gifts) {
    const toggle = find("gifts");
    const tray = document.querySelector(".gift-tray");
    toggle.hidden = gifts.length === 0;
    for (const gift of gifts) tray.append(this.giftButton(gift));
    const show = (shown) => {
      tray.hidden = !shown;
      toggle.setAttribute("aria-expanded", String(shown));
    };
    toggle.addEventListener("click", () => show(tray.hidden));
    document.addEventListener("keydown", (key) => {
      if (key.key !== "Escape" || tray.hidden) return;
      show(false);
      toggle.focus();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (!tray.contains(target) && !toggle.contains(target)) show(false);
    });
  }

  giftButton({ name, value, icon }) {
    const button = make(
      "button.gift",
      { type: "button", "data-testid": `gift-${name}` },
      make("span.gift-icon", { "aria-hidden": "true" }, icon),
      make("span.gift-name", {}, name),
      make("span.gift-value", {}, `¥${value}`),
    );
    say(button, "action.gift.price", { name, value }, "label");
    const combo = new Combo((count) => this.ask("gift", { gift: name, count }).catch(() => {}), GIFTS_MOST);
    button.addEventListener("click", () => this.counted(button, combo.press()));
    return button;
  }
}
