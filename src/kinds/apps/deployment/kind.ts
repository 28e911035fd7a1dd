// Follows pkg/apis/apps/v1/defaults.go, pkg/registry/apps/deployment/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Column, KindDefinition } from "../../define.ts";
import { podTemplateWithDefaults } from "../../podtemplate/defaults.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fill, fillAbsent, sameFields } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedTemplateFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { labelSelectorText, templateColumns } from "../../workloadTraits.ts";
import { deploymentGraph } from "./graph.ts";
import { deploymentTemplateYaml } from "./template.ts";
import type { Deployment, DeploymentSpec, DeploymentStrategy } from "./types.ts";
import { deploymentWarnings, validateDeployment, validateDeploymentStatusUpdate, validateDeploymentUpdate } from "./validate.ts";

const deploymentStrategy = strategy<Deployment>({
  prepareForCreate: (deployment) => withGeneration({ ...deployment, status: {} }, 1),
  prepareForUpdate(deployment, old) {
    // Annotations count as well: the controller copies them to its ReplicaSets.
    const changed = !deepEqual(deployment.spec, old.spec) || !deepEqual(deployment.metadata.annotations ?? {}, old.metadata.annotations ?? {});
    return withGeneration(withFieldOf(deployment, old, "status"), (old.metadata.generation ?? 0) + (changed ? 1 : 0));
  },
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings: deploymentWarnings,
});

const columns: readonly Column<Deployment>[] = [
  nameColumn(),
  { name: "Ready", type: "string", description: "Workload Ready", priority: 0, cell: (deployment) => `${deployment.status?.readyReplicas ?? 0}/${deployment.spec.replicas ?? 0}` },
  { name: "Up-to-date", type: "string", description: "DeploymentStatus.updatedReplicas", priority: 0, cell: (deployment) => deployment.status?.updatedReplicas ?? 0 },
  { name: "Available", type: "string", description: "DeploymentStatus.availableReplicas", priority: 0, cell: (deployment) => deployment.status?.availableReplicas ?? 0 },
  ageColumn(),
  ...templateColumns<Deployment>("DeploymentSpec.selector"),
];

export const deploymentKind: KindDefinition<Deployment> = {
  gvk: { group: "apps", version: "v1", kind: "Deployment" },
  versions: ["v1"],
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["scale", "status"],
  schema: "io.k8s.api.apps.v1.Deployment",
  defaults: withDefaults,
  strategy: deploymentStrategy,
  statusStrategy: strategy<Deployment>({
    prepareForUpdate: (deployment, old) => withFieldOf({ ...deployment, metadata: withFieldOf(deployment.metadata, old.metadata, "labels") }, old, "spec"),
    validateUpdate: validateDeploymentStatusUpdate,
  }),
  selectableFields: {},
  columns,
  unsimulated: unsimulatedTemplateFields,
  unsimulatedWarnings: unsimulatedIn(unsimulatedTemplateFields),
  scale: {
    replicas: (deployment) => deployment.spec.replicas ?? 0,
    statusReplicas: (deployment) => deployment.status?.replicas ?? 0,
    selectorText: (deployment) => labelSelectorText(deployment.spec.selector),
    withReplicas: (deployment, replicas) => ({ ...deployment, spec: { ...deployment.spec, replicas } }),
  },
  graph: deploymentGraph,
  template: deploymentTemplateYaml,
};

function withDefaults(deployment: Deployment): Deployment {
  // A client may have sent no spec at all: validation says so, defaults must not fail.
  const given = deployment.spec as DeploymentSpec | undefined;
  const template = podTemplateWithDefaults(given?.template);
  let spec = { ...given, template } as DeploymentSpec;
  spec = fillAbsent(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const rollout = strategyWithDefaults(spec.strategy ?? {});
  if (rollout !== spec.strategy) spec = { ...spec, strategy: rollout };
  const same = given !== undefined && sameFields(spec, given);
  return same && deployment.status !== undefined ? deployment : { ...deployment, spec: same ? given : spec, status: deployment.status ?? {} };
}

function strategyWithDefaults(rollout: DeploymentStrategy): DeploymentStrategy {
  const typed = fill(rollout, { type: "RollingUpdate" });
  if (typed.type !== "RollingUpdate") return typed;
  const rollingUpdate = fillAbsent(typed.rollingUpdate ?? {}, { maxUnavailable: "25%", maxSurge: "25%" });
  return rollingUpdate === typed.rollingUpdate ? typed : { ...typed, rollingUpdate };
}
