// What kinds with a pod template share: columns and the text of a selector.
import { selectorFromLabelSelector, selectorText } from "../apimachinery/labels.ts";
import type { KubeObject, LabelSelector } from "../apimachinery/objectMeta.ts";
import type { Column } from "./define.ts";
import type { Container, PodTemplateSpec } from "./core/pod/types.ts";

interface WorkloadSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
}

/** The wide columns Containers, Images and Selector. */
export function templateColumns<O extends KubeObject & { readonly spec: WorkloadSpec }>(selectorDescription: string): readonly Column<O>[] {
  return [
    ...containerColumns<O>((obj) => obj.spec.template, 1),
    { name: "Selector", type: "string", format: "", description: selectorDescription, priority: 1, cell: (obj) => labelSelectorText(obj.spec.selector) },
  ];
}

/** The columns Containers and Images. */
export function containerColumns<O extends KubeObject>(templateOf: (obj: O) => PodTemplateSpec | undefined, priority: 0 | 1): readonly Column<O>[] {
  const list = (obj: O, text: (container: Container) => string): string => (templateOf(obj)?.spec.containers ?? []).map(text).join(",");
  return [
    { name: "Containers", type: "string", format: "", description: "Names of each container in the template.", priority, cell: (obj) => list(obj, (container) => container.name) },
    { name: "Images", type: "string", format: "", description: "Images referenced by each container in the template.", priority, cell: (obj) => list(obj, (container) => container.image ?? "") },
  ];
}

/** A label selector as `kubectl get -o wide` and the scale subresource show it. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  return selectorText(selectorFromLabelSelector(selector));
}
