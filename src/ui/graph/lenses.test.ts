import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import type { GraphEdge } from "../../kinds/define.ts";
import { createMessages, senderOf } from "../app/messages.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { fact, nodeFact, podFact } from "../engine/testing/demoFacts.ts";
import { busiest, type ControllerQueue } from "../selectors/queues.ts";
import { trafficModel } from "../selectors/trafficModel.ts";
import { createClusterStore } from "../stores/clusterStore.ts";
import { simTime } from "../../sim/time.ts";
import type { Frame } from "../../hosts/protocol.ts";
import { findInPicture, nextFound } from "./find.ts";
import type { LensDefinition } from "./lens.ts";
import { workloadsToTell } from "./Legend.tsx";
import { controlLens } from "./lenses/control.tsx";
import { ownershipLens } from "./lenses/ownership.tsx";
import { placementLens } from "./lenses/placement.tsx";
import { policyLens } from "./lenses/policy.tsx";
import { isOfMachineRoom, readGrants, readPolicy, selects } from "./lenses/policyRules.ts";
import { cellsHeight, replicasOf } from "./lenses/ReplicaCells.tsx";
import { storageLens } from "./lenses/storage.tsx";
import { trafficLens } from "./lenses/traffic.ts";
import { StageLayouter } from "./stageLayout.ts";
import { narrate, toldOf } from "./tree/narrate.ts";
import { rowsOf, treeOf } from "./tree/treeRows.ts";

const pod = (index: number, more: Partial<Parameters<typeof podFact>[0]> = {}): GraphFact => podFact({ uid: `p${index}`, namespace: "default", name: `web-6c9f7d8b54-aaa${index}a`, node: `node-${1 + (index % 3)}`, status: "Running", ready: true, image: "nginx", ...more });
const workload = { tier: "workload", desired: 5, current: 3, updated: 3, ready: 2, available: 2, revision: "1" } as const;
const config = (uid: string, kind: string, plural: string, name: string, facts: Record<string, string>): GraphFact => fact(uid, kind, plural, kind === "PersistentVolumeClaim" ? "default" : "", name, "ok", "", { tier: "config", facts });
const facts = [
  nodeFact(1, true), nodeFact(2, true), nodeFact(3, true), pod(1), pod(2, { ready: false }), pod(3, { deleting: true }),
  fact("d", "Deployment", "deployments", "default", "web", "progressing", "", workload),
  fact("r", "ReplicaSet", "replicasets", "default", "web-6c9f7d8b54", "progressing", "", workload),
  fact("old", "ReplicaSet", "replicasets", "default", "web-5555555555", "ok", "", { ...workload, desired: 0 }),
  config("sc", "StorageClass", "storageclasses", "standard", { provisioner: "x" }),
  config("pv", "PersistentVolume", "persistentvolumes", "disk", { phase: "Bound", class: "standard" }),
  config("pvc", "PersistentVolumeClaim", "persistentvolumeclaims", "data", { phase: "Bound", class: "standard" }),
];
const edge = (from: string, relation: GraphEdge["relation"], to: string): GraphEdge => ({ from, to, relation });
const edges = [edge("d", "owns", "r"), edge("d", "owns", "old"), edge("r", "owns", "p1"), edge("r", "owns", "p2"), edge("r", "owns", "p3"), edge("pvc", "mounts", "pv"), edge("p1", "mounts", "pvc")];
const factMap = new Map(facts.map((one) => [one.uid, one]));
const edgeMap = new Map(edges.map((one) => [`${one.from}|${one.relation}|${one.to}`, one]));
const model = trafficModel(factMap, edgeMap);
const room = { width: 714, height: 380 };
const lay = (lens: LensDefinition, extra: unknown = null) => new StageLayouter().layout(model, room, (machines) => lens.picture({ model, facts: factMap, edges: edgeMap, machines, extra }));
const wiresOf = (lens: LensDefinition, extra: unknown = null) => lay(lens, extra).picture.wires.map(({ from, to }) => `${from}>${to}`);

describe("lenses", () => {
  const all = [trafficLens, placementLens, ownershipLens, controlLens, storageLens, policyLens];
  it("leave machines and pods where they are", () => {
    const places = all.map((lens) => {
      const { layout } = lay(lens);
      return JSON.stringify([layout.nodes.map(({ box }) => box), layout.pods.filter(({ fact: one }) => one.node !== null).map(({ box }) => box)]);
    });
    expect(new Set(places).size).toBe(1);
  });
  it("never draw one box over another, nor over a machine", () => {
    for (const lens of all) {
      const boxes = lay(lens).layout.left.map(({ box }) => box);
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y, lens.id).toBe(true)));
      for (const box of boxes) expect(box.x + box.width).toBeLessThanOrEqual(500);
    }
  });
  it("draw owners with their pods, and what is owed as ghosts", () => {
    expect(wiresOf(ownershipLens)).toEqual(["d>r", "r>p1", "r>p2", "r>p3", "d>old"]);
    expect(replicasOf([pod(1), pod(2, { ready: false }), pod(3, { deleting: true })], 5)).toEqual({ cells: "owgggt", more: 0, owed: 3 });
    const many = replicasOf([pod(1)], 1_000_000);
    expect([many.cells.length, many.more, many.owed]).toEqual([56, 999_944, 999_999]);
    // One more line, which counts the others.
    expect(cellsHeight(many)).toBeGreaterThan(cellsHeight({ ...many, more: 0 }));
  });
  it("stand who owns pods before the pods: no wire runs behind another card", () => {
    const set = fact("s", "StatefulSet", "statefulsets", "default", "store", "ok", "", workload);
    const all = new Map([...facts, set, pod(7)].map((one) => [one.uid, one]));
    const owns = new Map([...edges, edge("s", "owns", "p7")].map((one) => [`${one.from}|${one.relation}|${one.to}`, one]));
    const { columns } = ownershipLens.picture({ model: trafficModel(all, owns), facts: all, edges: owns, machines: [], extra: null });
    expect(columns.map(({ items }) => items.map(({ id }) => id).sort())).toEqual([["d"], ["old", "r", "s"]]);
  });
  it("draw class, volume, claim and the pod that mounts it", () => {
    expect(wiresOf(storageLens).toSorted()).toEqual(["pv>pvc", "pvc>p1", "sc>pv"]);
  });
  it("draw the parts of the control plane around the API server, with the busiest queues", () => {
    const queue = (part: string, adds: number, more: Partial<ControllerQueue> = {}): ControllerQueue => ({ part, state: "running", depth: 0, working: 0, delayed: 0, adds, retries: 0, keys: [], ...more });
    const controllers = [queue("deployment", 5), queue("job", 0), queue("replicaset", 900, { depth: 40 }), queue("podgc", 0, { state: "stopped" })];
    expect(busiest(controllers, new Set(), 2).map(({ part }) => part)).toEqual(["replicaset", "podgc"]);
    const { layout, picture } = lay(controlLens, { queues: { controllers, scheduler: null }, last: null, perSecond: 0, refused: 0, cloud: false });
    expect(picture.wires.map(({ to }) => to)).toEqual(["cp-1/apiserver", "cp-1/apiserver", "cp-1/apiserver", "cp-1/etcd", "node-1/kubelet", "node-2/kubelet", "node-3/kubelet"]);
    for (const { to } of picture.wires) expect(layout.boxOf.has(to)).toBe(true);
    expect(layout.boxOf.has("cp-1/kube-controller-manager#replicaset")).toBe(true);
    // Who has not been asked yet does not fail to answer.
    const silent = (extra: unknown) => lay(controlLens, extra).layout.left.find(({ item }) => item.type === "manager")?.item.data;
    expect([null, { queues: null }].map(silent)).toMatchObject([{ silent: false }, { silent: true }]);
  });
});

it("the legend has room for two workloads: those on their way come first, and of many others none is told", () => {
  const of = (name: string, ready: number, desired = 3) => fact(name, "Deployment", "deployments", "default", name, "ok", "", { ...workload, desired, updated: desired, ready });
  const told = (...all: readonly GraphFact[]) => workloadsToTell(all).map(({ uid }) => uid);
  expect(told(of("a", 3), of("b", 3), of("none", 0, 0))).toEqual(["a", "b"]);
  expect(told(of("a", 3), of("b", 1))).toEqual(["b", "a"]);
  expect(told(of("a", 3), of("b", 3), of("c", 3))).toEqual([]);
  expect(told(of("a", 3), of("b", 1), of("c", 1), of("d", 1))).toEqual(["b", "c"]);
});

describe("policies", () => {
  it("select by labels as the API does", () => {
    const labels = { app: "web", tier: "front" };
    expect(selects({}, labels)).toBe(true);
    expect(selects({ matchLabels: { app: "web" } }, labels)).toBe(true);
    expect(selects({ matchLabels: { constructor: "x" } }, labels)).toBe(false);
    expect(selects({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }, labels)).toBe(false);
    expect(selects({ matchExpressions: [{ key: "none", operator: "NotIn", values: ["web"] }, { key: "app", operator: "Exists" }] }, labels)).toBe(true);
  });
  it("tell whom they let in, and which pods they are about", () => {
    const policy = { metadata: { uid: "n", name: "db", namespace: "default" }, spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress", "Egress"], ingress: [{ from: [{ podSelector: { matchLabels: { app: "x" } } }, { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }], ports: [{ port: 80, protocol: "TCP" }] }], egress: [{}] } };
    const view = readPolicy(policy, [pod(1), pod(2, { namespace: "other" })]);
    expect(view.pods).toEqual(["p1"]);
    expect(view.peers.map(({ direction, who, ports }) => [direction, who, ports])).toEqual([["from", "pods app=x", "80"], ["from", "10.0.0.0/8 but 10.1.0.0/16", "80"], ["to", "anywhere", "all ports"]]);
  });
  it("say what a binding grants, and that a missing role grants nothing", () => {
    const binding = (role: string) => ({ metadata: { uid: role, name: "b", namespace: "default" }, subjects: [{ kind: "ServiceAccount", name: "builder" }], roleRef: { kind: "Role", name: role } });
    const [known, missing] = readGrants([binding("reader"), binding("nobody")], new Map([["Role/default/reader", { rules: [{ verbs: ["get"], resources: ["pods"] }, { verbs: ["*"], resources: ["*"] }] }]]));
    expect([known?.subjects, known?.rules]).toEqual([["ServiceAccount default/builder"], ["get pods", "everything with everything"]]);
    expect(missing?.rules[0]).toContain("not there");
  });
  it("leave out what was bound with the cluster, and nothing of a person's own", () => {
    const account = (namespace: string) => ({ kind: "ServiceAccount", name: "any", namespace });
    const binding = (name: string, subjects: readonly JsonObject[], namespace?: string): JsonObject => ({ metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, subjects });
    const left = [binding("system:node", []), binding("csi-provisioner", [account("kube-system")]), binding("reads", [account("default")], "kube-system")];
    const kept = [binding("reads", []), binding("reads", [account("kube-system"), account("default")]), binding("reads", [{ kind: "User", name: "jane" }], "default")];
    expect([left, kept].map((all) => all.map(isOfMachineRoom))).toEqual([[true, true, true], [false, false, false]]);
  });
});

describe("messages", () => {
  const cluster = createClusterStore();
  cluster.setState({ facts: factMap });
  it("know their sender by its user agent", () => {
    expect(senderOf("kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/0/system:serviceaccount:kube-system:replicaset-controller", "/x", cluster)).toBe("cp-1/kube-controller-manager#replicaset");
    expect(senderOf("kubelet/v1.36.2 (linux/amd64)", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-2", cluster)).toBe("node-2/kubelet");
    expect(senderOf("kubelet/v1.36.2 (linux/amd64)", `/api/v1/namespaces/default/pods/${pod(1).ref.name}/status`, cluster)).toBe("node-2/kubelet");
    expect(senderOf("", "/", cluster)).toBe("");
  });
  it("are asked for while somebody looks, and lead on to etcd only where something was written", () => {
    const asked: boolean[] = [];
    const messages = createMessages(cluster, () => ({ subscribe: (_: string, on: boolean) => void asked.push(on) }) as unknown as EngineClient);
    const routes: string[][] = [];
    messages.listen((batch) => void routes.push(...batch.map(({ stops }) => [...stops])));
    const request = (verb: string, code: number) => ({ at: simTime(1), process: "cp-1/apiserver" as Frame["trace"][number]["process"], cause: "boot", body: { type: "request", id: "1", verb, path: "/api/v1/nodes/node-1/status", code, agent: "kubelet/v1", stages: [] } });
    const [one, two] = [messages.want(), messages.want()];
    messages.add([request("patch", 200), request("get", 200), request("update", 409)]);
    messages.add([{ ...request("watch", 200), body: { type: "request", id: "2", verb: "watch", path: "/api/v1/pods", code: 200, stages: [] } }]);
    one();
    two();
    expect(asked).toEqual([true, false]);
    expect(routes).toEqual([["node-1/kubelet", "cp-1/apiserver", "cp-1/etcd"], ["node-1/kubelet", "cp-1/apiserver"], ["node-1/kubelet", "cp-1/apiserver"], ["cp-1/apiserver"]]);
    expect(messages.recent().map(({ code }) => code)).toEqual([200, 200, 409, 200]);
  });
});

describe("search", () => {
  const { layout } = lay(trafficLens);
  it("finds by all words, in names, kinds, states and labels", () => {
    expect(findInPicture("  ", layout)).toBeNull();
    expect([...(findInPicture("app=web ready", layout) ?? [])]).toEqual(expect.arrayContaining(["p1"]));
    expect([...(findInPicture("node-2", layout) ?? [])]).toEqual(["n2"]);
    expect(findInPicture("nothing of that name", layout)?.size).toBe(0);
  });
  it("goes round from match to match", () => {
    const found = new Set(["a", "b", "c"]);
    expect([nextFound(found, null, false), nextFound(found, "c", false), nextFound(found, "a", true), nextFound(new Set(), null, false)]).toEqual(["a", "a", "c", null]);
  });
});

describe("tree", () => {
  const tree = treeOf(lay(ownershipLens).picture, model, factMap);
  it("hangs children under their owners, and pods under their machines as well", () => {
    expect(tree.roots).toEqual(["d", "n1", "n2", "n3", "tray"]);
    const rows = rowsOf(tree, new Set(["d", "d/r"]));
    expect(rows.slice(0, 5).map(({ path, level, position, siblings }) => [path, level, position, siblings])).toEqual([["d", 1, 1, 5], ["d/r", 2, 1, 2], ["d/r/p1", 3, 1, 3], ["d/r/p2", 3, 2, 3], ["d/r/p3", 3, 3, 3]]);
    expect(tree.nodes.get("tray")?.words).toContain("3 still owed");
  });
  it("lists at most so many children of one branch, and counts the rest", () => {
    const crowd = Array.from({ length: 400 }, (_, index) => pod(index, { uid: `c${index}`, name: `c-${index}`, node: "node-1" }));
    const many = trafficModel(new Map([nodeFact(1, true), ...crowd].map((one) => [one.uid, one])), new Map());
    const rows = rowsOf(treeOf({ columns: [], wires: [] }, many, new Map()), new Set(["n1"]));
    expect(rows).toHaveLength(122);
    expect(rows.at(-1)?.node.words).toContain("280 more");
  });
});

describe("narrate", () => {
  const of = (...list: GraphFact[]) => toldOf(list);
  it("names a few changes and counts many", () => {
    expect(narrate(of(pod(1)), of(pod(1)))).toBe("");
    expect(narrate(of(pod(1, { ready: false })), of(pod(1)))).toBe(`Pod ${pod(1).ref.name} ready.`);
    expect(narrate(of(), of(pod(1), pod(2), pod(3)))).toBe("3 pods new, ready.");
    expect(narrate(of(pod(1), nodeFact(1, true)), of(nodeFact(1, false)))).toBe(`Node node-1 not ready. Pod ${pod(1).ref.name} gone.`);
  });
  it("leaves the machine room out", () => {
    expect(narrate(of(), of(pod(1, { namespace: "kube-system" })))).toBe("");
  });
});
