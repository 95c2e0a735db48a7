// One room's websocket: hello, resuming, requests that are answered, and sound both ways (docs/room-protocol.md).

import { recall, remember } from "./i18n.js";

const VERSION = 1;
const PENDING_MOST = 50; // requests waiting for an answer
const ANSWER_MS = 15000;
const WELCOME_MS = 8000;
const STABLE_MS = 10000; // after which the next loss starts with the shortest wait again

const LEFT = 1000; // ends the session; any other code lets it be resumed
const BROKEN = 4900;

/** Close codes after which trying again cannot help, or only much later (milliseconds). */
const FATAL = new Set([4001, 4003, 4004, 4014]);
const SLOW = new Map([
  [4009, 60000],
  [4013, 15000],
]);

/** Milliseconds to wait before try number 0, 1, 2 …: doubling to 15 s, with chance so that a room does not stampede. */
export function backOff(attempt, random = Math.random) {
  return Math.min(15000, 400 * 2 ** attempt) * (0.5 + random() / 2);
}

export class RoomError extends Error {
  /** A refusal by the room (its code), or `lost`, `offline`, `busy` of our own. */
  constructor(code, message = "") {
    super(message || code);
    this.code = code;
  }
}

/**
 * Dispatches CustomEvents: `status` (detail: {state, code}; connecting, open, waiting, closed), `welcome`, `room-event`
 * (detail: {event, past}), `audio` (detail: ArrayBuffer) and one for each other type of the protocol.
 */
export class Connection extends EventTarget {
  constructor(address, hello, name) {
    super();
    this.address = address;
    this.hello = hello; // token, audio
    this.name = name; // kept up to date by `rename`, for a session that is lost
    this.state = "connecting";
    this.stored = `danmate.session.${address}`;
    this.session = this.takeStored();
    this.seq = 0;
    this.attempt = 0;
    this.pending = new Map();
    this.refs = 0;
    this.prefix = Math.random().toString(36).slice(2, 10);
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.socket?.close(BROKEN));
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", ({ persisted }) => persisted && this.comeBack());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  open() {
    clearTimeout(this.timer);
    this.report("connecting");
    this.welcomed = false;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.greet();
    socket.onmessage = ({ data }) => socket === this.socket && this.receive(data);
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code);
    this.timer = setTimeout(() => socket.close(BROKEN), WELCOME_MS);
  }

  greet() {
    const resuming = this.session ? { session: this.session, seq: this.seq } : {};
    this.write({ type: "hello", version: VERSION, name: this.name, ...this.hello, ...resuming });
  }

  /** What the session of a page that is loaded again was: a timeout goes on in it. Taken, so that a copied tab has none. */
  takeStored() {
    const session = recall(this.stored, "sessionStorage");
    remember(this.stored, "", "sessionStorage");
    return session;
  }

  leave() {
    if (this.session) remember(this.stored, this.session, "sessionStorage");
    this.socket?.close(LEFT);
  }

  comeBack() {
    this.takeStored();
    this.hurry();
  }

  /** Tries at once where it was waiting to. */
  hurry() {
    if (this.state === "waiting") this.open();
  }

  get backlog() {
    return this.socket?.bufferedAmount ?? 0;
  }

  /**
   * Sends a request and resolves with its ack, or rejects with a RoomError. A request survives a lost connection: it is
   * sent again, and the room does not do it twice. `urgent` ones are worth something now or never.
   */
  request(type, fields = {}, { urgent = false } = {}) {
    if (this.state === "closed" || (urgent && !this.welcomed)) return Promise.reject(new RoomError("offline"));
    if (this.pending.size >= PENDING_MOST) return Promise.reject(new RoomError("busy"));
    this.refs += 1;
    const ref = `${this.prefix}-${this.refs}`;
    return new Promise((resolve, reject) => {
      const request = { message: { type, ...fields, ref }, urgent, sent: false, resolve, reject };
      request.timer = setTimeout(() => this.answer(ref, "reject", new RoomError("lost")), ANSWER_MS);
      this.pending.set(ref, request);
      if (this.welcomed) this.dispatch(request);
    });
  }

  dispatch(request) {
    request.sent = true;
    this.write(request.message);
  }

  answer(ref, how, value) {
    const request = this.pending.get(ref);
    if (!request) return false;
    clearTimeout(request.timer);
    this.pending.delete(ref);
    request[how](value);
    return true;
  }

  sendAudio(frame) {
    if (!this.welcomed || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(frame);
    return true;
  }

  write(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  receive(data) {
    if (data instanceof ArrayBuffer) {
      this.emit("audio", data);
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "welcome") this.welcome(message);
    else if (message.type === "event") this.happened(message, false);
    else if (message.type === "ack") this.answer(message.ref, "resolve", message);
    else if (message.type === "error") this.refused(message);
    else if (this.welcomed) this.emit(message.type, message);
  }

  refused(message) {
    const error = new RoomError(message.code, message.message);
    if (!message.ref || !this.answer(message.ref, "reject", error)) this.emit("refusal", error);
  }

  welcome(message) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.attempt = 0;
    }, STABLE_MS);
    this.session = message.session;
    this.name = message.you.name;
    this.welcomed = true;
    if (!message.resumed) this.seq = 0;
    this.emit("welcome", message);
    for (const past of message.history) this.happened(past, true);
    this.seq = Math.max(this.seq, message.seq);
    this.report("open");
    this.sendAgain(message.resumed);
  }

  /** In a new session the room no longer knows what it did already: only what never left is sent. */
  sendAgain(resumed) {
    for (const [ref, request] of [...this.pending]) {
      if (request.urgent || (request.sent && !resumed)) this.answer(ref, "reject", new RoomError("lost"));
      else this.dispatch(request);
    }
  }

  happened({ seq, event }, past) {
    if (seq <= this.seq) return; // a repeat
    this.seq = seq;
    this.emit("room-event", { event, past });
  }

  lost(code) {
    clearTimeout(this.timer);
    this.welcomed = false;
    if (FATAL.has(code)) {
      this.report("closed", code);
      for (const ref of [...this.pending.keys()]) this.answer(ref, "reject", new RoomError("offline"));
      return;
    }
    this.report("waiting", code);
    this.timer = setTimeout(() => this.open(), Math.max(backOff(this.attempt), SLOW.get(code) ?? 0));
    this.attempt += 1;
  }

  report(state, code = 0) {
    this.state = state;
    this.emit("status", { state, code });
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Splits a binary frame into {kind, last, channel, count, pcm}, or returns null for anything malformed. */
export function parseAudio(buffer) {
  if (buffer.byteLength < 8 || buffer.byteLength % 2) return null;
  const header = new DataView(buffer);
  return {
    kind: header.getUint8(0),
    last: Boolean(header.getUint8(1) & 1),
    channel: header.getUint16(2, true),
    count: header.getUint32(4, true),
    pcm: new Int16Array(buffer, 8),
  };
}

export function roomAddress(room) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/rooms/${encodeURIComponent(room)}`;
}
