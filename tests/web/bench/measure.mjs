// One load of one page in a new browser with a new profile, and one click.

import { chromium } from 'playwright-core';

export const CONDITIONS = {
  plain: {},
  'CPU 4×': { cpu: 4 },
  'CPU 4×, 4G': { cpu: 4, network: { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 } },
};

/** Nothing but loopback is reached; no service of the browser's own loads anything beside the page. */
const FLAGS = [
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
  '--disable-background-networking', '--disable-component-update', '--disable-quic', '--disable-gpu',
];

/** How long a page may take to show what it is about, on a slow machine that is slowed down. */
const PATIENCE_MS = 40_000;

/** A page has settled when it has asked for nothing for so long. */
const QUIET_MS = 800;

/** Loads the page and clicks, and returns what a visitor would have noticed, in ms and bytes. */
export async function measure({ url, subject, condition, executable, picture }) {
  const browser = await chromium.launch({ executablePath: executable, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(PATIENCE_MS);
    const devtools = await page.context().newCDPSession(page);
    const traffic = await listen(devtools);
    await slow(devtools, condition);
    await page.addInitScript(watch, { seen: subject.seen });
    await page.goto(url);
    await page.waitForFunction(() => self.watched.seen && self.watched.paint);
    await traffic.quiet();
    const before = { ...(await report(page, devtools)), ...traffic.sum() };
    if (picture) await page.screenshot({ path: `${picture}-before.png` });
    if (!subject.panel) return { before };
    const { x, y } = before.middle;
    await page.evaluate((path) => self.watched.panelOf(path), subject.panel);
    await page.mouse.click(x, y);
    await page.waitForFunction(() => self.watched.panel);
    await traffic.quiet();
    if (picture) await page.screenshot({ path: `${picture}-after.png` });
    return { before, after: { ...(await report(page, devtools)), ...traffic.sum() } };
  } finally {
    await browser.close();
  }
}

async function slow(devtools, { cpu = 1, network }) {
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (network) await devtools.send('Network.emulateNetworkConditions', { offline: false, ...network });
}

/** Counts what goes over the wire. What the page carries in itself (`data:`, `blob:`) does not. */
async function listen(devtools) {
  const sent = new Set(), open = new Set();
  let bytes = 0, last = performance.now();
  await devtools.send('Network.enable');
  devtools.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.url.startsWith('http')) return;
    sent.add(requestId);
    open.add(requestId);
  });
  const ended = ({ requestId, encodedDataLength = 0 }) => {
    if (!open.delete(requestId)) return;
    bytes += encodedDataLength;
    last = performance.now();
  };
  devtools.on('Network.loadingFinished', ended);
  devtools.on('Network.loadingFailed', ended);
  const quiet = async () => {
    const begin = performance.now();
    const busy = () => open.size > 0 || performance.now() - Math.max(last, begin) < QUIET_MS;
    while (busy() && performance.now() - begin < PATIENCE_MS) await new Promise((done) => setTimeout(done, 50));
  };
  return { quiet, sum: () => ({ requests: sent.size, bytes }) };
}

async function report(page, devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return { ...(await page.evaluate(() => self.watched.report())), heap: usedSize };
}

/** Runs in the page before everything else of it. */
function watch({ seen }) {
  const find = (path) => path.split('>>>').reduce((from, selector) => (from?.shadowRoot ?? from)?.querySelector(selector.trim()), document);
  const boxOf = (path) => {
    const element = find(path);
    const box = element?.getBoundingClientRect();
    return box?.width > 8 && box.height > 8 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ? box : undefined;
  };
  // A frame in which it has a box is the frame that shows it.
  const when = (path, done) => requestAnimationFrame(function look() {
    const box = boxOf(path);
    box ? done(performance.now(), box) : requestAnimationFrame(look);
  });
  const watched = (self.watched = {
    panelOf: (path) => when(path, (now) => (watched.panel = now)),
    report: () => ({
      paint: watched.paint, seen: watched.seen, middle: watched.middle,
      blocking: tasks.reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0),
      opened: watched.panel - watched.clicked,
      wasm: memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    }),
  });
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
  when('h1', (now) => (watched.paint = now));
  when(seen, (now, { x, y, width, height }) => {
    watched.seen = now;
    watched.middle = { x: x + width / 2, y: y + height / 2 };
  });
  addEventListener('click', ({ timeStamp }) => (watched.clicked ??= timeStamp), true);
  // The memory of WebAssembly is outside the JavaScript heap: keep it where it is made.
  const memories = [];
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await real.apply(WebAssembly, given);
      const exported = Object.values((made.instance ?? made).exports);
      memories.push(...exported.filter((value) => value instanceof WebAssembly.Memory));
      return made;
    };
  }
}
