// Follows pkg/registry/apps/statefulset/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { KindDefinition } from "../../define.ts";
import { workloadGraph } from "../../graph/workloadGraph.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { changeField } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration, without } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedTemplateFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { containerColumns, labelSelectorText } from "../../workloadTraits.ts";
import { noPods, statefulSetWithDefaults } from "./defaults.ts";
import type { StatefulSet } from "./types.ts";
import { statefulSetWarnings, validateStatefulSet, validateStatefulSetStatusUpdate, validateStatefulSetUpdate } from "./validate.ts";

export const statefulSetKind: KindDefinition<StatefulSet> = {
  gvk: { group: "apps", version: "v1", kind: "StatefulSet" },
  versions: ["v1"],
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["scale", "status"],
  schema: "io.k8s.api.apps.v1.StatefulSet",
  defaults: statefulSetWithDefaults,
  strategy: strategy<StatefulSet>({
    prepareForCreate: (statefulSet) => withGeneration({ ...withoutGated(statefulSet), status: noPods }, 1),
    prepareForUpdate(statefulSet, old) {
      const prepared = withFieldOf(withoutGated(statefulSet), old, "status");
      return withGeneration(prepared, (old.metadata.generation ?? 0) + (deepEqual(prepared.spec, old.spec) ? 0 : 1));
    },
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    warnings: statefulSetWarnings,
  }),
  statusStrategy: strategy<StatefulSet>({
    prepareForUpdate: (statefulSet, old) => withFieldOf(statefulSet, old, "spec"),
    validateUpdate: validateStatefulSetStatusUpdate,
  }),
  selectableFields: {},
  columns: [
    nameColumn(),
    { name: "Ready", type: "string", description: "Workload Ready", priority: 0, cell: (statefulSet) => `${statefulSet.status?.readyReplicas ?? 0}/${statefulSet.spec.replicas ?? 0}` },
    ageColumn(),
    ...containerColumns<StatefulSet>((statefulSet) => statefulSet.spec.template, 1),
  ],
  unsimulated: unsimulatedTemplateFields,
  unsimulatedWarnings: unsimulatedIn(unsimulatedTemplateFields),
  scale: {
    replicas: (statefulSet) => statefulSet.spec.replicas ?? 0,
    statusReplicas: (statefulSet) => statefulSet.status?.replicas ?? 0,
    selectorText: (statefulSet) => labelSelectorText(statefulSet.spec.selector),
    withReplicas: (statefulSet, replicas) => ({ ...statefulSet, spec: { ...statefulSet.spec, replicas } }),
  },
  graph: workloadGraph("statefulset", ({ spec, status }) => ({
    desired: spec.replicas ?? 0, current: status?.replicas ?? 0, updated: status?.updatedReplicas ?? 0, ready: status?.readyReplicas ?? 0, available: status?.availableReplicas ?? 0, revision: status?.updateRevision ?? "",
  })),
  template: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: db
          image: redis:7
          volumeMounts:
            - name: data
              mountPath: /data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes:
          - ReadWriteOnce
        resources:
          requests:
            storage: 1Gi
`,
};

/** maxUnavailable is behind the gate MaxUnavailableStatefulSet, which is off: upstream drops it without a word. */
function withoutGated(statefulSet: StatefulSet): StatefulSet {
  return changeField(statefulSet, "spec", (spec) => changeField(spec, "updateStrategy", (updates) => changeField(updates, "rollingUpdate", (rolling) => without(rolling, "maxUnavailable"))));
}
