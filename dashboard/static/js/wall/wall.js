// The wall. All nodes are made once, here and in the modules; one scheduler owns the time; nothing is added per update.
//
// Frames (see dashboard/live/frames.py):
//   snapshot {v, blind, cells, nodes, counts, open, ticker, + beat}
//   delta    {from, v, cells: [[position, code]], nodes, counts, open?, ticker?}
//   beat     {v, at, age, build, today, day: [[code, availability, strip]], collector, store, duty}

import { Map } from "./map.js";
import { Link } from "./link.js";
import { Counts, Ranking, Bottom } from "./panels.js";
import { Incidents } from "./incidents.js";
import { Sound } from "./sound.js";
import { duration, fill, timeOfDay, dateOf } from "./format.js";

const LINK_LATE = 15_000, LINK_DEAD = 60_000;
const config = JSON.parse(document.getElementById("config").textContent);
const words = config.words;
const $ = (id) => document.getElementById(id);

const map = new Map(config);
const counts = new Counts();
const ranking = new Ranking(config);
const incidents = new Incidents(words, config.language);
const bottom = new Bottom(words, config.language);
const sound = new Sound(words, $("sound"));

// What the page knows. The server's clock is the wall's clock: `offset` is what must be added to the browser's own.
const now = { version: -1, offset: 0, beatAt: 0, age: null, ageAt: 0, blind: false, first: true };
const health = {
  id: (crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2)), frames: 0, errors: 0, opened: performance.now(),
};
window.addEventListener("error", () => { health.errors += 1; });

const serverNow = () => Date.now() + now.offset;

function onBeat(beat) {
  now.offset = beat.at - Date.now();
  now.age = beat.age;
  now.ageAt = performance.now();
  counts.today(beat.today);
  ranking.draw(beat.day);
  bottom.draw(beat);
  if (beat.build !== config.build && link.quiet()) location.reload();
}

function onIncidents(frame) {
  if (!frame.open) return;
  const grave = incidents.update(frame.open, now.first);
  bottom.ticker(frame.ticker);
  sound.update(frame.open, now.first);
  if (grave) map.pulsePrefecture(grave.prefecture);
  now.first = false;
}

const link = new Link(config.stream, {
  snapshot(frame) {
    now.version = frame.v;
    now.blind = frame.blind;
    map.reset(frame.cells, frame.nodes);
    counts.draw(frame.counts);
    onBeat(frame);
    onIncidents(frame);
  },
  delta(frame) {
    // A gap: something was missed. A new connection begins with everything.
    if (frame.from !== now.version) return link.reopen();
    now.version = frame.v;
    map.change(frame.cells, frame.nodes);
    counts.draw(frame.counts);
    onIncidents(frame);
  },
  beat(frame) {
    if (frame.v !== now.version) return link.reopen();
    onBeat(frame);
  },
  any() {
    now.beatAt = performance.now();
    health.frames += 1;
  },
});

// The one scheduler: ten times a second it is looked at, each thing in its own time.
let lastSecond = -1, lastHealth = performance.now(), dead = null;
function tick() {
  const at = serverNow(), second = Math.floor(at / 1000);
  if (second === lastSecond) return;
  lastSecond = second;
  const mono = performance.now();
  $("clock").textContent = timeOfDay(at);
  $("date").textContent = dateOf(at, words.weekdays);
  showSight(mono, at);
  if (!dead) incidents.tick(at, mono);
  sound.tick(mono);
  link.tick(mono);
  if (mono - lastHealth > 60_000) { lastHealth = mono; report(mono); }
  if (nightly(at, mono)) location.reload();
}

// The two staleness clocks: is the server heard, and does the collector see?
function showSight(mono, at) {
  const silent = now.beatAt ? mono - now.beatAt : mono;
  const band = $("band");
  let text = "";
  if (link.denied) text = words.denied;
  else if (silent > LINK_LATE) {
    text = fill(words.broken, { for: duration(silent).slice(-5), at: now.beatAt ? timeOfDay(at - silent) : "—" });
  } else if (now.blind) text = fill(words.blind, { for: now.age === null ? "—" : duration(now.age + (mono - now.ageAt)) });
  if (band.textContent !== text) band.textContent = text;
  band.hidden = !text;
  document.body.classList.toggle("banded", Boolean(text));
  const isDead = silent > LINK_DEAD || link.denied;
  if (isDead !== dead) {
    dead = isDead;
    document.body.classList.toggle("dead", dead);
    counts.hide(dead);
  }
  const age = now.age === null ? null : Math.round((now.age + (mono - now.ageAt)) / 1000);
  $("age").textContent = age === null ? words.ageNone : fill(words.age, { n: age });
  $("age").className = age === null || age > 15 ? "age late" : "age";
  const state = !now.beatAt ? "connecting" : silent > LINK_LATE ? "stale" : "live";
  $("signal").textContent = words[state];
  $("signal").className = { connecting: "signal late", stale: "signal dead", live: "signal" }[state];
}

// Once a night, at a moment of its own, the page begins afresh: whatever a browser hoards in a day is let go.
const jitter = Math.random() * 3_600_000;
function nightly(at, mono) {
  const sinceFour = (at + 8 * 3_600_000 - 4 * 3_600_000) % 86_400_000;
  return mono - health.opened > 12 * 3_600_000 && sinceFour >= jitter && sinceFour < jitter + 2 * 3_600_000 && link.quiet();
}

function report(mono) {
  fetch(config.health, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      id: health.id, build: config.build, open_s: Math.round((mono - health.opened) / 1000), frames: health.frames,
      reconnects: link.reconnects, nodes: document.getElementsByTagName("*").length, errors: health.errors,
    }),
  }).catch(() => {});
}

setInterval(tick, 100);
tick();
link.open();
