import { allReady, manifest, visit, writeManifest } from "./benchPageRuns.mjs";

/* global document, window, performance, requestAnimationFrame, MessageChannel, setTimeout */

/** What is pressed: the first such element that says so, in its middle. */
const inspectorTab = (says) => ({ of: '.inspector-tabs [role="tab"]', says });

/** Runs in the page: where the middle of an element is; null where it is not. */
function middle({ of, says }) {
  const found = [...document.querySelectorAll(of)].find((one) => says === undefined || says.split("|").includes(one.textContent));
  if (found === undefined) return null;
  const { x, y, width, height } = found.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
}

async function press(page, what) {
  const at = await page.evaluate(middle, what);
  if (at !== null) await page.mouse.click(at.x, at.y);
}

/** A pod among the cells of a node: one further on every time. */
async function pressCell(page, round) {
  const at = await page.evaluate((turn) => {
    const canvases = document.querySelectorAll(".machine canvas.cells");
    const canvas = canvases[turn % Math.max(1, canvases.length)];
    if (canvas === undefined) return null;
    const { left, top, width } = canvas.getBoundingClientRect();
    const zoom = width / canvas.clientWidth;
    return { x: left + (15.5 + 14 * (turn % 7)) * zoom, y: top + (55.5 + 14 * (turn % 3)) * zoom };
  }, round);
  if (at !== null) await page.mouse.click(at.x, at.y);
}

/** Another pod, and another of its views than the one that is asked for next. */
async function freshPod(page, round, tab) {
  await pressCell(page, round + 5);
  await press(page, inspectorTab(tab));
}

/**
 * What a person does, each with what it shows: `reads` of the first element of `of` is other than before. `from`: the event that it is
 * measured from. `ready` brings the page to where it can be done, `after` to where the next begins.
 */
const acts = [
  { name: "select a pod", from: "click", of: ".inspector-name", reads: "text", ready: (page) => page.keyboard.press("Escape"), run: pressCell },
  { name: "open Why", from: "mousedown", of: ".inspector-body .rail li", reads: "there", ready: (page, round) => freshPod(page, round, "YAML"), run: (page) => press(page, inspectorTab("Why")) },
  { name: "open YAML", from: "mousedown", of: '[role="document"][aria-label="YAML"]', reads: "there", ready: (page, round) => freshPod(page, round, "Why"), run: (page) => press(page, inspectorTab("YAML")) },
  { name: "open Events", from: "mousedown", of: ".inspector-body .event-list li", reads: "there", ready: (page, round) => freshPod(page, round, "Why"), run: (page) => press(page, inspectorTab("Events")), after: (page) => press(page, inspectorTab("Why")) },
  { name: "switch the lens", from: "mousedown", of: ".totals-card", reads: "there", run: (page) => press(page, { of: '.lens[data-state="inactive"]', says: "Traffic|Placement" }) },
  { name: "find in the graph", from: "keydown", of: ".find-count", reads: "text", ready: (page) => press(page, { of: ".find input" }), run: (page) => page.keyboard.press("m"), after: (page) => page.keyboard.press("Escape") },
  { name: "open the palette", from: "keydown", of: ".palette [cmdk-item]", reads: "there", run: (page) => page.keyboard.press("Control+k"), after: (page) => page.keyboard.press("Escape") },
  { name: "type in the editor", from: "keydown", of: ".monaco-host .view-lines", reads: "text", ready: toRevision, run: (page) => page.keyboard.press("x") },
  { name: "scrub the timeline", from: "pointerdown", of: ".track", reads: "class", run: pressTrack, after: backToNow },
  { name: "pause or resume", from: "click", of: ".play", reads: "aria-label", run: (page) => press(page, { of: ".play" }), after: (page) => press(page, { of: ".play" }) },
  { name: "change the speed", from: "keydown", of: ".speed", reads: "value", ready: focusSpeed, run: async (page) => page.keyboard.press((await page.evaluate(speedNow)) === "1" ? "ArrowDown" : "ArrowUp") },
  { name: "switch the dock", from: "mousedown", of: '.dock [role="tabpanel"][data-state="active"]', reads: "aria-labelledby", run: (page) => press(page, { of: '.dock [role="tab"][data-state="inactive"]', says: "Events|Faults" }) },
];

function focusSpeed(page) {
  return page.evaluate(() => document.querySelector(".speed").focus());
}

function speedNow() {
  return document.querySelector(".speed").value;
}

/** The manifest's fifth line tells the revision of the template. */
async function toRevision(page) {
  await press(page, { of: ".monaco-host" });
  for (const key of ["Control+Home", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "End"]) await page.keyboard.press(key);
}

async function pressTrack(page, round) {
  const box = await page.evaluate(() => document.querySelector(".track").getBoundingClientRect().toJSON());
  await page.mouse.click(box.x + box.width * (0.2 + 0.1 * (round % 4)) * 0.5, box.y + box.height / 2);
}

async function backToNow(page) {
  await page.keyboard.press("n");
  await page.waitForFunction(() => !document.querySelector(".track").classList.contains("looking"), null, { timeout: 30_000 });
}

/** Runs in the page: promises the time from the next such event to the end of the frame that shows its effect; null where nothing comes of it. */
function expectEffect({ from, of, reads, patienceMs }) {
  const read = () => {
    const found = document.querySelector(of);
    if (found === null) return null;
    return reads === "there" ? "" : reads === "text" ? found.textContent : reads === "value" ? found.value : found.getAttribute(reads);
  };
  const before = read();
  window.__bench.effect = new Promise((done) => {
    setTimeout(() => done(null), patienceMs);
    const begin = (event) => {
      const look = () =>
        requestAnimationFrame(() => {
          if (read() === before) return look();
          const channel = new MessageChannel();
          channel.port1.onmessage = () => done(performance.now() - event.timeStamp);
          channel.port2.postMessage(null);
        });
      look();
    };
    window.addEventListener(from, begin, { capture: true, once: true });
  });
}

/** After so long an act that shows nothing counts as having taken that long. */
const patienceMs = 10_000;

/** One act: how long it took, in milliseconds of the page's clock. */
async function perform(page, { name, from, of, reads, ready, run, after }, round) {
  await page.evaluate((begun) => (window.__bench.acts ??= []).push({ name: begun, at: performance.now() }), name);
  await ready?.(page, round);
  await page.evaluate(expectEffect, { from, of, reads, patienceMs });
  await run(page, round);
  const took = await page.evaluate(() => window.__bench.effect);
  await after?.(page, round);
  return took;
}

const isAllReady = (page) => page.evaluate(() => /(\d+) of \1 pods ready$/.test(window.__bench.status));

/**
 * All acts `rounds` times: with the pods at rest and the page's processor slowed, then while the deployment rolls, first as it is,
 * then slowed. A rollout that has ended is followed by the next one.
 */
export async function measureActs(browser, url, { replicas, rounds, slowRounds, slowdown }) {
  const { page, context, errors } = await visit(browser, url);
  const cdp = await context.newCDPSession(page);
  const slow = (rate) => cdp.send("Emulation.setCPUThrottlingRate", { rate });
  const found = new Map(acts.map(({ name }) => [name, { rolling: [], restSlow: [], rollingSlow: [] }]));
  const play = async (sort, round) => {
    for (const act of acts) {
      const took = await perform(page, act, round);
      if (sort !== null) found.get(act.name)[sort].push(took);
    }
  };
  let rollouts = 1;
  const roll = async () => {
    await toRevision(page);
    await page.keyboard.press("x");
    await page.keyboard.press("Control+Enter");
    rollouts++;
  };
  await writeManifest(page, manifest(replicas));
  await page.keyboard.press("Control+Enter");
  await allReady(page, replicas);
  // What is fetched when it is first wanted is fetched now.
  for (const round of [0, 1]) await play(null, round);
  await slow(slowdown);
  for (let round = 0; round < slowRounds; round++) await play("restSlow", round);
  await slow(1);
  const rolledAt = await page.evaluate(() => performance.now());
  for (let round = 0; round < rounds; round++) {
    if (await isAllReady(page)) await roll();
    await play("rolling", round);
  }
  const until = await page.evaluate(() => performance.now());
  for (let round = 0; round < slowRounds; round++) {
    await slow(1);
    if (await isAllReady(page)) await roll();
    await slow(slowdown);
    await play("rollingSlow", round);
  }
  const { frames, begun } = await page.evaluate(([from, to]) => ({ frames: window.__bench.frames.filter(({ at }) => at >= from && at < to), begun: window.__bench.acts }), [rolledAt, until]);
  await context.close();
  const actAt = (at) => begun.findLast((one) => one.at <= at)?.name ?? "";
  const scripts = frames
    .flatMap((frame) => frame.scripts.map((script) => ({ ...script, act: actAt(frame.at) })))
    .filter(({ url: of }) => of.endsWith(".js"))
    .sort((a, b) => b.duration - a.duration);
  const timed = (took) => Object.fromEntries(Object.entries(took).map(([sort, times]) => [sort, times.map((one) => one ?? patienceMs)]));
  return { acts: [...found].map(([name, took]) => ({ name, ...timed(took) })), rollouts, longestScriptMs: scripts[0]?.duration ?? 0, scripts: scripts.slice(0, 12), errors };
}
