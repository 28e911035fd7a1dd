import { describe, expect, it, test } from "vitest";
import type { Job } from "../../kinds/batch/job/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/apis/batch/v1/namespaces/default/jobs";
const podsUrl = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";
const template = { spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual", restartPolicy: "Never" } };

/** A control plane with one Job, and a hand that writes what kubelets would. */
class Plane extends ControlPlane {
  make(spec: object): void {
    this.must("POST", url, { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: { template, ...spec } });
    this.settle();
  }

  get job(): Job {
    return this.must("GET", `${url}/j`) as Job;
  }

  get running(): readonly Pod[] {
    return (this.pods() as readonly Pod[]).filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== "Failed" && status?.phase !== "Succeeded");
  }

  index(at: number): Pod {
    return this.running.find(({ metadata }) => metadata.annotations?.["batch.kubernetes.io/job-completion-index"] === String(at)) as Pod;
  }

  end(pods: readonly (Pod | undefined)[], exitCode: number, more: object = {}): void {
    for (const pod of pods) {
      const terminated = { exitCode, finishedAt: this.timestamp() };
      const status = { phase: exitCode === 0 ? "Succeeded" : "Failed", containerStatuses: [{ name: "c", ready: false, restartCount: 0, image: "i", imageID: "i", state: { terminated } }], ...more };
      this.must("PATCH", `${podsUrl}/${pod?.metadata.name ?? ""}/status`, { status }, "application/strategic-merge-patch+json");
    }
    this.runFor(4);
  }

  revisions(): number {
    return Number((this.must("GET", "/api/v1/configmaps") as unknown as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion);
  }

  get conditions(): readonly string[] {
    return (this.job.status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason ?? ""}`);
  }
}

function made(spec: object, controllers: readonly string[] = ["*"]): Plane {
  const plane = new Plane({ controllers });
  plane.make(spec);
  return plane;
}

const reasons = (plane: Plane): readonly string[] => plane.events("j").map((event) => event.split(":")[0] ?? "");

test("makes a pod, counts its success once, completes and leaves no finalizer", () => {
  const plane = made({});
  expect(plane.job.status).toMatchObject({ active: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
  expect(plane.running[0]?.metadata.finalizers).toEqual(["batch.kubernetes.io/job-tracking"]);
  plane.end(plane.running, 0);
  const { status } = plane.job;
  expect(status).toMatchObject({ ready: 0, terminating: 0, succeeded: 1, uncountedTerminatedPods: {} });
  expect([status?.active, status?.failed, status?.completionTime]).toEqual([undefined, undefined, status?.conditions?.[1]?.lastTransitionTime]);
  expect(plane.conditions).toEqual(["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]);
  expect(plane.pods()[0]?.metadata.finalizers).toBeUndefined();
  expect(reasons(plane)).toEqual(["SuccessfulCreate", "Completed"]);
});

test("keeps parallelism until completions are left fewer", () => {
  const plane = made({ completions: 5, parallelism: 2 });
  for (const [active, succeeded] of [[2, 2], [1, 4], [0, 5]]) {
    plane.end(plane.running, 0);
    expect([plane.running.length, plane.job.status?.succeeded]).toEqual([active, succeeded]);
  }
  expect(plane.conditions[1]).toBe("Complete=True CompletionsReached");
});

test("a work queue makes no more pods after a success, and completes when the others end, however they do", () => {
  const plane = made({ parallelism: 3 });
  plane.end(plane.running.slice(0, 1), 0);
  expect(plane.running).toHaveLength(2);
  plane.end(plane.running, 1);
  expect(plane.conditions[1]).toBe("Complete=True CompletionsReached");
  expect(plane.job.status).toMatchObject({ succeeded: 1, failed: 2 });
});

test("failed pods are replaced after 10 s, 20 s, ... until the limit is passed", () => {
  const plane = made({ backoffLimit: 2 });
  for (const wait of [10, 20]) {
    plane.end(plane.running, 1);
    plane.runFor(wait - 6);
    expect(plane.running).toHaveLength(0);
    plane.runFor(3);
    expect(plane.running).toHaveLength(1);
  }
  plane.end(plane.running, 1);
  expect(plane.job.status).toMatchObject({ failed: 3 });
  expect(plane.conditions).toEqual(["FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded"]);
  expect(plane.events("j").at(-1)).toBe("BackoffLimitExceeded: Job has reached the specified backoff limit");
});

test("where containers restart, their restarts are the failures", () => {
  const plane = made({ backoffLimit: 2, template: { spec: { ...template.spec, restartPolicy: "OnFailure" } } });
  const running = (restartCount: number) => ({ phase: "Running", containerStatuses: [{ name: "c", ready: true, restartCount, image: "i", imageID: "i" }] });
  const name = plane.running[0]?.metadata.name ?? "";
  plane.must("PATCH", `${podsUrl}/${name}/status`, { status: running(1) }, merge);
  plane.runFor(3);
  expect(plane.conditions).toEqual([]);
  plane.must("PATCH", `${podsUrl}/${name}/status`, { status: running(2) }, merge);
  plane.runFor(4);
  expect(plane.conditions[1]).toBe("Failed=True BackoffLimitExceeded");
  expect(plane.pods()).toHaveLength(0);
});

describe("an Indexed Job", () => {
  it("gives each pod its index by name, label, annotation, host name and variable", () => {
    const plane = made({ completionMode: "Indexed", completions: 3, parallelism: 3 });
    const pod = plane.index(2);
    expect(pod.metadata).toMatchObject({ generateName: "j-2-", labels: { "batch.kubernetes.io/job-completion-index": "2" } });
    expect(pod.spec).toMatchObject({ hostname: "j-2", containers: [{ env: [{ name: "JOB_COMPLETION_INDEX", valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } } }] }] });
    plane.end([plane.index(0), plane.index(2)], 0);
    expect(plane.job.status).toMatchObject({ completedIndexes: "0,2", succeeded: 2, active: 1 });
    plane.end([plane.index(1)], 0);
    expect(plane.job.status).toMatchObject({ completedIndexes: "0-2", succeeded: 3 });
  });

  it("counts failures of each index, and replaces each after a wait of its own", () => {
    const plane = made({ completionMode: "Indexed", completions: 2, parallelism: 2, backoffLimitPerIndex: 1 });
    plane.end([plane.index(1)], 1);
    expect(plane.pods().filter(({ metadata }) => metadata.finalizers !== undefined)).toHaveLength(2);
    plane.runFor(10);
    expect(plane.index(1).metadata.annotations).toMatchObject({ "batch.kubernetes.io/job-index-failure-count": "1" });
    expect(plane.job.status).toMatchObject({ failed: 1, failedIndexes: "" });
    plane.end([plane.index(1)], 1);
    expect(plane.job.status).toMatchObject({ failed: 2, failedIndexes: "1", active: 1 });
    plane.end([plane.index(0)], 0);
    expect(plane.conditions).toEqual(["FailureTarget=True FailedIndexes", "Failed=True FailedIndexes"]);
    expect(plane.job.status).toMatchObject({ succeeded: 1, completedIndexes: "0" });
  });

  it("may shrink and grow", () => {
    const plane = made({ completionMode: "Indexed", completions: 4, parallelism: 4 });
    plane.end([plane.index(3)], 0);
    plane.must("PATCH", `${url}/j`, { spec: { completions: 2, parallelism: 2 } }, merge);
    plane.settle();
    expect(plane.job.status).toMatchObject({ active: 2 });
    expect(plane.job.status?.completedIndexes).toBeUndefined();
    expect(plane.running.map(({ metadata }) => metadata.generateName)).toEqual(["j-0-", "j-1-"]);
    plane.must("PATCH", `${url}/j`, { spec: { completions: 3, parallelism: 3 } }, merge);
    plane.settle();
    expect(plane.running.map(({ metadata }) => metadata.generateName)).toEqual(["j-0-", "j-1-", "j-2-"]);
  });

  it("is content with what its success policy asks", () => {
    const plane = made({ completionMode: "Indexed", completions: 3, parallelism: 3, successPolicy: { rules: [{ succeededIndexes: "0" }] } });
    plane.end([plane.index(0)], 0);
    plane.settle();
    expect(plane.conditions).toEqual(["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]);
    expect(plane.job.status).toMatchObject({ succeeded: 1, completedIndexes: "0", terminating: 0 });
    expect(plane.job.status?.failed).toBeUndefined();
    expect(plane.pods()).toHaveLength(1);
  });
});

test("a deadline ends the Job and its pods", () => {
  const plane = made({ activeDeadlineSeconds: 30, parallelism: 2, completions: 2 });
  plane.runFor(20);
  expect(plane.conditions).toEqual([]);
  plane.runFor(15);
  expect(plane.conditions).toEqual(["FailureTarget=True DeadlineExceeded", "Failed=True DeadlineExceeded"]);
  expect(plane.job.status).toMatchObject({ failed: 2, terminating: 0 });
  expect(plane.pods()).toHaveLength(0);
});

test("suspended it has no pods and its time does not run; resumed it begins anew", () => {
  const plane = made({ activeDeadlineSeconds: 30, suspend: true });
  expect(plane.conditions).toEqual(["Suspended=True JobSuspended"]);
  expect([plane.job.status?.startTime, plane.pods().length]).toEqual([undefined, 0]);
  plane.runFor(60);
  plane.must("PATCH", `${url}/j`, { spec: { suspend: false } }, merge);
  plane.settle();
  expect(plane.conditions).toEqual(["Suspended=False JobResumed"]);
  const first = plane.job.status?.startTime;
  expect(first).toBeDefined();
  plane.must("PATCH", `${url}/j`, { spec: { suspend: true } }, merge);
  plane.settle();
  expect([plane.job.status?.startTime, plane.job.status?.active, plane.job.status?.failed, plane.pods().length]).toEqual([undefined, undefined, undefined, 0]);
  expect([...reasons(plane)].sort()).toEqual(["Resumed", "SuccessfulCreate", "SuccessfulDelete", "Suspended"]);
});

test("a pod that goes is replaced at once, or only once it has ended", () => {
  for (const [podReplacementPolicy, live] of [["TerminatingOrFailed", 1], ["Failed", 0]] as const) {
    // The pod garbage collector would mark it failed, as it never had a node.
    const plane = made({ podReplacementPolicy }, ["*", "-podgc"]);
    const name = plane.running[0]?.metadata.name ?? "";
    // Another finalizer keeps it, as a long grace period would.
    plane.must("PATCH", `${podsUrl}/${name}`, { metadata: { finalizers: ["batch.kubernetes.io/job-tracking", "example.com/hold"] } }, merge);
    plane.must("DELETE", `${podsUrl}/${name}`);
    plane.runFor(20);
    expect(plane.job.status).toMatchObject({ terminating: 1 });
    expect([podReplacementPolicy, plane.running.length]).toEqual([podReplacementPolicy, live]);
  }
});

test("no pod stays for a Job that is gone, nor is one of another controller's Job touched", () => {
  const plane = made({});
  plane.must("DELETE", `${url}/j`, { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" });
  plane.settle();
  expect(plane.pods()).toHaveLength(0);
  plane.make({ managedBy: "example.com/other" });
  expect([plane.job.status, plane.pods().length]).toEqual([{}, 0]);
});

test.each(["Foreground", "Orphan"])("%s deletion leaves no finalizer either", (propagationPolicy) => {
  const plane = made({ parallelism: 2, completions: 2 });
  plane.must("DELETE", `${url}/j`, { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy });
  plane.settle();
  expect(plane.list(url)).toHaveLength(0);
  const left = plane.pods().map(({ metadata }) => [metadata.finalizers, metadata.ownerReferences]);
  expect(left).toEqual(propagationPolicy === "Orphan" ? [[undefined, undefined], [undefined, undefined]] : []);
});

test("pods that failed are judged: ignored, or the end of the Job", () => {
  const rules = [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }, { action: "FailJob", onExitCodes: { operator: "In", values: [42] } }];
  const plane = made({ parallelism: 2, completions: 2, backoffLimit: 0, podFailurePolicy: { rules } });
  plane.end(plane.running.slice(0, 1), 42, { conditions: [{ type: "DisruptionTarget", status: "True" }] });
  expect([plane.job.status?.failed, plane.conditions]).toEqual([undefined, []]);
  plane.runFor(12);
  const [pod] = plane.running;
  plane.end([pod], 42);
  plane.settle();
  expect(plane.conditions).toEqual(["FailureTarget=True PodFailurePolicy", "Failed=True PodFailurePolicy"]);
  // The one that still ran is deleted, and is a failure too.
  expect(plane.events("j").at(-1)).toBe(`PodFailurePolicy: Container c for pod default/${pod?.metadata.name ?? ""} failed with exit code 42 matching FailJob rule at index 1`);
  expect(plane.job.status).toMatchObject({ failed: 2, terminating: 0 });
});

test("pods of a selector of one's own are adopted with the finalizer", () => {
  const plane = new Plane();
  plane.must("POST", podsUrl, { apiVersion: "v1", kind: "Pod", metadata: { name: "orphan", labels: { app: "x" } }, spec: template.spec });
  plane.make({ manualSelector: true, selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } }, spec: template.spec } });
  expect(plane.pods().map(({ metadata }) => [metadata.name, metadata.finalizers?.[0], metadata.ownerReferences?.[0]?.name])).toEqual([["orphan", "batch.kubernetes.io/job-tracking", "j"]]);
  plane.end(plane.running, 0);
  expect(plane.conditions[1]).toBe("Complete=True CompletionsReached");
});

test("what cannot be made is told, and tried again ever later", () => {
  const plane = made({ parallelism: 4, completions: 4, template: { spec: { ...template.spec, serviceAccountName: "missing" } } });
  expect(plane.events("j")[0]).toMatch(/^FailedCreate: Error creating: pods .*error looking up service account default\/missing/);
  expect(plane.job.status).toMatchObject({ ready: 0, terminating: 0 });
  expect(plane.job.status?.active).toBeUndefined();
  plane.must("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "missing" } });
  plane.runFor(120);
  expect(plane.job.status).toMatchObject({ active: 4 });
});

test("a quiet Job is left alone", () => {
  const plane = made({});
  const { resourceVersion } = plane.job.metadata;
  plane.runFor(600);
  expect(plane.job.metadata.resourceVersion).toBe(resourceVersion);
});

test("ends are counted once each, wherever the controller loses its memory", () => {
  const ends = Array.from({ length: 8 }, (_, step) => {
    const plane = made({ completions: 4, parallelism: 2, backoffLimit: 1 });
    plane.end(plane.running.slice(0, 1), 1);
    const writes = plane.revisions();
    for (let waited = 0; waited < 4000 && plane.revisions() < writes + step; waited++) plane.api.world.runFor(20_000);
    plane.part("job", "stopped");
    plane.runFor(1);
    plane.part("job", "running");
    for (let round = 0; round < 5; round++) {
      plane.settle();
      plane.end(plane.running, 0);
      plane.runFor(12);
    }
    const { succeeded, failed, active } = plane.job.status ?? {};
    return { succeeded, failed, active, conditions: plane.conditions };
  });
  for (const end of ends) expect(end).toEqual({ succeeded: 4, failed: 1, active: undefined, conditions: ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"] });
});

describe("a keyframe taken in the middle of a pass has the same future", () => {
  const play = (restoreAtMs: number | null): readonly [string, Job["status"]] => {
    let plane = made({ completions: 4, parallelism: 2 });
    plane.end(plane.running.slice(0, 1), 1);
    plane.end(plane.running, 0);
    for (let passedMs = 0; passedMs < 12_000; passedMs += 500) {
      plane.runFor(0.5);
      if (passedMs !== restoreAtMs) continue;
      const keyframe = plane.api.world.keyframe();
      plane = new Plane();
      plane.api.world.restore(keyframe);
    }
    plane.settle();
    return [plane.api.world.digest(), plane.job.status];
  };
  const straight = play(null);
  it.each([0, 3000, 6500])("%i ms in", (restoreAtMs) => {
    expect(play(restoreAtMs)).toEqual(straight);
    expect(straight[1]).toMatchObject({ succeeded: 1, failed: 1, active: 2 });
  });
});
