import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { FaultCluster } from "../testing/faultCluster.ts";
import { part, type ObservedRevision } from "./define.ts";
import { invariants } from "./index.ts";

/** Feeds every revision of a cluster to every monitor. */
class Watcher {
  readonly broken: string[] = [];
  readonly #live = new Map<string, JsonObject>();
  #revision = 0;
  seen = 0;

  look(cluster: FaultCluster): void {
    const answer = cluster.world.observe("cp-1/apiserver", { type: "changes", sinceRevision: this.#revision } as unknown as Json) as unknown as { readonly revision: number; readonly compacted: boolean; readonly events: readonly ObservedRevision[] } | null;
    if (answer === null) return;
    if (answer.compacted && this.#revision > 0) throw new Error("looked too seldom: revisions were compacted");
    for (const event of answer.events) this.take(event);
    this.#revision = answer.revision;
  }

  take(event: ObservedRevision): void {
    this.seen++;
    if (event.type === "DELETED") this.#live.delete(event.key);
    else this.#live.set(event.key, event.value);
    for (const invariant of invariants) {
      const wrong = invariant.check(event, this.#live);
      if (wrong !== null) this.broken.push(`${invariant.id} (${invariant.says}): ${event.key} at revision ${event.revision}: ${wrong}`);
    }
  }
}

/** A generator of our own: the same seeds give the same runs on every machine. */
function dice(seed: number): (count: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

const deployments = "/apis/apps/v1/namespaces/default/deployments/web";

function disturb(cluster: FaultCluster, roll: (count: number) => number, step: number): void {
  const node = `node-${1 + roll(3)}`;
  const running = cluster.pods();
  const pod = running.length === 0 ? null : running[roll(running.length)];
  const target = `default/${pod?.metadata.name ?? "none"}`;
  const id = `f${step}`;
  const machines = ["node-off", "kubelet-stopped", "partition", "link-loss", "link-latency", "clock-skew"];
  const processes = ["cp-1/etcd", "cp-1/apiserver", "cp-1/kube-controller-manager", "cp-1/kube-scheduler", `${node}/kubelet`, `${node}/runtime`, `${node}/proxy`, `${node}/net`];
  switch (roll(8)) {
    case 0: case 1: cluster.fault(machines[roll(machines.length)] ?? "node-off", node, {}, id); break;
    case 2: cluster.fault("process-crash", processes[roll(processes.length)] ?? "", {}, id); break;
    case 3: cluster.fault(["container-kill", "container-hang", "probe-fail"][roll(3)] ?? "", target, {}, id); break;
    case 4: cluster.fault("node-reboot", node, { seconds: 5 }, id); break;
    case 5: cluster.write("patch", deployments, { spec: { replicas: 1 + roll(8) } }, "application/merge-patch+json"); break;
    case 6: cluster.write("patch", deployments, { spec: { template: { metadata: { annotations: { turn: String(step) } } } } }, "application/merge-patch+json"); break;
    default: if (pod !== null && pod !== undefined) cluster.write("delete", `/api/v1/namespaces/default/pods/${pod.metadata.name}`);
  }
}

function play(seed: number): Watcher {
  const cluster = new FaultCluster({ nodes: 3, seed });
  const watcher = new Watcher();
  const on = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) {
      cluster.seconds(1);
      watcher.look(cluster);
    }
  };
  watcher.look(cluster);
  cluster.boot();
  cluster.deployWeb(4, {});
  const roll = dice(seed);
  for (let step = 0; step < 8; step++) {
    disturb(cluster, roll, step);
    on(5 + roll(40));
    const { faults } = cluster.interpreter;
    const healed = faults[roll(faults.length + 1)];
    if (healed !== undefined) cluster.heal(healed.id);
  }
  for (const { id } of cluster.interpreter.faults) cluster.heal(id);
  on(420);
  const wanted = Number(part(cluster.get(deployments), "spec")["replicas"]);
  if (cluster.readyPods().length !== wanted || cluster.pods().length !== wanted) watcher.broken.push(`L40: seed ${seed}: not settled with all faults healed: ${wanted} wanted; ${cluster.table()}`);
  const before = watcher.seen;
  on(60);
  // A lease a node every ten seconds, and now and then a node's status.
  if (watcher.seen - before > 60) watcher.broken.push(`L40: seed ${seed}: ${watcher.seen - before} revisions in a quiet minute`);
  return watcher;
}

const seeds = Array.from({ length: process.env["ORRERY_DEEP"] === "1" ? 200 : 20 }, (_, index) => index + 1);

describe("what always holds, under random faults", { timeout: 120_000 }, () => {
  it.each(seeds)("seed %i", (seed) => {
    const watcher = play(seed);
    expect(watcher.broken.slice(0, 5)).toEqual([]);
    expect(watcher.seen).toBeGreaterThan(100);
  });
});

describe("each monitor catches its bug", () => {
  const meta = (name: string, more: JsonObject = {}): JsonObject => ({ name, uid: `u-${name}`, resourceVersion: "5", generation: 1, ...more });
  const change = (key: string, value: JsonObject, prev: JsonObject | null, revision = 5): ObservedRevision => ({ type: prev === null ? "ADDED" : "MODIFIED", key, value, prev, revision });
  const pod = (name: string, spec: JsonObject = {}, status: JsonObject = {}): JsonObject => ({ metadata: meta(name), spec, status });
  const before = { metadata: meta("a", { resourceVersion: "4" }) };
  const container = (cpu: string): JsonObject => ({ containers: [{ name: "c", resources: { requests: { cpu } } }], nodeName: "n" });
  const planted: readonly (readonly [string, readonly ObservedRevision[]])[] = [
    ["S1", [change("pods/d/a", pod("a"), null, 6)]],
    ["S2", [change("pods/d/a", pod("a"), null), change("pods/d/b", { ...pod("b"), metadata: meta("a") }, null)]],
    ["S9", [change("deployments.apps/d/a", { metadata: meta("a"), spec: { replicas: 2 } }, { ...before, spec: { replicas: 1 } })]],
    ["S15", [change("pods/d/a", pod("a", { nodeName: "m" }), { ...before, spec: { nodeName: "n" } })]],
    ["S16", [change("nodes//n", { metadata: meta("n"), status: { allocatable: { cpu: "1", pods: "10" } } }, null), change("pods/d/a", pod("a", container("2")), null)]],
    ["S19", [change("pods/d/a", pod("a", {}, { phase: "Pending" }), { ...before, status: { phase: "Running" } })]],
    ["S21", [change("pods/d/a", pod("a", {}, { podIP: "10.0.0.1" }), null), change("pods/d/b", pod("b", {}, { podIP: "10.0.0.1" }), null)]],
    ["S23", [change("pods/d/a", { ...pod("a"), metadata: meta("a", { ownerReferences: [{ name: "x", controller: true }, { name: "y", controller: true }] }) }, null)]],
  ];
  it.each(planted)("%s", (id, events) => {
    const watcher = new Watcher();
    for (const event of events) watcher.take(event);
    expect(watcher.broken.map((each) => each.split(" ")[0])).toContain(id);
  });
  it("none is left out", () => {
    expect(planted.map(([id]) => id).toSorted()).toEqual(invariants.map((invariant) => invariant.id).toSorted());
  });
});
