// Short notices that go away by themselves.

import { has, say } from "./i18n.js";
import { icon, make } from "./dom.js";

const MOST = 3;
const STAY_MS = 6000;
const CLOSE = "M6 6l12 12M18 6L6 18";

export class Toasts {
  constructor(place) {
    this.place = place;
  }

  /** Shows the text of `key`; the same text is not shown twice at once. */
  show(key, kind = "error", values = {}) {
    if ([...this.place.children].some((toast) => toast.firstChild.dataset.i18n === key)) return;
    const close = say(make("button.toast-close", { type: "button" }, icon(CLOSE)), "toast.close", {}, "label");
    const toast = make(`div.toast.${kind}`, { "data-testid": "toast" }, say(make("span"), key, values), close);
    const remove = () => toast.remove();
    close.addEventListener("click", remove);
    setTimeout(remove, STAY_MS);
    this.place.append(toast);
    if (this.place.children.length > MOST) this.place.firstChild.remove();
  }

  /** Shows what became of a request (a RoomError). */
  refusal(error) {
    this.show(has(`error.${error.code}`) ? `error.${error.code}` : "error.other");
  }
}
