// The cartogram: one path a cell, made by the server. Cells that are down get a large mark from a fixed pool, in the
// top layer, over the labels; when the pool is used up the cell itself is red all the same.

const SVG = "http://www.w3.org/2000/svg";
const POOL = 256;

export class Map {
  constructor(config) {
    this.paths = [...document.getElementById("cells").children];
    this.codes = new Array(this.paths.length).fill("n");
    this.nodeCodes = new Array(config.nodes.length).fill("n");
    this.places = this.paths.map((path) => {
      const [, x, y] = /^M([-\d.]+) ([-\d.]+)/.exec(path.getAttribute("d"));
      return [Number(x), Number(y) + config.radius * 0.93];
    });
    this.nodePlaces = config.nodes;
    this.radius = config.radius;
    this.groups = config.cellPrefectures;
    this.down = new Array(config.order.length).fill(0);
    // The number of agencies down stands over everything, even over the marks; the label below keeps room for it.
    this.badges = config.order.map((code) => [...document.querySelectorAll(`.at-${code} b`)]);
    this.order = config.order;
    this.layer = document.getElementById("marks");
    this.free = [];
    this.used = new globalThis.Map();
    for (let i = 0; i < POOL; i += 1) this.free.push(this.makeMark());
  }

  makeMark() {
    const r = this.radius, group = document.createElementNS(SVG, "g");
    const hexagon = (size) => {
      const points = [];
      for (let i = 0; i < 6; i += 1) {
        points.push(`${(size * Math.sin((Math.PI / 3) * i)).toFixed(2)},${(-size * Math.cos((Math.PI / 3) * i)).toFixed(2)}`);
      }
      return `M${points.join("L")}z`;
    };
    const square = (s) => `M${-s},${-s}H${s}V${s}H${-s}z`;
    const add = (className, d, width) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", className);
      path.setAttribute("d", d);
      path.setAttribute("stroke-width", (r * width).toFixed(2));
      group.append(path);
      return path;
    };
    const shapes = { cell: hexagon(r * 1.62), node: square(r * 1.5) };
    const halo = add("halo", shapes.cell, 0.3);
    const rim = add("rim", shapes.cell, 0.28);
    const x = r * 0.56;
    add("sign no", `M${-x},${-x}L${x},${x}M${x},${-x}L${-x},${x}`, 0.34);
    add("sign yes", `M${-x * 1.15},${x * 0.1}L${-x * 0.3},${x * 0.95}L${x * 1.2},${-x * 0.85}`, 0.36);
    group.setAttribute("class", "mark");
    group.setAttribute("visibility", "hidden");
    this.layer.append(group);
    return { group, halo, rim, shapes };
  }

  reset(cells, nodes) {
    for (let i = 0; i < this.codes.length; i += 1) this.setCell(i, cells[i], false);
    for (let i = 0; i < this.nodeCodes.length; i += 1) this.setNode(i, nodes[i], false);
    this.showDown();
  }

  change(cells, nodes) {
    for (const [i, code] of cells) this.setCell(i, code, true);
    for (const [i, code] of nodes) this.setNode(i, code, true);
    this.showDown();
  }

  setCell(i, code, fresh) {
    const before = this.codes[i];
    if (before === code) return;
    this.codes[i] = code;
    this.paths[i].setAttribute("class", code);
    const was = before === "d" || before === "a", is = code === "d" || code === "a";
    this.down[this.groups[i]] += is - was;
    this.mark(i, this.places[i], is ? code : null, "cell", fresh && !was);
  }

  setNode(i, code, fresh) {
    const before = this.nodeCodes[i];
    if (before === code) return;
    this.nodeCodes[i] = code;
    const was = before === "d" || before === "a", is = code === "d" || code === "a";
    this.mark(-1 - i, this.nodePlaces[i], is ? code : null, "node", fresh && !was);
  }

  mark(key, place, code, kind, fresh) {
    let mark = this.used.get(key);
    if (code === null) {
      if (mark) {
        mark.group.setAttribute("visibility", "hidden");
        mark.group.setAttribute("class", "mark");
        this.used.delete(key);
        this.free.push(mark);
      }
      return;
    }
    if (!mark) {
      mark = this.free.pop();
      if (!mark) return;
      this.used.set(key, mark);
      mark.rim.setAttribute("d", mark.shapes[kind]);
      mark.halo.setAttribute("d", mark.shapes[kind]);
      mark.group.setAttribute("transform", `translate(${place[0]} ${place[1]})`);
      mark.group.setAttribute("visibility", "visible");
    }
    // The pulse runs three times by itself; acknowledging ends it.
    mark.group.setAttribute("class", `mark ${code}${fresh && code === "d" ? " new" : ""}`);
  }

  showDown() {
    for (let p = 0; p < this.down.length; p += 1) {
      const text = this.down[p] ? String(this.down[p]) : "";
      for (const badge of this.badges[p]) {
        if (badge.textContent !== text) badge.textContent = text;
        badge.hidden = !text;
      }
    }
  }

  pulsePrefecture(code) {
    for (const [key, mark] of this.used) {
      if (key >= 0 && this.order[this.groups[key]] === code && this.codes[key] === "d") mark.group.setAttribute("class", "mark d new");
    }
  }
}
