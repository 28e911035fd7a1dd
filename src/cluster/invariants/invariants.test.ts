import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { kinds } from "../../kinds/index.ts";
import { dice } from "../testing/dice.ts";
import { FaultCluster } from "../testing/faultCluster.ts";
import { InvariantWatcher as Watcher } from "../testing/invariantWatcher.ts";
import { part, type ObservedRevision } from "./define.ts";
import { invariants } from "./index.ts";
import { deploymentsOff, namespacesLeft, notQuiet } from "./restingRun.ts";
import { crashes, grows, leadTwice, listDiffers, replicaSetsOff, requestsOff, runsTwice } from "./wholeRun.ts";

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

const batch = "/apis/batch/v1/namespaces/batch";

/** Pods that end: of a Job, and of one that is made every two minutes while the last one takes longer. */
function runBatch(cluster: FaultCluster): void {
  const template = (seconds: number) => ({ spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox:1.36", command: ["sleep", String(seconds)] }] } });
  cluster.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "batch" } });
  cluster.seconds(1);
  cluster.create(`${batch}/jobs`, { apiVersion: "batch/v1", kind: "Job", metadata: { name: "work" }, spec: { completions: 6, parallelism: 2, backoffLimit: 50, template: template(20) } });
  cluster.create(`${batch}/cronjobs`, { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "tick" }, spec: { schedule: "*/2 * * * *", concurrencyPolicy: "Forbid", jobTemplate: { spec: { template: template(130) } } } });
}

const deployments = "/apis/apps/v1/namespaces/default/deployments/web";

const statefulSets = "/apis/apps/v1/namespaces/kept/statefulsets";

/** A StatefulSet in a namespace of its own, which faults of machines and of the control plane meet like all others. */
function makeStatefulSet(cluster: FaultCluster): void {
  const labels = { app: "db" };
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers: [{ name: "db", image: "nginx:1.27" }] } };
  cluster.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "kept" } });
  cluster.create(statefulSets, { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db" }, spec: { serviceName: "db", replicas: 2, selector: { matchLabels: labels }, template } });
}

/** Asked of the machines themselves: those that nobody reaches run on. */
function identitiesOf(cluster: FaultCluster): ReadonlyMap<string, readonly string[]> {
  const runsOn = (pod: string, node: string): boolean => {
    const answer = cluster.world.observe(`${node}/runtime`, { type: "streamTarget", open: { type: "exec", pod, container: "db" } } as unknown as Json);
    return answer !== null && Object.keys(answer).length === 0;
  };
  return new Map(["kept/db-0", "kept/db-1"].map((pod) => [pod, ["node-1", "node-2", "node-3"].filter((node) => runsOn(pod, node))]));
}

function disturb(cluster: FaultCluster, roll: (count: number) => number, step: number): void {
  const node = `node-${1 + roll(3)}`;
  const running = cluster.pods();
  const pod = running.length === 0 ? null : running[roll(running.length)];
  const target = `default/${pod?.metadata.name ?? "none"}`;
  const id = `f${step}`;
  const machines = ["node-off", "kubelet-stopped", "partition", "link-loss", "link-latency", "clock-skew"];
  const processes = ["cp-1/etcd", "cp-1/apiserver", "cp-1/kube-controller-manager", "cp-1/kube-scheduler", ...(cluster.spec.instances === undefined ? [] : ["cp-1/kube-controller-manager-2", "cp-1/kube-scheduler-2"]), `${node}/kubelet`, `${node}/runtime`, `${node}/proxy`, `${node}/net`];
  switch (roll(8)) {
    case 0: case 1: cluster.fault(machines[roll(machines.length)] ?? "node-off", node, {}, id); break;
    case 2: cluster.fault("process-crash", processes[roll(processes.length)] ?? "", {}, id); break;
    case 3: cluster.fault(["container-kill", "container-hang", "probe-fail", "container-oom"][roll(4)] ?? "", target, {}, id); break;
    case 4: cluster.fault("node-reboot", node, { seconds: 5 }, id); break;
    case 5: cluster.write("patch", deployments, { spec: { replicas: 1 + roll(8) } }, "application/merge-patch+json"); break;
    case 6: cluster.write("patch", deployments, { spec: { template: { metadata: { annotations: { turn: String(step) } } } } }, "application/merge-patch+json"); break;
    default: if (pod !== null && pod !== undefined) leave(cluster, pod.metadata.name, roll(2) === 0);
  }
}

function leave(cluster: FaultCluster, name: string, politely: boolean): void {
  const path = `/api/v1/namespaces/default/pods/${name}`;
  if (politely) cluster.write("create", `${path}/eviction`, { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } });
  else cluster.write("delete", path);
}

const daemons = "/apis/apps/v1/namespaces/kube-system/daemonsets";

/** A daemon on every node, by turns with surge, and a budget over the web. */
function addDaemonAndBudget(cluster: FaultCluster, surge: number): void {
  const labels = { app: "agent" };
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: 1 - surge } };
  cluster.create(daemons, { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "agent" }, spec: { selector: { matchLabels: labels }, updateStrategy, template: { metadata: { labels }, spec: { containers: [{ name: "agent", image: "busybox:1.36", command: ["sleep", "infinity"] }] } } } });
  cluster.create("/apis/policy/v1/namespaces/default/poddisruptionbudgets", { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "web" }, spec: { minAvailable: "50%", selector: { matchLabels: { app: "web" } } } });
}

function daemonsOff(cluster: FaultCluster): readonly string[] {
  const { desiredNumberScheduled, updatedNumberScheduled, numberAvailable, numberMisscheduled } = part(cluster.get(`${daemons}/agent`), "status");
  const counts = [desiredNumberScheduled, updatedNumberScheduled, numberAvailable, numberMisscheduled].join(" ");
  return counts === "3 3 3 0" ? [] : [`L40: of the daemons are wanted, updated, available and misplaced: ${counts}`];
}

/** Who says that it leads, by lease. */
function leaders(cluster: FaultCluster): ReadonlyMap<string, readonly string[]> {
  return new Map(["kube-controller-manager", "kube-scheduler"].map((lease) => [lease, [`cp-1/${lease}`, `cp-1/${lease}-2`].filter((process) => (cluster.world.observe(process, { type: "election" }) as JsonObject | null)?.["leading"] === true)]));
}

function play(seed: number): Watcher {
  const hasSpares = seed % 3 === 2;
  const cluster = new FaultCluster({ nodes: 3, seed, ...(hasSpares ? { spec: { instances: { "kube-controller-manager": 2, "kube-scheduler": 2 } } } : {}) });
  const watcher = new Watcher();
  const keepsState = seed % 4 === 3;
  const on = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) {
      cluster.seconds(1);
      watcher.look(cluster);
      if (keepsState) watcher.broken.push(...runsTwice(identitiesOf(cluster)));
      if (hasSpares) watcher.broken.push(...leadTwice(leaders(cluster)));
    }
  };
  watcher.look(cluster);
  cluster.boot();
  if (keepsState) makeStatefulSet(cluster);
  cluster.deployWeb(4, seed % 2 === 0 ? {} : { initContainers: [{ name: "first", image: "busybox:1.36", command: ["true"] }] });
  cluster.create("/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "door" }, spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] } });
  if (seed % 2 === 0) cluster.command({ type: "setTraffic", source: { id: "visitors", from: "internet", url: "http://172.18.0.2:30080/", method: "GET", perSecond: 1, clients: 2, keepAlive: seed % 4 === 0 } });
  const isLarger = seed % 5 === 0;
  if (isLarger) {
    cluster.create("/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "web" }, spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } } });
    cluster.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "short" } });
    cluster.seconds(2);
    cluster.create("/apis/apps/v1/namespaces/short/deployments", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "w" }, spec: { replicas: 2, selector: { matchLabels: { app: "w" } }, template: { metadata: { labels: { app: "w" } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "c", image: "nginx:1.27" }] } } } });
  }
  if (seed % 3 === 0) runBatch(cluster);
  if (seed % 3 === 0) addDaemonAndBudget(cluster, seed % 2);
  const roll = dice(seed);
  for (let step = 0; step < 8; step++) {
    if (isLarger && step === 1) cluster.write("delete", "/apis/apps/v1/namespaces/short/deployments/w", { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Foreground" });
    if (isLarger && step === 2) cluster.write("delete", "/api/v1/namespaces/short", null);
    disturb(cluster, roll, step);
    if (seed % 3 === 0 && step % 4 === 1) cluster.write("patch", `${daemons}/agent`, { spec: { template: { metadata: { annotations: { turn: String(step) } } } } }, "application/merge-patch+json");
    on(5 + roll(40));
    const { faults } = cluster.interpreter;
    const healed = faults[roll(faults.length + 1)];
    if (healed !== undefined) cluster.heal(healed.id);
  }
  for (const { id } of cluster.interpreter.faults) cluster.heal(id);
  if (seed % 3 === 0) cluster.write("patch", `${batch}/cronjobs/tick`, { spec: { suspend: true } }, "application/merge-patch+json");
  on(420);
  const work = seed % 3 === 0 ? part(cluster.get(`${batch}/jobs/work`), "status") : { succeeded: 6, completionTime: "" };
  if (work["succeeded"] !== 6 || work["completionTime"] === undefined) watcher.broken.push(`L40: seed ${seed}: the Job is not complete with all faults healed: ${JSON.stringify(work)}`);
  const wanted = Number(part(cluster.get(deployments), "spec")["replicas"]);
  if (cluster.readyPods().length !== wanted || cluster.pods().length !== wanted) watcher.broken.push(`L40: seed ${seed}: not settled with all faults healed: ${wanted} wanted; ${cluster.table()}`);
  if (watcher.live.has("namespaces//short")) watcher.broken.push(`S14: seed ${seed}: namespace short does not end`);
  if (keepsState) {
    expect(part(cluster.get(`${statefulSets}/db`), "status")).toMatchObject({ replicas: 2, readyReplicas: 2 });
    expect([...identitiesOf(cluster).values()].map((machines) => machines.length)).toEqual([1, 1]);
  }
  const before = watcher.seen;
  on(60);
  // A lease a node every ten seconds, two of leaders every two, and now and then a node's status.
  if (watcher.seen - before > 122) watcher.broken.push(`L40: seed ${seed}: ${watcher.seen - before} revisions in a quiet minute`);
  if (seed % 3 === 0) watcher.broken.push(...daemonsOff(cluster));
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
  const stateful = (partition = 0): JsonObject => ({
    metadata: meta("db"), spec: { podManagementPolicy: "OrderedReady", updateStrategy: { rollingUpdate: { partition } }, volumeClaimTemplates: [{ metadata: { name: "data" } }] }, status: { observedGeneration: 1, currentRevision: "r1" },
  });
  const member = (name: string, revision: string, claimName = `data-${name}`): JsonObject => ({
    metadata: meta(name, { namespace: "d", ownerReferences: [{ kind: "StatefulSet", name: "db", uid: "u-db", controller: true }], labels: { "controller-revision-hash": revision } }), spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] },
  });
  const slice = { metadata: meta("s", { namespace: "d", labels: { "kubernetes.io/service-name": "s" } }), endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true }, targetRef: { kind: "Pod", name: "a", uid: "u-a" } }] };
  const at = (second: number): string => `2026-01-01T00:00:0${second}Z`;
  const going = (name: string, ...finalizers: readonly string[]): JsonObject => ({ metadata: meta(name, { deletionTimestamp: at(5), finalizers }) });
  const ownedBy = (owner: string, more: JsonObject = {}): JsonObject => ({ metadata: meta("a", { namespace: "d", creationTimestamp: at(2), labels: { app: "b" }, ownerReferences: [{ name: owner, uid: `u-${owner}`, ...more }] }), spec: {} });
  const gone = (key: string, value: JsonObject, revision: number): ObservedRevision => ({ type: "DELETED", key, value, prev: value, revision });
  const container = (cpu: string): JsonObject => ({ containers: [{ name: "c", resources: { requests: { cpu } } }], nodeName: "n" });
  const hpa = (currentReplicas: number, desiredReplicas: number, at: number): JsonObject => ({ metadata: meta("h"), spec: { minReplicas: 1, maxReplicas: 5 }, status: { currentReplicas, desiredReplicas, lastScaleTime: new Date(at * 1000).toISOString() } });
  const job = (name: string, status: JsonObject, time = ""): JsonObject => ({
    metadata: meta(name, { namespace: "d", annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": time }, ownerReferences: [{ kind: "CronJob", name: "c", uid: "u-c", controller: true }] }), spec: {}, status,
  });
  const ends = ["Complete", "Failed"].map((type) => ({ type, status: "True" }));
  const cronJob = { metadata: meta("c"), spec: { concurrencyPolicy: "Forbid" }, status: { active: [{ name: "a" }] } };
  const [noon, one] = ["2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z"];
  const claim = (name: string): JsonObject => ({ metadata: meta(name), spec: { volumeName: "v" }, status: { phase: "Bound" } });
  const volume = (name: string, owner: string): JsonObject => ({ metadata: meta(name), spec: { accessModes: ["ReadWriteOnce"], claimRef: { uid: `u-${owner}` } } });
  const made = (name: string, policy: string): JsonObject & { readonly metadata: JsonObject } => ({ metadata: meta(name, { annotations: { "pv.kubernetes.io/provisioned-by": "x" } }) as JsonObject, spec: { persistentVolumeReclaimPolicy: policy, claimRef: { namespace: "d", name: "a", uid: "u-a" } } });
  const attachment = (name: string, nodeName: string): JsonObject => ({ metadata: meta(name), spec: { nodeName, source: { persistentVolumeName: "v" } } });
  const daemon = (name: string): JsonObject => ({ metadata: meta(name, { ownerReferences: [{ kind: "DaemonSet", name: "x", uid: "x", controller: true }] }), spec: { nodeName: "n" } });
  const budget = (allowed: number, disruptedPods: JsonObject = {}): JsonObject => ({ metadata: meta("p"), spec: { selector: { matchLabels: { app: "a" } } }, status: { observedGeneration: 1, disruptionsAllowed: allowed, disruptedPods } });
  const evicted = (name: string): JsonObject => ({ metadata: meta(name, { labels: { app: "a" } }), spec: {}, status: { phase: "Running", conditions: [{ type: "Ready", status: "True", lastTransitionTime: "1" }, { type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI", lastTransitionTime: "2" }] } });
  const onPort = { containers: [{ name: "c", ports: [{ containerPort: 80, hostPort: 80 }] }], nodeName: "n" };
  const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {}, namespaces: [""], topologyKey: "zone" }] } } };
  const addressKey = "ipaddresses.networking.k8s.io//";
  const addressOf = (name: string): JsonObject => ({ metadata: meta(name), spec: { parentRef: { resource: "services", namespace: "d", name } } });
  const clusterIp = (name: string): JsonObject => ({ metadata: meta(name, { namespace: "d" }), spec: { clusterIP: "10.96.0.7" } });
  const held = (holderIdentity: string, second: number, leaseTransitions: number): JsonObject => ({ metadata: meta("x"), spec: { holderIdentity, leaseDurationSeconds: 15, leaseTransitions, renewTime: new Date(second * 1000).toISOString() } });
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
    ["S28", [change("jobs.batch/d/a", job("a", { conditions: ends }), null)]],
    ["S28", [change("pods/d/p", { ...pod("p"), metadata: meta("p", { ownerReferences: [{ kind: "Job", uid: "u-a", controller: true }] }) }, null), change("jobs.batch/d/a", job("a", { failed: 1, uncountedTerminatedPods: { failed: ["u-p"] } }), null)]],
    ["S29", [change("jobs.batch/d/a", job("a", {}, noon), null), change("jobs.batch/d/b", job("b", {}, noon), null)]],
    ["S29", [change("cronjobs.batch/d/c", cronJob, null), change("jobs.batch/d/a", job("a", {}, noon), null), change("jobs.batch/d/b", job("b", {}, one), null)]],
    ["S26", [change("statefulsets.apps/d/db", stateful(), null), change("pods/d/db-1", member("db-1", "r1"), null)]],
    ["S26", [change("statefulsets.apps/d/db", stateful(2), null), change("pods/d/db-0", member("db-0", "r2"), null)]],
    ["S26", [change("statefulsets.apps/d/db", stateful(), null), change("pods/d/db-0", member("db-0", "r1", "data-db-7"), null)]],
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
    ["S21a", [change(`${addressKey}10.96.0.1`, addressOf("kubernetes"), null), change("services/d/a", clusterIp("a"), null)]],
    ["S21a", [change(`${addressKey}10.96.0.1`, addressOf("kubernetes"), null), change(`${addressKey}10.96.0.7`, addressOf("b"), null), change("services/d/a", clusterIp("a"), null)]],
    ["S13", [change("configmaps/d/o", going("o", "foregroundDeletion"), null), change("pods/d/a", ownedBy("o", { blockOwnerDeletion: true }), null, 6), gone("configmaps/d/o", going("o"), 7)]],
    ["S13", [change("configmaps/d/o", going("o", "orphan"), null), change("pods/d/a", ownedBy("o"), null, 6), gone("configmaps/d/o", going("o"), 7)]],
    ["S13", [change("configmaps/d/o", { metadata: meta("o") }, null), change("pods/d/a", ownedBy("o"), null, 6), { ...gone("pods/d/a", ownedBy("o"), 7), by: "garbagecollector controller" }]],
    ["S14", [change("namespaces//d", { metadata: meta("d", { deletionTimestamp: at(1) }) }, null), change("pods/d/a", { metadata: meta("a", { namespace: "d", creationTimestamp: at(2) }) }, null, 6)]],
    ["S23a", [change("replicasets.apps/d/o", { kind: "ReplicaSet", metadata: meta("o"), spec: { selector: { matchLabels: { app: "a" } } } }, null), change("pods/d/a", ownedBy("o", { kind: "ReplicaSet", controller: true }), { metadata: meta("a", { resourceVersion: "4", labels: { app: "c" } }) }, 6)]],
    ["S37", [change("resourcequotas/d/q", { metadata: meta("q"), status: { hard: { pods: "2" }, used: { pods: "3" } } }, { metadata: meta("q", { resourceVersion: "4" }), status: { hard: { pods: "2" }, used: { pods: "2" } } })]],
    ["S35", [change("persistentvolumeclaims/d/a", claim("a"), null), change("persistentvolumeclaims/d/b", claim("b"), null)]],
    ["S35", [change("persistentvolumes//v", made("v", "Delete"), null), change("persistentvolumes//w", made("w", "Delete"), null)]],
    ["S35", [change("persistentvolumes//v", made("v", "Retain"), null), { ...gone("persistentvolumes//v", made("v", "Retain"), 6), by: "csi-provisioner controller" }]],
    ["S35", [change("persistentvolumes//v", made("v", "Delete"), null), change("persistentvolumeclaims/d/a", claim("a"), null), { ...change("persistentvolumes//v", { ...made("v", "Delete"), metadata: { ...made("v", "Delete").metadata, deletionTimestamp: at(1) } }, made("v", "Delete"), 7), by: "local-path-provisioner controller" }]],
    ["S35", [change("persistentvolumes//v", volume("v", "other"), null), change("persistentvolumeclaims/d/a", claim("a"), null)]],
    ["S35", [change("persistentvolumes//v", volume("v", "a"), null), change("volumeattachments.storage.k8s.io//x", attachment("x", "n"), null), change("volumeattachments.storage.k8s.io//y", attachment("y", "m"), null)]],
    ["S27", [change("pods/d/a", daemon("a"), null), change("pods/d/b", daemon("b"), null)]],
    ["S31", [change("poddisruptionbudgets.policy/d/p", budget(1, { a: "t", b: "t" }), budget(1))]],
    ["S31", [change("poddisruptionbudgets.policy/d/p", budget(-1), budget(0))]],
    ["S31", [change("poddisruptionbudgets.policy/d/p", budget(0), null), change("pods/d/a", evicted("a"), { ...evicted("a"), status: { phase: "Running" } })]],
    ["S23", [change("pods/d/a", { ...pod("a"), metadata: meta("a", { ownerReferences: [{ name: "x", controller: true }, { name: "y", controller: true }] }) }, null)]],
    ["S41", [change("leases.coordination.k8s.io/kube-system/x", held("b", 9, 1), held("a", 0, 0))]],
    ["S41", [change("leases.coordination.k8s.io/kube-system/x", held("b", 16, 0), held("a", 0, 0))]],
    ["S30", [change("horizontalpodautoscalers.autoscaling/d/h", hpa(1, 9, 1), hpa(1, 1, 0))]],
    ["S30", [change("horizontalpodautoscalers.autoscaling/d/h", hpa(1, 4, 10), hpa(1, 1, 0)), change("horizontalpodautoscalers.autoscaling/d/h", hpa(4, 3, 200), hpa(1, 4, 10), 6)]],
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

  it("L24: a Deployment that does not have what it wants, or does not know", () => {
    const deployment = (availableReplicas: number, observedGeneration = 2): ReadonlyMap<string, JsonObject> => new Map([["deployments.apps/d/a", { metadata: { generation: 2 }, spec: { replicas: 1 }, status: { observedGeneration, replicas: 1, updatedReplicas: 1, availableReplicas } }]]);
    expect(deploymentsOff(deployment(1))).toEqual([]);
    expect(deploymentsOff(deployment(0))).toEqual(["L24: deployments.apps/d/a wants 1 and says 1, 1, 0"]);
    expect(deploymentsOff(deployment(1, 1))).toEqual(["L24: deployments.apps/d/a wants 1 and says 1, 1, 1 of an older spec"]);
  });

  it("L14: a namespace that does not end", () => {
    const live = new Map([["namespaces//d", { metadata: { name: "d", deletionTimestamp: "2026-01-01T00:00:00Z" } }]]);
    expect(namespacesLeft(live)).toEqual(["L14: namespaces//d does not end"]);
    expect(namespacesLeft(new Map<string, JsonObject>([...live, ["configmaps/d/a", { metadata: { namespace: "d", finalizers: ["example.com/x"] } }]]))).toEqual([]);
  });

  it("L40: a write when all was done", () => {
    const write = (key: string): ObservedRevision => ({ type: "MODIFIED", key, value: {}, prev: {}, revision: 5, by: "deployment controller" });
    expect(notQuiet([write("leases.coordination.k8s.io/kube-node-lease/n"), write("nodes//n")])).toEqual([]);
    expect(notQuiet([write("deployments.apps/d/a")])).toEqual(["L40: 1 writes when all was done: MODIFIED deployments.apps/d/a by deployment controller"]);
    const retried = { ...write("events/d/a.1"), value: { reason: "FailedScheduling", count: 7 } };
    expect(notQuiet([retried])).toEqual([]);
    expect(notQuiet([retried, retried])).toHaveLength(1);
  });

  it("S22: an identity that runs twice", () => {
    expect(runsTwice(new Map([["db-0", ["node-1"]], ["db-1", []]]))).toEqual([]);
    expect(runsTwice(new Map([["db-0", ["node-1", "node-3"]]]))).toEqual(["S22: db-0 runs on node-1 and node-3"]);
  });

  it("S41: two that lead at once", () => {
    expect(leadTwice(new Map([["kube-scheduler", ["cp-1/kube-scheduler"]]]))).toEqual([]);
    expect(leadTwice(new Map([["kube-scheduler", ["cp-1/kube-scheduler", "cp-1/kube-scheduler-2"]]]))).toEqual(["S41: cp-1/kube-scheduler and cp-1/kube-scheduler-2 lead by kube-scheduler"]);
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
