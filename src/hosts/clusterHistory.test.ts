import { describe, expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { simTime } from "../sim/time.ts";
import { ClusterHistory } from "./clusterHistory.ts";

const object = (name: string, revision: number, note = ""): KubeObject => ({
  apiVersion: "v1", kind: "ConfigMap", metadata: { name, uid: `uid-${name}`, resourceVersion: String(revision), creationTimestamp: "", annotations: { note } },
});
const names = (history: ClusterHistory, at: number): string[] => [...history.stateAt(simTime(at)).values()].map((each) => `${each.key}@${each.revision}`);

function fill(history: ClusterHistory, count: number, keyOf: (revision: number) => string, note = ""): void {
  for (let revision = 1; revision <= count; revision++) {
    const key = keyOf(revision);
    history.add({ at: simTime(revision * 10), revision, key, object: object(key, revision, `${note}${revision}`), cause: "boot" }, null);
  }
}

describe("history", () => {
  it("knows what was at a time", () => {
    const history = new ClusterHistory();
    history.add({ at: simTime(10), revision: 1, key: "configmaps/default/a", object: object("a", 1), cause: "c1" }, null);
    history.add({ at: simTime(20), revision: 2, key: "configmaps/default/b", object: object("b", 2), cause: "c1" }, null);
    history.add({ at: simTime(30), revision: 3, key: "configmaps/default/a", object: null, cause: "c2" }, object("a", 1));
    expect(names(history, 9)).toEqual([]);
    expect(names(history, 20)).toEqual(["configmaps/default/a@1", "configmaps/default/b@2"]);
    expect(names(history, 30)).toEqual(["configmaps/default/b@2"]);
    expect(history.of("configmaps/default/a").map((each) => each.revision)).toEqual([1, 3]);
    history.forgetAfter(simTime(20));
    expect(names(history, 99)).toEqual(["configmaps/default/a@1", "configmaps/default/b@2"]);
  });

  it("drops superseded leases first, and keeps what exists", () => {
    const history = new ClusterHistory();
    fill(history, 100_001, (revision) => (revision % 5 === 0 ? `configmaps/default/c${revision % 7}` : "leases.coordination.k8s.io/kube-node-lease/node-1"));
    expect(history.since).toBe(0);
    expect(names(history, 1e9)).toHaveLength(8);
  });

  it("begins anew with what there is, and knows nothing of before", () => {
    const history = new ClusterHistory();
    history.beginAt(simTime(500), [{ at: simTime(500), revision: 7, key: "configmaps/default/a", object: object("a", 7), cause: "c1" }]);
    expect(history.since).toBe(500);
    history.add({ at: simTime(600), revision: 8, key: "configmaps/default/a", object: object("a", 8), cause: "c2" }, null);
    expect([names(history, 500), names(history, 600)]).toEqual([["configmaps/default/a@7"], ["configmaps/default/a@8"]]);
  });

  it("lets the oldest go into the base when there are too many, or too large ones", () => {
    for (const [count, note] of [[100_001, ""], [3000, "x".repeat(30_000)]] as const) {
      const history = new ClusterHistory();
      fill(history, count, (revision) => `configmaps/default/c${revision % 7}`, note);
      expect(history.since).toBeGreaterThan(10);
      expect(names(history, 1e9)).toHaveLength(7);
      expect(names(history, history.since)).toHaveLength(7);
    }
  });
});
