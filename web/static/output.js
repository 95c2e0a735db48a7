// The page's sound: one AudioContext, volumes, and analysers to look at what reaches the loudspeaker.

const FADE_S = 0.03;

export class Output {
  constructor() {
    this.context = new (window.AudioContext ?? window.webkitAudioContext)({ latencyHint: "interactive" });
    const { context } = this;
    this.analyser = new AnalyserNode(context, { fftSize: 2048 });
    this.voiceAnalyser = new AnalyserNode(context, { fftSize: 1024 });
    this.voice = new GainNode(context); // the bot's volume and mute
    this.crowd = new GainNode(context); // other viewers' microphones
    // Two people at once must not clip.
    const limiter = new DynamicsCompressorNode(context, { threshold: -6, knee: 6, ratio: 12, attack: 0.003 });
    this.voice.connect(this.voiceAnalyser).connect(limiter);
    this.crowd.connect(limiter);
    limiter.connect(this.analyser).connect(context.destination);
    this.stopped = performance.now();
    this.stretch = 0; // seconds that passed while the context stood still
    context.addEventListener("statechange", () => this.turned());
    this.listeners = new Set();
  }

  get running() {
    return this.context.state === "running";
  }

  /** Seconds that go on even while the browser does not let us play; equal to the context's time while it does. */
  now() {
    return this.running && this.stopped === null
      ? this.context.currentTime
      : this.context.currentTime + (performance.now() - (this.stopped ?? performance.now())) / 1000;
  }

  /** Seconds between the context's time and what the ear hears. */
  get latency() {
    return this.running ? (this.context.outputLatency || this.context.baseLatency || 0) : 0;
  }

  turned() {
    if (this.running && this.stopped !== null) {
      const late = (performance.now() - this.stopped) / 1000;
      this.stopped = null;
      for (const listener of this.listeners) listener(late);
    } else if (!this.running && this.stopped === null) this.stopped = performance.now();
  }

  /** Calls `listener(seconds)` when the context's time starts to run after standing still for so long. */
  onStart(listener) {
    this.listeners.add(listener);
  }

  /** Starts the sound, where the browser lets us; it may want a gesture first, and then the next one will do. */
  async unlock() {
    try {
      if (!this.running) await this.context.resume();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  setVolume(volume) {
    this.voice.gain.setTargetAtTime(volume, this.context.currentTime, FADE_S / 3);
  }

  /** The newest 2048 samples that reach the output. */
  samples() {
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    return samples;
  }

  /** Their root mean square. */
  rms() {
    return rootMeanSquare(this.samples());
  }

  /** How loud the bot speaks at this moment, 0 … 1. */
  voiceLevel() {
    const samples = new Float32Array(this.voiceAnalyser.fftSize);
    this.voiceAnalyser.getFloatTimeDomainData(samples);
    return rootMeanSquare(samples);
  }
}

function rootMeanSquare(samples) {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
