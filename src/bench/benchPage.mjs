// Builds the page, opens it in Chromium and measures it; figures to $OUT_DIR/bench-page.json or .bench/. Exits non-zero where a gate fails.
// `--no-build` takes the last build; `--profile` writes a CPU profile of a rollout beside the figures; `--day` lets 24 virtual hours pass
// between two looks at the heap, at the greatest speed that the engine takes; `--only=acts,crowd` measures but these parts (boot, rollout, acts, crowd, heap).
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "../gateway/scripts/chromium.mjs";
import { installWhereNeeded, root, run } from "../gateway/scripts/install.mjs";
import { measureActs } from "./benchPageActs.mjs";
import { measureCrowd } from "./benchPageCrowd.mjs";
import { measureHeap } from "./benchPageHeap.mjs";
import { watchOthers } from "./benchPageMachine.mjs";
import { measureBoot, measureRollout } from "./benchPageRuns.mjs";
import { servePage } from "./benchPageServer.mjs";
import { firstLoad, pageScripts, weigh } from "./benchPageWeight.mjs";

const bounds = { bootMs: 1_200, usualScriptMs: 50, anyScriptMs: 100, firstLoadBytes: 300_000, engineWorkerBytes: 400_000, actMs: 200, slowRatio: 2.5, crowdRatio: 2, heapMegabytes: 250, heapGrowth: 1.05 };
const loads = 5;
const rollouts = 3;
const replicas = 300;
/** Each act so often as it is; and with the processor slowed, where an act takes seconds, before the rollout and within it. */
const rounds = { rounds: 20, slowRounds: 3, slowdown: 6 };
const crowd = { nodes: 91, podsPerNode: 110, changesPerFrame: 20, forMs: 4_000 };
const day = process.argv.includes("--day");
const only = process.argv.find((word) => word.startsWith("--only="))?.slice("--only=".length).split(",") ?? null;
const wanted = (part) => only === null || only.includes(part);
/** The gates are times on a clock: a run in which other programs had more of the processors than this is done again, so many times at most. */
const othersShare = 0.15;
const mostRepeats = 4;
/** For so many seconds in all it is waited for the others to finish, before the boots and before the rollouts. */
const patienceS = 90;

installWhereNeeded();
const folder = process.env.OUT_DIR || join(root, ".bench");
const dist = process.env.PAGE_DIST ?? join(root, ".bench/page");
mkdirSync(folder, { recursive: true });
if (!process.argv.includes("--no-build") || !existsSync(join(dist, "index.html"))) {
  if (run("node", ["src/kinds/generate/generateSchema.mjs"]) !== 0) process.exit(1);
  if (run("vite", ["build", "--outDir", dist, "--emptyOutDir", "--logLevel", "error"]) !== 0) process.exit(1);
}

const executablePath = chromiumPath();
if (executablePath === null) {
  console.error("no Chromium is installed, and none could be: set CHROMIUM to the path of one. The page was not measured.");
  process.exit(1);
}

const gates = [];
function gate(name, value, bound, unit) {
  const held = value <= bound;
  gates.push({ name, value, bound, unit, held });
  console.log(`${held ? "held  " : "FAILED"} ${name}: ${Number.isInteger(value) ? value : value.toFixed(1)} ${unit} (at most ${bound})`);
}
const info = (text) => console.log(`       ${text}`);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const p95 = (values) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1];
const kilo = (bytes) => Math.round(bytes / 100) / 10;

const { chromium } = await import("@playwright/test");
const server = await servePage(dist);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
info(`Chromium ${browser.version()}, ${server.url}`);

const weight = weigh(dist);
let repeats = 0;
let patience = patienceS;
async function waitForCalm() {
  for (; patience > 0; patience--) {
    const others = watchOthers();
    await new Promise((done) => setTimeout(done, 1_000));
    if ((others() ?? 0) <= othersShare) return;
  }
}
/** Measures so often, and again where the machine had other work meanwhile. The last word is the measured one, disturbed or not. */
async function measure(times, once) {
  const found = [];
  while (found.length < times) {
    await waitForCalm();
    const others = watchOthers();
    const one = await once();
    const share = others();
    if (share !== null && share > othersShare && repeats < mostRepeats) {
      repeats++;
      info(`done again: other programs had ${Math.round(share * 100)}% of the processors`);
    } else found.push({ ...one, othersShare: share });
  }
  return found;
}

const boots = wanted("boot") ? await measure(loads, () => measureBoot(browser, server.url)) : [];
if (boots.length > 0) {
  gate("cluster Ready after first contentful paint, median of 5", median(boots.map(({ bootMs }) => bootMs)), bounds.bootMs, "ms");
  info(`each: ${boots.map(({ bootMs }) => bootMs.toFixed(0)).join(", ")} ms; first paint at ${boots.map(({ paintAt }) => paintAt.toFixed(0)).join(", ")} ms`);
  info(`the add-ons' pods Ready too: ${median(boots.map(({ podsMs }) => podsMs)).toFixed(0)} ms; longest script while loading: ${median(boots.map(({ longest }) => longest)).toFixed(0)} ms`);
  const loaded = [...new Set(boots.flatMap(({ scripts }) => scripts))];
  gate("first-load JavaScript without the editor, gzip", kilo(firstLoad(dist, loaded)), bounds.firstLoadBytes / 1000, "kB");
  gate("engine worker, gzip", kilo(weight.engineWorker), bounds.engineWorkerBytes / 1000, "kB");
  const begun = pageScripts(dist);
  const later = loaded.filter((name) => !begun.has(`assets/${name}`));
  info(`loaded after that: ${later.map((name) => `${name} ${kilo(weight.all[name] ?? 0)} kB`).join(", ")}`);
}

repeats = 0;
patience = patienceS;
const runs = wanted("rollout") ? await measure(rollouts, () => measureRollout(browser, server.url, replicas)) : [];
if (runs.length > 0) {
  const longest = runs.map(({ longestScriptMs }) => longestScriptMs);
  gate(`script in a long frame of a rollout of ${replicas}, 2 of 3 runs`, median(longest), bounds.usualScriptMs, "ms");
  gate(`script in a long frame of a rollout of ${replicas}, any run`, Math.max(...longest), bounds.anyScriptMs, "ms");
  for (const { tookMs, frames, longestFrameMs, longestScriptMs, scripts, othersShare: others } of runs) {
    info(`rollout in ${(tookMs / 1000).toFixed(1)} s; ${frames} long frames, the longest ${longestFrameMs.toFixed(0)} ms; longest script ${longestScriptMs.toFixed(0)} ms${others === null ? "" : `; other programs had ${Math.round(others * 100)}% of the processors`}`);
    for (const { duration, layout, invoker, name, at, url, position } of scripts.slice(0, 4)) info(`  at ${(at / 1000).toFixed(1)} s ${duration.toFixed(0)} ms (layout ${layout.toFixed(0)}) ${invoker} ${name} ${url}:${position}`);
  }
}

const acted = wanted("acts") ? await measureActs(browser, server.url, { replicas, ...rounds }) : null;
if (acted !== null) {
  for (const { name, rolling, restSlow, rollingSlow } of acted.acts) {
    gate(`${name}, during a rollout of ${replicas}, p95 of ${rolling.length}`, p95(rolling), bounds.actMs, "ms");
    gate(`${name}, the same ${rounds.slowdown} times slower, to that without a rollout`, median(rollingSlow) / median(restSlow), bounds.slowRatio, `times (${median(rollingSlow).toFixed(0)} to ${median(restSlow).toFixed(0)} ms)`);
  }
  gate(`script in a long frame while so much is done, ${acted.rollouts} rollouts`, acted.longestScriptMs, bounds.anyScriptMs, "ms");
  for (const { duration, layout, invoker, name, url, position, act } of acted.scripts.slice(0, 6)) info(`  ${duration.toFixed(0)} ms (layout ${layout.toFixed(0)}) at ${act}: ${invoker} ${name} ${url}:${position}`);
}

const crowded = wanted("crowd") ? await measureCrowd(browser, server.url, crowd) : null;
if (crowded !== null) {
  gate(`frame with ${crowded.pods} pods in Placement, p95, to an idle one of the same run`, p95(crowded.crowded) / p95(crowded.idle), bounds.crowdRatio, `times (${p95(crowded.crowded).toFixed(1)} to ${p95(crowded.idle).toFixed(1)} ms)`);
  info(`${crowded.crowded.length} frames in ${crowd.forMs / 1000} s, the longest ${Math.max(...crowded.crowded).toFixed(0)} ms; shown on ${crowded.drawn} nodes after ${crowded.shownMs.toFixed(0)} ms`);
}

const sum = (heaps) => heaps.reduce((all, { megabytes }) => all + megabytes, 0);
// A day takes long: each look is told as it is taken.
const heap = wanted("heap")
  ? await measureHeap(browser, server.url, { replicas, day }, ({ passedHours, heaps }) => info(`heap after ${passedHours.toFixed(2)} virtual hours: ${sum(heaps).toFixed(1)} MB (${heaps.map(({ name, megabytes }) => `${name} ${megabytes.toFixed(1)}`).join(", ")})`))
  : null;
if (heap !== null) {
  const [settled, ...later] = heap.looks;
  const end = heap.looks.at(-1);
  gate(`heap of page and workers with ${replicas} pods`, sum(settled.heaps), bounds.heapMegabytes, "MB");
  gate(`the same ${end.passedHours.toFixed(2)} virtual hours later`, sum(end.heaps), bounds.heapMegabytes, "MB");
  // A day that did not pass holds nothing.
  const growth = (from) => (end.passedHours < 24 ? Infinity : sum(end.heaps) / sum(from.heaps));
  if (day) {
    gate("its growth over 24 virtual hours, from all pods Ready", growth(settled), bounds.heapGrowth, "times");
    info(`from an hour later, when the Events of the rollout are gone: ${growth(later[0]).toFixed(3)} times`);
  } else info("growth over 24 virtual hours: not measured, `--day` does");
}

const errors = [...boots, ...runs, ...[acted, crowded, heap].filter((one) => one !== null)].flatMap((one) => one.errors);
gate("errors in the console and broken URLs, served from a sub-folder", errors.length, 0, "");
for (const error of new Set(errors)) info(error);

if (process.argv.includes("--profile")) {
  const { profile } = await measureRollout(browser, server.url, replicas, folder);
  writeFileSync(join(folder, "bench-page.cpuprofile"), JSON.stringify(profile));
  info(`profile of one more rollout: ${join(folder, "bench-page.cpuprofile")}`);
}

await browser.close();
server.close();
writeFileSync(join(folder, "bench-page.json"), `${JSON.stringify({ gates, weight, boots, runs: runs.map(({ profile: _profile, ...rest }) => rest), acted, crowded, heap }, null, 2)}\n`);
process.exit(gates.every(({ held }) => held) ? 0 : 1);
