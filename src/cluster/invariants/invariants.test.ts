import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { kinds } from "../../kinds/index.ts";
import { FaultCluster } from "../testing/faultCluster.ts";
import { part, type ObservedRevision } from "./define.ts";
import { invariants } from "./index.ts";
import { crashes, grows, listDiffers, replicaSetsOff, requestsOff } from "./wholeRun.ts";

/** Feeds every revision of a cluster to every monitor. */
class Watcher {
  readonly broken: string[] = [];
  readonly live = new Map<string, JsonObject>();
  readonly #notes = new Map(invariants.map(({ id }) => [id, new Map<string, string>()]));
  #revision = 0;
  #told = 0;
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
    const past = { revision: this.#told, object: this.live.get(event.key) ?? null };
    this.#told = event.revision;
    if (event.type === "DELETED") this.live.delete(event.key);
    else this.live.set(event.key, event.value);
    for (const invariant of invariants) {
      const wrong = invariant.check(event, this.live, { ...past, notes: this.#notes.get(invariant.id) ?? new Map<string, string>() });
      if (wrong !== null) this.broken.push(`${invariant.id} (${invariant.says}): ${event.key} at revision ${event.revision}: ${wrong}`);
    }
  }
}

/** All that exists, as lists say it. */
function listed(cluster: FaultCluster): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const { gvk: { group, version }, plural, scope } of kinds) {
    if (group === "events.k8s.io") continue;
    for (const object of cluster.list(group === "" ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`)) {
      const { namespace, name } = part(object, "metadata");
      found.set(`${plural}${group === "" ? "" : `.${group}`}/${scope === "Namespaced" ? String(namespace) : ""}/${String(name)}`, object);
    }
  }
  return found;
}

function requestsOf(cluster: FaultCluster): { readonly sent: number; readonly ended: number; readonly inFlight: number } {
  const ended = cluster.world.trace.filter(({ body }) => (body as { readonly type?: string }).type === "flow").length;
  const [source] = cluster.world.observe("world/internet", { type: "traffic" }) as unknown as readonly { readonly started: number; readonly inFlight: number }[];
  return { sent: source?.started ?? 0, ended, inFlight: source?.inFlight ?? 0 };
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
  cluster.deployWeb(4, seed % 2 === 0 ? {} : { initContainers: [{ name: "first", image: "busybox:1.36", command: ["true"] }] });
  cluster.create("/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "door" }, spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] } });
  if (seed % 2 === 0) cluster.command({ type: "setTraffic", source: { id: "visitors", from: "internet", url: "http://172.18.0.2:30080/", method: "GET", perSecond: 1, clients: 2, keepAlive: seed % 4 === 0 } });
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
  watcher.broken.push(...listDiffers(watcher.live, listed(cluster)), ...replicaSetsOff(watcher.live), ...requestsOff(requestsOf(cluster)), ...crashes(cluster.world.trace));
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
  const uid = "12345678-1234-4234-8234-123456789012";
  const ran = (pod: JsonObject): JsonObject => ({ ...pod, status: { containerStatuses: [{ name: "c", containerID: "x", state: { running: {} } }], initContainerStatuses: [{ name: "i", state: { running: {} } }] } });
  const set = (name: string, replicas: number, hash: string): JsonObject => ({
    metadata: meta(name, { ownerReferences: [{ kind: "Deployment", uid: "d", controller: true }], labels: { "pod-template-hash": hash }, annotations: { "deployment.kubernetes.io/max-replicas": "5" } }), spec: { replicas },
  });
  const slice = { metadata: meta("s", { namespace: "d", labels: { "kubernetes.io/service-name": "s" } }), endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true }, targetRef: { kind: "Pod", name: "a", uid: "u-a" } }] };
  const container = (cpu: string): JsonObject => ({ containers: [{ name: "c", resources: { requests: { cpu } } }], nodeName: "n" });
  const onPort = { containers: [{ name: "c", ports: [{ containerPort: 80, hostPort: 80 }] }], nodeName: "n" };
  const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {}, namespaces: [""], topologyKey: "zone" }] } } };
  const planted: readonly (readonly [string, readonly ObservedRevision[]])[] = [
    ["S1", [change("pods/d/a", pod("a"), null, 6)]],
    ["S2", [change("pods/d/a", pod("a"), null), change("pods/d/b", { ...pod("b"), metadata: meta("a") }, null)]],
    ["S5", [change("pods/d/a", pod("a"), null), change("pods/d/a", { ...pod("a"), metadata: meta("a", { resourceVersion: "7" }) }, { ...pod("a"), metadata: meta("a", { resourceVersion: "6" }) }, 7)]],
    ["S5", [change("pods/d/a", pod("a"), null), change("pods/d/b", pod("b"), null)]],
    ["S11", [change("pods/d/a", pod("a"), { metadata: meta("a", { deletionTimestamp: "2026-01-01T00:00:00Z" }) })]],
    ["S11", [{ ...change("pods/d/a", { metadata: meta("a", { finalizers: ["example.com/x"] }) }, null), type: "DELETED" }]],
    ["S12", [change("services/d/a", { metadata: meta("a", { namespace: "d", uid, creationTimestamp: "2026-01-01T00:00:00Z" }), spec: { type: "ClusterIP", ports: [{ port: 99_999, protocol: "TCP" }] } }, null)]],
    ["S20", [change("pods/d/a", ran(pod("a", { initContainers: [{ name: "i" }] })), null)]],
    ["S25", [change("replicasets.apps/d/a", set("a", 3, "1"), null), change("replicasets.apps/d/b", set("b", 3, "2"), null)]],
    ["S25", [change("replicasets.apps/d/a", set("a", 1, "1"), null), change("replicasets.apps/d/b", set("b", 1, "1"), null)]],
    ["S32", [change("pods/d/a", pod("a"), null), change("endpointslices.discovery.k8s.io/d/s", slice, null)]],
    ["S9", [change("deployments.apps/d/a", { metadata: meta("a"), spec: { replicas: 2 } }, { ...before, spec: { replicas: 1 } })]],
    ["S15", [change("pods/d/a", pod("a", { nodeName: "m" }), { ...before, spec: { nodeName: "n" } })]],
    ["S16", [change("nodes//n", { metadata: meta("n"), status: { allocatable: { cpu: "1", pods: "10" } } }, null), change("pods/d/a", pod("a", container("2")), null)]],
    ["S16", [change("nodes//n", { metadata: meta("n"), status: { allocatable: { cpu: "9", pods: "10" } } }, null), change("pods/d/a", pod("a", onPort), null), change("pods/d/b", pod("b", onPort), null)]],
    ["S17", [change("nodes//n", { metadata: meta("n"), spec: { taints: [{ key: "x", effect: "NoSchedule" }] } }, null), change("pods/d/a", pod("a", container("1")), { ...before, spec: {} })]],
    ["S17", [change("nodes//n", { metadata: meta("n", { labels: { zone: "a" } }), spec: {} }, null), change("pods/d/b", pod("b", container("1")), null), change("pods/d/a", pod("a", { ...container("1"), ...apart }), { ...before, spec: {} })]],
    ["S18", [change("pods/d/a", { ...pod("a", {}, { conditions: [{ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" }] }) }, before)]],
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
    expect([...new Set(planted.map(([id]) => id))].toSorted()).toEqual(invariants.map((invariant) => invariant.id).toSorted());
  });
});

describe("each look at a whole run catches its bug", () => {
  const object = (resourceVersion: string, more: JsonObject = {}): JsonObject => ({ metadata: { name: "a", uid: "u", resourceVersion }, ...more });

  it("S6: a list that says something else than the watch", () => {
    const told = new Map([["pods/d/a", object("5")], ["pods/d/b", object("6")]]);
    expect(listDiffers(told, new Map(told))).toEqual([]);
    expect(listDiffers(told, new Map([["pods/d/a", object("7")]]))).toEqual(["S6: pods/d/a: the watch told 5, the list says 7", "S6: pods/d/b: the watch told 6, the list says nothing"]);
  });

  it("L24: a ReplicaSet that has another number of pods than it wants", () => {
    expect(replicaSetsOff(new Map([["replicasets.apps/d/a", object("5", { spec: { replicas: 1 }, status: { replicas: 1 } })]]))).toEqual(["L24: replicasets.apps/d/a wants 1, has 0 and says 1"]);
  });

  it("S34: a request that nobody knows of any more", () => {
    expect(requestsOff({ sent: 3, ended: 2, inFlight: 1 })).toEqual([]);
    expect(requestsOff({ sent: 3, ended: 1, inFlight: 1 })).toHaveLength(1);
  });

  it("S45: a process that falls over by itself", () => {
    const cluster = new FaultCluster().boot();
    cluster.fault("process-crash", "cp-1/kube-scheduler");
    cluster.seconds(5);
    expect(crashes(cluster.world.trace)).toEqual([]);
    cluster.world.send("cp-1/apiserver", { type: "request" });
    cluster.seconds(1);
    expect(crashes(cluster.world.trace)).toEqual([expect.stringMatching(/^S45: cp-1\/apiserver crashed: /)]);
  });
});

describe("what holds of a cluster at rest", { timeout: 120_000 }, () => {
  it("S10: applied twice is applied once, and another's field is not taken unasked", () => {
    const cluster = new FaultCluster().boot();
    const path = "/api/v1/namespaces/default/configmaps/settings";
    const apply = (fieldManager: string, color: string, force = "false") =>
      cluster.write("patch", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { color } }, "application/apply-patch+yaml", { fieldManager, force });
    expect(apply("one", "blue").code).toBe(201);
    const before = cluster.get(path);
    cluster.seconds(2);
    expect(apply("one", "blue").code).toBe(200);
    expect(cluster.get(path)).toEqual(before);
    expect(apply("two", "red").code).toBe(409);
    expect(cluster.get(path)).toEqual(before);
    expect(apply("two", "red", "true").code).toBe(200);
    expect(part(cluster.get(path), "data")).toEqual({ color: "red" });
  });

  it("S46: no queue, log or table grows for ever", () => {
    const cluster = new FaultCluster({ nodes: 2 }).boot();
    cluster.deployWeb(3);
    const size = (): number => JSON.stringify(cluster.world.keyframe()).length;
    // Events of the beginning are gone after an hour.
    cluster.seconds(3_900);
    const before = size();
    cluster.seconds(2_700);
    expect(grows(before, size())).toEqual([]);
    expect(grows(before, before * 2)).toHaveLength(1);
  });
});
