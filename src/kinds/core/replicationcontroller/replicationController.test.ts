import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { KindDefinition } from "../../define.ts";
import { createOf, faultsOf, objectOf } from "../../testing/outcomes.ts";
import { mergePatch, type Outcome } from "../../testing/recordedCreate.ts";
import { replicationControllerKind } from "./kind.ts";
import type { ReplicationController } from "./types.ts";

const kind = replicationControllerKind as unknown as KindDefinition;
const template = { metadata: { labels: { b: "2", a: "1" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
const created = (spec: JsonObject, metadata: JsonObject = {}): Outcome => createOf(replicationControllerKind, { spec }, metadata);

describe("a ReplicationController", () => {
  it("takes labels and selector that nobody gave from its template", () => {
    expect(objectOf<ReplicationController>(created({ template }))).toMatchObject({ metadata: { labels: { a: "1", b: "2" } }, spec: { replicas: 1, selector: { a: "1", b: "2" } }, status: { replicas: 0 } });
    expect(objectOf<ReplicationController>(created({ template, selector: { a: "1" } }, { labels: { own: "yes" } }))).toMatchObject({ metadata: { labels: { own: "yes" } }, spec: { selector: { a: "1" } } });
  });

  const cases: readonly (readonly [string, JsonObject, readonly string[]])[] = [
    ["without a template", { selector: { a: "1" } }, ["spec.template: Required value"]],
    ["with nothing", {}, ["spec.selector: Required value", "spec.template: Required value"]],
    ["with negative numbers", { template, replicas: -1, minReadySeconds: -2 }, ["spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0", "spec.replicas: Invalid value: -1: must be greater than or equal to 0"]],
    ["that does not find its pods", { template, selector: { a: "2" } }, ['spec.template.metadata.labels: Invalid value: {"a":"1","b":"2"}: `selector` does not match template `labels`']],
    ["of pods that end", { template: { ...template, spec: { ...template.spec, restartPolicy: "OnFailure", activeDeadlineSeconds: 5 } } }, ['spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"', "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported"]],
  ];
  it.each(cases)("%s is refused", (_name, spec, expected) => {
    expect(faultsOf(created(spec))).toEqual(expected);
  });

  it("is refused twice over by an update", () => {
    const old = objectOf<ReplicationController>(created({ template }));
    expect(faultsOf(mergePatch(kind, old, { spec: { replicas: -1 } }))).toEqual(Array(2).fill("spec.replicas: Invalid value: -1: must be greater than or equal to 0"));
  });

  it("may change its selector, and counts generations of its spec alone", () => {
    const old = objectOf<ReplicationController>(created({ template }));
    const patched = (patch: Json): number | undefined => objectOf<ReplicationController>(mergePatch(kind, old, patch)).metadata.generation;
    expect(patched({ spec: { selector: { b: null } } })).toBe(2);
    expect(patched({ metadata: { annotations: { x: "y" } }, status: { replicas: 9 } })).toBe(1);
  });

  it("warns of names that no host can have", () => {
    expect(created({ template }, { name: "r.s" })).toMatchObject({ type: "created", warnings: ["metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"] });
  });

  it("warns, once its generation rises, of the template that was", () => {
    const old = { "beta.kubernetes.io/os": "linux" };
    const warning = 'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead';
    const before = objectOf<ReplicationController>(created({ template: { ...template, spec: { ...template.spec, nodeSelector: old } } }));
    expect(mergePatch(kind, before, { metadata: { labels: { x: "y" } } })).toMatchObject({ warnings: [] });
    expect(mergePatch(kind, before, { spec: { template: { spec: { nodeSelector: null } } } })).toMatchObject({ warnings: [warning] });
    expect(mergePatch(kind, objectOf<ReplicationController>(created({ template })), { spec: { template: { spec: { nodeSelector: old } } } })).toMatchObject({ warnings: [] });
  });

  it("judges the counts of its status", () => {
    const old = objectOf<ReplicationController>(created({ template }));
    const errors = replicationControllerKind.statusStrategy?.validateUpdate({ ...old, status: { replicas: 1, readyReplicas: 2, availableReplicas: 3, observedGeneration: -1 } }, old) ?? [];
    expect(errors.map((error) => `${error.path} ${error.detail}`)).toEqual([
      "status.observedGeneration must be greater than or equal to 0", "status.readyReplicas cannot be greater than status.replicas", "status.availableReplicas cannot be greater than status.replicas", "status.availableReplicas cannot be greater than readyReplicas",
    ]);
  });

  it("shows its selector to scalers and in its table", () => {
    const object = objectOf<ReplicationController>(created({ template }));
    expect(replicationControllerKind.scale?.selectorText(object)).toBe("a=1,b=2");
    expect(replicationControllerKind.columns.map((column) => column.cell(object, 0)).slice(5)).toEqual(["c", "nginx", "a=1,b=2"]);
  });

  it("says which fields of its pods are set in vain", () => {
    const vain = { ...template, spec: { ...template.spec, hostPID: true } };
    expect(replicationControllerKind.unsimulatedWarnings?.(objectOf<ReplicationController>(created({ template: vain })))).toEqual(["spec.template.spec.hostPID: kept, but not simulated yet"]);
  });
});
