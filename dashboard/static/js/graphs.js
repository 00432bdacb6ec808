// Graphs of a device or an interface over a day, a month or a year, by uPlot. Colours follow the theme; a gap in the data stays a gap.

import uPlot from "../vendor/uplot-1.6.32/uPlot.esm.js";

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const holder = document.getElementById("graphs");
const plots = new Map();
const span = holder.dataset.span || "24h";
const DAYS = { "30d": 30, "1y": 365 }[span] || 1;

function short(value, unit) {
  if (value === null || value === undefined) return "—";
  if (unit === "bps") {
    for (const [size, name] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) if (value >= size) return `${(value / size).toFixed(value >= 100 * size ? 0 : 1)} ${name}bps`;
    return `${Math.round(value)} bps`;
  }
  if (value > 0 && value < 0.1) return `${value.toPrecision(2)} ${unit}`;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

const two = (n) => String(n).padStart(2, "0");
// The province's own time of day, whatever the browser's zone.
const clock = (seconds) => { const d = new Date((seconds + 8 * 3600) * 1000); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`; };
const date = (seconds) => { const d = new Date((seconds + 8 * 3600) * 1000); return `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`; };
const moment = (seconds) => (DAYS > 1 ? `${date(seconds)} ${clock(seconds)}` : clock(seconds));

function options(box, unit, labels) {
  const lines = [colour("--accent"), colour("--degraded")];
  return {
    width: box.clientWidth - 4, height: 200,
    cursor: { points: { size: 6 }, y: false },
    scales: { x: { time: false }, y: { range: (_, low, high) => [0, unit === "%" ? Math.max(100, high || 0) : (high || 1) * 1.12] } },
    axes: [
      { stroke: colour("--faint"), grid: { show: false }, ticks: { show: false }, font: "12px sans-serif", space: 70, values: (_, at) => at.map(DAYS > 1 ? date : clock),
        incrs: DAYS > 1 ? [86_400, 172_800, 432_000, 864_000, 1_728_000, 2_592_000, 5_184_000] : [900, 1800, 3600, 7200, 10_800, 14_400, 21_600] },
      { stroke: colour("--faint"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px sans-serif", size: unit === "bps" ? 78 : 62,
        values: (_, values) => values.map((value) => short(value, unit === holder.dataset.packets ? "" : unit)) },
    ],
    series: [
      { label: holder.dataset.time, value: (_, at) => (at === null ? "—" : moment(at)) },
      ...labels.map((label, i) => ({
        label, stroke: lines[i], width: 1.6, fill: i === 0 ? `color-mix(in srgb, ${lines[0]} 12%, transparent)` : undefined,
        points: { size: 4, fill: lines[i] }, value: (_, value) => short(value, unit),
      })),
    ],
  };
}

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error || answer.statusText);
  return body;
}

// The position of the first value; -1 when there is none.
function firstAt(body) {
  const found = body.series.map((series) => series.values.findIndex((value) => value !== null)).filter((at) => at >= 0);
  return found.length ? Math.min(...found) : -1;
}

async function draw(box) {
  const address = new URL(box.dataset.graph, location.href);
  if (holder.dataset.interface) address.searchParams.set("interface", holder.dataset.interface);
  let body;
  try {
    address.searchParams.set("span", span);
    body = await ask(address);
      // A device that has been watched for less than two hours: nearer, so that there is something to see.
    if (DAYS === 1 && firstAt(body) >= body.at.length - 24) {
      address.searchParams.set("span", "2h");
      body = await ask(address);
    }
  } catch (error) {
    return note(box, error.message);
  }
  if (!body.series.some((series) => series.values.some((value) => value !== null))) return note(box, box.dataset.none);
  const data = [body.at, ...body.series.map((series) => series.values)];
  const plot = plots.get(box);
  if (plot) return plot.setData(data);
  box.replaceChildren();
  plots.set(box, new uPlot(options(box, box.dataset.unit, body.series.map((series) => series.label)), data, box));
}

function note(box, text) {
  const plot = plots.get(box);
  if (plot) { plot.destroy(); plots.delete(box); }
  const line = document.createElement("p");
  line.className = "none";
  line.textContent = text;
  box.replaceChildren(line);
}

const boxes = [...document.querySelectorAll("[data-graph]")];
boxes.forEach(draw);
setInterval(() => { if (document.visibilityState === "visible") boxes.forEach(draw); }, 60_000);
new ResizeObserver(() => { for (const [box, plot] of plots) plot.setSize({ width: box.clientWidth - 4, height: 200 }); }).observe(holder);

document.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (!pick) return;
  holder.dataset.interface = pick.dataset.pick;
  for (const name of document.querySelectorAll("[data-interface-name]")) name.textContent = pick.dataset.pick;
  boxes.slice(0, 2).forEach(draw);
  holder.scrollIntoView({ behavior: "smooth", block: "start" });
});
