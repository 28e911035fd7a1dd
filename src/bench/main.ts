import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiRates } from "./apiRates.ts";
import { idlePods, manyDeployments } from "./controllerLoad.ts";
import { calibrationBytes, jsonRoundTrips } from "./calibration.ts";
import { clusterOf, deployment, probedTemplate } from "./workloads.ts";
import type { Gate } from "./gates.ts";
import { schedulerRates } from "./schedulerRates.ts";
import { median } from "./median.ts";
import { networkRates } from "./networkRates.ts";
import { reopen, session } from "./session.ts";
import { measured, newRecording, readyReplicas, request, startEngine, write } from "./engineUnderBench.ts";

interface Held {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly sense: "at most" | "at least";
  readonly detail: string;
}

const gates: Held[] = [];
/** Where figures go; the folder of the peer's scripts or "none"; and a part to run alone. */
const [folder = ".bench", peerFolder = "none", asked = "all"] = process.argv.slice(2);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function holds({ value, bound, sense }: Pick<Held, "value" | "bound" | "sense">): boolean {
  return sense === "at most" ? value <= bound : value >= bound;
}

const gate: Gate = (name, value, sense, bound, detail) => {
  gates.push({ name, value, bound, sense, detail });
  console.log(`${holds({ value, bound, sense }) ? "holds" : "FAILS"}  ${name}: ${Number(value.toPrecision(4))} (${sense} ${bound})  ${detail}`);
};

/** Runs virtual time on until all are Ready; a rollout that takes over 20 virtual minutes never ends. */
async function untilReady(engine: Awaited<ReturnType<typeof startEngine>>, replicas: number): Promise<void> {
  const limit = engine.now + 1_200_000_000;
  while ((await readyReplicas(engine, "web")) < replicas) {
    if (engine.now > limit) throw new Error(`only ${await readyReplicas(engine, "web")} of ${replicas} became Ready`);
    await engine.advance(1);
  }
}

/** CPU seconds from apply to all Ready; boot is not counted. */
async function rollout(nodes: number, replicas: number): Promise<{ readonly cpuSeconds: number; readonly virtualSeconds: number }> {
  const engine = await startEngine(newRecording(clusterOf(nodes, 250)));
  const began = engine.now;
  const { cpuSeconds } = await measured(async () => {
    await write(engine, request("create", "/apis/apps/v1/namespaces/default/deployments", deployment("web", replicas)));
    await untilReady(engine, replicas);
  });
  const virtualSeconds = (engine.now - began) / 1e6;
  await engine.stop();
  return { cpuSeconds, virtualSeconds };
}

function peerRollout(nodes: number, replicas: number): { readonly ready: number; readonly cpuSeconds: number } | null {
  if (peerFolder === "none") return null;
  const result = spawnSync(process.execPath, [join(peerFolder, "peerRollout.mjs"), String(nodes), String(replicas)], { encoding: "utf8", timeout: 300_000 });
  const line = (result.stdout ?? "").trim().split("\n").at(-1) ?? "";
  return line.startsWith("{") ? (JSON.parse(line) as { ready: number; cpuSeconds: number }) : null;
}

/** Enough that the seconds in which a shared machine is slow, or the compiler still at work, are not the middle. */
const blocks = 9;
/** The third pair of rollouts is the first that costs what all later ones do. */
const warmUps = 3;

async function rollouts(): Promise<void> {
  const ours: number[] = [];
  const large: number[] = [];
  const trips: number[] = [];
  const peers: number[] = [];
  let virtualSeconds = 0;
  // Blocks are to measure one thing: what the first rollouts of a process cost beyond it is its compiler's work, told apart.
  const first: string[] = [];
  for (let warm = 0; warm < warmUps; warm++) {
    first.push((await rollout(5, 500)).cpuSeconds.toFixed(2));
    await rollout(5, 1000);
  }
  console.log(`the first 5x500 of this process, not all compiled yet: ${first.join(", ")} CPU s`);
  for (let block = 0; block < blocks; block++) {
    trips.push(jsonRoundTrips());
    const one = await rollout(5, 500);
    ours.push(one.cpuSeconds);
    virtualSeconds = one.virtualSeconds;
    large.push((await rollout(5, 1000)).cpuSeconds);
    // The peer takes half a minute a run: three are enough, taken among ours.
    if (block % 3 === 1) {
      const peer = peerRollout(5, 500);
      if (peer !== null && peer.ready === 500) peers.push(peer.cpuSeconds);
    }
  }
  const [half, whole] = [median(ours), median(large)];
  console.log(`a JSON round trip of ${calibrationBytes} bytes: ${Math.round(median(trips))} a CPU second; 5 nodes x 500: ${half.toFixed(2)} CPU s = ${Math.round(half * median(trips))} JRT over ${virtualSeconds.toFixed(0)} virtual s; x 1000: ${whole.toFixed(2)} CPU s`);
  // Block by block: what is compared ran within the same seconds.
  gate("5x1000 to 5x500", median(large.map((seconds, block) => seconds / (ours[block] ?? seconds))), "at most", 2.5, `medians ${whole.toFixed(2)} to ${half.toFixed(2)} CPU s`);
  // A run of the peer is long enough to be a mean of a shared machine's fast and slow seconds: so ours are taken together too.
  if (peers.length > 0) gate("5x500 to the peer", mean(ours) / mean(peers), "at most", 1 / 20, `${mean(ours).toFixed(2)} to ${mean(peers).toFixed(2)} CPU s (@ngrok/webernetes 0.3.5); each: ${ours.map((seconds) => seconds.toFixed(2)).join(" ")}`);
  else console.log("left out: the peer could not be run");
  const small = spawnSync(process.execPath, ["--max-old-space-size=200", join(folder, "main.mjs"), folder, "none", "one-1000"], { encoding: "utf8" });
  gate("5x1000 under 200 MB", small.status ?? 1, "at most", 0, small.status === 0 ? small.stdout.trim() : "ran out of memory");
}

async function idle(): Promise<void> {
  const rates: number[] = [];
  const engine = await startEngine(newRecording(clusterOf(3, 110)));
  await write(engine, request("create", "/apis/apps/v1/namespaces/default/deployments", deployment("web", 12, probedTemplate)));
  await untilReady(engine, 12);
  await engine.advance(120);
  for (let block = 0; block < 5; block++) {
    const { cpuSeconds } = await measured(() => engine.advance(600));
    rates.push(600 / cpuSeconds);
  }
  await engine.stop();
  gate("idle: virtual seconds a CPU second", median(rates), "at least", 1_000, "3 nodes, 12 pods with 10 s probes, kube-system");
}

/** Many small workloads are to cost what their pods cost, and pods that nothing happens to nothing. */
async function controllers(): Promise<void> {
  const [small, many]: [number[], number[]] = [[], []];
  let virtualSeconds = 0;
  // As with rollouts, the third is the first that costs what all later ones do.
  for (let block = 0; block < 5; block++) {
    const before = (await rollout(5, 1000)).cpuSeconds;
    const asked = await manyDeployments(100, block < 2 ? 300 : 1_000, 3);
    // On both sides of it: the processor's speed changes.
    const after = (await rollout(5, 1000)).cpuSeconds;
    if (block < 2) continue;
    small.push((before + after) / 2);
    many.push(asked.cpuSeconds);
    virtualSeconds = asked.virtualSeconds;
  }
  gate("1000 Deployments x 3 on 100 nodes to 5x1000", median(many.map((seconds, block) => seconds / (small[block] ?? seconds))), "at most", 4, `medians ${median(many).toFixed(2)} CPU s over ${virtualSeconds.toFixed(0)} virtual s to ${median(small).toFixed(2)} CPU s`);
}

/** Nodes' leases and probes are all that pods cost that nothing happens to. */
async function idleTenThousand(): Promise<void> {
  const { without, withPods } = await idlePods(100, 100, 100);
  gate("10000 idle pods to the same 100 nodes without", without / withPods, "at most", 1.5, `virtual seconds a CPU second: ${without.toFixed(0)} without, ${withPods.toFixed(0)} with`);
}

async function savedSession(): Promise<void> {
  const cost = await session(join(folder, "main.mjs"), folder);
  console.log(`a request through the ingress: ${cost.requestMicroseconds.toFixed(0)} us of CPU`);
  gate("a 60 min session reopens in CPU s", cost.reopenCpuSeconds, "at most", 3, `40 requests/s; nearest keyframe and ${cost.replayedSeconds.toFixed(0)} s of replay in a new process; ${cost.savedMegabytes.toFixed(1)} MB saved`);
}

/** Each part runs in a process of its own: what one part compiles and keeps is not to weigh on the next. */
const parts: ReadonlyMap<string, () => Promise<void>> = new Map([
  ["idle", idle],
  ["scheduler", () => schedulerRates(gate)],
  ["session", savedSession],
  ["network", () => networkRates(gate, peerFolder === "none" ? null : join(peerFolder, "peerRequests.mjs"))],
  ["api", () => apiRates(process.cwd(), folder, gate)],
  ["rollouts", rollouts],
  ["controllers", controllers],
  ["idle-pods", idleTenThousand],
]);

/** What the parts start again as processes, to measure one thing from its beginning. */
const startedAgain: ReadonlyMap<string, () => Promise<void>> = new Map([
  ["reopen", () => reopen(folder)],
  ["one-1000", async () => {
    await rollout(5, 1000);
    console.log(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB resident`);
  }],
  ["many", async () => console.log(await manyDeployments(100, 300, 3))],
  ["idle-2000", async () => console.log(await idlePods(20, 20, 100))],
  ["five-500", async () => {
    for (let block = 0; block < 5; block++) console.log(await rollout(5, 500));
  }],
]);

/** The gates that a part measured; none where it broke. */
function gatesOf(part: string): readonly Held[] {
  const file = join(folder, `${part}.json`);
  rmSync(file, { force: true });
  const child = spawnSync(process.execPath, [...process.execArgv, process.argv[1] ?? "", folder, peerFolder, part], { stdio: "inherit" });
  if (child.status === 0) return JSON.parse(readFileSync(file, "utf8")) as Held[];
  console.error(`the part ${part} broke`);
  process.exitCode = 1;
  return [];
}

function everyPart(): void {
  const all = [...parts.keys()].flatMap(gatesOf);
  writeFileSync(join(folder, "bench.json"), JSON.stringify({ gates: all }, null, 2));
  if (!all.every(holds)) process.exitCode = 1;
}

async function main(): Promise<void> {
  if (asked === "all") {
    everyPart();
    return;
  }
  const part = parts.get(asked);
  const work = part ?? startedAgain.get(asked);
  if (work === undefined) throw new Error(`no part ${asked}: there are ${[...parts.keys(), ...startedAgain.keys()].join(", ")}`);
  await work();
  if (part !== undefined) writeFileSync(join(folder, `${asked}.json`), JSON.stringify(gates, null, 2));
}

await main();
