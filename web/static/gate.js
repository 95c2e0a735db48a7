// Decides which frames of an open microphone are worth sending: speech with some quiet around it.

const FLOOR_START = 0.004; // root mean square, of 1
const THRESHOLD_LEAST = 0.0035;
const OVER_FLOOR = 2.2; // about 7 dB
const RISE = 1.005; // a frame: the floor follows louder surroundings within some seconds
const FALL = 0.95;
const HANGOVER = 80; // frames of 20 ms: the recogniser needs the silence after a remark to know that it ended

export class Gate {
  constructor() {
    this.floor = FLOOR_START;
    this.left = 0;
  }

  /** Takes the level of the next frame (root mean square, 0 … 1); returns whether to send it. */
  open(level) {
    const speech = level > Math.max(THRESHOLD_LEAST, this.floor * OVER_FLOOR);
    this.floor = level < this.floor ? this.floor * FALL + level * (1 - FALL) : Math.min(0.05, this.floor * RISE);
    if (speech) this.left = HANGOVER;
    else if (this.left > 0) this.left -= 1;
    return this.left > 0;
  }
}
