// A stream of PCM pieces played one after another without gaps: a reply of the bot, or a viewer's microphone.

import { Resampler, toFloat } from "./resample.js";

const FADE_S = 0.03;

export class Track {
  /** @param output the page's Output; `lead` seconds are waited before the first piece and after running dry */
  constructor(output, destination, lead) {
    this.output = output;
    this.lead = lead;
    this.gain = new GainNode(output.context);
    this.gain.connect(destination);
    this.sources = new Set();
    this.next = 0; // when the next piece is to sound, in the output's seconds
    this.rate = 0;
  }

  /** Seconds of sound still to come. */
  get ahead() {
    return Math.max(0, this.next - this.output.now());
  }

  /** Plays `pcm` (int16 at `rate`) after what came before it; returns when it starts, in the output's seconds. */
  push(pcm, rate) {
    if (rate !== this.rate) {
      this.resampler = new Resampler(rate, this.output.context.sampleRate);
      this.rate = rate;
    }
    return this.schedule(this.resampler.process(toFloat(pcm)));
  }

  /** Plays what the resampler still holds. */
  flush() {
    if (this.resampler) this.schedule(this.resampler.flush());
  }

  schedule(samples) {
    const { context } = this.output;
    const now = this.output.now();
    if (this.next < now) this.next = now + this.lead;
    // Whole frames, or the pieces would be interpolated apart.
    const start = Math.round(this.next * context.sampleRate) / context.sampleRate;
    this.next = start + samples.length / context.sampleRate;
    if (samples.length > 0 && this.output.running) this.play(samples, start);
    return start;
  }

  play(samples, start) {
    const { context } = this.output;
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(this.gain);
    source.onended = () => {
      this.sources.delete(source);
      source.disconnect();
      if (this.closed && this.sources.size === 0) this.gain.disconnect();
    };
    this.sources.add(source);
    source.start(start);
  }

  /** The context stood still for `late` seconds, which its own time does not know. */
  shift(late) {
    this.next -= late;
  }

  setVolume(volume, seconds = 0.08) {
    this.ramp(volume, seconds);
  }

  /** Goes silent within 30 ms. */
  stop() {
    this.ramp(0, FADE_S);
    for (const source of this.sources) source.stop(this.output.context.currentTime + FADE_S);
    this.close();
  }

  /** Plays what is scheduled, then lets go. */
  close() {
    this.closed = true;
    if (this.sources.size === 0) this.gain.disconnect();
  }

  ramp(volume, seconds) {
    const { gain } = this.gain;
    const now = this.output.context.currentTime;
    gain.cancelScheduledValues(now);
    gain.setValueAtTime(gain.value, now);
    gain.linearRampToValueAtTime(volume, now + seconds);
  }
}
