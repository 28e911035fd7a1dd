import { describe, expect, test } from "vitest";
import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";
import { revisionAnnotation } from "./annotations.ts";
import { byCreation } from "./replicaSets.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const replicaSets = "/apis/apps/v1/namespaces/default/replicasets";
const strategic = "application/strategic-merge-patch+json";

function manifest(replicas: number, spec: object = {}) {
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas, selector: { matchLabels: { app: "web" } }, template, ...spec } };
}

class Rollout {
  readonly cluster = new ControlPlane();

  constructor(replicas: number, spec: object = {}) {
    this.cluster.must("POST", deployments, manifest(replicas, spec));
    this.cluster.settle();
  }

  patch(spec: object): void {
    this.cluster.must("PATCH", `${deployments}/web`, { spec }, strategic);
    this.cluster.settle();
  }

  image(tag: number): void {
    this.patch({ template: { spec: { containers: [{ name: "c", image: `registry.example/app:${tag}` }] } } });
  }

  get deployment(): Deployment {
    return this.cluster.must("GET", `${deployments}/web`) as Deployment;
  }

  /** Revision -> wanted pods. */
  get sizes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.cluster.list<ReplicaSet>(replicaSets).map((rs) => [rs.metadata.annotations?.[revisionAnnotation] ?? "", rs.spec.replicas ?? 1]));
  }

  condition(type: string): string {
    const condition = this.deployment.status?.conditions?.find((each) => each.type === type);
    return condition === undefined ? "" : `${condition.status} ${condition.reason ?? ""}`;
  }
}

describe("a rolling update", () => {
  test("goes in waves that surge and unavailability allow", () => {
    const rollout = new Rollout(4);
    rollout.cluster.makeAllReady();
    expect([rollout.condition("Available"), rollout.condition("Progressing")]).toEqual(["True MinimumReplicasAvailable", "True NewReplicaSetAvailable"]);
    rollout.image(2);
    expect(rollout.sizes).toEqual({ "1": 3, "2": 2 });
    expect(rollout.deployment.status).toMatchObject({ replicas: 5, updatedReplicas: 2, readyReplicas: 3, unavailableReplicas: 2 });
    expect(rollout.condition("Progressing")).toBe("True ReplicaSetUpdated");
    for (let wave = 0; wave < 4; wave++) rollout.cluster.makeAllReady();
    expect(rollout.sizes).toEqual({ "1": 0, "2": 4 });
    expect(rollout.deployment.metadata.annotations?.[revisionAnnotation]).toBe("2");
    expect(rollout.condition("Progressing")).toBe("True NewReplicaSetAvailable");
  });

  test("never has fewer available or more pods than it may, at any revision", () => {
    const rollout = new Rollout(6, { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } });
    rollout.cluster.makeAllReady();
    rollout.cluster.must("PATCH", `${deployments}/web`, { spec: { template: { spec: { containers: [{ name: "c", image: "registry.example/app:2" }] } } } }, strategic);
    for (let step = 0; step < 400; step++) {
      rollout.cluster.runFor(0.01);
      const pods = rollout.cluster.pods().filter((pod) => pod.metadata.deletionTimestamp === undefined);
      const ready = pods.filter((pod) => (pod.status as { conditions?: { type: string; status: string }[] }).conditions?.some((condition) => condition.type === "Ready" && condition.status === "True"));
      expect(pods.length).toBeLessThanOrEqual(7);
      expect(ready.length).toBeGreaterThanOrEqual(5);
      const unready = pods.find((pod) => !ready.includes(pod));
      if (step % 20 === 19 && unready !== undefined) rollout.cluster.makeReady("default", unready.metadata.name);
    }
    expect(rollout.sizes).toEqual({ "1": 0, "2": 6 });
  });

  test("says each step, with its reason", () => {
    const rollout = new Rollout(2);
    rollout.cluster.makeAllReady();
    rollout.image(2);
    const [old = "", fresh = ""] = [...rollout.cluster.list<ReplicaSet>(replicaSets)].sort(byCreation).map((rs) => rs.metadata.name);
    expect(rollout.cluster.explained("deployment controller").filter((text) => text.includes("ReplicaSet"))).toEqual([
      `made ReplicaSet ${old} for 2 of 2 pods: the pod template is new (revision 1)`,
      `made ReplicaSet ${fresh} for 1 of 2 pods: the pod template is new (revision 2)`,
    ]);
    expect(rollout.cluster.events("web")).toEqual([`ScalingReplicaSet: Scaled up replica set ${old} from 0 to 2`, `ScalingReplicaSet: Scaled up replica set ${fresh} from 0 to 1`]);
  });
});

test("Recreate removes the old pods before it makes new ones", () => {
  const rollout = new Rollout(3, { strategy: { type: "Recreate" } });
  rollout.cluster.makeAllReady();
  const held = rollout.cluster.pods()[0]?.metadata.name ?? "";
  rollout.cluster.must("PATCH", `/api/v1/namespaces/default/pods/${held}`, { metadata: { finalizers: ["example.com/hold"] } }, "application/merge-patch+json");
  rollout.image(2);
  expect(rollout.sizes).toEqual({ "1": 0 });
  expect(rollout.cluster.pods()).toHaveLength(1);
  rollout.cluster.must("PATCH", `/api/v1/namespaces/default/pods/${held}`, { metadata: { finalizers: null } }, "application/merge-patch+json");
  rollout.cluster.settle();
  expect(rollout.sizes).toEqual({ "1": 0, "2": 3 });
});

test("a paused Deployment scales but does not roll; resumed, it goes on", () => {
  const rollout = new Rollout(2);
  rollout.cluster.makeAllReady();
  rollout.patch({ paused: true });
  expect(rollout.condition("Progressing")).toBe("Unknown DeploymentPaused");
  rollout.image(2);
  rollout.patch({ replicas: 3 });
  expect(rollout.sizes).toEqual({ "1": 3 });
  rollout.patch({ paused: false });
  expect(Object.keys(rollout.sizes)).toEqual(["1", "2"]);
});

test("a template that was there before is rolled back to: a new revision of the old ReplicaSet", () => {
  const rollout = new Rollout(2);
  rollout.cluster.makeAllReady();
  rollout.image(2);
  rollout.image(1);
  for (let wave = 0; wave < 3; wave++) rollout.cluster.makeAllReady();
  expect(rollout.sizes).toEqual({ "2": 0, "3": 2 });
  const back = rollout.cluster.list<ReplicaSet>(replicaSets).find((rs) => rs.metadata.annotations?.[revisionAnnotation] === "3");
  expect(back?.metadata.annotations?.["deployment.kubernetes.io/revision-history"]).toBe("1");
});

test.each([
  ["0", "registry.example/app:2", "DeploymentRollback: Rolled back deployment \"web\" to revision 2"],
  ["1", "registry.example/app:1", "DeploymentRollback: Rolled back deployment \"web\" to revision 1"],
  ["3", "registry.example/app:3", "DeploymentRollbackTemplateUnchanged: The rollback revision contains the same template as current deployment \"web\""],
  ["9", "registry.example/app:3", "DeploymentRollbackRevisionNotFound: Unable to find the revision to rollback to."],
])("the annotation that asks for revision %s brings back %s", (revision, image, event) => {
  const rollout = new Rollout(1);
  rollout.image(2);
  rollout.image(3);
  rollout.cluster.must("PATCH", `${deployments}/web`, { metadata: { annotations: { "deprecated.deployment.rollback.to": revision, "example.com/kept": "yes" } } }, strategic);
  rollout.cluster.settle();
  const { metadata, spec } = rollout.deployment;
  expect([metadata.annotations?.["deprecated.deployment.rollback.to"], spec.template.spec.containers[0]?.image, spec.template.metadata?.labels]).toEqual([undefined, image, { app: "web" }]);
  expect(rollout.cluster.events("web")).toContain(event);
});

test("old ReplicaSets beyond the history limit go", () => {
  const rollout = new Rollout(1, { revisionHistoryLimit: 1 });
  for (const tag of [2, 3, 4]) {
    rollout.cluster.makeAllReady();
    rollout.image(tag);
  }
  for (let wave = 0; wave < 3; wave++) rollout.cluster.makeAllReady();
  expect(Object.keys(rollout.sizes).sort()).toEqual(["3", "4"]);
});

test("a rollout that does not get further for progressDeadlineSeconds says so", () => {
  const rollout = new Rollout(1, { progressDeadlineSeconds: 30 });
  rollout.cluster.runFor(25);
  expect(rollout.condition("Progressing")).toBe("True ReplicaSetUpdated");
  rollout.cluster.runFor(10);
  expect(rollout.condition("Progressing")).toBe("False ProgressDeadlineExceeded");
  rollout.cluster.makeAllReady();
  expect(rollout.condition("Progressing")).toBe("True NewReplicaSetAvailable");
});

test("a ReplicaSet of that name which belongs to nobody is counted as a collision", () => {
  const rollout = new Rollout(1);
  const taken = rollout.cluster.list<ReplicaSet>(replicaSets)[0];
  const cluster = new ControlPlane();
  const labels = { other: "x" };
  cluster.must("POST", replicaSets, { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: taken?.metadata.name }, spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } } } });
  cluster.must("POST", deployments, manifest(1));
  cluster.settle();
  expect((cluster.must("GET", `${deployments}/web`) as Deployment).status?.collisionCount).toBe(1);
  expect(cluster.list<ReplicaSet>(replicaSets)).toHaveLength(2);
  expect(cluster.pods()).toHaveLength(1);
});
