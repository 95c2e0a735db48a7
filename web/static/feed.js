// The moderators' feed: a websocket whose first message is the token, opened again when it is lost.

import { backOff } from "./connection.js";

const REFUSED = 4003;
const FULL = 4013;

export class Feed {
  /** @param on {status(state), and one function for each type of message} */
  constructor(room, token, on) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.address = `${scheme}://${location.host}/moderator/${encodeURIComponent(room)}/feed`;
    this.token = token;
    this.on = on;
    this.attempt = 0;
    addEventListener("online", () => this.open());
  }

  open() {
    clearTimeout(this.timer);
    if (!this.token) {
      this.on.status("refused");
      return;
    }
    this.socket?.close();
    this.on.status("connecting");
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "token", token: this.token }));
    socket.onmessage = ({ data }) => socket === this.socket && this.receive(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code);
  }

  receive(message) {
    if (message.type === "anew") {
      this.attempt = 0;
      this.on.status(message.here ? "open" : "absent");
    }
    this.on[message.type]?.(message);
  }

  lost(code) {
    if (code === REFUSED) {
      this.on.status("refused");
      return;
    }
    this.on.status("waiting");
    this.timer = setTimeout(() => this.open(), backOff(this.attempt) + (code === FULL ? 10000 : 0));
    this.attempt += 1;
  }

  /** Asks the room to do something; returns whether the request could be sent. */
  act(action, target = "", seconds = 0) {
    return this.send({ type: "act", action, target, seconds });
  }

  explain(viewer = "") {
    return this.send({ type: "explain", viewer });
  }

  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }
}
