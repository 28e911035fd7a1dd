import { expect, test } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { ControlPlane } from "./testing/controlPlane.ts";

const labels = { app: "a" };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
const jobTemplate = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
/** Held, so that an owner who has too many cannot make an end of it. */
const pod = (name: string): Json => ({ apiVersion: "v1", kind: "Pod", metadata: { name, labels, finalizers: ["example.com/held"] }, spec: template.spec });
const apps = "/apis/apps/v1/namespaces/default";
const pods = "/api/v1/namespaces/default/pods";

interface Case {
  readonly kind: string;
  readonly collection: string;
  readonly owner: JsonObject;
  readonly orphans: string;
  readonly orphan: Json;
}

const cases: readonly Case[] = [
  { kind: "ReplicaSet", collection: `${apps}/replicasets`, owner: { apiVersion: "apps/v1", spec: { replicas: 0, selector, template } }, orphans: pods, orphan: pod("stray") },
  { kind: "ReplicationController", collection: "/api/v1/namespaces/default/replicationcontrollers", owner: { apiVersion: "v1", spec: { replicas: 0, selector: labels, template } }, orphans: pods, orphan: pod("stray") },
  { kind: "StatefulSet", collection: `${apps}/statefulsets`, owner: { apiVersion: "apps/v1", spec: { replicas: 0, serviceName: "s", selector, template } }, orphans: pods, orphan: pod("owner-0") },
  { kind: "DaemonSet", collection: `${apps}/daemonsets`, owner: { apiVersion: "apps/v1", spec: { selector, template } }, orphans: pods, orphan: pod("stray") },
  { kind: "Job", collection: "/apis/batch/v1/namespaces/default/jobs", owner: { apiVersion: "batch/v1", spec: { parallelism: 0, manualSelector: true, selector, template: jobTemplate } }, orphans: pods, orphan: { ...(pod("stray") as JsonObject), spec: jobTemplate.spec } },
  { kind: "Deployment", collection: `${apps}/deployments`, owner: { apiVersion: "apps/v1", spec: { replicas: 0, selector, template } }, orphans: `${apps}/replicasets`, orphan: { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "stray", labels }, spec: { replicas: 0, selector, template } } },
];

function made({ kind, collection, owner }: Case): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", collection, { kind, metadata: { name: "owner", finalizers: ["example.com/held"] }, ...owner });
  cluster.settle();
  return cluster;
}

/** The requests of controllers for the owner itself, since the trace had so many entries. */
function looksAt(cluster: ControlPlane, collection: string, from: number): number {
  return cluster.api.world.trace.slice(from).filter(({ body }) => {
    const told = body as JsonObject;
    return told["type"] === "request" && told["verb"] === "get" && told["path"] === `${collection}/owner` && String(told["agent"]).startsWith("kube-controller-manager");
  }).length;
}

function ownersOf(cluster: ControlPlane, { orphans, orphan }: Case): readonly unknown[] {
  return cluster.must("GET", `${orphans}/${String(((orphan as JsonObject)["metadata"] as JsonObject)["name"])}`).metadata.ownerReferences ?? [];
}

test.each(cases)("$kind: looks at itself once before it adopts, and never otherwise", (scenario) => {
  const cluster = made(scenario);
  expect(looksAt(cluster, scenario.collection, 0)).toBe(0);
  const from = cluster.api.world.trace.length;
  cluster.must("POST", scenario.orphans, scenario.orphan);
  cluster.settle();
  expect(ownersOf(cluster, scenario)).toMatchObject([{ kind: scenario.kind, name: "owner", controller: true }]);
  expect(looksAt(cluster, scenario.collection, from)).toBe(1);
});

// Not a Job's: its controller waits a second before it looks, and has heard of the deletion by then.
test.each(cases.filter(({ kind }) => kind !== "Job"))("$kind: one that was deleted a moment ago adopts nobody", (scenario) => {
  const cluster = made(scenario);
  // Both at once: the controller hears of the orphan first, and the server knows of the deletion when it is asked.
  const options = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  for (const [method, url, body] of [["POST", scenario.orphans, scenario.orphan], ["DELETE", `${scenario.collection}/owner`, options]] as const) {
    cluster.api.world.send("cp-1/apiserver", { type: "request", request: { ...cluster.api.request(method, url, body), id: `${method}-1` } } as unknown as Json);
  }
  cluster.settle();
  expect(ownersOf(cluster, scenario)).toEqual([]);
  const said = cluster.api.world.trace.map(({ body }) => String((body as JsonObject)["text"] ?? ""));
  expect(said.find((text) => text.includes("can't adopt"))).toMatch(/^tries again, because it failed: can't adopt (Pod|ReplicaSet) default\/[a-z0-9-]+ \([0-9a-f-]{36}\): default\/owner has just been deleted at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
});
