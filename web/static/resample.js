// Streaming sample-rate conversion: a polyphase filter of windowed sincs (Kaiser), exact for rational ratios.

const ZERO_CROSSINGS = 24;
const KAISER_BETA = 8; // about 80 dB of stop band
const PASS = 0.92; // of the lower Nyquist frequency; the rest is the filter's slope

const gcd = (a, b) => (b ? gcd(b, a % b) : a);

function bessel0(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-9 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function phaseFilter(offset, half, cutoff) {
  const taps = new Float32Array(2 * half);
  let total = 0;
  for (let k = 0; k < taps.length; k += 1) {
    const x = k - half + 1 - offset;
    const edge = Math.min(1, Math.abs(x) / half);
    const angle = Math.PI * x * cutoff;
    const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
    taps[k] = sinc * (bessel0(KAISER_BETA * Math.sqrt(1 - edge * edge)) / bessel0(KAISER_BETA));
    total += taps[k];
  }
  return taps.map((tap) => tap / total);
}

export class Resampler {
  /** Converts mono float samples from one rate to another, both in samples a second (whole numbers). */
  constructor(from, to) {
    const common = gcd(from, to);
    this.up = to / common;
    this.down = from / common;
    const cutoff = PASS * Math.min(1, to / from);
    this.half = Math.ceil(ZERO_CROSSINGS / cutoff);
    this.filters = Array.from({ length: this.up }, (_, phase) => phaseFilter(phase / this.up, this.half, cutoff));
    this.reset();
  }

  reset() {
    this.held = new Float32Array(this.half - 1);
    this.at = this.half - 1; // where in `held` the next output lies, in whole input samples
    this.phase = 0; // and in parts of one, of `up`
  }

  /** Returns what `input` completes; the last `half` samples wait for what follows. */
  process(input) {
    if (this.up === this.down) return input.slice();
    const samples = new Float32Array(this.held.length + input.length);
    samples.set(this.held);
    samples.set(input, this.held.length);
    const output = new Float32Array(Math.ceil(((samples.length - this.at) * this.up) / this.down) + 1);
    let made = 0;
    while (this.at + this.half < samples.length) {
      const taps = this.filters[this.phase];
      const first = this.at - this.half + 1;
      let sum = 0;
      for (let k = 0; k < taps.length; k += 1) sum += taps[k] * samples[first + k];
      output[made] = sum;
      made += 1;
      this.phase += this.down;
      this.at += Math.floor(this.phase / this.up);
      this.phase %= this.up;
    }
    const spent = Math.max(0, Math.min(samples.length, this.at - this.half + 1));
    this.held = samples.slice(spent);
    this.at -= spent;
    return output.subarray(0, made);
  }

  /** Returns the rest and starts afresh. */
  flush() {
    const rest = this.up === this.down ? new Float32Array(0) : this.process(new Float32Array(this.half));
    this.reset();
    return rest;
  }
}

/** int16 to floats in -1 … 1. */
export function toFloat(pcm) {
  const samples = new Float32Array(pcm.length);
  for (let k = 0; k < pcm.length; k += 1) samples[k] = pcm[k] / 32768;
  return samples;
}
