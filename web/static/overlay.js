// The overlay for OBS: the bot's face, its name and captions in time with its voice, on nothing.
// Options in the address: size (s, m, l, xl), position (top/bottom-left/center/right), lang (zh, en), mute=1.

import { drawAvatar } from "./avatar.js";
import { Captions } from "./captions.js";
import { Connection, parseAudio, roomAddress } from "./connection.js";
import { find } from "./dom.js";
import { chooseLanguage, has, say } from "./i18n.js";
import { Output } from "./output.js";
import { Player } from "./player.js";

const ASKED_MOST = 200;
const SIZES = new Set(["s", "m", "l", "xl"]);
const POSITION = /^(top|bottom|middle)-(left|center|right)$/;

const room = JSON.parse(document.body.dataset.room);
const options = new URLSearchParams(location.search);
const overlay = document.querySelector(".overlay");
const asked = find("overlay-asked");

overlay.dataset.size = SIZES.has(options.get("size")) ? options.get("size") : "m";
overlay.dataset.position = POSITION.test(options.get("position")) ? options.get("position") : "bottom-left";
document.querySelector(".avatar-place").append(drawAvatar());
chooseLanguage(room.language, options.get("lang"));

const output = new Output();
// Muted, it still plays, without loudness: captions stay in time with the others' sound.
output.setVolume(options.get("mute") === "1" ? 0 : 1);
const captions = new Captions(find("caption-bot"), find("caption-speakers"));
const messages = new Map(); // who said what, by id, for the line above an answer
const answers = new Map(); // the id of what a reply answers, by reply
let botState = "absent";

const player = new Player(output, {
  start: (reply) => {
    showAsked(messages.get(answers.get(reply)));
    showState();
  },
  clause: ({ text }) => captions.clause(text),
  end: (reply, cut) => {
    captions.end(cut);
    showAsked(undefined);
    showState();
  },
});

function keep(map, id, value) {
  map.set(id, value);
  if (map.size > ASKED_MOST) map.delete(map.keys().next().value);
}

function showAsked(message) {
  asked.hidden = !message;
  asked.textContent = message ? `${message.name}：${message.text}` : "";
}

function showState() {
  const state = player.speaking ? "speaking" : botState;
  const known = has(`bot.${state}`) ? state : "listening";
  overlay.dataset.state = known;
  find("bot-state").dataset.state = known;
  say(document.querySelector(".state-word"), `bot.${known}`);
}

const SHOW = {
  chat: ({ id, viewer, text }) => keep(messages, id, { name: viewer.name, viewer: viewer.id, text }),
  say: ({ id, event }) => keep(answers, id, event),
  removed({ message, target }) {
    for (const [id, { viewer }] of messages) if (id === message || (target && viewer === target)) messages.delete(id);
    captions.withdraw(message, target);
    if (player.speaking) showAsked(messages.get(answers.get(player.speaking)));
  },
};

const ON = {
  welcome({ room: facts, resumed }) {
    find("overlay-bot").textContent = facts.bot.name;
    botState = facts.bot.state;
    if (!resumed) player.clear();
    showState();
  },
  "room-event": ({ event }) => SHOW[event.kind]?.(event),
  state({ state }) {
    botState = state;
    if (state === "listening") player.settle();
    showState();
  },
  caption(message) {
    captions.remark(message);
    if (message.final) SHOW.chat(message);
  },
  speech: (message) => player.speech(message),
  cancel: ({ reply }) => player.cancel(reply),
  duck: ({ reply, on }) => player.duck(reply, on),
  audio(buffer) {
    const frame = parseAudio(buffer);
    if (frame?.kind === 2) player.frame(frame);
  },
};

const connection = new Connection(roomAddress(room.id), { audio: ["voice"], watch: true }, "OBS overlay");
for (const [type, act] of Object.entries(ON)) connection.addEventListener(type, ({ detail }) => act(detail));

function animate() {
  const level = player.speaking ? Math.min(1, output.voiceLevel() * 5) : 0;
  overlay.style.setProperty("--level", level.toFixed(3));
  requestAnimationFrame(animate);
}

// In OBS sound plays at once; in a browser window that tries the overlay out, after a press.
for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, () => output.unlock());
output.unlock();
showState();
animate();
connection.open();

window.danmate = { output, connection };
