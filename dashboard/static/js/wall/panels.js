// Counts on top, the ranking of the prefectures on the left, the line at the bottom.

import { duration, fill, percent, setFitting, setText, shortTime } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const SLOTS = 48;

export class Counts {
  constructor() {
    this.nodes = {};
    for (const node of document.querySelectorAll("#counts dd")) this.nodes[node.dataset.count] = node;
    this.last = {};
    this.hidden = false;
  }

  draw(counts) {
    Object.assign(this.last, counts);
    this.show();
  }

  today(share) {
    this.last.today = share;
    this.show();
  }

  hide(hidden) {
    this.hidden = hidden;
    this.show();
  }

  show() {
    for (const key of Object.keys(this.nodes)) {
      const value = this.last[key];
      let text = "—";
      if (!this.hidden && value !== undefined && value !== null) text = key === "today" ? `${percent(value)}%` : value.toLocaleString("en-US");
      setText(this.nodes[key], text);
      this.nodes[key].classList.toggle("zero", text === "0");
    }
  }
}

export class Ranking {
  constructor(config) {
    this.names = config.prefectures;
    this.room = config.language === "en" ? 4.3 : 2.75;
    const list = document.getElementById("ranking");
    this.rows = config.order.map(() => {
      const row = document.createElement("li"), name = document.createElement("span"), value = document.createElement("span");
      name.className = "name";
      value.className = "value";
      const strip = document.createElementNS(SVG, "svg");
      strip.setAttribute("viewBox", `0 0 ${SLOTS} 10`);
      strip.setAttribute("preserveAspectRatio", "none");
      const marks = {};
      for (const kind of ["ground", "0", "x", "1", "2"]) {
        marks[kind] = document.createElementNS(SVG, "path");
        marks[kind].setAttribute("class", `strip-${kind}`);
        strip.append(marks[kind]);
      }
      marks.ground.setAttribute("d", `M0 0H${SLOTS}V10H0z`);
      row.append(name, strip, value);
      list.append(row);
      return { row, name, value, marks, strip: "" };
    });
  }

  // Lowest first; without a figure last; equal ones keep the official order, so that nothing jumps.
  draw(day) {
    const ranked = day.map((entry, order) => ({ entry, order }));
    ranked.sort((a, b) => (a.entry[1] ?? 2) - (b.entry[1] ?? 2) || a.order - b.order);
    for (let i = 0; i < this.rows.length; i += 1) {
      const [code, share, strip] = ranked[i].entry, row = this.rows[i];
      // Long names are set smaller, so that all strips begin on one line.
      setFitting(row.name, this.names[code] || code, this.room, 0.5);
      setText(row.value, percent(share));
      row.value.classList.toggle("whole", share === 1);
      const level = share === null ? "" : share < 0.99 ? "poor" : share < 0.995 ? "fair" : "";
      if (row.row.className !== level) row.row.className = level;
      if (row.strip !== strip) {
        row.strip = strip;
        for (const kind of ["0", "1", "2"]) row.marks[kind].setAttribute("d", bars(strip, kind));
        row.marks.x.setAttribute("d", bars(strip, "-"));
      }
    }
  }
}

function bars(strip, kind) {
  let d = "";
  for (let i = 0; i < strip.length; i += 1) if (strip[i] === kind) d += `M${i + 0.08} 0h.84v10h-.84z`;
  return d || "M0 0";
}

export class Bottom {
  constructor(words, language) {
    this.words = words;
    this.dutyNode = document.getElementById("duty");
    this.collectorNode = document.getElementById("collector");
    this.storeNode = document.getElementById("store");
    this.platformNode = document.getElementById("platform");
    const list = document.getElementById("ticker");
    this.items = [];
    for (let i = 0; i < 6; i += 1) {
      const item = document.createElement("li"), time = document.createElement("time"), text = document.createElement("span"), kind = document.createElement("span");
      item.append(time, text, kind);
      item.hidden = true;
      list.append(item);
      this.items.push({ item, time, text, kind });
    }
    this.gap = language === "en" ? " " : "";
  }

  draw(beat) {
    const w = this.words, d = beat.duty, c = beat.collector;
    setText(this.dutyNode, d ? `${d.operator} · ${d.leader}  ${fill(w.until, { at: shortTime(d.until) })}` : "—");
    const late = c && c.late > 5000;
    const text = !c ? w.collectorNone : late ? fill(w.collectorLate, { n: c.devices.toLocaleString("en-US"), s: Math.round(c.late / 1000) }) : fill(w.collector, { n: c.devices.toLocaleString("en-US") });
    setText(this.collectorNode, text);
    this.collectorNode.className = !c || late ? "bad" : "";
    this.store(beat.store);
    this.platform(beat.platform, beat.at);
  }

  // The platform's own troubles: the oldest of them in words, and how many there are.
  platform(troubles, now) {
    const w = this.words;
    if (!troubles) return setText(this.platformNode, "—");
    let text = w.platform.ok;
    if (troubles.length) {
      const [trouble, part, since] = troubles[0];
      const what = (trouble === "channel-failing" && w.platform[part]) || w.platform[trouble] || trouble;
      text = fill(w.platformSince, { what, for: duration(now - since) });
      if (troubles.length > 1) text += fill(w.platformMore, { n: troubles.length });
    }
    setText(this.platformNode, text);
    this.platformNode.className = troubles.length ? "bad" : "";
  }

  // Whether metrics reach their store, and what waits on disk when they don't.
  store(s) {
    const w = this.words;
    if (!s) return setText(this.storeNode, "—");
    const n = (s.rows || 0).toLocaleString("en-US");
    let text = fill(w.store[s.state] || s.state, { n, for: duration(s.oldest || 0) });
    if (s.full) text += w.storeFull;
    if (s.aside) text += fill(w.storeAside, { n: s.aside.toLocaleString("en-US") });
    setText(this.storeNode, text);
    this.storeNode.className = s.state === "waiting" || s.state === "refused" || s.full ? "bad" : "";
  }

  ticker(events) {
    for (let i = 0; i < this.items.length; i += 1) {
      const slot = this.items[i], event = events[i];
      slot.item.hidden = !event;
      if (!event) continue;
      const [at, kind, place, title, lasted] = event;
      setText(slot.time, shortTime(at));
      setText(slot.text, title.includes(place.split(" · ").pop()) ? `${title} ` : `${place} ${title} `);
      setText(slot.kind, this.words.events[kind] + (lasted ? this.gap + " " + fill(this.words.lasted, { for: duration(lasted) }) : ""));
      if (slot.kind.className !== kind) slot.kind.className = kind;
    }
  }
}
