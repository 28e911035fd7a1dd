import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { KindDefinition } from "../../define.ts";
import { createOf, faultsOf, objectOf } from "../../testing/outcomes.ts";
import { mergePatch, type Outcome } from "../../testing/recordedCreate.ts";
import { statefulSetKind } from "./kind.ts";
import type { StatefulSet } from "./types.ts";

const kind = statefulSetKind as unknown as KindDefinition;
const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "nginx", volumeMounts: [{ name: "data", mountPath: "/data" }] }] } };
const claim = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
const spec = { serviceName: "s", selector: { matchLabels: { app: "a" } }, template, volumeClaimTemplates: [claim] };
const negative = "Invalid value: -1: must be greater than or equal to 0";

const created = (change: JsonObject, metadata: JsonObject = {}): Outcome => createOf(statefulSetKind, { spec: { ...spec, ...change } }, metadata);
const patched = (patch: Json): Outcome => mergePatch(kind, objectOf(created({})), patch);

describe("the defaults of a StatefulSet", () => {
  it("fill in policies, claims and counts", () => {
    expect(objectOf(created({}))).toMatchObject({
      metadata: { generation: 1 },
      spec: {
        replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: "OrderedReady", updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } }, persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        volumeClaimTemplates: [{ kind: "PersistentVolumeClaim", apiVersion: "v1", spec: { volumeMode: "Filesystem" }, status: { phase: "Pending" } }],
      },
      status: { replicas: 0, availableReplicas: 0 },
    });
  });
  it("give no partition to who names the strategy and nothing more", () => {
    expect(objectOf<StatefulSet>(created({ updateStrategy: { type: "RollingUpdate" } })).spec.updateStrategy).toEqual({ type: "RollingUpdate" });
    expect(objectOf<StatefulSet>(created({ updateStrategy: { rollingUpdate: {} } })).spec.updateStrategy).toEqual({ type: "RollingUpdate", rollingUpdate: { partition: 0 } });
  });
  it("drop the field whose gate is off", () => {
    expect(objectOf<StatefulSet>(created({ updateStrategy: { rollingUpdate: { maxUnavailable: 2, partition: 1 } } })).spec.updateStrategy).toEqual({ type: "RollingUpdate", rollingUpdate: { partition: 1 } });
    expect(objectOf<StatefulSet>(patched({ spec: { updateStrategy: { rollingUpdate: { maxUnavailable: "50%" } } } })).metadata.generation).toBe(1);
  });
});

describe("a StatefulSet", () => {
  const cases: readonly (readonly [string, JsonObject, readonly string[]])[] = [
    ["negative counts", { replicas: -1, minReadySeconds: -1, ordinals: { start: -1 }, updateStrategy: { rollingUpdate: { partition: -1 } } }, [`spec.updateStrategy.rollingUpdate.partition: ${negative}`, `spec.replicas: ${negative}`, `spec.minReadySeconds: ${negative}`, `spec.ordinals.start: ${negative}`]],
    ["a strategy of its own", { updateStrategy: { type: "Foo", rollingUpdate: { partition: 3 } } }, ['spec.updateStrategy: Invalid value: {"Type":"Foo","RollingUpdate":{"Partition":3,"MaxUnavailable":null}}: must be \'RollingUpdate\' or \'OnDelete\'']],
    ["another service name", { serviceName: "a.b" }, ['spec.serviceName: Invalid value: "a.b": must not contain dots']],
    ["other labels", { selector: { matchLabels: { app: "b" } } }, ['spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`']],
    ["a selector of no use", { selector: { matchExpressions: [{ key: "app", operator: "Foo" }] } }, ['spec.selector.matchExpressions[0].operator: Invalid value: "Foo": not a valid selector operator', 'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Foo"}]}']],
    ["a claim less", { volumeClaimTemplates: [] }, ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"']],
    ["pods that end", { template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 9, restartPolicy: "Never" } } }, ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"', "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported"]],
  ];
  it.each(cases)("with %s is refused", (_name, change, expected) => {
    expect(faultsOf(created(change))).toEqual(expected);
  });

  it("without a selector finds no pods", () => {
    const { selector: _none, ...rest } = spec;
    expect(faultsOf(createOf(statefulSetKind, { spec: rest }))).toEqual(["spec.selector: Required value", 'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`']);
  });

  it("has a name that its pods can bear", () => {
    expect(faultsOf(created({}, { name: "a.b" }))).toEqual(['metadata.name: Invalid value: "a.b": must not contain dots']);
  });

  it("lets a claim take the place of a volume of its name", () => {
    expect(created({ template: { ...template, spec: { ...template.spec, volumes: [{ name: "data", emptyDir: {} }] } } }).type).toBe("created");
  });

  it("changes in what may change, and in nothing else", () => {
    const free = { replicas: 2, ordinals: { start: 1 }, updateStrategy: { type: "OnDelete", rollingUpdate: null }, revisionHistoryLimit: 3, persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete" }, minReadySeconds: 4, template: { metadata: { labels: { more: "b" } } } };
    expect(objectOf(patched({ spec: free })).metadata.generation).toBe(2);
    const said = "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    for (const fixed of [{ serviceName: "A_B" }, { podManagementPolicy: "Parallel" }, { selector: { matchLabels: null, matchExpressions: [{ key: "app", operator: "Exists" }] } }, { volumeClaimTemplates: [claim, { metadata: { name: "more" }, spec: {} }] }]) expect(faultsOf(patched({ spec: fixed }))).toEqual([said]);
  });

  it("warns of fractions of bytes and of a history without an end", () => {
    const history = "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended";
    const outcome = created({ revisionHistoryLimit: -1, volumeClaimTemplates: [{ ...claim, spec: { ...claim.spec, resources: { requests: { storage: "100m" } } } }] });
    expect(outcome).toMatchObject({ warnings: ['spec.volumeClaimTemplates[0].resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer', history] });
    expect(mergePatch(kind, objectOf(outcome), { spec: { replicas: 0 } })).toMatchObject({ warnings: ['spec.volumeClaimTemplates[0].Spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer', history] });
  });

  it("warns of its template whenever its generation rises", () => {
    const before = objectOf<StatefulSet>(created({ template: { ...template, spec: { ...template.spec, nodeSelector: { "beta.kubernetes.io/os": "linux" } } } }));
    const warning = 'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead';
    expect(mergePatch(kind, before, { spec: { replicas: 7 } })).toMatchObject({ warnings: [warning] });
    expect(mergePatch(kind, before, { metadata: { labels: { x: "y" } } })).toMatchObject({ warnings: [] });
  });

  it("judges the counts of its status, and never forgets a collision", () => {
    const old = { ...objectOf<StatefulSet>(created({})), status: { replicas: 3, collisionCount: 2 } };
    const errors = statefulSetKind.statusStrategy?.validateUpdate({ ...old, status: { replicas: 1, readyReplicas: 2, availableReplicas: 3, currentReplicas: -1, collisionCount: 1 } }, old) ?? [];
    expect(errors.map((error) => `${error.path} ${error.detail}`)).toEqual([
      "status.currentReplicas must be greater than or equal to 0", "status.readyReplicas cannot be greater than status.replicas", "status.availableReplicas cannot be greater than status.replicas",
      "status.availableReplicas cannot be greater than status.readyReplicas", "status.collisionCount cannot be decremented",
    ]);
  });

  it("is drawn by what its status says", () => {
    const object = objectOf<StatefulSet>(created({ replicas: 2 }));
    const at = (status: StatefulSet["status"]): string => `${statefulSetKind.graph.health({ ...object, ...(status === undefined ? {} : { status }) })}: ${statefulSetKind.graph.sentence({ ...object, ...(status === undefined ? {} : { status }) })}`;
    expect(at(undefined)).toBe("progressing: No controller has acted on its present description yet.");
    expect(at({ replicas: 1, observedGeneration: 1 })).toBe("progressing: Has 1 pod, wants 2.");
    expect(at({ replicas: 2, readyReplicas: 2, updatedReplicas: 2, observedGeneration: 1 })).toBe("ok: All 2 pods are ready.");
  });
});
