// Runs on the audio thread: the microphone at the context's rate becomes 20 ms frames of 16 kHz mono int16.

import { Resampler } from "./resample.js";

const RATE = 16000;
const FRAME = 320; // samples: 20 ms

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, RATE);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.energy = 0;
    this.running = true;
    this.port.onmessage = () => {
      this.running = false;
    };
  }

  process([channels]) {
    if (channels.length > 0) this.resampler.process(this.mono(channels)).forEach((sample) => this.take(sample));
    return this.running;
  }

  mono(channels) {
    if (channels.length === 1) return channels[0];
    return channels[0].map((sample, k) => (sample + channels[1][k]) / 2);
  }

  take(sample) {
    const clipped = Math.max(-1, Math.min(1, sample));
    this.frame[this.filled] = Math.round(clipped * 32767);
    this.energy += clipped * clipped;
    this.filled += 1;
    if (this.filled < FRAME) return;
    const level = Math.sqrt(this.energy / FRAME);
    this.port.postMessage({ pcm: this.frame, level }, [this.frame.buffer]);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.energy = 0;
  }
}

registerProcessor("danmate-capture", Capture);
