// Sound only on the edge to a new unacknowledged 一/二级, again each minute until it is acknowledged, and at most one
// burst in ten seconds. A badge says whether the browser lets us: large when it does not.

import { setText } from "./format.js";

const AGAIN = 60_000, LEAST = 10_000;

export class Sound {
  constructor(words, badge) {
    this.words = words;
    this.badge = badge;
    this.context = null;
    this.known = new Set();
    this.waiting = false;
    this.lastAt = -Infinity;
    this.wake = () => this.enable();
    document.addEventListener("pointerdown", this.wake);
    document.addEventListener("keydown", this.wake);
    this.enable();
    this.show();
  }

  enable() {
    if (!this.context && typeof AudioContext === "function") this.context = new AudioContext();
    if (this.context && this.context.state === "suspended") this.context.resume().then(() => this.show()).catch(() => {});
    this.show();
  }

  get ready() {
    return Boolean(this.context) && this.context.state === "running";
  }

  show() {
    setText(this.badge, this.ready ? this.words.soundOn : this.words.soundOff);
    this.badge.className = this.ready ? "sound" : "sound off";
    this.badge.hidden = false;
  }

  update(cards, first) {
    const calling = cards.filter((c) => c.class <= 2 && !c.acknowledged);
    const fresh = calling.some((c) => !this.known.has(c.id));
    this.known = new Set(calling.map((c) => c.id));
    this.waiting = calling.length > 0;
    if (fresh && !first) this.burst();
    else if (first && this.waiting) this.lastAt = performance.now();
  }

  tick(mono) {
    if (this.waiting && mono - this.lastAt >= AGAIN) this.burst();
  }

  burst() {
    const mono = performance.now();
    if (!this.ready || mono - this.lastAt < LEAST) return;
    this.lastAt = mono;
    const start = this.context.currentTime + 0.02;
    [880, 660, 880, 660].forEach((pitch, i) => {
      const tone = this.context.createOscillator(), volume = this.context.createGain(), at = start + i * 0.22;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.35, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.19);
      tone.connect(volume).connect(this.context.destination);
      tone.start(at);
      tone.stop(at + 0.2);
    });
  }
}
