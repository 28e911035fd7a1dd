import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { KindDefinition } from "../../define.ts";
import { createOf, faultsOf, objectOf } from "../../testing/outcomes.ts";
import { mergePatch, type Outcome } from "../../testing/recordedCreate.ts";
import { daemonSetKind } from "./kind.ts";
import type { DaemonSet } from "./types.ts";

const kind = daemonSetKind as unknown as KindDefinition;
const template = { metadata: { labels: { app: "a" } }, spec: { nodeSelector: { disk: "ssd" }, containers: [{ name: "c", image: "nginx" }] } };
const spec = { selector: { matchLabels: { app: "a" } }, template };
const annotation = "deprecated.daemonset.template.generation";

const created = (change: JsonObject, metadata: JsonObject = {}): Outcome => createOf(daemonSetKind, { spec: { ...spec, ...change } }, metadata);
const generations = (object: DaemonSet): readonly unknown[] => [object.metadata.generation, object.metadata.annotations?.[annotation]];

describe("a DaemonSet", () => {
  it("rolls over one node at a time unless told otherwise", () => {
    expect(objectOf(created({}))).toMatchObject({ spec: { revisionHistoryLimit: 10, updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } }, status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 } });
    expect(objectOf<DaemonSet>(created({ updateStrategy: { type: "OnDelete" } })).spec.updateStrategy).toEqual({ type: "OnDelete" });
  });

  const rolling = "spec.updateStrategy.rollingUpdate";
  const cases: readonly (readonly [string, JsonObject, readonly string[]])[] = [
    ["shares above all", { rollingUpdate: { maxUnavailable: "101%", maxSurge: "0%" } }, [`${rolling}.maxUnavailable: Invalid value: "101%": must not be greater than 100%`]],
    ["no shares at all", { rollingUpdate: { maxUnavailable: "x", maxSurge: -1 } }, [`${rolling}.maxUnavailable: Invalid value: "x": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`, `${rolling}.maxSurge: Invalid value: -1: must be greater than or equal to 0`]],
    ["both", { rollingUpdate: { maxUnavailable: "10%", maxSurge: "10%" } }, [`${rolling}.maxSurge: Invalid value: "10%": may not be set when maxUnavailable is non-zero`]],
    ["neither", { rollingUpdate: { maxUnavailable: 0 } }, [`${rolling}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`]],
    ["a strategy of its own", { type: "Foo", rollingUpdate: { maxSurge: 1 } }, ['spec.updateStrategy: Unsupported value: {"Type":"Foo","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":1}}: supported values: "RollingUpdate", "OnDelete"']],
  ];
  it.each(cases)("is refused with %s", (_name, updateStrategy, expected) => {
    expect(faultsOf(created({ updateStrategy }))).toEqual(expected);
  });

  it("is refused for counts, policies and deadlines", () => {
    expect(faultsOf(created({ minReadySeconds: -1, revisionHistoryLimit: -2, template: { ...template, spec: { ...template.spec, restartPolicy: "OnFailure", activeDeadlineSeconds: 1 } } }))).toEqual([
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"', "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported",
      "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0", "spec.revisionHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
    ]);
  });

  it("counts changes of its template beside those of its spec, whatever the client says", () => {
    const object = objectOf<DaemonSet>(created({}));
    const patched = (patch: Json): readonly unknown[] => generations(objectOf<DaemonSet>(mergePatch(kind, object, patch)));
    expect(generations(object)).toEqual([1, "1"]);
    expect(generations(objectOf<DaemonSet>(created({}, { annotations: { [annotation]: "5" } })))).toEqual([1, "5"]);
    expect(patched({ spec: { template: { metadata: { labels: { x: "y" } } } } })).toEqual([2, "2"]);
    expect(patched({ spec: { minReadySeconds: 5 } })).toEqual([2, "1"]);
    expect(patched({ metadata: { annotations: { [annotation]: "9", other: "x" } } })).toEqual([1, "1"]);
    expect(patched({ metadata: { annotations: null } })).toEqual([1, "1"]);
  });

  it("keeps its selector, and hears of it after all else", () => {
    const mismatch = 'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`';
    expect(faultsOf(mergePatch(kind, objectOf(created({})), { spec: { selector: { matchLabels: { app: "b" } } } }))).toEqual([mismatch, mismatch, 'spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable']);
  });

  it("takes no more than a status from those who write its status", () => {
    const object = objectOf<DaemonSet>(created({}));
    const written = daemonSetKind.statusStrategy?.prepareForUpdate({ ...object, spec: { ...object.spec, minReadySeconds: 9 }, metadata: { ...object.metadata, annotations: {}, labels: { a: "b" } }, status: { ...object.status, numberReady: 2 } as NonNullable<DaemonSet["status"]> }, object);
    expect(written).toMatchObject({ spec: object.spec, metadata: { labels: { a: "b" }, annotations: { [annotation]: "1" } }, status: { numberReady: 2 } });
  });

  it("prints its nodes", () => {
    const object = { ...objectOf<DaemonSet>(created({})), status: { desiredNumberScheduled: 5, currentNumberScheduled: 4, numberReady: 3, updatedNumberScheduled: 2, numberAvailable: 1, numberMisscheduled: 0 } };
    const cells = daemonSetKind.columns.filter((column) => column.name !== "Age").map((column) => column.cell(object, 0));
    expect(cells).toEqual(["x", 5, 4, 3, 2, 1, "disk=ssd", "c", "nginx", "app=a"]);
  });
});
