// Follows pkg/registry/core/podtemplate/strategy.go, pkg/apis/core/validation/validation.go (ValidatePodTemplate) and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { podTemplateWithDefaults } from "../../podtemplate/defaults.ts";
import { validatePodTemplate } from "../../podtemplate/validateTemplate.ts";
import { templateWarnings } from "../../podtemplate/warnings.ts";
import { formatLabels, nameColumn } from "../../printing/cells.ts";
import { strategy, withGeneration } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { containerColumns } from "../../workloadTraits.ts";
import { smallPodTemplate } from "../../smallPodTemplate.ts";
import type { PodTemplate } from "./types.ts";

export const podTemplateKind: KindDefinition<PodTemplate> = {
  gvk: { group: "", version: "v1", kind: "PodTemplate" },
  versions: ["v1"],
  plural: "podtemplates",
  singular: "podtemplate",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.PodTemplate",
  defaults(podTemplate) {
    const template = podTemplateWithDefaults(podTemplate.template);
    return template === podTemplate.template ? podTemplate : { ...podTemplate, template };
  },
  strategy: strategy<PodTemplate>({
    prepareForCreate: (podTemplate) => withGeneration(podTemplate, 1),
    prepareForUpdate: (podTemplate, old) => withGeneration(podTemplate, (old.metadata.generation ?? 0) + (deepEqual(podTemplate.template, old.template) ? 0 : 1)),
    validate: (podTemplate) => [...validateObjectMeta(podTemplate.metadata, true, isDns1123Subdomain, "metadata"), ...validatePodTemplate(podTemplate.template, "template")],
    validateUpdate: (podTemplate, old) => [...validateObjectMetaUpdate(podTemplate.metadata, old.metadata, "metadata"), ...validatePodTemplate(podTemplate.template, "template")],
    warnings: (podTemplate, old) => (podTemplate.metadata.generation === old?.metadata.generation ? [] : templateWarnings(podTemplate.template, null, "template")),
  }),
  statusStrategy: null,
  selectableFields: {},
  returnsDeletedObject: true,
  columns: [
    nameColumn(),
    ...containerColumns<PodTemplate>((podTemplate) => podTemplate.template, 0),
    { name: "Pod Labels", type: "string", description: "PodTemplate Pod Labels", priority: 0, cell: (podTemplate) => formatLabels(podTemplate.template.metadata?.labels) },
  ],
  scale: null,
  graph: configGraph({
    icon: "podtemplate",
    tier: "none",
    sentence: () => "A description of pods that is kept: Kubernetes itself makes none of it.",
    facts: (podTemplate) => ({ images: podTemplate.template.spec.containers.map((container) => container.image ?? "") }),
  }),
  template: `apiVersion: v1
kind: PodTemplate
metadata:
  name: web
template:
${smallPodTemplate(2)}`,
};
