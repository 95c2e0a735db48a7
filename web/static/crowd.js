// Other viewers' microphones, mixed; each with a small buffer against jitter.

import { Track } from "./track.js";

const LEAD_S = 0.12;
const MOST_S = 0.8; // what waits longer is dropped: a conversation is live or nothing
const RATE = 16000;
const CHANNELS_MOST = 16;

export class Crowd {
  constructor(output) {
    this.output = output;
    this.channels = new Map();
    output.onStart((late) => this.channels.forEach((track) => track.shift(late)));
  }

  /** A `mic` message of somebody else. */
  mic({ channel, on }) {
    this.channels.get(channel)?.close();
    this.channels.delete(channel);
    if (on && this.channels.size < CHANNELS_MOST) {
      this.channels.set(channel, new Track(this.output, this.output.crowd, LEAD_S));
    }
  }

  frame({ channel, last, pcm }) {
    const track = this.channels.get(channel);
    if (!track || track.ahead > MOST_S) return;
    track.push(pcm, RATE);
    if (last) track.flush();
  }

  clear() {
    this.channels.forEach((track) => track.stop());
    this.channels.clear();
  }
}
