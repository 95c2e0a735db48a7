// The bot's face: a yuzu that is a flying message. CSS moves it by data-state and --level (how loud it speaks).

import { draw } from "./dom.js";

const group = (name, ...children) => draw("g", { class: name }, ...children);
const path = (name, d) => draw("path", { class: name, d });
const eye = (name, x) =>
  group(
    `eye ${name}`,
    draw("ellipse", { class: "eye-ball", cx: x, cy: 96, rx: 9, ry: 12 }),
    draw("circle", { class: "eye-light", cx: x + 3, cy: 91, r: 3.4 }),
  );

/** Returns the drawing, 320 × 220, decorative: the state is told in words beside it. */
export function drawAvatar() {
  return draw(
    "svg",
    { viewBox: "0 0 320 220", class: "avatar", "aria-hidden": "true", focusable: "false" },
    group("trails", path("trail", "M272 84h34"), path("trail", "M276 108h44"), path("trail", "M270 132h26")),
    group(
      "body",
      path("shade", "M64 48h150a58 58 0 0 1 0 116H122l-34 32c-5 4-10 1-9-5l4-27H64a58 58 0 0 1 0-116z"),
      path("skin", "M64 42h150a58 58 0 0 1 0 116H122l-34 32c-5 4-10 1-9-5l4-27H64a58 58 0 0 1 0-116z"),
      path("gloss", "M52 62c-16 5-26 18-28 33"),
      group("leaf", path("stem", "M140 42c0-10 2-16 6-21"), path("blade", "M146 24c8-20 30-26 50-18-6 20-28 30-50 18z"), path("vein", "M152 22c12-6 22-9 34-12")),
      group(
        "face",
        draw("ellipse", { class: "cheek", cx: 74, cy: 120, rx: 13, ry: 8 }),
        draw("ellipse", { class: "cheek", cx: 204, cy: 120, rx: 13, ry: 8 }),
        eye("left", 102),
        eye("right", 176),
        path("smile", "M125 116c6 10 22 10 28 0"),
        group("mouth", draw("ellipse", { class: "mouth-hole", cx: 139, cy: 122, rx: 15, ry: 13 }), draw("ellipse", { class: "tongue", cx: 139, cy: 129, rx: 8, ry: 5 })),
      ),
    ),
    group(
      "dots",
      ...[0, 1, 2].map((k) => draw("circle", { class: "dot", cx: 252 + k * 20, cy: 34 - k * 6, r: 6 + k * 1.5 })),
    ),
  );
}
