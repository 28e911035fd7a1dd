// What Deployments and ReplicaSets share: columns, health, defaults of their templates.
import { selectorFromLabelSelector, selectorText } from "../apimachinery/labels.ts";
import type { KubeObject, LabelSelector } from "../apimachinery/objectMeta.ts";
import type { Column } from "./define.ts";
import type { PodTemplateSpec } from "./core/pod/types.ts";

interface WorkloadSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
}

/** The wide columns Containers, Images and Selector. */
export function templateColumns<O extends KubeObject & { readonly spec: WorkloadSpec }>(selectorDescription: string): readonly Column<O>[] {
  return [
    { name: "Containers", type: "string", format: "", description: "Names of each container in the template.", priority: 1, cell: (obj) => containersOf(obj).map((container) => container.name).join(",") },
    { name: "Images", type: "string", format: "", description: "Images referenced by each container in the template.", priority: 1, cell: (obj) => containersOf(obj).map((container) => container.image ?? "").join(",") },
    { name: "Selector", type: "string", format: "", description: selectorDescription, priority: 1, cell: (obj) => labelSelectorText(obj.spec.selector) },
  ];
}

function containersOf(obj: { readonly spec: WorkloadSpec }): PodTemplateSpec["spec"]["containers"] {
  return obj.spec.template.spec.containers;
}

/** A label selector as `kubectl get -o wide` and the scale subresource show it. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  return selectorText(selectorFromLabelSelector(selector));
}
