// The room page: wires the connection to the chat, the stage, the sound and the buttons.

import { Actions } from "./actions.js";
import { drawAvatar } from "./avatar.js";
import { Captions } from "./captions.js";
import { ChatLog } from "./chat.js";
import { Composer } from "./composer.js";
import { Connection, parseAudio, roomAddress } from "./connection.js";
import { Crowd } from "./crowd.js";
import { Danmaku } from "./danmaku.js";
import { find } from "./dom.js";
import { chooseLanguage, has, recall, remember, say, switchLanguage } from "./i18n.js";
import { Microphone } from "./microphone.js";
import { Moderation } from "./moderation.js";
import { Output } from "./output.js";
import { Player } from "./player.js";
import { Shelf } from "./shelf.js";
import { SoundControls } from "./sound.js";
import { TalkButton } from "./talk.js";
import { Toasts } from "./toasts.js";
import { takeToken } from "./token.js";

const room = JSON.parse(document.body.dataset.room);

const stage = document.querySelector(".stage");
const output = new Output();
const toasts = new Toasts(document.querySelector(".toasts"));
const danmaku = new Danmaku(document.querySelector(".danmaku-layer"));
const captions = new Captions(find("caption-bot"), find("caption-speakers"));
const player = new Player(output, {
  start: () => showState(),
  clause: ({ text }) => captions.clause(text),
  end: (reply, cut) => {
    captions.end(cut);
    showState();
  },
});
const crowd = new Crowd(output);
const connection = new Connection(roomAddress(room.id), { token: takeToken(room.id) }, recall("danmate.name") ?? "");
const refused = (error) => toasts.refusal(error);
const moderation = new Moderation(connection, player, refused);
const log = new ChatLog(find("chat-log"), document.querySelector(".newer"), {
  reply: (message) => composer.reply(message),
  delete: (id) => connection.request("delete", { id }).catch(refused),
  timeout: (viewer) => moderation.ask(viewer),
});
const composer = new Composer({
  bot: room.bot,
  submit: (text, replyTo) => connection.request("chat", { text, ...(replyTo && { reply_to: replyTo }) }),
  rename: (name) => connection.request("rename", { name }),
  failed: refused,
});
const microphone = new Microphone(output, connection, {
  state: (state) => talk.show(state),
  level: (level) => talk.level(level),
  failed: (key) => toasts.show(key),
});
const talk = new TalkButton(microphone, toasts);
const shelf = new Shelf({
  opened: (product) => connection.request("click", { product }, { urgent: true }).catch(() => {}), // they asked for nothing
  ask: (words) => composer.begin(words),
});
const icons = new Map(room.gifts.map((gift) => [gift.name, gift.icon]));

let me = { id: "", role: "viewer" };
let botState = "absent";
let botName = room.bot;

function showState() {
  const state = player.speaking ? "speaking" : botState;
  const known = has(`bot.${state}`) ? state : "listening";
  stage.dataset.state = known;
  const badge = find("bot-state");
  badge.dataset.state = known;
  say(badge.querySelector(".state-word"), `bot.${known}`);
  badge.querySelector(".state-name").textContent = botName;
}

/** What each kind of event shows; `past` ones come from the history and do not fly. */
const SHOW = {
  chat(event, past) {
    log.message(event);
    if (!past) danmaku.fly(event.text, { kind: event.viewer.id === me.id ? "mine" : "chat", id: event.id, viewer: event.viewer.id });
  },
  say(event) {
    log.message(event, { quoted: event.event });
  },
  gift(event, past) {
    const values = { name: event.viewer.name, gift: event.gift, icon: icons.get(event.gift) ?? "🎁", count: event.count };
    log.note("event.gift", values, "gift");
    if (!past) danmaku.fly(`${values.icon} ${values.name} ×${event.count}`, { kind: "gift", id: event.id, viewer: event.viewer.id });
  },
  like(event, past) {
    if (!past) log.note("event.like", { name: event.viewer.name, count: event.count }, "like");
  },
  follow: (event) => log.note("event.follow", { name: event.viewer.name }, "follow"),
  share: (event) => log.note("event.share", { name: event.viewer.name }, "share"),
  join(event, past) {
    if (!past && event.viewer.role !== "bot") log.joined(event.viewer.name);
  },
  leave() {}, // the count of viewers says it
  removed({ message, target }) {
    log.withdraw(message, target);
    captions.withdraw(message, target);
    danmaku.remove(({ id, viewer }) => id === message || (target && viewer === target));
  },
  stream(event, past) {
    showStream(event.state);
    if (!past && has(`event.${event.state}`)) log.note(`event.${event.state}`, {}, "stream");
  },
};

function showStream(state) {
  const badge = find("stream");
  badge.hidden = state !== "live";
  badge.dataset.state = state;
}

function showPresence(viewers) {
  say(find("presence"), "presence", { count: viewers });
}

const ON = {
  status({ state, code }) {
    const pill = find("connection");
    pill.dataset.state = state;
    say(pill.querySelector("span"), `connection.${state}`);
    if (state !== "open") microphone.drop();
    else microphone.resume();
    if (has(`close.${code}`)) toasts.show(`close.${code}`);
  },
  welcome(message) {
    me = message.you;
    log.setMe(me);
    moderation.setMe(me);
    composer.welcomed(message);
    showPresence(message.viewers);
    botName = message.room.bot.name;
    botState = message.room.bot.state;
    showStream(message.room.stream);
    if (!message.resumed) {
      log.clear();
      danmaku.clear();
      player.clear();
      crowd.clear();
      shelf.clear(); // what stands on it follows
    }
    showState();
  },
  "room-event": ({ event, past }) => SHOW[event.kind]?.(event, past),
  presence: ({ viewers }) => showPresence(viewers),
  muted({ seconds }) {
    composer.mute(seconds);
    if (seconds > 0) microphone.stop();
  },
  refusal: refused,
  state({ state }) {
    botState = state;
    if (state === "listening") player.settle();
    showState();
  },
  shelf: (message) => shelf.show(message),
  caption(message) {
    captions.remark(message);
    if (!message.final || !message.text) return;
    log.message({ ...message, at: Date.now() / 1000 }, { spoken: true });
    danmaku.fly(message.text, { kind: "spoken", id: message.id, viewer: message.viewer.id });
  },
  speech: (message) => player.speech(message),
  cancel: ({ reply }) => player.cancel(reply),
  duck: ({ reply, on }) => player.duck(reply, on),
  you({ viewer }) {
    me = viewer;
    connection.name = viewer.name;
    log.setMe(me);
    composer.named(viewer.name);
  },
  mic(message) {
    if (message.viewer.id !== me.id) crowd.mic(message);
    else if (!message.on) microphone.drop(); // the room closed it
  },
  audio(buffer) {
    const frame = parseAudio(buffer);
    if (frame?.kind === 2) player.frame(frame);
    else if (frame?.kind === 1) crowd.frame(frame);
  },
};

for (const [type, act] of Object.entries(ON)) connection.addEventListener(type, ({ detail }) => act(detail));

/** The face follows the voice. */
function animate() {
  const level = player.speaking ? Math.min(1, output.voiceLevel() * 5) : 0;
  stage.style.setProperty("--level", level.toFixed(3));
  requestAnimationFrame(animate);
}

find("danmaku").addEventListener("click", ({ currentTarget }) => {
  danmaku.on = !danmaku.on;
  currentTarget.setAttribute("aria-pressed", String(danmaku.on));
  if (!danmaku.on) danmaku.clear();
});
find("language").addEventListener("click", switchLanguage);
find("theme").addEventListener("click", () => window.danmateTheme.toggle());
document.querySelector(".avatar-place").append(drawAvatar());
say(document.querySelector(".with"), "page.with", room);
say(find("chat-log"), "chat.empty", { bot: room.bot }, "empty");
new SoundControls(output, room.bot);
new Actions(room.gifts, (type, fields) => connection.request(type, fields), toasts);
chooseLanguage(room.language);
showState();
showPresence(0);
animate();
connection.open();

window.danmate = { output, connection };
