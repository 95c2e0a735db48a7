// The moderators' page: wires the feed to the lists, the silence, the mood and the behaviour panel.

import { mount } from "./behaviour_panel.js";
import { Decisions } from "./decisions.js";
import { find, make } from "./dom.js";
import { Feed } from "./feed.js";
import { chooseLanguage, say, switchLanguage } from "./i18n.js";
import { Toasts } from "./toasts.js";
import { takeToken } from "./token.js";
import { Waiting } from "./waiting.js";

const EXPLAIN_MS = 2000;
const ANSWER_MS = 5000;
const MOODS = ["cold", "warm", "hot", "selling", "tense"];

const room = JSON.parse(document.body.dataset.room);
const toasts = new Toasts(document.querySelector(".toasts"));
const act = (action, target, seconds) => {
  if (!feed.act(action, target, seconds)) toasts.show("error.offline");
};
const waiting = new Waiting(find("waiting"), act);
const decisions = new Decisions(find("decisions"), find("filter"), watch);
const asked = new Map(); // viewer → functions that wait for what is known of them

const feed = new Feed(room.id, takeToken(room.id), {
  status: showStatus,
  anew: () => decisions.clear(),
  decisions: (message) => decisions.add(message.decisions),
  state: showState,
  done: ({ ok }) => ok || toasts.show("mod.gone"),
  error: () => toasts.show("error.other"),
  explain: ({ viewer, value }) => {
    for (const resolve of asked.get(viewer) ?? []) resolve(value);
    asked.delete(viewer);
  },
});

function showStatus(state) {
  const badge = find("connection");
  badge.dataset.state = state === "absent" ? "waiting" : state;
  say(badge.querySelector("span"), state === "refused" || state === "absent" ? `mod.${state}` : `connection.${state}`);
  document.querySelector("main").inert = state === "refused";
}

function showState({ waiting: items, saying, silenced, mood, unanswered, load }) {
  waiting.show(items);
  find("waiting-count").textContent = items.length;
  const now = find("saying");
  if (saying) now.replaceChildren(make("span", { dir: "auto" }, saying));
  else say(now, "mod.nothing.said");
  find("stop").hidden = !saying;
  find("speak").hidden = !silenced;
  document.querySelector(".silences").hidden = Boolean(silenced);
  const quiet = find("silenced");
  quiet.hidden = !silenced;
  if (silenced) say(quiet, silenced.seconds ? "mod.silenced.for" : "mod.silenced", { seconds: silenced.seconds });
  say(find("load"), `load.${load}`);
  find("load").dataset.load = load;
  showMood(mood);
  showUnanswered(unanswered);
}

function showMood(mood) {
  for (const name of MOODS) {
    const bar = document.querySelector(`[data-mood="${name}"]`);
    const share = Math.round(100 * (mood?.[name] ?? 0));
    bar.querySelector("meter").value = share;
    bar.querySelector("output").textContent = `${share}%`;
  }
}

function showUnanswered(open) {
  const rows = open.map(({ id, text, count }) => {
    const button = say(make("button", { type: "button", "data-question": id }), "mod.answered");
    return make("li", {}, make("span.said", { dir: "auto" }, text), make("b", {}, count > 1 ? ` ×${count}` : ""), button);
  });
  find("unanswered").replaceChildren(...rows);
}

find("unanswered").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-question]");
  if (button) act("answered", button.dataset.question);
});
find("stop").addEventListener("click", () => act("stop"));
find("speak").addEventListener("click", () => act("speak"));
for (const button of document.querySelectorAll("[data-silence]")) {
  button.addEventListener("click", () => act("silence", "", Number(button.dataset.silence)));
}
find("language").addEventListener("click", switchLanguage);
find("theme").addEventListener("click", () => window.danmateTheme.toggle());

/** What the room knows of `viewer` (or of all), or null where no answer comes. */
function explain(viewer = "") {
  return new Promise((resolve) => {
    asked.set(viewer, [...(asked.get(viewer) ?? []), resolve]);
    setTimeout(() => resolve(null), ANSWER_MS);
    if (!feed.explain(viewer)) resolve(null);
  });
}

function watch(viewer, who) {
  panel.show(viewer, who);
  find("behaviour").scrollIntoView({ behavior: "smooth", block: "nearest" });
}

chooseLanguage(room.language);
const panel = mount(find("behaviour"), explain);
setInterval(() => document.hidden || panel.refresh(), EXPLAIN_MS);
feed.open();
