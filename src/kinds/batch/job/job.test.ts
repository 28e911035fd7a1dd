import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../base/json.ts";
import { causeOf, create, mergePatch } from "../../testing/recordedCreate.ts";
import type { KindDefinition } from "../../define.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import { jobKind } from "./kind.ts";
import type { Job, JobSpec, JobStatus } from "./types.ts";

const kind = jobKind as unknown as KindDefinition;
const uid = "00000000-0000-4000-8000-000000000000";
const template = { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "nginx" }] } };

function made(spec: object = {}, metadata: object = {}): ReturnType<typeof create> {
  return create(kind, "default", { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j", ...metadata }, spec: { template, ...spec } } as Json, "Warn");
}
function job(spec: object = {}, metadata: object = {}): Job {
  const outcome = made(spec, metadata);
  if (outcome.type !== "created") throw new Error(JSON.stringify(outcome));
  return outcome.object as unknown as Job;
}
function causes(outcome: ReturnType<typeof create>): readonly string[] {
  return outcome.type === "invalid" ? outcome.causes.map((cause) => `${String(cause.field)}: ${String(cause.message)}`) : [outcome.type];
}

describe("a Job", () => {
  it("gets a selector and labels of its own, and the template's as its own", () => {
    const own = { "batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": "j", "controller-uid": uid, "job-name": "j" };
    const { spec, metadata } = job();
    expect(spec.selector).toEqual({ matchLabels: { "batch.kubernetes.io/controller-uid": uid } });
    expect(spec.template.metadata?.labels).toEqual(own);
    expect(metadata.labels).toEqual(own);
    expect(job({ template: { ...template, metadata: { labels: { x: "y" } } } }).metadata.labels).toEqual({ ...own, x: "y" });
    expect(job({}, { labels: { mine: "1" } }).metadata.labels).toEqual({ mine: "1" });
  });

  it.each([
    [{}, { completions: 1, parallelism: 1, backoffLimit: 6, completionMode: "NonIndexed", suspend: false, manualSelector: false, podReplacementPolicy: "TerminatingOrFailed" }],
    [{ parallelism: 4 }, { parallelism: 4 }],
    [{ completions: 2 }, { completions: 2, parallelism: 1 }],
    [{ completionMode: "Indexed", completions: 2, backoffLimitPerIndex: 1 }, { backoffLimit: 2147483647 }],
    [{ podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }] } }, { podReplacementPolicy: "Failed", podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] } }],
  ])("has defaults: %j", (spec, want) => {
    const found = job(spec).spec;
    expect(found).toMatchObject(want);
    if (Object.keys(spec).join() === "parallelism") expect(found.completions).toBeUndefined();
  });

  it.each<[string, object, readonly string[]]>([
    ["no completions", { completionMode: "Indexed", completions: null, parallelism: 2 }, ["spec.completions: Required value: when completion mode is Indexed"]],
    ["mode", { completionMode: "Foo" }, ['spec.completionMode: Unsupported value: "Foo": supported values: "NonIndexed", "Indexed"']],
    ["high parallelism", { completionMode: "Indexed", completions: 1, parallelism: 100001 }, ["spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed"]],
    ["many completions", { completionMode: "Indexed", completions: 100001, parallelism: 10001, backoffLimitPerIndex: 1 }, [
      "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
      "spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
    ]],
    ["max failed without limit", { completionMode: "Indexed", completions: 2, maxFailedIndexes: 1 }, ["spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"]],
    ["success policy of plain Jobs", { successPolicy: { rules: [{ succeededCount: 1 }] } }, ['spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode']],
    ["success policy", { completionMode: "Indexed", completions: 3, successPolicy: { rules: [{}, { succeededIndexes: "0-1,1" }, { succeededIndexes: "0-5" }, { succeededIndexes: "0", succeededCount: 2 }, { succeededCount: 4 }, { succeededIndexes: "a" }] } }, [
      "spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified",
      'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "0-1,1": error parsing succeededIndexes: non-increasing order, previous: 1, current: 1',
      'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "0-5": error parsing succeededIndexes: too large index: "5"',
      "spec.successPolicy.rules[3].succeededCount: Invalid value: 2: must be less than or equal to 1 (the number of indexes in the specified succeededIndexes field)",
      "spec.successPolicy.rules[4].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)",
      'spec.successPolicy.rules[5].succeededIndexes: Invalid value: "a": error parsing succeededIndexes: cannot convert string to integer for index: "a"',
    ]],
    ["exit codes", { podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes: { containerName: "x", operator: "Foo", values: [3, 1, 3] } }, { action: "Count", onExitCodes: { operator: "NotIn", values: [] }, onPodConditions: [{ type: "", status: "True" }] }] } }, [
      'spec.podFailurePolicy.rules[0].onExitCodes.operator: Unsupported value: "Foo": supported values: "In", "NotIn"',
      'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
      "spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 3",
      "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,1,3]: must be ordered",
    ]],
    ["replacement with a failure policy", { podReplacementPolicy: "TerminatingOrFailed", podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "A" }] }] } }, ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"']],
    ["long managedBy", { managedBy: `a.io/${"x".repeat(60)}` }, ["spec.managedBy: Too long: may not be more than 63 bytes"]],
    ["manual selector", { manualSelector: true }, ["spec.selector: Required value", "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"]],
    ["labels of another", { template: { ...template, metadata: { labels: { "job-name": "other" } } } }, [
      `spec.template.metadata.labels[job-name]: Invalid value: {"batch.kubernetes.io/controller-uid":"${uid}","batch.kubernetes.io/job-name":"j","controller-uid":"${uid}","job-name":"other"}: must be 'j'`,
    ]],
  ])("is refused: %s", (_name, spec, want) => {
    const found = causes(made(spec));
    expect(found.slice(0, want.length)).toEqual(want);
    if (_name !== "exit codes") expect(found.length).toBe(want.length);
  });

  it("cannot be indexed where its pods' names would be too long", () => {
    expect(causes(made({ completionMode: "Indexed", completions: 100 }, { name: "a".repeat(61) }))).toEqual([`metadata.name: Invalid value: "${"a".repeat(61)}": will not able to create pod with invalid DNS label: ${"a".repeat(61)}-99`]);
  });

  it("prints its state", () => {
    const cells = (status: JobStatus): readonly unknown[] => jobKind.columns.slice(1, 4).map((column) => column.cell({ ...job(), status }, 1_767_225_720_000_000));
    expect(cells({})).toEqual(["Running", "0/1", ""]);
    expect(cells({ startTime: "2026-01-01T00:00:00Z" })).toEqual(["Running", "0/1", "2m"]);
    expect(cells({ succeeded: 1, startTime: "2026-01-01T00:00:00Z", completionTime: "2026-01-01T00:00:09Z", conditions: [{ type: "Complete", status: "True" }] })).toEqual(["Complete", "1/1", "9s"]);
    expect(cells({ conditions: [{ type: "Suspended", status: "True" }] })[0]).toBe("Suspended");
    expect(jobKind.columns[2]?.cell(job({ parallelism: 3 }), 0)).toBe("0/1 of 3");
  });
});

describe("a change of a Job", () => {
  const patch = (old: Job, change: object): readonly string[] => causes(mergePatch(kind, old as unknown as KubeObject, change as Json));
  const containers = (more: object): object => ({ spec: { template: { spec: { containers: [{ name: "c", image: "nginx", ...more }] } } } });

  it.each<[string, object, readonly string[]]>([
    ["completions", { completions: 4 }, ["spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism"]],
    ["both", { completions: 4, parallelism: 4 }, ["created"]],
    ["mode", { completionMode: "NonIndexed" }, ["spec.completionMode: Invalid value: \"NonIndexed\": field is immutable"]],
    ["managedBy", { managedBy: "a.io/b" }, ["spec.managedBy: Invalid value: \"a.io/b\": field is immutable"]],
    ["limit per index", { backoffLimitPerIndex: 2 }, ["spec.backoffLimitPerIndex: Invalid value: 2: field is immutable"]],
    ["success policy", { successPolicy: { rules: [{ succeededCount: 1 }] } }, ['spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: field is immutable']],
    ["what may change", { parallelism: 9, suspend: true, activeDeadlineSeconds: 5, ttlSecondsAfterFinished: 1, backoffLimit: 9 }, ["created"]],
  ])("of %s", (_name, spec, want) => {
    expect(patch(job({ completionMode: "Indexed", completions: 3, parallelism: 2 }), { spec })).toEqual(want);
  });

  it("may say where its pods go and what they need while it is suspended and idle", () => {
    const suspended = job({ suspend: true });
    expect(patch(suspended, { spec: { template: { metadata: { annotations: { a: "b" } }, spec: { nodeSelector: { a: "b" }, tolerations: [{ operator: "Exists" }], affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: "a", operator: "Exists" }] } }] } } } } } })).toEqual(["created"]);
    expect(patch(suspended, containers({ resources: { requests: { cpu: "1" } } }))).toEqual(["created"]);
    expect(patch(suspended, containers({ image: "other" }))[0]).toMatch(/^spec\.template: Invalid value: .*: field is immutable$/);
    const started = { ...suspended, status: { startTime: "2026-01-01T00:00:00Z" } };
    expect(patch(started, containers({ resources: { requests: { cpu: "1" } } }))[0]).toMatch(/field is immutable$/);
    expect(patch({ ...started, status: { ...started.status, conditions: [{ type: "Suspended", status: "True" }] } }, containers({ resources: { requests: { cpu: "1" } } }))).toEqual(["created"]);
    expect(patch(job(), { spec: { template: { spec: { nodeSelector: { a: "b" } } } } })[0]).toMatch(/field is immutable$/);
  });
});

describe("a Job's status", () => {
  const startTime = "2026-01-01T00:00:00Z";
  const yes = (...types: readonly string[]): NonNullable<JobStatus["conditions"]> => types.map((type) => ({ type, status: "True" }));
  function judge(before: JobStatus, after: JobStatus, spec: Partial<JobSpec> = {}): readonly string[] {
    const old = { ...job(), status: before };
    const next = { ...old, spec: { ...old.spec, ...spec }, status: after };
    return (jobKind.statusStrategy?.validateUpdate(next, { ...old, spec: next.spec }) ?? []).map(causeOf).map((cause: JsonObject) => `${String(cause.field)}: ${String(cause.message)}`);
  }

  it.each<[string, JobStatus, JobStatus, readonly string[]]>([
    ["a good end", { startTime }, { startTime, completionTime: "2026-01-01T00:00:05Z", succeeded: 1, conditions: yes("SuccessCriteriaMet", "Complete") }, []],
    ["complete at no time", { startTime }, { startTime, conditions: yes("SuccessCriteriaMet", "Complete") }, ["status.completionTime: Required value: completionTime is required for Complete jobs"]],
    ["complete without criteria", { startTime }, { startTime, completionTime: startTime, conditions: yes("Complete") }, ["status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition"]],
    ["failed without target", { startTime }, { startTime, conditions: yes("Failed") }, ["status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition"]],
    ["never started", {}, { conditions: yes("FailureTarget", "Failed") }, ["status.startTime: Required value: startTime is required for finished job"]],
    ["pods at work", { startTime }, { startTime, active: 1, conditions: yes("FailureTarget", "Failed") }, ["status.active: Invalid value: 1: active>0 is invalid for finished job"]],
    ["taken back", { startTime, conditions: yes("FailureTarget", "Failed") }, { startTime, conditions: yes("FailureTarget") }, ["status.conditions: Invalid value: cannot disable the terminal Failed=True condition"]],
    ["counted down", { failed: 2, succeeded: 2 }, { failed: 1, succeeded: 1 }, ["status.failed: Invalid value: 1: cannot decrease the failed counter", "status.succeeded: Invalid value: 1: cannot decrease the succeeded counter"]],
    ["no longer started", { startTime }, {}, ["status.startTime: Required value: startTime cannot be removed for unsuspended job"]],
    ["more ready than active", {}, { ready: 2, active: 1 }, ["status.ready: Invalid value: 2: cannot set more ready pods than active"]],
    ["twice uncounted", {}, { uncountedTerminatedPods: { succeeded: ["a"], failed: ["a", ""] } }, ['status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"', 'status.uncountedTerminatedPods.failed[1]: Invalid value: "": must not be empty']],
    ["indexes of a plain Job", {}, { completedIndexes: "0" }, ['status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode']],
  ])("%s", (_name, before, after, want) => {
    expect(judge(before, after)).toEqual(want);
  });

  it("names each index once", () => {
    expect(judge({}, { completedIndexes: "0-2,5", failedIndexes: "1,4" }, { completionMode: "Indexed", completions: 6, backoffLimitPerIndex: 0 })).toEqual(['status.failedIndexes: Invalid value: "1,4": failedIndexes and completedIndexes overlap at index: 1']);
  });
});
