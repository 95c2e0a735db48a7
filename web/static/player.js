// The bot's voice: replies one after another, clauses without gaps, cancelled and lowered at once.

import { Track } from "./track.js";

const LEAD_S = 0.06; // against jitter: before the first sound and after running dry
const DUCKED = 0.2;
const FORGOTTEN_MOST = 64;

export class Player {
  /** @param on {clause({reply, text}), start(reply), end(reply, cut)}, each in time with the sound */
  constructor(output, on) {
    this.output = output;
    this.on = on;
    this.replies = new Map();
    this.forgotten = new Set();
    this.free = 0; // when the last reply will be over, in the output's seconds
    output.onStart((late) => {
      this.free -= late;
      for (const reply of this.replies.values()) reply.track.shift(late);
    });
  }

  /** A `speech` message: the frames that follow are its sound. */
  speech(message) {
    if (this.forgotten.has(message.reply)) {
      this.clause = null;
      return;
    }
    const reply = this.replies.get(message.reply) ?? this.begin(message.reply);
    this.clause = { ...message, reply, started: false };
    if (message.last && message.end <= message.start) this.finish(reply);
  }

  begin(id) {
    this.settle();
    const track = new Track(this.output, this.output.voice, LEAD_S);
    track.next = this.free; // an earlier reply may still be speaking
    const reply = { id, track, timers: new Set(), started: false };
    this.replies.set(id, reply);
    return reply;
  }

  /** A frame of the bot's voice. */
  frame({ channel: sequence, last, pcm }) {
    const { clause } = this;
    if (!clause || clause.sequence !== sequence || !this.replies.has(clause.reply.id)) return;
    const { reply } = clause;
    const start = reply.track.push(pcm, clause.rate);
    this.free = reply.track.next;
    if (!clause.started) {
      clause.started = true;
      this.announce(reply, clause, start);
    }
    if (last && clause.last) this.finish(reply);
  }

  announce(reply, clause, start) {
    this.at(reply, start, () => {
      const first = !reply.started;
      reply.started = true;
      if (first) this.on.start(reply.id);
      this.on.clause({ reply: reply.id, text: clause.text, sequence: clause.sequence });
    });
  }

  finish(reply) {
    if (reply.ending) return;
    reply.ending = true;
    reply.track.flush();
    this.free = reply.track.next;
    this.at(reply, reply.track.next, () => {
      this.replies.delete(reply.id);
      reply.track.close();
      this.on.end(reply.id, false);
    });
  }

  /** Ends replies that have run dry: their bot moved on without saying so. */
  settle() {
    for (const reply of this.replies.values()) if (reply.started && reply.track.ahead === 0) this.finish(reply);
  }

  cancel(id) {
    this.forgotten.add(id);
    if (this.forgotten.size > FORGOTTEN_MOST) this.forgotten.delete(this.forgotten.values().next().value);
    const reply = this.replies.get(id);
    if (!reply) return;
    this.replies.delete(id);
    reply.timers.forEach(clearTimeout);
    reply.track.stop();
    this.free = this.output.now();
    this.on.end(id, true);
  }

  duck(id, quiet) {
    this.replies.get(id)?.track.setVolume(quiet ? DUCKED : 1);
  }

  /** Everything stops, as after a lost session. */
  clear() {
    for (const id of [...this.replies.keys()]) this.cancel(id);
  }

  /** The reply that speaks now, or undefined. */
  get speaking() {
    return [...this.replies.values()].find((reply) => reply.started)?.id;
  }

  at(reply, time, action) {
    const wait = Math.max(0, time - this.output.now() + this.output.latency) * 1000;
    const timer = setTimeout(() => {
      reply.timers.delete(timer);
      action();
    }, wait);
    reply.timers.add(timer);
  }
}
