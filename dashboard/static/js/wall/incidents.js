// The open incidents: causes only, the gravest first. The one zone of the wall that turns pages, every 20 s; a new
// 一/二级 stops it for a minute and shows the page it stands on.

import { duration, fill, setFitting, setText } from "./format.js";

const SLOTS = 24, TURN = 20_000, HOLD = 60_000;

export class Incidents {
  constructor(words, language) {
    this.words = words;
    // How many characters fit a card's lines.
    [this.placeRoom, this.titleRoom, this.least] = language === "en" ? [9.4, 16.2, 0.86] : [8, 13.4, 0.72];
    this.list = document.getElementById("incidents");
    this.pageNode = document.getElementById("page");
    this.calmNode = document.getElementById("calm");
    this.openNode = document.getElementById("open");
    setText(this.calmNode, words.calm);
    this.cards = [];
    this.known = new Set();
    this.page = 0;
    this.turnAt = 0;
    this.holdUntil = 0;
    this.slots = [];
    for (let i = 0; i < SLOTS; i += 1) this.slots.push(this.makeSlot());
  }

  makeSlot() {
    const row = document.createElement("li");
    const part = (tag, className, parent) => {
      const node = document.createElement(tag);
      node.className = className;
      parent.append(node);
      return node;
    };
    const place = part("p", "place", row), cls = part("i", "", place), where = part("span", "", place);
    const slot = { row, cls, where, what: part("p", "what", row), lasts: part("span", "for", row), weak: part("span", "weak", row), who: part("span", "who", row) };
    row.hidden = true;
    this.list.append(row);
    return slot;
  }

  // Returns the gravest incident that is new since the last update, if it is a 一/二级.
  update(cards, first) {
    const fresh = first ? [] : cards.filter((c) => !this.known.has(c.id) && c.class <= 2 && !c.acknowledged);
    this.known = new Set(cards.map((c) => c.id));
    this.cards = cards;
    setText(this.openNode, cards.length ? fill(this.words.total, { n: cards.length }) : "");
    this.calmNode.hidden = cards.length > 0;
    this.list.hidden = cards.length === 0;
    if (fresh.length) {
      this.holdUntil = performance.now() + HOLD;
      this.page = Math.floor(cards.indexOf(fresh[0]) / this.perPage());
    }
    this.draw();
    return fresh[0] || null;
  }

  // As many as fit: measured, because the size of writing follows the distance of the seats.
  perPage() {
    const sample = this.slots[0].row, columns = getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
    const hidden = sample.hidden;
    sample.hidden = false;
    const height = sample.offsetHeight, gap = parseFloat(getComputedStyle(this.list).rowGap) || 0;
    sample.hidden = hidden;
    const room = this.list.clientHeight || this.list.parentElement.clientHeight * 0.9;
    if (!height) return 4;
    return Math.min(SLOTS, Math.max(1, Math.floor((room + gap) / (height + gap))) * columns);
  }

  tick(at, mono) {
    const pages = Math.ceil(this.cards.length / this.perPage());
    if (pages > 1 && mono >= this.turnAt && mono >= this.holdUntil) {
      this.turnAt = mono + TURN;
      this.page = this.turned ? (this.page + 1) % pages : 0;
      this.turned = true;
      this.draw();
    }
    for (const slot of this.slots) {
      if (!slot.row.hidden && slot.card) setText(slot.lasts, duration(at - slot.card.since));
    }
  }

  draw() {
    const w = this.words, size = this.perPage(), pages = Math.max(1, Math.ceil(this.cards.length / size));
    this.page = Math.min(this.page, pages - 1);
    for (let i = 0; i < SLOTS; i += 1) {
      const slot = this.slots[i], card = i < size ? this.cards[this.page * size + i] : undefined;
      slot.card = card;
      slot.row.hidden = !card;
      if (!card) continue;
      slot.row.className = `c${card.class} ${card.acknowledged ? "taken" : "open"}`;
      setText(slot.cls, w.classes[card.class] || "");
      setFitting(slot.where, card.place, this.placeRoom, 0.7);
      setText(slot.weak, card.degraded ? fill(w.weakened, { n: card.degraded.toLocaleString("en-US") }) : "");
      setFitting(slot.what, card.title + (card.agencies > 1 ? fill(w.impact, { n: card.agencies }) : ""), this.titleRoom, this.least);
      setText(slot.who, !card.acknowledged ? w.unacknowledged : card.by ? fill(w.handling, { who: card.by }) : w.acknowledged);
    }
    const others = this.cards.length - Math.min(size, this.cards.length - this.page * size);
    const held = performance.now() < this.holdUntil;
    setText(this.pageNode, pages === 1 ? "" : held ? w.held : fill(w.more, { n: others, page: this.page + 1, pages }));
  }
}
