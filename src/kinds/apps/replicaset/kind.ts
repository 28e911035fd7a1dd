// Follows pkg/apis/apps/v1/defaults.go, pkg/registry/apps/replicaset/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Column, GraphTraits, Health, KindDefinition } from "../../define.ts";
import { ownerEdges, plural } from "../../graph/edges.ts";
import { podTemplateWithDefaults } from "../../podtemplate/defaults.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fillAbsent, sameFields } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedTemplateFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { labelSelectorText, templateColumns } from "../../workloadTraits.ts";
import type { ReplicaSet, ReplicaSetSpec } from "./types.ts";
import { smallPodTemplate } from "../../smallPodTemplate.ts";
import { replicaSetWarnings, validateReplicaSet, validateReplicaSetStatusUpdate, validateReplicaSetUpdate } from "./validate.ts";

const replicaSetStrategy = strategy<ReplicaSet>({
  prepareForCreate: (replicaSet) => withGeneration({ ...replicaSet, status: { replicas: 0 } }, 1),
  prepareForUpdate: (replicaSet, old) =>
    withGeneration(withFieldOf(replicaSet, old, "status"), (old.metadata.generation ?? 0) + (deepEqual(replicaSet.spec, old.spec) ? 0 : 1)),
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: replicaSetWarnings,
});

const columns: readonly Column<ReplicaSet>[] = [
  nameColumn(),
  { name: "Desired", type: "integer", description: "ReplicaSetSpec.replicas", priority: 0, cell: (replicaSet) => replicaSet.spec.replicas ?? 0 },
  { name: "Current", type: "integer", description: "ReplicaSetStatus.replicas", priority: 0, cell: (replicaSet) => replicaSet.status?.replicas ?? 0 },
  { name: "Ready", type: "integer", description: "ReplicaSetStatus.readyReplicas", priority: 0, cell: (replicaSet) => replicaSet.status?.readyReplicas ?? 0 },
  ageColumn(),
  ...templateColumns<ReplicaSet>("ReplicaSetSpec.selector"),
];

const graph: GraphTraits<ReplicaSet> = {
  icon: "replicaset",
  tier: "workload",
  health(replicaSet): Health {
    if (replicaSet.metadata.deletionTimestamp !== undefined) return "terminating";
    const desired = replicaSet.spec.replicas ?? 0;
    if (replicaSet.status?.conditions?.some((each) => each.type === "ReplicaFailure" && each.status === "True") === true) return "failed";
    return (replicaSet.status?.readyReplicas ?? 0) === desired && (replicaSet.status?.replicas ?? 0) === desired ? "ok" : "progressing";
  },
  node: () => null,
  sentence(replicaSet) {
    if (replicaSet.metadata.deletionTimestamp !== undefined) return "Being deleted together with its pods.";
    const desired = replicaSet.spec.replicas ?? 0;
    const current = replicaSet.status?.replicas ?? 0;
    const ready = replicaSet.status?.readyReplicas ?? 0;
    const failure = replicaSet.status?.conditions?.find((each) => each.type === "ReplicaFailure" && each.status === "True");
    if (failure !== undefined) return `Pods cannot be created: ${failure.message ?? failure.reason ?? "unknown reason"}`;
    if (desired === 0) return current === 0 ? "Scaled to zero: kept so that its template can be rolled back to." : `Scaled to zero: ${plural(current, "pod")} still to be stopped.`;
    if (current !== desired) return `Has ${plural(current, "pod")}, wants ${desired}.`;
    return ready === desired ? `All ${plural(desired, "pod")} are ready.` : `${ready} of ${plural(desired, "pod")} ready.`;
  },
  summary: (replicaSet) => ({
    tier: "workload",
    desired: replicaSet.spec.replicas ?? 0,
    current: replicaSet.status?.replicas ?? 0,
    updated: replicaSet.status?.replicas ?? 0,
    ready: replicaSet.status?.readyReplicas ?? 0,
    available: replicaSet.status?.availableReplicas ?? 0,
    revision: replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "",
  }),
  edges: ownerEdges,
};

export const replicaSetKind: KindDefinition<ReplicaSet> = {
  gvk: { group: "apps", version: "v1", kind: "ReplicaSet" },
  versions: ["v1"],
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["scale", "status"],
  schema: "io.k8s.api.apps.v1.ReplicaSet",
  defaults(replicaSet) {
    const given = replicaSet.spec as ReplicaSetSpec | undefined;
    const filled = fillAbsent({ ...given, template: podTemplateWithDefaults(given?.template) } as ReplicaSetSpec, { replicas: 1 });
    const spec = given !== undefined && sameFields(filled, given) ? given : filled;
    const status = fillAbsent(replicaSet.status ?? { replicas: 0 }, { replicas: 0 });
    return spec === replicaSet.spec && status === replicaSet.status ? replicaSet : { ...replicaSet, spec, status };
  },
  strategy: replicaSetStrategy,
  statusStrategy: strategy<ReplicaSet>({
    prepareForUpdate: (replicaSet, old) => withFieldOf({ ...replicaSet, metadata: withFieldOf(replicaSet.metadata, old.metadata, "labels") }, old, "spec"),
    validateUpdate: validateReplicaSetStatusUpdate,
  }),
  selectableFields: {},
  columns,
  unsimulated: unsimulatedTemplateFields,
  unsimulatedWarnings: unsimulatedIn(unsimulatedTemplateFields),
  scale: {
    replicas: (replicaSet) => replicaSet.spec.replicas ?? 0,
    statusReplicas: (replicaSet) => replicaSet.status?.replicas ?? 0,
    selectorText: (replicaSet) => labelSelectorText(replicaSet.spec.selector),
    withReplicas: (replicaSet, replicas) => ({ ...replicaSet, spec: { ...replicaSet.spec, replicas } }),
  },
  graph,
  template: `apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
${smallPodTemplate(4)}`,
};
