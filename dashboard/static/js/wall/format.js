// How times and texts are written. The province's clock is UTC+8, whatever the display's own zone.

const ZONE = 8 * 3_600_000;
const two = (n) => String(n).padStart(2, "0");

export function timeOfDay(at) {
  const d = new Date(at + ZONE);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

export function shortTime(at) {
  return timeOfDay(at).slice(0, 5);
}

export function dateOf(at, weekdays) {
  const d = new Date(at + ZONE);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${weekdays[d.getUTCDay()]}`;
}

export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000)), days = Math.floor(s / 86_400), rest = s % 86_400;
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return days ? `${days}d ${clock}` : clock;
}

// Cut, never rounded up: 100 % means that nothing was lost.
export function percent(share) {
  return share === null ? "—" : (Math.floor(share * 10_000 + 1e-9) / 100).toFixed(2);
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// In widths of a Chinese character.
export function breadth(text) {
  let sum = 0;
  for (const letter of text) sum += letter > "\u2e7f" ? 1 : 0.56;
  return sum;
}

// A text that is too long for its room (in characters) is set smaller, but never below `least` of its size.
export function setFitting(node, text, room, least) {
  if (node.textContent === text) return;
  node.textContent = text;
  node.style.setProperty("--fit", Math.max(least, Math.min(1, room / breadth(text))).toFixed(3));
}
