// Follows pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go, pkg/registry/rbac/escalation_check.go
// and validation/rule.go ConfirmNoEscalation.
import { goQuote } from "../../apimachinery/goFormat.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { forbiddenStatus, notFound } from "../../apimachinery/statusErrors.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { rbacGroup, type Binding, type ClusterRole, type PolicyRule } from "../../kinds/rbac/types.ts";
import { refuse, targetOf, workOf, type RequestContext, type Target } from "../requestContext.ts";
import { authorize, mastersGroup } from "./authorize.ts";
import { compactRules, describeRules, goQuotedList, missingRights } from "./rules.ts";

/** Nobody may hand out by a role or a binding what he does not hold, unless he may escalate or bind. */
export function checkEscalation(rc: RequestContext): void {
  const target = targetOf(rc);
  const { object, old, operation } = workOf(rc);
  if (target.resource.group !== rbacGroup || object === null || operation === "DELETE" || rc.user.groups.includes(mastersGroup)) return;
  if (old !== null && changesOnlyForCollector(object, old)) return;
  if (target.resource.plural === "roles" || target.resource.plural === "clusterroles") checkRole(rc, target, object as ClusterRole, old as ClusterRole | null);
  else checkBinding(rc, target, object as Binding);
}

/** The garbage collector takes away owners and finalizers. */
function changesOnlyForCollector(object: KubeObject, old: KubeObject): boolean {
  const bare = (each: KubeObject): object => {
    const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _managed, ...metadata } = each.metadata;
    return { ...each, metadata };
  };
  return deepEqual(bare(object) as never, bare(old) as never);
}

const everything: readonly PolicyRule[] = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }, { verbs: ["*"], nonResourceURLs: ["*"] }];

function checkRole(rc: RequestContext, target: Target, role: ClusterRole, old: ClusterRole | null): void {
  const { path } = target;
  const mayEscalate = authorize(rc.server, { user: rc.user, verb: "escalate", target: { group: rbacGroup, plural: target.resource.plural, subresource: "", namespace: path.namespace, name: path.name } });
  if (mayEscalate.allowed) return;
  confirm(rc, target, role, role.rules ?? []);
  // Who gathers rules may gather any.
  if ((role.aggregationRule ?? old?.aggregationRule ?? null) === null || missingRights(held(rc, ""), everything).length === 0) return;
  refuse(forbiddenStatus({ group: rbacGroup, resource: target.resource.plural }, role.metadata.name ?? "", "must have cluster-admin privileges to use the aggregationRule"));
}

function checkBinding(rc: RequestContext, target: Target, binding: Binding): void {
  const { roleRef } = binding;
  const plural = { Role: "roles", ClusterRole: "clusterroles" }[roleRef.kind];
  if (plural !== undefined) {
    const mayBind = authorize(rc.server, { user: rc.user, verb: "bind", target: { group: roleRef.apiGroup, plural, subresource: "", namespace: target.namespace, name: roleRef.name } });
    if (mayBind.allowed) return;
  }
  // Upstream names the resource of the request, not of the role.
  const rules = rc.server.rbac.rulesOf(roleRef, target.namespace) ?? refuse(notFound({ group: rbacGroup, resource: target.resource.plural }, roleRef.name));
  confirm(rc, target, binding, rules);
}

function held(rc: RequestContext, namespace: string): readonly PolicyRule[] {
  return rc.server.rbac.grantsOf(rc.user, namespace).all.map(({ rule }) => rule);
}

function confirm(rc: RequestContext, target: Target, object: KubeObject, wanted: readonly PolicyRule[]): void {
  const { errors } = rc.server.rbac.grantsOf(rc.user, target.namespace);
  const missing = missingRights(held(rc, target.namespace), wanted);
  if (missing.length === 0) return;
  const head = `user ${goQuote(rc.user.name)} (groups=${goQuotedList(rc.user.groups)}) is attempting to grant RBAC permissions not currently held:`;
  const problems = errors.length === 0 ? "" : `; resolution errors: [${errors.length === 1 ? (errors[0] as string) : `[${errors.join(", ")}]`}]`;
  refuse(forbiddenStatus({ group: rbacGroup, resource: target.resource.plural }, object.metadata.name ?? "", `${[head, ...describeRules(compactRules(missing))].join("\n")}${problems}`));
}
