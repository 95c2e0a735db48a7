// Building elements without markup: whatever others wrote goes in as text.

/** Makes an element: `make("b.name", {title: "x"}, "text", child)`. Attributes with undefined are left out. */
export function make(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** An icon of 24 × 24 strokes. */
export function icon(path) {
  const drawing = draw("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" });
  drawing.append(draw("path", { d: path }));
  return drawing;
}

export const find = (id) => document.querySelector(`[data-testid="${id}"]`);

export const calm = matchMedia("(prefers-reduced-motion: reduce)");
