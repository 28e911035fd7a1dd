import { describe, expect, it } from "vitest";
import type { GraphFact } from "../../hosts/protocol.ts";
import type { GraphEdge } from "../../kinds/define.ts";
import type { FlowRecord } from "../../network/packet.ts";
import { fact, nodeFact, podFact, type PodShape } from "../engine/testing/demoFacts.ts";
import { somebodyAnswers, trafficModel } from "../selectors/trafficModel.ts";
import { makeDot, moveDot, pace, placeOfDot } from "./dots.ts";
import { flowRoute, podUidsByName, urlParts } from "./flowRoute.ts";
import { fitViewport, pointOn, wireCurve, wireCurves, wordsBy, type Box } from "./geometry.ts";
import { emptyPicture } from "./lens.ts";
import { SlotBook } from "./slots.ts";
import { trafficLens } from "./lenses/traffic.ts";
import { bestColumns, machineWidth } from "./podColumns.ts";
import { sizes } from "./sizes.ts";
import { cardLimit, mostElementCards, StageLayouter } from "./stageLayout.ts";

/** Of a small screen. */
const room = { width: 714, height: 380 };
const edgeSummary = { tier: "edge", type: "ClusterIP", addresses: ["10.96.0.9"], ports: ["80"], rules: [], readyEndpoints: 0, totalEndpoints: 0 } as const;
const service = fact("s", "Service", "services", "default", "web", "ok", "", edgeSummary);
const ingress = fact("i", "Ingress", "ingresses", "default", "web", "ok", "", { ...edgeSummary, rules: [{ host: "shop.example.com", path: "/", backend: "web:http" }, { host: "shop.example.com", path: "/api", backend: "api:80" }] });
const api = fact("a", "Service", "services", "default", "api", "ok", "", { ...edgeSummary, addresses: ["10.96.0.10"] });

function pod(index: number, more: Partial<PodShape> = {}): GraphFact {
  return podFact({ uid: `p${index}`, namespace: "default", name: `web-6c9f7d8b54-aaa${index}a`, node: `node-${1 + (index % 2)}`, status: "Running", ready: true, image: "nginx", ...more });
}

function modelOf(facts: readonly GraphFact[], edges: readonly GraphEdge[] = []) {
  return trafficModel(new Map(facts.map((one) => [one.uid, one])), new Map(edges.map((one) => [`${one.from}|${one.to}`, one])));
}

const selects = (...uids: string[]): GraphEdge[] => uids.map((to) => ({ from: "s", to, relation: "selects" }));

function flow(more: Partial<FlowRecord> = {}): FlowRecord {
  return { id: "f", source: "browsers", method: "GET", url: "http://shop.example.com/", startedAtUs: 0, endedAtUs: 5, status: 200, pod: "default/web-6c9f7d8b54-aaa1a", hops: [], failure: null, ...more };
}

describe("trafficModel", () => {
  it("leaves the machine room's services and the API's own out, and keeps its pods on their nodes", () => {
    const model = modelOf([nodeFact(1, true), service, fact("k", "Service", "services", "default", "kubernetes", "ok", "", edgeSummary), fact("d", "Service", "services", "kube-system", "kube-dns", "ok", "", edgeSummary), pod(0, { namespace: "kube-system" })]);
    expect(model.services.map(({ ref }) => ref.name)).toEqual(["web"]);
    expect(model.podsByNode.get("node-1")).toHaveLength(1);
  });

  it("counts endpoints by the pods that are ready and stay", () => {
    const model = modelOf([service, pod(1), pod(2, { ready: false }), pod(3, { deleting: true })], selects("p1", "p2", "p3"));
    expect(model.endpoints.get("s")).toEqual({ ready: 1, total: 2 });
    expect(model.wires.filter(({ open }) => open).map(({ to }) => to)).toEqual(["p1"]);
  });

  it("owes what is desired and not alive, through all owners", () => {
    const workload = { tier: "workload", desired: 5, current: 3, updated: 3, ready: 2, available: 2, revision: "1" } as const;
    const facts = [fact("d", "Deployment", "deployments", "default", "web", "ok", "", workload), fact("r", "ReplicaSet", "replicasets", "default", "web-1", "ok", "", workload), pod(1), pod(2), pod(3, { deleting: true })];
    const owns = [["d", "r"], ["r", "p1"], ["r", "p2"], ["r", "p3"]].map(([from, to]): GraphEdge => ({ from: from ?? "", to: to ?? "", relation: "owns" }));
    expect(modelOf(facts, owns).owed).toEqual([{ uid: "d", name: "web", count: 3 }]);
  });

  it("sorts node-2 before node-10", () => {
    expect(modelOf([nodeFact(10, true), nodeFact(2, true)]).nodes.map(({ ref }) => ref.name)).toEqual(["node-2", "node-10"]);
  });

  it("knows when somebody answers", () => {
    const map = (...facts: GraphFact[]) => new Map(facts.map((one) => [one.uid, one]));
    const edges = new Map(selects("p1").map((one) => ["e", one]));
    expect(somebodyAnswers(map(service, pod(1, { ready: false })), edges)).toBe(false);
    expect(somebodyAnswers(map(service, pod(1)), edges)).toBe(true);
    // A cluster with an ingress controller is not open before that one is.
    const way = fact("w", "Service", "services", "ingress-nginx", "ingress-nginx-controller", "ok", "", { ...edgeSummary, type: "LoadBalancer" });
    const controller = { ...pod(2), uid: "c" };
    expect(somebodyAnswers(map(service, pod(1), way, controller), edges)).toBe(false);
    expect(somebodyAnswers(map(service, pod(1), way, controller), edges.set("w", { from: "w", to: "c", relation: "selects" }))).toBe(true);
  });
});

describe("StageLayouter", () => {
  const nodes = [nodeFact(1, true), nodeFact(2, true), nodeFact(3, true)];
  const layoutBy = (layouter: StageLayouter, model: ReturnType<typeof modelOf>) => layouter.layout(model, room, (machines) => trafficLens.picture({ model, facts: new Map(), edges: new Map(), machines, extra: null })).layout;
  const leftOf = (layout: ReturnType<typeof layoutBy>, type: string) => layout.left.filter(({ item }) => item.type === type);

  it("never lets two boxes of one kind overlap", () => {
    const layout = layoutBy(new StageLayouter(), modelOf([...nodes, service, api, ingress, ...Array.from({ length: 14 }, (_, index) => pod(index))]));
    for (const boxes of [layout.nodes.map(({ box }) => box), leftOf(layout, "service").map(({ box }) => box), layout.pods.map(({ box }) => box)]) {
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true)));
    }
    for (const { box } of layout.pods) expect(layout.nodes.some(({ box: node }) => box.x >= node.x && box.x + box.width <= node.x + node.width && box.y >= node.y && box.y + box.height <= node.y + node.height)).toBe(true);
  });

  it("leaves everyone where they are when a neighbour goes and another comes", () => {
    const layouter = new StageLayouter();
    const first = layoutBy(layouter, modelOf([...nodes, pod(0), pod(2), pod(4)]));
    const later = layoutBy(layouter, modelOf([...nodes, pod(0), pod(4), pod(6)]));
    for (const uid of ["p0", "p4", "n1", "n2", "n3"]) expect(later.boxOf.get(uid)).toEqual(first.boxOf.get(uid));
    expect(later.boxOf.get("p6")).toEqual(first.boxOf.get("p2"));
  });

  it("closes the holes that pods left when it is told to, and keeps their order", () => {
    const layouter = new StageLayouter();
    const first = layoutBy(layouter, modelOf([...nodes, pod(0), pod(2), pod(4), pod(6)]));
    layoutBy(layouter, modelOf([...nodes, pod(4), pod(6)]));
    layouter.settle();
    const later = layoutBy(layouter, modelOf([...nodes, pod(4), pod(6)]));
    expect(later.boxOf.get("p4")).toEqual(first.boxOf.get("p0"));
    expect(later.boxOf.get("p6")).toEqual(first.boxOf.get("p2"));
    expect(later.bounds.height).toBeLessThan(first.bounds.height);
  });

  it("says what the tray is at the first of its pods, wherever those before it left room", () => {
    const layouter = new StageLayouter();
    const waiting = (number: number): GraphFact => ({ ...pod(number), node: null });
    const both = layoutBy(layouter, modelOf([...nodes, waiting(0), waiting(1)]));
    const second = both.boxOf.get("p1");
    const left = layoutBy(layouter, modelOf([...nodes, waiting(1)]));
    expect(left.boxOf.get("p1")).toEqual(second);
    expect(left.tray.x).toBe(second?.x);
    expect(left.tray.y).toBe(both.tray.y);
  });

  it("shows where an Ingress and a Service would stand until there is one", () => {
    const layouter = new StageLayouter();
    expect(leftOf(layoutBy(layouter, modelOf(nodes)), "vacant").map(({ item }) => item.data)).toEqual(["Ingress", "Service"]);
    expect(leftOf(layoutBy(layouter, modelOf([...nodes, service])), "vacant")).toEqual([]);
  });

  it("turns to cells before the cards become too many, and back only when they are clearly fewer", () => {
    const layouter = new StageLayouter();
    const of = (count: number) => layoutBy(layouter, modelOf([...nodes, ...Array.from({ length: count }, (_, index) => pod(index))]));
    expect(of(cardLimit).compact).toBe(false);
    const many = of(cardLimit + 1);
    expect(many.compact).toBe(true);
    expect(many.pods).toHaveLength(0);
    expect(many.nodes.reduce((sum, { cells }) => sum + cells.length, 0)).toBe(cardLimit + 1);
    expect(of(cardLimit - 2).compact).toBe(true);
    expect(of(10).compact).toBe(false);
  });

  it("leaves cards to the canvas, in the same places, before they are too many elements", () => {
    const model = modelOf([...nodes, service, ...Array.from({ length: mostElementCards }, (_, index) => pod(index))]);
    const layoutWith = (elementCards?: number) => new StageLayouter().layout(model, room, () => emptyPicture, elementCards).layout;
    const [elements, drawn] = [layoutWith(), layoutWith(mostElementCards - 1)];
    expect(elements.pods).toHaveLength(mostElementCards);
    expect(elements.nodes.flatMap(({ cells }) => cells)).toEqual([]);
    expect(drawn.compact).toBe(false);
    expect(drawn.pods).toEqual([]);
    expect(drawn.nodes.flatMap(({ box, cells }) => cells.map((cell) => ({ fact: cell.fact, box: { ...cell.box, x: box.x + cell.box.x, y: box.y + cell.box.y } })))).toEqual(elements.pods);
    for (const { fact: { uid } } of elements.pods) expect(drawn.boxOf.get(uid)).toEqual(elements.boxOf.get(uid));
    expect(drawn.gapOf).toEqual(elements.gapOf);
  });

  it("sets cards side by side where one under the other they would be too small", () => {
    const crowd = (fullest: number) => ({ machines: 3, fullest, compact: false });
    expect([1, 2, 4, 8].map((fullest) => bestColumns(room, crowd(fullest), null))).toEqual([2, 2, 2, 4]);
    // What stands stays where the picture would hardly be larger, and until it has come to rest.
    expect([6, 3].map((fullest) => bestColumns(room, crowd(fullest), 2))).toEqual([3, 2]);
    expect([false, true].map((atRest) => bestColumns(room, crowd(1), 3, atRest))).toEqual([3, 2]);
    const layouter = new StageLayouter();
    const widthOf = (count: number) => layoutBy(layouter, modelOf([...nodes, ...Array.from({ length: count }, (_, index) => pod(index))])).nodes[0]?.box.width;
    expect([4, 20, 4].map(widthOf)).toEqual([2, 5, 5].map(machineWidth));
    layouter.settle();
    expect(widthOf(4)).toBe(machineWidth(2));
    expect(layouter.takeRoom({ width: 714, height: 381 }, modelOf(nodes))).toBe(false);
  });

  it("draws thousands of pods with a bounded number of boxes", () => {
    const layout = layoutBy(new StageLayouter(), modelOf([...nodes, ...Array.from({ length: 3_000 }, (_, index) => pod(index))]));
    expect(layout.pods.length + layout.ghosts.length + layout.nodes.length).toBeLessThan(20);
  });
});

describe("SlotBook", () => {
  it("gives the lowest free place to newcomers", () => {
    const book = new SlotBook();
    expect([...book.assign("n", ["a", "b", "c"])]).toEqual([["a", 0], ["b", 1], ["c", 2]]);
    expect(book.assign("n", ["c", "d"]).get("d")).toBe(0);
    expect(book.assign("n", ["c", "d"]).get("c")).toBe(2);
  });
});

describe("flowRoute", () => {
  const model = modelOf([nodeFact(1, true), nodeFact(2, true), ingress, service, api, pod(1)], selects("p1"));
  const uids = podUidsByName(model);
  it.each([
    ["answered by a pod", flow(), ["internet", "i", "s", "p1"]],
    ["the longest path wins", flow({ url: "http://shop.example.com/api/cart", pod: "" }), ["internet", "i", "a"]],
    ["turned away by the ingress controller", flow({ status: 503, pod: "ingress-nginx/controller", failure: "no endpoint" }), ["internet", "i"]],
    ["lost before the ingress controller", flow({ status: 0, pod: "", failure: "node-2 did not answer", hops: [{ at: "load balancer", atUs: 0, rule: "node-2", verdict: "dnat", destination: "" }] }), ["internet", "i"]],
    ["lost behind the ingress controller", flow({ status: 504, pod: "", failure: "no answer", hops: [{ at: "node-2", atUs: 0, rule: "ingress default/web, path /", verdict: "forward", destination: "" }] }), ["internet", "i", "s"]],
    ["to a service by its address", flow({ url: "http://10.96.0.9:80/x" }), ["internet", "s", "p1"]],
    ["to a service by its name, from a pod", flow({ source: "default/web-6c9f7d8b54-aaa1a", url: "http://api.default.svc/", pod: "" }), ["p1", "a"]],
    ["to nowhere", flow({ url: "http://nobody.example.com/", pod: "", failure: "no such host" }), ["internet"]],
  ])("%s", (_, record, stops) => {
    expect(flowRoute(model, uids, record).stops).toEqual(stops);
  });
  it("reads URLs", () => {
    expect(urlParts("http://Shop.example.com:8080/a/b?c=d")).toEqual({ host: "shop.example.com", path: "/a/b" });
    expect(urlParts("http://x")).toEqual({ host: "x", path: "/" });
  });
});

describe("dots and wires", () => {
  const left = { x: 0, y: 0, width: 100, height: 50 };
  const right = { x: 300, y: 100, width: 100, height: 50 };
  it("run from the right side of one box to the left side of the other", () => {
    const curve = wireCurve(left, right);
    expect(pointOn(curve, 0)).toEqual({ x: 100, y: 25 });
    expect(pointOn(curve, 1)).toEqual({ x: 300, y: 125 });
  });
  it("reach a box behind another through the gap below, and arrive at its left side without touching it or its neighbour", () => {
    const curves = wireCurves(left, right, { x: 150, y: 155 });
    expect(curves[0]?.to).toEqual(curves[1]?.from);
    expect(curves[1]?.to).toEqual(curves[2]?.from);
    expect(curves[2]?.to).toEqual({ x: 300, y: 125 });
    const neighbour = { x: 300 - sizes.pod.columnGap - sizes.pod.width, y: 100, width: sizes.pod.width, height: 50 };
    const within = ({ x, y }: { x: number; y: number }, box: Box) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
    for (const curve of curves.slice(1)) for (let t = 0; t < 1; t += 0.05) expect(within(pointOn(curve, t), neighbour) || within(pointOn(curve, t), right)).toBe(false);
  });
  it("arrive after their way at the pace given, and stand still while time does", () => {
    const boxes = new Map([["a", left], ["b", right]]);
    const dot = makeDot(flow(), ["a", "b"], false, boxes, new Map());
    if (dot === null) throw new Error("a dot was expected");
    expect(moveDot(dot, 1_000, 0)).toBe(true);
    expect(placeOfDot(dot).at).toEqual({ x: 100, y: 25 });
    expect(moveDot(dot, (dot.total / pace) * 1_000 + 1, 1)).toBe(false);
    expect(makeDot(flow(), ["a"], false, boxes, new Map())).toBeNull();
  });
});

describe("fitViewport", () => {
  it("shows all of the picture between the insets", () => {
    const content = { x: 0, y: 0, width: 800, height: 400 };
    const insets = { top: 50, right: 10, bottom: 50, left: 10 };
    const { x, y, zoom } = fitViewport(content, { width: 720, height: 500 }, insets, { least: 0.3, most: 1.4 });
    expect(x).toBeGreaterThanOrEqual(10);
    expect(x + 800 * zoom).toBeLessThanOrEqual(710.001);
    expect(y + 400 * zoom).toBeLessThanOrEqual(450.001);
  });
});

it("sets the words of a wire where it does not run through them", () => {
  const left: Box = { x: 0, y: 100, width: 100, height: 40 };
  for (const y of [0, 40, 100, 104, 160, 240]) {
    const curve = wireCurve(left, { x: 140, y, width: 100, height: 40 });
    const { x, first, second } = wordsBy(curve);
    expect(x + 13).toBeLessThanOrEqual(140);
    for (let t = 0; t <= 1; t += 0.01) {
      const on = pointOn(curve, t);
      // Words are some 26 wide and reach 8 up from their line.
      for (const line of [first, second]) expect(Math.abs(on.x - x) < 12 && on.y > line - 7 && on.y < line + 1, `${y} at ${t}`).toBe(false);
    }
  }
});
