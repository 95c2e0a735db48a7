// Messages that fly across the stage, in lanes, without running into each other.

import { calm, make } from "./dom.js";

const LANE_PX = 44;
const MOST = 40; // in flight; a busy room loses messages here, never in the log
const CROSSING_MS = 9000;
const STILL_MS = 4500;
const LETTERS = 60;

export class Danmaku {
  constructor(stage) {
    this.stage = stage;
    this.lanes = []; // when each lane's last message has cleared the right edge
    this.on = true;
  }

  /** @param kind `chat`, `mine`, `gift` or `spoken`; `id` and `viewer` let moderators' removals find it */
  fly(text, { kind = "chat", id = "", viewer = "" } = {}) {
    if (!this.on || document.hidden || this.stage.children.length >= MOST) return;
    const lane = this.freeLane();
    if (lane < 0) return;
    const letters = [...text];
    const short = letters.length > LETTERS ? `${letters.slice(0, LETTERS).join("")}…` : text;
    const item = make(`span.danmaku.fly-${kind}`, { "data-id": id, "data-viewer": viewer }, short);
    item.style.top = `${lane * LANE_PX + 8}px`;
    this.stage.append(item);
    const move = calm.matches ? this.rest(item, lane) : this.cross(item, lane);
    move.onfinish = () => item.remove();
  }

  freeLane() {
    const count = Math.max(1, Math.floor((this.stage.clientHeight - 8) / LANE_PX));
    const now = performance.now();
    for (let lane = 0; lane < count; lane += 1) if ((this.lanes[lane] ?? 0) <= now) return lane;
    return -1;
  }

  cross(item, lane) {
    const width = this.stage.clientWidth;
    const own = item.offsetWidth;
    const duration = CROSSING_MS * (0.75 + width / 3000);
    this.lanes[lane] = performance.now() + (duration * (own + 40)) / (width + own);
    return item.animate([{ transform: `translateX(${width}px)` }, { transform: `translateX(${-own}px)` }], { duration });
  }

  /** For those who asked for less motion: it stands in its lane and fades. */
  rest(item, lane) {
    this.lanes[lane] = performance.now() + STILL_MS;
    item.classList.add("still");
    return item.animate([{ opacity: 0 }, { opacity: 1, offset: 0.1 }, { opacity: 1, offset: 0.8 }, { opacity: 0 }], {
      duration: STILL_MS,
    });
  }

  remove(matches) {
    for (const item of [...this.stage.children]) if (matches(item.dataset)) item.remove();
  }

  clear() {
    this.stage.replaceChildren();
  }
}
