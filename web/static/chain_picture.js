// The chain of a viewer or of the room as a picture: states on a ring, steps as curves, thick ones likely.

import { draw } from "./dom.js";

const WIDTH = 600;
const HEIGHT = 430;
const RING = { x: 135, y: 150 };
const SEEN = 0.015; // states less likely than that are only drawn where the viewer's next step may lead
const PULL = 0.55; // how far curves bend towards the middle, so that they do not run along the ring
const ARROW = 9;

/** Draws `chain` ({nodes, edges}) with states named in `language`; steps from where nobody will be are left out. */
export function chainPicture(chain, language, label) {
  const likely = new Set(chain.nodes.filter(({ share, here }) => here || share >= SEEN).map(({ state }) => state));
  const edges = chain.edges.filter(({ start }) => likely.has(start));
  const touched = new Set(edges.flatMap(({ start, end }) => [start, end]));
  const nodes = chain.nodes.filter(({ state }) => touched.has(state) || likely.has(state));
  const places = new Map(nodes.map((node, index) => [node.state, place(node, index, nodes.length)]));
  const here = nodes.find((node) => node.here)?.state;
  const drawing = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chain", role: "img", "aria-label": label });
  const steps = edges.toSorted((a, b) => (a.start === here) - (b.start === here) || a.probability - b.probability);
  for (const edge of steps) drawing.append(...curve(edge, places.get(edge.start), places.get(edge.end), edge.start === here));
  for (const node of nodes) drawing.append(circle(node, places.get(node.state), language));
  return drawing;
}

function place({ share }, index, count) {
  const angle = Math.PI * (1 + (2 * index) / count);
  const [right, down] = [Math.cos(angle), Math.sin(angle)];
  return { x: WIDTH / 2 + RING.x * right, y: HEIGHT / 2 + RING.y * down, right, down, radius: 7 + 20 * Math.sqrt(share) };
}

function curve({ start, end, probability }, from, to, own) {
  const group = { class: own ? "step own" : "step", "stroke-width": (1 + 9 * probability).toFixed(1) };
  const title = draw("title");
  title.textContent = `${start} → ${end} ${Math.round(100 * probability)}%`;
  if (start === end) {
    const reach = from.radius + 6;
    return [draw("circle", { ...group, cx: from.x, cy: from.y, r: reach, fill: "none" }, title)];
  }
  const side = { x: (to.y - from.y) * 0.12, y: (from.x - to.x) * 0.12 }; // there and back again are two curves
  const bend = {
    x: mix((from.x + to.x) / 2, WIDTH / 2, PULL) + side.x,
    y: mix((from.y + to.y) / 2, HEIGHT / 2, PULL) + side.y,
  };
  const [first, last] = [towards(from, bend, from.radius), towards(to, bend, to.radius + ARROW)];
  const path = `M${point(first)}Q${point(bend)} ${point(last)}`;
  return [draw("path", { ...group, d: path, fill: "none" }, title), arrow(last, towards(to, bend, to.radius), own)];
}

function arrow(base, tip, own) {
  const [x, y] = [(tip.x - base.x) / 2, (tip.y - base.y) / 2];
  const corners = [tip, { x: base.x - y, y: base.y + x }, { x: base.x + y, y: base.y - x }];
  return draw("polygon", { class: own ? "arrow own" : "arrow", points: corners.map(point).join(" ") });
}

function circle({ state, zh, en, share, here }, { x, y, right, down, radius }, language) {
  const out = radius + 8;
  const anchor = Math.abs(right) < 0.2 ? "middle" : right > 0 ? "start" : "end";
  const at = { x: (x + out * right).toFixed(1), y: (y + (out + 10) * down - 3).toFixed(1) };
  const [name, chance] = [draw("tspan", { x: at.x }), draw("tspan", { x: at.x, dy: "1.1em", class: "share" })];
  [name.textContent, chance.textContent] = [language === "zh" ? zh : en, `${Math.round(100 * share)}%`];
  const label = draw("text", { ...at, "text-anchor": anchor }, name, chance);
  const dot = draw("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1) });
  return draw("g", { class: here ? "state here" : "state", "data-state": state }, dot, label);
}

const mix = (from, to, share) => from + (to - from) * share;

const point = ({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`;

function towards(from, to, distance) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) * distance) / length, y: from.y + ((to.y - from.y) * distance) / length };
}
