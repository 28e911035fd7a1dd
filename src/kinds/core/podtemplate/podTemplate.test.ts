import { describe, expect, it } from "vitest";
import type { KindDefinition } from "../../define.ts";
import { createOf, faultsOf, objectOf } from "../../testing/outcomes.ts";
import { mergePatch } from "../../testing/recordedCreate.ts";
import { podTemplateKind } from "./kind.ts";
import type { PodTemplate } from "./types.ts";

const kind = podTemplateKind as unknown as KindDefinition;
const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };

describe("a PodTemplate", () => {
  it("counts generations of its template alone", () => {
    const old = objectOf<PodTemplate>(createOf(podTemplateKind, { template }));
    expect(old.metadata.generation).toBe(1);
    expect(objectOf(mergePatch(kind, old, { metadata: { labels: { x: "y" } } })).metadata.generation).toBe(1);
    expect(objectOf(mergePatch(kind, old, { template: { metadata: { labels: { app: "b" } } } })).metadata.generation).toBe(2);
  });

  it("is judged as its pods are, on creation and in updates", () => {
    expect(faultsOf(createOf(podTemplateKind, {}))).toEqual(["template.spec.containers: Required value"]);
    const old = objectOf<PodTemplate>(createOf(podTemplateKind, { template: { ...template, spec: { ...template.spec, restartPolicy: "Never", activeDeadlineSeconds: 3 } } }));
    expect(faultsOf(mergePatch(kind, old, { template: { spec: { restartPolicy: "Sometimes" } } }))).toEqual(['template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"']);
  });

  it("warns of its template once, under its own path", () => {
    const outcome = createOf(podTemplateKind, { template: { ...template, spec: { ...template.spec, nodeSelector: { "beta.kubernetes.io/os": "linux" } } } });
    expect(outcome).toMatchObject({ warnings: ['template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'] });
    expect(mergePatch(kind, objectOf(outcome), { metadata: { labels: { x: "y" } } })).toMatchObject({ type: "created", warnings: [] });
  });

  it("shows its containers without being asked for the wide form", () => {
    const object = objectOf<PodTemplate>(createOf(podTemplateKind, { template }));
    expect(podTemplateKind.columns.map((column) => `${column.name} ${column.priority} ${column.cell(object, 0)}`)).toEqual(["Name 0 x", "Containers 0 c", "Images 0 nginx", "Pod Labels 0 app=a"]);
  });
});
