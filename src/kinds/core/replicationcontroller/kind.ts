// Follows pkg/apis/core/v1/defaults.go (SetDefaults_ReplicationController), pkg/registry/core/replicationcontroller/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import { selectorFromMap, selectorText } from "../../../apimachinery/labels.ts";
import type { KindDefinition } from "../../define.ts";
import { workloadGraph } from "../../graph/workloadGraph.ts";
import { podTemplateWithDefaults } from "../../podtemplate/defaults.ts";
import { ageColumn, formatLabels, nameColumn } from "../../printing/cells.ts";
import { changeField, fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedTemplateFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { containerColumns } from "../../workloadTraits.ts";
import type { ReplicationController, ReplicationControllerSpec } from "./types.ts";
import { smallPodTemplate } from "../../smallPodTemplate.ts";
import { replicationControllerWarnings, validateReplicationController, validateReplicationControllerStatusUpdate, validateReplicationControllerUpdate } from "./validate.ts";

export const replicationControllerKind: KindDefinition<ReplicationController> = {
  gvk: { group: "", version: "v1", kind: "ReplicationController" },
  versions: ["v1"],
  plural: "replicationcontrollers",
  singular: "replicationcontroller",
  shortNames: ["rc"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["scale", "status"],
  schema: "io.k8s.api.core.v1.ReplicationController",
  defaults: withDefaults,
  orphansByDefault: "",
  strategy: strategy<ReplicationController>({
    prepareForCreate: (controller) => withGeneration({ ...controller, status: { replicas: 0 } }, 1),
    prepareForUpdate: (controller, old) => withGeneration(withFieldOf(controller, old, "status"), (old.metadata.generation ?? 0) + (deepEqual(controller.spec, old.spec) ? 0 : 1)),
    validate: validateReplicationController,
    validateUpdate: validateReplicationControllerUpdate,
    warnings: replicationControllerWarnings,
  }),
  statusStrategy: strategy<ReplicationController>({
    prepareForUpdate: (controller, old) => withFieldOf(controller, old, "spec"),
    validateUpdate: validateReplicationControllerStatusUpdate,
  }),
  selectableFields: { "status.replicas": (controller) => String(controller.status?.replicas ?? 0) },
  columns: [
    nameColumn(),
    { name: "Desired", type: "integer", description: "ReplicationControllerSpec.replicas", priority: 0, cell: (controller) => controller.spec.replicas ?? 0 },
    { name: "Current", type: "integer", description: "ReplicationControllerStatus.replicas", priority: 0, cell: (controller) => controller.status?.replicas ?? 0 },
    { name: "Ready", type: "integer", description: "ReplicationControllerStatus.readyReplicas", priority: 0, cell: (controller) => controller.status?.readyReplicas ?? 0 },
    ageColumn(),
    ...containerColumns<ReplicationController>((controller) => controller.spec.template, 1),
    { name: "Selector", type: "string", description: "ReplicationControllerSpec.selector", priority: 1, cell: (controller) => formatLabels(controller.spec.selector) },
  ],
  unsimulated: unsimulatedTemplateFields,
  unsimulatedWarnings: unsimulatedIn(unsimulatedTemplateFields),
  scale: {
    replicas: (controller) => controller.spec.replicas ?? 0,
    statusReplicas: (controller) => controller.status?.replicas ?? 0,
    selectorText: (controller) => selectorText(selectorFromMap(controller.spec.selector ?? {})),
    withReplicas: (controller, replicas) => ({ ...controller, spec: { ...controller.spec, replicas } }),
  },
  graph: workloadGraph("replicationcontroller", ({ spec, status }) => ({
    desired: spec.replicas ?? 0, current: status?.replicas ?? 0, updated: status?.replicas ?? 0, ready: status?.readyReplicas ?? 0, available: status?.availableReplicas ?? 0, revision: "",
  })),
  template: `apiVersion: v1
kind: ReplicationController
metadata:
  name: web
spec:
  replicas: 3
  selector:
    app: web
  template:
${smallPodTemplate(4)}`,
};

/** Labels and selector that nobody gave are those of the template. */
function withDefaults(controller: ReplicationController): ReplicationController {
  const given = controller.spec as ReplicationControllerSpec | undefined;
  const labels = given?.template?.metadata?.labels ?? {};
  let spec = fillAbsent(changeField(given ?? {}, "template", podTemplateWithDefaults), { replicas: 1 });
  let { metadata } = controller;
  if (Object.keys(labels).length > 0) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec = { ...spec, selector: labels };
    if (Object.keys(metadata.labels ?? {}).length === 0) metadata = { ...metadata, labels };
  }
  const status = fillAbsent(controller.status ?? { replicas: 0 }, { replicas: 0 });
  return spec === given && metadata === controller.metadata && status === controller.status ? controller : { ...controller, metadata, spec, status };
}
