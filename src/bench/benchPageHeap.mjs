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
  // Monaco ends its own when nobody has typed for five minutes.
  parent.onEvent("Target.detachedFromTarget", ({ sessionId }) => {
    const ended = children.get(sessionId);
    if (ended === undefined) return;
    children.delete(sessionId);
    found.splice(found.findIndex(({ session }) => session.receive === ended), 1);
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
/** So long the page has at the usual speed before it is looked at. */
const restMs = 3_000;
/** Hours of a day after which it is looked, from "all are Ready" on: Events are gone after one. */
const looks = [1, 2, 4, 8, 12, 16, 20, 24];
/** The greatest speed that the engine takes. The page offers less, as nobody could follow it. */
const fastest = "1000";

/** Puts the fastest speed beside those that the page offers: what the page does with it is the same as with any. */
function offerFastest(value) {
  const select = document.querySelector(".speed");
  if (![...select.options].some((option) => option.value === value)) select.add(new Option(`${value}x`, value));
}

/** Lets the run go on at this speed until so many virtual hours have passed since `from`, or as long as there is time. Answers how many have. */
async function letPass(page, { from, hours, mostMs, speed }) {
  if (speed === fastest) await page.evaluate(offerFastest, fastest);
  await page.locator(".speed").selectOption(speed);
  const arrived = ({ until }) => {
    const [h, m, s] = document.querySelector(".clock").textContent.split(":").map(Number);
    return h * 3_600 + m * 60 + s >= until;
  };
  await page.waitForFunction(arrived, { until: from + hours * 3_600 }, { timeout: mostMs, polling: 200 }).catch(() => undefined);
  return ((await page.evaluate(clock)) - from) / 3_600;
}

/**
 * Heaps with so many pods Ready, and again as the run has gone on: for some real seconds at the greatest speed that the page offers, or, with
 * `day`, for 24 virtual hours at the greatest that there is, with looks in between. `looked` is told of each look.
 */
export async function measureHeap(browser, url, { replicas, day, speed = day ? fastest : "60", hours = 24 }, looked = () => undefined) {
  const { page, context, errors } = await visit(browser, url);
  const targets = await withWorkers(context, page);
  await writeManifest(page, manifest(replicas));
  await page.keyboard.press("Control+Enter");
  await allReady(page, replicas);
  const found = [];
  // Each time as at the first: what is on its way at a great speed is not what is kept.
  const look = async (passedHours) => {
    await page.locator(".speed").selectOption("1");
    await new Promise((done) => setTimeout(done, restMs));
    found.push({ passedHours, heaps: await heaps(targets) });
    looked(found.at(-1));
  };
  await look(0);
  const from = await page.evaluate(clock);
  for (const hour of day ? looks.filter((each) => each <= hours) : [hours]) {
    const passed = await letPass(page, { from, hours: hour, mostMs: day ? dayMs : usualMs, speed });
    await look(passed);
  }
  await context.close();
  return { looks: found, errors };
}
