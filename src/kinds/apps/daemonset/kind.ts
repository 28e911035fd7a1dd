// Follows pkg/registry/apps/daemonset/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Column, KindDefinition } from "../../define.ts";
import { workloadGraph } from "../../graph/workloadGraph.ts";
import { ageColumn, formatLabels, nameColumn } from "../../printing/cells.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedTemplateFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { templateColumns } from "../../workloadTraits.ts";
import { daemonSetWithDefaults, noNodes, templateGeneration, withTemplateGeneration } from "./defaults.ts";
import type { DaemonSet, DaemonSetStatus } from "./types.ts";
import { daemonSetWarnings, validateDaemonSet, validateDaemonSetStatusUpdate, validateDaemonSetUpdate } from "./validate.ts";

const counted = [
  ["Desired", "desiredNumberScheduled"], ["Current", "currentNumberScheduled"], ["Ready", "numberReady"], ["Up-to-date", "updatedNumberScheduled"], ["Available", "numberAvailable"],
] as const satisfies readonly (readonly [string, keyof DaemonSetStatus])[];

const columns: readonly Column<DaemonSet>[] = [
  nameColumn(),
  ...counted.map(([name, field]): Column<DaemonSet> => ({ name, type: "integer", description: `DaemonSetStatus.${field}`, priority: 0, cell: (daemonSet) => daemonSet.status?.[field] ?? 0 })),
  { name: "Node Selector", type: "string", description: "PodSpec.nodeSelector", priority: 0, cell: (daemonSet) => formatLabels(daemonSet.spec.template.spec.nodeSelector) },
  ageColumn(),
  ...templateColumns<DaemonSet>("DaemonSetSpec.selector"),
];

export const daemonSetKind: KindDefinition<DaemonSet> = {
  gvk: { group: "apps", version: "v1", kind: "DaemonSet" },
  versions: ["v1"],
  plural: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.apps.v1.DaemonSet",
  defaults: daemonSetWithDefaults,
  strategy: strategy<DaemonSet>({
    prepareForCreate: (daemonSet) => withTemplateGeneration(withGeneration({ ...daemonSet, status: noNodes }, 1), Math.max(1, templateGeneration(daemonSet))),
    prepareForUpdate(daemonSet, old) {
      const changed = !deepEqual(daemonSet.spec, old.spec);
      const rolled = changed && !deepEqual(daemonSet.spec.template, old.spec.template);
      return withTemplateGeneration(withGeneration(withFieldOf(daemonSet, old, "status"), (old.metadata.generation ?? 0) + (changed ? 1 : 0)), templateGeneration(old) + (rolled ? 1 : 0));
    },
    validate: validateDaemonSet,
    validateUpdate: validateDaemonSetUpdate,
    warnings: daemonSetWarnings,
  }),
  statusStrategy: strategy<DaemonSet>({
    prepareForUpdate: (daemonSet, old) => withTemplateGeneration(withFieldOf(daemonSet, old, "spec"), templateGeneration(old)),
    validateUpdate: validateDaemonSetStatusUpdate,
  }),
  selectableFields: {},
  columns,
  unsimulated: unsimulatedTemplateFields,
  unsimulatedWarnings: unsimulatedIn(unsimulatedTemplateFields),
  scale: null,
  graph: workloadGraph("daemonset", ({ status = noNodes }) => ({
    desired: status.desiredNumberScheduled, current: status.currentNumberScheduled, updated: status.updatedNumberScheduled ?? 0, ready: status.numberReady, available: status.numberAvailable ?? 0, revision: "",
  })),
  template: `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      containers:
        - name: agent
          image: busybox:1.36
          command:
            - sleep
            - infinity
`,
};
