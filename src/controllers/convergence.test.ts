import { expect, test } from "vitest";
import type { Deployment } from "../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../kinds/apps/replicaset/types.ts";
import type { EndpointSlice } from "../kinds/discovery/endpointslice/types.ts";
import { replicasOf } from "./deployment/replicaSets.ts";
import { ControlPlane } from "./testing/controlPlane.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const replicaSets = "/apis/apps/v1/namespaces/default/replicasets";
const merge = "application/merge-patch+json";

/** A small generator of its own, so that a seed says all. */
function drawsOf(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

const templateOf = (tag: number) => ({ metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: `registry.example/app:${tag}` }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } });

/** One thing that people or faults do. */
function disturb(cluster: ControlPlane, draw: (below: number) => number): void {
  const pods = cluster.pods();
  const victim = pods[draw(Math.max(1, pods.length))]?.metadata.name;
  switch (draw(9)) {
    case 0:
      cluster.call("PATCH", `${deployments}/web`, { spec: { replicas: draw(8) } }, { contentType: merge });
      break;
    case 1:
      cluster.call("PATCH", `${deployments}/web`, { spec: { template: templateOf(draw(3)) } }, { contentType: merge });
      break;
    case 2:
      cluster.call("PATCH", `${deployments}/web`, { spec: { paused: draw(2) === 0 } }, { contentType: merge });
      break;
    case 3:
      if (victim !== undefined) cluster.call("DELETE", `/api/v1/namespaces/default/pods/${victim}`);
      break;
    case 4:
      if (victim !== undefined) cluster.call("PATCH", `/api/v1/namespaces/default/pods/${victim}`, { metadata: { labels: { app: "lost" } } }, { contentType: merge });
      break;
    case 5:
      cluster.api.world.control({ type: "crash", process: "cp-1/kube-controller-manager" });
      break;
    case 6:
      cluster.api.world.control({ type: "crash", process: "cp-1/apiserver" });
      cluster.awaitServer();
      break;
    case 7: {
      const part = ["deployment", "replicaset", "garbagecollector", "endpointslice"][draw(4)] ?? "deployment";
      cluster.part(part, "stopped");
      cluster.runFor(1);
      cluster.part(part, "running");
      break;
    }
    default:
      cluster.makeAllReady();
  }
  cluster.runFor([0.001, 0.01, 0.1, 2][draw(4)] ?? 1);
}

test.each([1, 2, 3, 4, 5, 6])("whatever happens, what is wanted comes to be, and then nothing more happens (seed %i)", (seed) => {
  const cluster = new ControlPlane();
  cluster.must("POST", deployments, { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 3, selector: { matchLabels: { app: "web" } }, template: templateOf(0) } });
  cluster.must("POST", "/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
  const draw = drawsOf(seed);
  for (let step = 0; step < 40; step++) disturb(cluster, draw);
  cluster.runFor(20);
  cluster.must("PATCH", `${deployments}/web`, { spec: { replicas: 4, paused: false, template: templateOf(9) } }, merge);
  for (let wave = 0; wave < 8; wave++) cluster.makeAllReady();

  const deployment = cluster.must("GET", `${deployments}/web`) as Deployment;
  expect(deployment.status).toMatchObject({ observedGeneration: deployment.metadata.generation, replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  const active = cluster.list<ReplicaSet>(replicaSets).filter((rs) => replicasOf(rs) > 0);
  expect(active.map((rs) => [rs.spec.template?.spec.containers[0]?.image, replicasOf(rs), rs.status?.readyReplicas])).toEqual([["registry.example/app:9", 4, 4]]);
  const owned = cluster.pods().filter((pod) => pod.metadata.labels?.["app"] === "web");
  expect(owned).toHaveLength(4);
  expect(owned.every((pod) => pod.metadata.ownerReferences?.[0]?.uid === active[0]?.metadata.uid)).toBe(true);
  const slices = cluster.list<EndpointSlice>("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices").filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === "web");
  expect(slices).toHaveLength(1);

  const writes = (): number => cluster.api.world.trace.filter(({ body }) => (body as { readonly text?: string }).text?.startsWith("wrote ") === true).length;
  const before = writes();
  cluster.runFor(300);
  expect(writes() - before).toBe(0);
});
