// Chinese and English. An element remembers what it says (data-i18n…), so that the language can change while it stands.

import en from "./en.js";
import zh from "./zh.js";

const TABLES = { zh, en };
const STORED = "danmate.language";
const ATTRIBUTES = { i18nLabel: "aria-label", i18nTitle: "title", i18nPlaceholder: "placeholder", i18nEmpty: "data-empty" };

let language = "zh";
const listeners = new Set();

/** Chooses a language: `wanted` if given, else the one chosen before, the browser's first of ours, the room's. */
export function chooseLanguage(room, wanted = null) {
  const browser = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in TABLES);
  const chosen = [wanted, recall(STORED), browser, room].find((tag) => tag in TABLES) ?? "zh";
  speak(chosen);
}

/** Changes to the other language and remembers it. */
export function switchLanguage() {
  speak(language === "zh" ? "en" : "zh");
  remember(STORED, language);
}

export const currentLanguage = () => language;

export function onLanguage(listener) {
  listeners.add(listener);
}

export function t(key, values = {}) {
  const text = TABLES[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Whether there is a text of this key. */
export const has = (key) => key in zh;

/** Lets `element` say `key` as its text, or as its `label`, `title` or `placeholder`; values are never markup. */
export function say(element, key, values = {}, where = "") {
  const name = where ? `i18n${where[0].toUpperCase()}${where.slice(1)}` : "i18n";
  element.dataset[name] = key;
  element.dataset[`${name}Values`] = JSON.stringify(values);
  show(element, name);
  return element;
}

function show(element, name) {
  const text = t(element.dataset[name], JSON.parse(element.dataset[`${name}Values`] ?? "{}"));
  if (name === "i18n") element.textContent = text;
  else element.setAttribute(ATTRIBUTES[name], text);
}

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  for (const name of ["i18n", ...Object.keys(ATTRIBUTES)]) {
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const element of document.querySelectorAll(`[data-${attribute}]`)) show(element, name);
  }
  for (const listener of listeners) listener(chosen);
}

/** Storage that may be blocked. */
export function remember(key, value, where = "localStorage") {
  try {
    window[where].setItem(key, value);
  } catch {
    // It holds for this visit.
  }
}

export function recall(key, where = "localStorage") {
  try {
    return window[where].getItem(key);
  } catch {
    return null;
  }
}
