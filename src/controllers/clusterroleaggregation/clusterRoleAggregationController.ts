import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { objectPath } from "../../client/paths.ts";
import { aggregatedRules } from "../../kinds/rbac/aggregate.ts";
import { clusterRoleKind } from "../../kinds/rbac/clusterrole/kind.ts";
import { rbacGroup, type ClusterRole } from "../../kinds/rbac/types.ts";

// Follows pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.

const account = "clusterrole-aggregation-controller";

/** Roles with an aggregation rule hold the rules of the roles that it selects, and no others. */
export function createClusterRoleAggregationController(): ControllerDefinition<ClusterRole> {
  return {
    name: "clusterrole-aggregation",
    account,
    for: null,
    owns: [],
    watches: [{ kind: clusterRoleKind, map: (_change, ctx) => gatherers(ctx) }],
    concurrency: 5,
    reconcile,
  };
}

/** Any role may be selected by any of them. */
function gatherers(ctx: ControllerContext): readonly ObjectKey[] {
  return ctx.lister(clusterRoleKind).list(null).filter((role) => gathers(role)).map((role) => ({ namespace: "", name: role.metadata.name }));
}

function gathers(role: ClusterRole): boolean {
  return role.aggregationRule !== undefined && role.aggregationRule !== null;
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const lister = ctx.lister(clusterRoleKind);
  const role = lister.get(key);
  if (role === null || !gathers(role)) return {};
  const rules = aggregatedRules(role, lister.list(null));
  if (deepEqual(rules as unknown as Json, (role.rules ?? []) as unknown as Json)) return {};
  ctx.because(`gathered the rules of ClusterRole ${key.name}: the roles that it selects have changed`);
  const body = { apiVersion: `${rbacGroup}/v1`, kind: "ClusterRole", metadata: { name: key.name }, rules } as unknown as Json;
  ctx.write({ verb: "patch", path: objectPath(clusterRoleKind, key), query: { fieldManager: account, force: "true" }, contentType: "application/apply-patch+yaml", body });
  return {};
}
