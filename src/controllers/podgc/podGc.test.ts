import { expect, test } from "vitest";
import { ControlPlane } from "../testing/controlPlane.ts";

const pods = "/api/v1/namespaces/default/pods";

function addPod(cluster: ControlPlane, name: string, more: object = {}): void {
  cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name, ...more }, spec: { containers: [{ name: "c", image: "i" }] } });
}

function end(cluster: ControlPlane, name: string, status: object = { phase: "Succeeded" }): void {
  cluster.must("PATCH", `${pods}/${name}/status`, { status }, "application/merge-patch+json");
}

const namesOf = (cluster: ControlPlane): readonly string[] => cluster.pods().map(({ metadata }) => metadata.name).sort();

test("of pods that ended so many are kept: evicted ones go first, then the oldest, by name where they are of one second", () => {
  const cluster = new ControlPlane({ terminatedPodThreshold: 3 });
  for (const name of ["b", "a", "c", "d", "evicted"]) {
    addPod(cluster, name);
    cluster.runFor(name === "b" ? 0 : 2);
  }
  addPod(cluster, "runs");
  for (const name of ["a", "b", "c"]) end(cluster, name);
  cluster.runFor(25);
  expect(namesOf(cluster)).toEqual(["a", "b", "c", "d", "evicted", "runs"]);
  end(cluster, "d");
  end(cluster, "evicted", { phase: "Failed", reason: "Evicted" });
  cluster.runFor(21);
  expect(namesOf(cluster)).toEqual(["b", "c", "d", "runs"]);
  expect(cluster.explained("podgc controller")).toEqual(["removed 2 pods that ended: there are 5, and 3 are kept"]);
});

test("a threshold of 0 keeps all", () => {
  const cluster = new ControlPlane({ terminatedPodThreshold: 0 });
  addPod(cluster, "a");
  end(cluster, "a");
  cluster.runFor(45);
  expect(namesOf(cluster)).toEqual(["a"]);
});

test("a pod that is to go, has no node and is held by a finalizer is marked failed; it goes once it is let go", () => {
  const cluster = new ControlPlane();
  addPod(cluster, "held", { finalizers: ["example.com/held"] });
  cluster.must("DELETE", `${pods}/held`);
  expect(cluster.must("GET", `${pods}/held`)).toMatchObject({ status: { phase: "Pending" } });
  cluster.runFor(21);
  expect(cluster.must("GET", `${pods}/held`)).toMatchObject({ status: { phase: "Failed" } });
  expect(cluster.explained("podgc controller")).toEqual(["removed a terminating pod that never had a node"]);
  cluster.must("PATCH", `${pods}/held`, { metadata: { finalizers: null } }, "application/merge-patch+json");
  expect(namesOf(cluster)).toEqual([]);
});
