import { describe, expect, test } from "vitest";
import { ControlPlane } from "./testing/controlPlane.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };
const manifest = (replicas: number) => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas, selector: { matchLabels: { app: "web" } }, template } });
const scaleRequest = (cluster: ControlPlane, replicas: number) => cluster.api.request("PATCH", `${deployments}/web`, { spec: { replicas } }, { contentType: "application/merge-patch+json" });
const scale = (cluster: ControlPlane, replicas: number) => void cluster.must("PATCH", `${deployments}/web`, { spec: { replicas } }, "application/merge-patch+json");

test("a controller that is stopped does nothing; started again, it makes up for it", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", deployments, manifest(1));
  cluster.settle();
  cluster.part("replicaset", "stopped");
  scale(cluster, 3);
  cluster.settle();
  expect(cluster.pods()).toHaveLength(1);
  cluster.part("replicaset-controller", "running");
  cluster.settle();
  expect(cluster.pods()).toHaveLength(3);
});

test("a crash loses nothing but time", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", deployments, manifest(20));
  cluster.runFor(0.05);
  expect(cluster.pods().length).toBeLessThan(20);
  cluster.api.world.control({ type: "crash", process: "cp-1/kube-controller-manager" });
  cluster.runFor(60);
  expect(cluster.pods()).toHaveLength(20);
});

test("--controllers chooses as upstream's flag does", () => {
  const cluster = new ControlPlane({ controllers: ["*", "-replicaset"] });
  cluster.must("POST", deployments, manifest(1));
  cluster.settle();
  expect(cluster.list("/apis/apps/v1/namespaces/default/replicasets")).toHaveLength(1);
  expect(cluster.pods()).toHaveLength(0);
});

test("every write is by the controller's own account", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", deployments, manifest(1));
  cluster.settle();
  const managers = cluster.pods()[0]?.metadata.managedFields?.map((entry) => entry["manager"]);
  expect(managers).toEqual(["kube-controller-manager"]);
});

test("the chain of causes leads from a pod to the request that asked for it", () => {
  const cluster = new ControlPlane();
  const cause = cluster.api.world.send("cp-1/apiserver", { type: "request", request: cluster.api.request("POST", deployments, manifest(1)) as never });
  cluster.settle();
  const parents = new Map(cluster.api.world.trace.flatMap((entry) => (entry.link === undefined ? [] : [[entry.link, entry.cause]])));
  const made = cluster.api.world.trace.find((entry) => (entry.body as { text?: string }).text?.startsWith("made a pod"));
  const chain: string[] = [];
  for (let link = made?.link; link !== undefined; link = parents.get(link)) chain.push(link);
  expect(chain.at(-1)).toBe(cause);
});

describe("keyframes", () => {
  const play = (restoreAtMs: number | null): { readonly digest: string; readonly pods: readonly string[] } => {
    let cluster = new ControlPlane();
    cluster.must("POST", deployments, manifest(12));
    for (let passedMs = 0; passedMs < 600; passedMs += 20) {
      cluster.runFor(0.02);
      if (passedMs === 200) cluster.api.world.send("cp-1/apiserver", { type: "request", request: { ...scaleRequest(cluster, 5), id: "scale" } as never });
      if (passedMs !== restoreAtMs) continue;
      const keyframe = cluster.api.world.keyframe();
      cluster = new ControlPlane();
      cluster.api.world.restore(keyframe);
    }
    cluster.settle();
    return { digest: cluster.api.world.digest(), pods: cluster.pods().map((pod) => pod.metadata.name) };
  };
  const straight = play(null);

  test("the run itself ends as wanted", () => {
    expect(straight.pods).toHaveLength(5);
  });

  test.each([0, 60, 180, 220, 400])("one taken %i ms in has the same future", (restoreAtMs) => {
    expect(play(restoreAtMs)).toEqual(straight);
  });
});
