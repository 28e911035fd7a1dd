// Follows pkg/registry/core/resourcequota/strategy.go and pkg/printers/internalversion/printers.go (printResourceQuota).
import { compareQuantityTexts } from "../../../apimachinery/quantity.ts";
import type { Column, Health, KindDefinition } from "../../define.ts";
import { configGraph, plural, sortedKeys } from "../../graph/edges.ts";
import { roundedUp } from "../../podtemplate/defaults.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { changeField, fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ResourceQuota } from "./types.ts";
import { validateResourceQuota, validateResourceQuotaStatusUpdate, validateResourceQuotaUpdate } from "./validate.ts";

const columns: readonly Column<ResourceQuota>[] = [
  nameColumn(),
  { name: "Request", type: "string", description: "ResourceQuota Request", priority: 0, cell: (quota) => amountsText(quota, false) },
  { name: "Limit", type: "string", description: "ResourceQuota Limit", priority: 0, cell: (quota) => amountsText(quota, true) },
  ageColumn(),
];

const graph = configGraph<ResourceQuota>({
  icon: "resourcequota",
  tier: "config",
  sentence(quota) {
    if (quota.status?.hard === undefined) return "Not counted yet: nothing is limited by it.";
    const full = exhausted(quota);
    return full.length === 0 ? `Limits what this namespace may use together: ${plural(Object.keys(quota.status.hard).length, "amount")}, none used up.` : `Used up: ${full.join(", ")}; whatever needs more is refused.`;
  },
  facts: (quota) => ({ hard: quota.status?.hard ?? {}, used: quota.status?.used ?? {} }),
});

export const resourceQuotaKind: KindDefinition<ResourceQuota> = {
  gvk: { group: "", version: "v1", kind: "ResourceQuota" },
  versions: ["v1"],
  plural: "resourcequotas",
  singular: "resourcequota",
  shortNames: ["quota"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.core.v1.ResourceQuota",
  defaults(quota) {
    const filled = fillAbsent(quota, { spec: {}, status: {} });
    const spec = changeField(filled, "spec", (given) => changeField(given, "hard", roundedUp));
    return changeField(spec, "status", (given) => changeField(changeField(given, "hard", roundedUp), "used", roundedUp));
  },
  strategy: strategy<ResourceQuota>({
    prepareForCreate: (quota) => ({ ...quota, status: {} }),
    prepareForUpdate: (quota, old) => withFieldOf(quota, old, "status"),
    validate: validateResourceQuota,
    validateUpdate: validateResourceQuotaUpdate,
  }),
  statusStrategy: strategy<ResourceQuota>({ prepareForUpdate: (quota, old) => withFieldOf(quota, old, "spec"), validateUpdate: validateResourceQuotaStatusUpdate }),
  returnsDeletedObject: true,
  selectableFields: {},
  columns,
  scale: null,
  graph: {
    ...graph,
    health: (quota): Health => (quota.metadata.deletionTimestamp !== undefined ? "terminating" : exhausted(quota).length > 0 ? "warning" : "ok"),
  },
  template: `apiVersion: v1
kind: ResourceQuota
metadata:
  name: team-quota
spec:
  hard:
    pods: "10"
    requests.cpu: "4"
    requests.memory: 8Gi
    limits.memory: 16Gi
`,
};

/** "pods: 1/3, requests.cpu: 100m/1": limits in one column, all else in the other. */
function amountsText(quota: ResourceQuota, limits: boolean): string {
  const { hard, used } = quota.status ?? {};
  return sortedKeys(hard).filter((name) => name.startsWith("limits.") === limits).map((name) => `${name}: ${used?.[name] ?? "0"}/${hard?.[name] ?? "0"}`).join(", ");
}

function exhausted(quota: ResourceQuota): readonly string[] {
  const { hard, used } = quota.status ?? {};
  return sortedKeys(hard).filter((name) => compareQuantityTexts(hard?.[name] ?? "0", "0") > 0 && compareQuantityTexts(used?.[name] ?? "0", hard?.[name] ?? "0") >= 0);
}
