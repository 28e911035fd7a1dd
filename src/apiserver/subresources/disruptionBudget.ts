// Follows pkg/registry/core/pod/storage/eviction.go: what a disruption budget says to an eviction.
import { trackUpdate } from "../../apimachinery/managedFields.ts";
import { matches, SelectorError, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { evictionRefused, forbiddenStatus, plainError } from "../../apimachinery/statusErrors.ts";
import type { JsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { PodStatus } from "../../kinds/core/pod/types.ts";
import type { Condition } from "../../kinds/metadata/conditions.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "../../kinds/policy/poddisruptionbudget/types.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { refuse, type PlannedWrite, type RequestContext } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { withoutVersion } from "../verbs/delete.ts";

const budgetsId = "poddisruptionbudgets.policy";
const mostDisrupted = 2000;
const refusedText = "Cannot evict pod as it would violate the pod's disruption budget.";

/** The change of a budget that lets this pod go; null where the pod may go without one. Refuses by throwing. */
export function grantOf(rc: RequestContext, pod: KubeObject): PlannedWrite | null {
  const status = pod.status as PodStatus | undefined;
  // What has ended, not begun or is on its way out disrupts nobody.
  if (["Succeeded", "Failed", "Pending"].includes(status?.phase ?? "") || pod.metadata.deletionTimestamp !== undefined) return null;
  const budgets = budgetsOf(rc, pod);
  const [budget] = budgets;
  if (budget === undefined) return null;
  if (budgets.length > 1) refuse(plainError("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."));
  const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true;
  if (!ready && allowsUnhealthy(budget)) return null;
  return decremented(rc, budget, pod.metadata.name);
}

function budgetsOf(rc: RequestContext, pod: KubeObject): readonly PodDisruptionBudget[] {
  const { resources, cache } = rc.server;
  const resource = resources.get(budgetsId);
  if (resource === null) return [];
  const found: PodDisruptionBudget[] = [];
  for (const [, object] of cache.range(resource, pod.metadata.namespace ?? "")) {
    const budget = object as unknown as PodDisruptionBudget;
    if (selects(budget, pod)) found.push(budget);
  }
  return found;
}

/** A selector that cannot be read selects nothing, as none does; an empty one selects all. */
function selects(budget: PodDisruptionBudget, pod: KubeObject): boolean {
  try {
    return matches(selectorFromLabelSelector(budget.spec.selector), pod.metadata.labels);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}

/** Pods that are not ready count for nothing: they may go where that is the budget's policy, or while the others suffice. */
function allowsUnhealthy({ spec, status = {} }: PodDisruptionBudget): boolean {
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return spec.unhealthyPodEvictionPolicy === "AlwaysAllow" || (currentHealthy >= desiredHealthy && desiredHealthy > 0);
}

/** checkAndDecrement. */
function decremented(rc: RequestContext, budget: PodDisruptionBudget, podName: string): PlannedWrite {
  const { name } = budget.metadata;
  const status = budget.status ?? {};
  const allowed = status.disruptionsAllowed ?? 0;
  const because = (message: string, retryAfterSeconds = 0): never => refuse(evictionRefused(refusedText, [{ reason: "DisruptionBudget", message }], retryAfterSeconds));
  const forbidden = (message: string): never => refuse(forbiddenStatus({ group: "policy", resource: "poddisruptionbudget" }, name, message));
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) because(`The disruption budget ${name} is still being processed by the server.`, 10);
  if (allowed < 0) forbidden("pdb disruptions allowed is negative");
  if (Object.keys(status.disruptedPods ?? {}).length > mostDisrupted) forbidden("DisruptedPods map too big - too many evictions not confirmed by PDB controller");
  if (allowed === 0) because(`The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`);
  const now = formatRfc3339(rc.nowUs);
  const conditions = allowed === 1 ? { conditions: withInsufficient(status, now) } : {};
  const next = { ...budget, status: { ...status, ...conditions, disruptionsAllowed: allowed - 1, disruptedPods: { ...status.disruptedPods, [podName]: now } } };
  return budgetWrite(rc, budget, next);
}

/** No more may go: the condition says so at once. Follows component-helpers/apps/poddisruptionbudget/helpers.go. */
function withInsufficient(status: PodDisruptionBudgetStatus, now: string): readonly Condition[] {
  const before = status.conditions?.find((condition) => condition.type === "DisruptionAllowed");
  const condition = {
    type: "DisruptionAllowed", status: "False", observedGeneration: status.observedGeneration ?? 0, lastTransitionTime: before?.status === "False" ? (before.lastTransitionTime ?? now) : now, reason: "InsufficientPods", message: before?.message ?? "",
  };
  const others = status.conditions ?? [];
  return before === undefined ? [...others, condition] : others.map((each) => (each === before ? condition : each));
}

/** The server writes it as a client of itself would. */
function budgetWrite(rc: RequestContext, old: PodDisruptionBudget, next: PodDisruptionBudget): PlannedWrite {
  const resource = rc.server.resources.get(budgetsId);
  const schema = resource === null ? null : schemas.object(resource.schema);
  if (resource === null || schema === null) throw new Error("budgets are not served");
  const tracked = trackUpdate({
    schema, live: old as unknown as JsonObject, next: next as unknown as JsonObject, manager: "kube-apiserver", apiVersion: resource.apiVersion, subresource: "status", nowUs: rc.nowUs, resetFields: [["spec"]],
  });
  const { namespace = "", name } = old.metadata;
  return {
    key: resource.keyPrefix + objectKeyOf(resource, namespace, name), expectRevision: Number(old.metadata.resourceVersion), value: withoutVersion(tracked as unknown as KubeObject),
    noteText: `let PodDisruptionBudget ${name} spend one disruption`, noteObject: `${resource.id}/${namespace}/${name}`, onConflict: "planAgain", next: "granted", answer: { type: "object", code: 200 },
  };
}
