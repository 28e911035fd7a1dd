import { visit } from "./benchPageRuns.mjs";

/* global window, performance, requestAnimationFrame, Worker, MessageEvent, document */

/**
 * Runs in the page before anything of it. From `window.__crowd` on, the engine's frames carry more nodes and pods, copies of its own:
 * first all of them, then with each frame some that have changed. The page takes them as it takes any frame.
 */
function crowdFrames({ nodes, podsPerNode, changesPerFrame }) {
  const Plain = Worker;
  const healths = ["ok", "progressing", "ok", "failed", "ok", "warning"];
  let crowd = null;
  let turn = 0;
  const named = (fact, name, node) => ({ ...fact, uid: `crowd-${name}`, ref: { ...fact.ref, namespace: fact.ref.namespace === "" ? "" : "default", name }, node });
  const grow = (facts) => {
    const node = facts.find(({ plural }) => plural === "nodes");
    const pod = facts.find(({ plural }) => plural === "pods");
    const machines = Array.from({ length: nodes }, (_, index) => named(node, `crowd-${index}`, null));
    const pods = machines.flatMap(({ ref }) => Array.from({ length: podsPerNode }, (_, index) => named(pod, `${ref.name}-${index}`, ref.name)));
    return { pods, all: [...machines, ...pods] };
  };
  const facts = new Map();
  const widen = (frame) => {
    for (const fact of frame.upserts) facts.set(fact.uid, fact);
    if (window.__crowd !== true) return frame;
    if (crowd === null) {
      crowd = grow([...facts.values()]);
      return { ...frame, upserts: [...frame.upserts, ...crowd.all] };
    }
    const changed = Array.from({ length: changesPerFrame }, () => {
      const at = (turn += 7_919) % crowd.pods.length;
      return (crowd.pods[at] = { ...crowd.pods[at], health: healths[turn % healths.length] });
    });
    return { ...frame, upserts: [...frame.upserts, ...changed] };
  };
  window.Worker = class extends Plain {
    addEventListener(type, listener, options) {
      super.addEventListener(type, type !== "message" ? listener : (event) => listener(event.data?.type === "frame" ? new MessageEvent("message", { data: { ...event.data, frame: widen(event.data.frame) } }) : event), options);
    }
  };
}

/** Runs in the page: the times between display frames, for so long. */
function frameTimes(forMs) {
  return new Promise((done) => {
    const found = [];
    const beganMs = performance.now();
    let last = null;
    const next = (atMs) => {
      if (last !== null) found.push(atMs - last);
      last = atMs;
      if (performance.now() - beganMs < forMs) requestAnimationFrame(next);
      else done(found);
    };
    requestAnimationFrame(next);
  });
}

/** The times between display frames in Placement: of the cluster as it boots, at rest; then with 10,000 pods some of which change all the time. */
export async function measureCrowd(browser, url, { nodes, podsPerNode, changesPerFrame, forMs }) {
  const { page, context, errors } = await visit(browser, url, (fresh) => fresh.addInitScript(crowdFrames, { nodes, podsPerNode, changesPerFrame }));
  await page.locator(".monaco-host .view-line").first().waitFor({ timeout: 30_000 });
  await page.keyboard.press("Escape");
  await page.locator('.lens:has-text("Placement")').click();
  await page.locator(".totals-card").waitFor();
  await page.evaluate(frameTimes, 1_500);
  const idle = await page.evaluate(frameTimes, forMs);
  const askedAt = await page.evaluate(() => {
    window.__crowd = true;
    return performance.now();
  });
  const pods = nodes * podsPerNode;
  await page.waitForFunction((wanted) => Number(/of (\d+) pods ready$/.exec(document.querySelector('[role="status"][aria-label="Cluster"]')?.textContent ?? "")?.[1] ?? 0) >= wanted, pods, { timeout: 60_000, polling: 50 });
  const shownMs = (await page.evaluate(() => performance.now())) - askedAt;
  await page.evaluate(frameTimes, 1_500);
  const crowded = await page.evaluate(frameTimes, forMs);
  const drawn = await page.locator(".machine canvas.cells").count();
  await context.close();
  return { pods, drawn, shownMs, idle, crowded, errors };
}
