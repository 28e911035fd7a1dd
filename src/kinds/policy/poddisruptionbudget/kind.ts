// Follows pkg/registry/policy/poddisruptionbudget/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { JsonObject } from "../../../base/json.ts";
import { labelSelectorText } from "../../workloadTraits.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "./types.ts";
import { validateBudget, validateBudgetSpec, validateBudgetStatus } from "./validate.ts";

const noStatus: PodDisruptionBudgetStatus = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };

export const podDisruptionBudgetKind: KindDefinition<PodDisruptionBudget> = {
  gvk: { group: "policy", version: "v1", kind: "PodDisruptionBudget" },
  versions: ["v1"],
  plural: "poddisruptionbudgets",
  singular: "poddisruptionbudget",
  shortNames: ["pdb"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.policy.v1.PodDisruptionBudget",
  defaults(budget) {
    const status = fillAbsent(budget.status ?? {}, noStatus);
    return (budget.spec as unknown) !== undefined && status === budget.status ? budget : { ...budget, spec: budget.spec ?? {}, status };
  },
  strategy: strategy<PodDisruptionBudget>({
    prepareForCreate: (budget) => withGeneration({ ...budget, status: noStatus }, 1),
    prepareForUpdate: (budget, old) => withGeneration(withFieldOf(budget, old, "status"), (old.metadata.generation ?? 0) + (deepEqual(budget.spec, old.spec) ? 0 : 1)),
    validate: validateBudget,
    validateUpdate: (budget) => validateBudgetSpec(budget.spec),
  }),
  statusStrategy: strategy<PodDisruptionBudget>({ prepareForUpdate: (budget, old) => withFieldOf(budget, old, "spec"), validateUpdate: validateBudgetStatus }),
  updateNeedsVersion: true,
  selectableFields: {},
  columns: [
    nameColumn(),
    { name: "Min Available", type: "string", description: "PodDisruptionBudget Min Available", priority: 0, cell: (budget) => String(budget.spec.minAvailable ?? "N/A") },
    { name: "Max Unavailable", type: "string", description: "PodDisruptionBudget Max Unavailable", priority: 0, cell: (budget) => String(budget.spec.maxUnavailable ?? "N/A") },
    { name: "Allowed Disruptions", type: "integer", description: "PodDisruptionBudget Allowed Disruptions", priority: 0, cell: (budget) => budget.status?.disruptionsAllowed ?? 0 },
    ageColumn(),
  ],
  scale: null,
  graph: configGraph({ icon: "poddisruptionbudget", tier: "config", sentence, facts }),
  template: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: web
`,
};

function sentence(budget: PodDisruptionBudget): string {
  const { minAvailable, maxUnavailable } = budget.spec;
  const status = budget.status ?? noStatus;
  const rule = minAvailable !== undefined ? `keep at least ${minAvailable} available` : maxUnavailable !== undefined ? `leave at most ${maxUnavailable} unavailable` : "set no amount";
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) return `Evictions have to ${rule}; nobody has counted the pods yet, so none is allowed.`;
  return `Evictions have to ${rule}: ${status.currentHealthy ?? 0} of ${status.expectedPods ?? 0} healthy, ${status.disruptionsAllowed ?? 0} may go now.`;
}

function facts(budget: PodDisruptionBudget): JsonObject {
  const { status = noStatus } = budget;
  return { selector: labelSelectorText(budget.spec.selector), allowed: status.disruptionsAllowed ?? 0, healthy: status.currentHealthy ?? 0, desired: status.desiredHealthy ?? 0 };
}
