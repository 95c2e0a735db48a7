// The viewer's microphone: hold to talk, or open and sent whenever there is something to hear.

import { Gate } from "./gate.js";

const PRE_ROLL = 12; // frames of 20 ms kept from before the button went down or the gate opened
const TAIL = 6; // frames sent after the button went up: people let go early
const WARM_MS = 20000; // how long the device stays open after the last word
const LONGEST = 2800; // frames, 56 s: then a remark ends, since the room refuses 60 s without an end
const BACKLOG = 65536; // bytes waiting in the socket; more means that the line is too slow for speech
const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
};

export class Microphone {
  /**
   * @param output the page's Output, whose context it shares
   * @param connection the room
   * @param on {state(name), level(rms), failed(key)}: `off`, `opening`, `ready` (open, nothing sent) or `sending`
   */
  constructor(output, connection, on) {
    this.output = output;
    this.connection = connection;
    this.on = on;
    this.state = "off";
    this.wanted = false;
    this.handsFree = false;
    this.device = null;
    this.rolling = [];
    this.tail = 0;
    this.sent = 0;
    this.said = false; // whether the room knows that the microphone is on
  }

  /** Starts talking. `handsFree` sends only what is louder than the surroundings. */
  async start(handsFree) {
    clearTimeout(this.cooling);
    this.wanted = true;
    this.handsFree = handsFree;
    this.gate = new Gate();
    if (!this.device && !(await this.open())) return;
    if (!this.wanted) return; // let go while the browser asked
    this.tail = 0;
    if (handsFree) this.set("ready");
    else this.begin();
  }

  stop() {
    this.wanted = false;
    if (this.state === "sending" && !this.handsFree) this.tail = TAIL;
    else if (this.state === "sending") this.end();
    if (this.state !== "opening") this.set(this.tail ? "sending" : "off");
    this.cool();
  }

  /** The room forgot that we talk (a new session, or it refused): stop without a word. */
  drop() {
    this.said = false;
    this.tail = 0;
    if (this.state === "sending") this.set(this.wanted && this.handsFree ? "ready" : "off");
  }

  /** The room is back after a break: go on where the viewer still wants to talk. */
  resume() {
    if (!this.wanted || !this.device) return;
    if (this.handsFree) this.set("ready");
    else this.begin();
  }

  async open() {
    if (this.opening) return false;
    this.opening = true;
    this.set("opening");
    try {
      if (!navigator.mediaDevices || !window.AudioWorkletNode) throw new DOMException("", "SecurityError");
      const stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
      const { context } = this.output;
      await context.resume();
      await context.audioWorklet.addModule(new URL("./capture-worklet.js", import.meta.url));
      const source = context.createMediaStreamSource(stream);
      const worklet = new AudioWorkletNode(context, "danmate-capture", { numberOfOutputs: 0 });
      worklet.port.onmessage = ({ data }) => this.heard(data.pcm, data.level);
      source.connect(worklet);
      stream.getAudioTracks()[0].addEventListener("ended", () => this.close());
      this.device = { stream, source, worklet };
      if (!this.wanted) {
        this.set("off");
        this.cool();
      }
      return true;
    } catch (error) {
      this.wanted = false;
      this.set("off");
      this.on.failed({ NotAllowedError: "mic.denied", SecurityError: "mic.insecure" }[error.name] ?? "mic.failed");
      return false;
    } finally {
      this.opening = false;
    }
  }

  close() {
    if (!this.device) return;
    if (this.state === "sending") this.end();
    const { stream, source, worklet } = this.device;
    worklet.port.postMessage("stop");
    source.disconnect();
    stream.getTracks().forEach((track) => track.stop());
    this.device = null;
    this.rolling = [];
    this.wanted = false;
    this.set("off");
  }

  cool() {
    clearTimeout(this.cooling);
    this.cooling = setTimeout(() => !this.wanted && this.close(), WARM_MS);
  }

  /** Takes a frame of 640 samples from the audio thread. */
  heard(pcm, level) {
    this.on.level(this.wanted ? level : 0);
    if (this.state === "ready" || (this.state === "sending" && this.handsFree)) this.gated(pcm, level);
    else if (this.state === "sending") this.held(pcm);
    else this.keep(pcm);
  }

  gated(pcm, level) {
    const open = this.gate.open(level);
    if (this.state === "ready") {
      this.keep(pcm);
      if (open) this.begin();
      return;
    }
    this.send(pcm, !open);
    if (open) return;
    this.end(); // others may want its place among the room's microphones
    this.set("ready");
  }

  held(pcm) {
    if (this.tail > 0) this.tail -= 1;
    const last = !this.wanted && this.tail === 0;
    this.send(pcm, last);
    if (!last) return;
    this.end();
    this.set("off");
  }

  keep(pcm) {
    this.rolling.push(pcm);
    if (this.rolling.length > PRE_ROLL) this.rolling.shift();
  }

  begin() {
    this.sent = 0;
    this.remark = 0;
    this.said = true;
    this.connection.request("mic", { on: true, rate: 16000 }, { urgent: true }).catch(() => this.drop());
    this.set("sending");
    for (const pcm of this.rolling.splice(0)) this.send(pcm, false);
  }

  end() {
    if (!this.said) return;
    this.said = false;
    this.connection.request("mic", { on: false, rate: 16000 }, { urgent: true }).catch(() => {});
  }

  send(pcm, last) {
    if (!this.said || (this.connection.backlog > BACKLOG && !last)) return;
    const ends = last || this.remark >= LONGEST;
    this.remark = ends ? 0 : this.remark + 1;
    const frame = new ArrayBuffer(8 + pcm.byteLength);
    const header = new DataView(frame);
    header.setUint8(0, 1);
    header.setUint8(1, ends ? 1 : 0);
    header.setUint32(4, this.sent, true);
    new Int16Array(frame, 8).set(pcm);
    if (this.connection.sendAudio(frame)) this.sent += 1;
  }

  set(state) {
    if (state === this.state) return;
    this.state = state;
    this.on.state(state);
  }
}
