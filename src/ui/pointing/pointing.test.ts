import { describe, expect, test } from "vitest";
import type { GraphFact } from "../../hosts/protocol.ts";
import { createViewStore, pointAt } from "../stores/viewStore.ts";
import { documentAt, documentsOf } from "./documents.ts";
import { documentOf, uidsOf } from "./pointing.ts";

const text = `# web
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    name: not-this
  name: "web"   # as the Service selects
spec:
  template:
    metadata:
      name: nor-this

---
kind: Service
metadata: {name: web, namespace: shop}
---
# nothing
---
apiVersion: v1
kind: Namespace
metadata:
    name: shop
`;

const fact = (uid: string, kind: string, namespace: string, name: string): GraphFact => ({ uid, ref: { gvk: { group: "", version: "v1", kind }, namespace, name }, plural: "", health: "ok", node: null, sentence: "", createdAt: "", deleting: false, summary: { tier: "config", facts: {} } }) as unknown as GraphFact;
const facts = new Map([fact("d", "Deployment", "default", "web"), fact("r", "ReplicaSet", "default", "web-1"), fact("p", "Pod", "default", "web-1-x"), fact("s", "Service", "shop", "web"), fact("n", "Namespace", "", "shop"), fact("o", "Service", "default", "web")].map((one) => [one.uid, one]));
const edge = (from: string, to: string, relation = "owns") => ({ from, to, relation }) as never;
const edges = [edge("d", "r"), edge("r", "p"), edge("s", "p", "selects")];
const file = { name: "web.yaml", text, original: null, applied: null };

describe("lines and what they stand for", () => {
  test("documents are told by their lines, blank ones and comments aside", () => {
    expect(documentsOf(text)).toEqual([
      { from: 2, to: 11, kind: "Deployment", namespace: "", name: "web" },
      { from: 14, to: 15, kind: "Service", namespace: "shop", name: "web" },
      { from: 19, to: 22, kind: "Namespace", namespace: "", name: "shop" },
    ]);
    expect([1, 2, 11, 12, 13, 14, 17, 22, 99].map((line) => documentAt(text, line)?.kind ?? null)).toEqual([null, "Deployment", "Deployment", null, null, "Service", null, "Namespace", null]);
    expect(documentsOf("kind: Pod\nmetadata:\n- name: x\n")).toEqual([]);
  });

  test("a document lights its object and all that it owns, in its namespace", () => {
    const [deployment, service, namespace] = documentsOf(text);
    expect(deployment && uidsOf(deployment, facts, edges)).toEqual(["d", "r", "p"]);
    expect(service && uidsOf(service, facts, edges)).toEqual(["s"]);
    expect(namespace && uidsOf(namespace, facts, edges)).toEqual(["n"]);
    expect(uidsOf({ from: 1, to: 2, kind: "Deployment", namespace: "", name: "none" }, facts, edges)).toEqual([]);
  });

  test("an object leads to its own document, or to that of its nearest owner", () => {
    expect(documentOf("p", facts, edges, [file])).toMatchObject({ file: "web.yaml", document: { from: 2 } });
    expect(documentOf("s", facts, edges, [file])).toMatchObject({ document: { from: 14 } });
    expect(documentOf("o", facts, edges, [file])).toBeNull();
    // Owners in a circle end.
    expect(documentOf("o", facts, [edge("o", "o")], [file])).toBeNull();
  });

  test("only who lit something puts it out, and the same again changes nothing", () => {
    const view = createViewStore();
    let changes = 0;
    view.subscribe(() => changes++);
    pointAt(view, "editor", ["a", "b"]);
    pointAt(view, "editor", ["a", "b"]);
    pointAt(view, "graph", []);
    expect([changes, view.getState().pointed]).toEqual([1, { by: "editor", uids: ["a", "b"] }]);
    pointAt(view, "graph", ["c"]);
    pointAt(view, "editor", []);
    expect(view.getState().pointed).toEqual({ by: "graph", uids: ["c"] });
    pointAt(view, "graph", []);
    expect(view.getState().pointed).toBeNull();
  });
});
