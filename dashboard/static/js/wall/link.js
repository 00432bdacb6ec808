// The link to the server: an EventSource with a watchdog of its own. Browsers give up on some failures and wait
// unforeseeably on others; this one reopens after 1, 2, 4, 8, 15 s, each with jitter, for ever.

const SILENT = 12_000;
const WAITS = [1, 2, 4, 8, 15];

export class Link {
  constructor(address, handlers) {
    this.address = address;
    this.handlers = handlers;
    this.source = null;
    this.failures = 0;
    this.reconnects = 0;
    this.denied = false;
    this.lastAt = 0;
    this.lastNews = 0;
    this.reopenAt = null;
    // Made once: the same functions serve every connection.
    const receive = (kind) => (message) => {
      this.lastAt = performance.now();
      this.failures = 0;
      this.denied = false;
      if (kind !== "beat") this.lastNews = this.lastAt;
      handlers.any();
      handlers[kind](JSON.parse(message.data));
    };
    this.receivers = { snapshot: receive("snapshot"), delta: receive("delta"), beat: receive("beat") };
    this.failed = () => this.fail();
  }

  open() {
    this.close();
    this.lastAt = performance.now();
    this.source = new EventSource(this.address);
    for (const kind of Object.keys(this.receivers)) this.source.addEventListener(kind, this.receivers[kind]);
    this.source.onerror = this.failed;
  }

  close() {
    if (this.source) this.source.close();
    this.source = null;
    this.reopenAt = null;
  }

  reopen() {
    this.reconnects += 1;
    this.open();
  }

  fail() {
    this.close();
    const wait = WAITS[Math.min(this.failures, WAITS.length - 1)] * (0.75 + Math.random() / 2);
    this.failures += 1;
    this.reopenAt = performance.now() + wait * 1000;
    if (this.failures % 3 === 2) this.askWhy();
  }

  // An EventSource doesn't say why it failed: a refused token must be told apart from a dead server.
  askWhy() {
    fetch(this.address.replace("/wall/stream", "/wall/snapshot"), { cache: "no-store" })
      .then((answer) => { this.denied = answer.status === 401; })
      .catch(() => {});
  }

  tick(at) {
    if (this.reopenAt !== null && at >= this.reopenAt) this.reopen();
    else if (this.source && at - this.lastAt > SILENT) this.fail();
  }

  // A good moment to reload: connected, and nothing has happened for ten seconds.
  quiet() {
    const at = performance.now();
    return this.source !== null && at - this.lastAt < 6_000 && at - this.lastNews > 10_000 && this.failures === 0;
  }
}
