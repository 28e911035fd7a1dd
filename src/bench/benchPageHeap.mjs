import { allReady, manifest, visit, writeManifest } from "./benchPageRuns.mjs";

/* global document */

/** Speaks to a page and to the workers that it has, those of its workers too: a session within a session. */
async function withWorkers(context, page) {
  const cdp = await context.newCDPSession(page);
  const root = { send: (method, params) => cdp.send(method, params), onEvent: (name, listen) => cdp.on(name, listen) };
  const found = [{ name: "page", session: root }];
  await attachWorkers(root, found);
  return found;
}

async function attachWorkers(parent, found) {
  const children = new Map();
  parent.onEvent("Target.receivedMessageFromTarget", ({ sessionId, message }) => children.get(sessionId)?.(JSON.parse(message)));
  parent.onEvent("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== "worker") return;
    const child = childSession(parent, sessionId);
    children.set(sessionId, child.receive);
    found.push({ name: targetInfo.url.split("/").pop(), session: child });
    void attachWorkers(child, found);
  });
  await parent.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
}

function childSession(parent, sessionId) {
  const waiting = new Map();
  const listeners = new Map();
  let next = 1;
  return {
    send(method, params = {}) {
      const id = next++;
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      void parent.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) });
      return answer;
    },
    onEvent: (name, listen) => listeners.set(name, listen),
    receive({ id, result, error, method, params }) {
      if (id === undefined) return listeners.get(method)?.(params);
      if (error === undefined) waiting.get(id)?.resolve(result);
      else waiting.get(id)?.reject(new Error(error.message));
      waiting.delete(id);
    },
  };
}

/** What the page and its workers hold once all garbage is gone, in MB each. */
async function heaps(found) {
  const sizes = [];
  for (const { name, session } of found) {
    await session.send("HeapProfiler.enable");
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage");
    await session.send("HeapProfiler.disable");
    sizes.push({ name, megabytes: (usedSize + embedderHeapUsedSize + backingStorageSize) / 1e6 });
  }
  return sizes;
}

/** Virtual seconds since the cluster began, as the header's clock says. */
const clock = () => {
  const [hours, minutes, seconds] = document.querySelector(".clock").textContent.split(":").map(Number);
  return hours * 3_600 + minutes * 60 + seconds;
};

/** So long the run goes on between the two looks, in real milliseconds. */
const usualMs = 20_000;
const dayMs = 3 * 3_600_000;

/** Lets the run go on at the greatest speed that the page offers: for so many virtual hours, or as many as there is time for. */
async function letPass(page, hours, mostMs) {
  const from = await page.evaluate(clock);
  await page.locator(".speed").selectOption("60");
  const arrived = ({ until }) => {
    const [h, m] = document.querySelector(".clock").textContent.split(":").map(Number);
    return h + m / 60 >= until;
  };
  await page.waitForFunction(arrived, { until: from / 3_600 + hours }, { timeout: mostMs, polling: 500 }).catch(() => undefined);
  return ((await page.evaluate(clock)) - from) / 3_600;
}

/**
 * Heaps with so many pods at rest, and again as the run has gone on. `day`: 24 virtual hours, begun when one has passed, by which what
 * is kept of the past has its full size.
 */
export async function measureHeap(browser, url, { replicas, day }) {
  const { page, context, errors } = await visit(browser, url);
  const targets = await withWorkers(context, page);
  await writeManifest(page, manifest(replicas));
  await page.keyboard.press("Control+Enter");
  await allReady(page, replicas);
  await new Promise((done) => setTimeout(done, 3_000));
  if (day) await letPass(page, 1, dayMs);
  const before = await heaps(targets);
  const passedHours = await letPass(page, 24, day ? dayMs : usualMs);
  const after = await heaps(targets);
  await context.close();
  return { before, after, passedHours, errors };
}
