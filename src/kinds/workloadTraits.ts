// What kinds with a pod template share: columns, the text of a selector, the warning of a name.
import { selectorFromLabelSelector, selectorText } from "../apimachinery/labels.ts";
import { isDns1123Label } from "../apimachinery/names.ts";
import type { KubeObject, LabelSelector } from "../apimachinery/objectMeta.ts";
import type { Column } from "./define.ts";
import type { ColumnText } from "./printing/columnTexts.ts";
import type { Container, PodTemplateSpec } from "./core/pod/types.ts";

interface WorkloadSpec {
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
}

/** The wide columns Containers, Images and Selector. */
export function templateColumns<O extends KubeObject & { readonly spec: WorkloadSpec }>(selectorDescription: ColumnText): readonly Column<O>[] {
  return [
    ...containerColumns<O>((obj) => obj.spec.template, 1),
    { name: "Selector", type: "string", description: selectorDescription, priority: 1, cell: (obj) => labelSelectorText(obj.spec.selector) },
  ];
}

/** The columns Containers and Images. */
export function containerColumns<O extends KubeObject>(templateOf: (obj: O) => PodTemplateSpec | undefined, priority: 0 | 1): readonly Column<O>[] {
  const list = (obj: O, text: (container: Container) => string): string => (templateOf(obj)?.spec.containers ?? []).map(text).join(",");
  return [
    { name: "Containers", type: "string", description: "Template Containers", priority, cell: (obj) => list(obj, (container) => container.name) },
    { name: "Images", type: "string", description: "Template Images", priority, cell: (obj) => list(obj, (container) => container.image ?? "") },
  ];
}

/** A label selector as `kubectl get -o wide` and the scale subresource show it. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  return selectorText(selectorFromLabelSelector(selector));
}

/** What creation says of a name that pods cannot bear as their host name. */
export function podNameWarnings(obj: KubeObject): readonly string[] {
  const faults = isDns1123Label(obj.metadata.name ?? "");
  return faults.length === 0 ? [] : [`metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${faults.join(" ")}]`];
}
