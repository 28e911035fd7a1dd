import type { JsonObject } from "../../../base/json.ts";
import { aggregatedRules } from "../../../kinds/rbac/aggregate.ts";
import { rbacGroup, type ClusterRole, type PolicyRule } from "../../../kinds/rbac/types.ts";
import { aggregatedRoles, clusterRoleBindings, clusterRoles } from "./clusterRoles.ts";
import { controllerRoles } from "./controllerRoles.ts";
import { namespaceRoleBindings, namespaceRoles } from "./namespaceRoles.ts";
import { parsedRules } from "./ruleText.ts";

/** An object of the policy that every cluster begins with. */
export interface PolicyObject {
  readonly plural: "clusterroles" | "clusterrolebindings" | "roles" | "rolebindings";
  readonly namespace: string;
  readonly name: string;
  readonly object: JsonObject;
}

const apiVersion = `${rbacGroup}/v1`;
const aggregateLabel = (into: string): string => `${rbacGroup}/aggregate-to-${into}`;

let made: readonly PolicyObject[] | null = null;

/** The bootstrap policy; the same values for every server, made once. Follows rest/storage_rbac.go. */
export function policyObjects(): readonly PolicyObject[] {
  made ??= [...clusterScoped(), ...Object.keys(namespaceRoles).flatMap(inNamespace)];
  return made;
}

function clusterScoped(): readonly PolicyObject[] {
  const plain = Object.entries(clusterRoles).map(([name, lines]) => clusterRole(name, parsedRules(lines), labelsOf(name)));
  const roles = plain.map(({ object }) => object as unknown as ClusterRole);
  // From the one that gathers least: what it has gathered, the next gathers in turn.
  const gathered = ["view", "edit", "admin"].map((name) => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [aggregateLabel(name)]: "true" } }] };
    const into = aggregatedRoles[name]?.into ?? null;
    const role = clusterRole(name, aggregatedRules({ aggregationRule }, roles), into === null ? {} : { [aggregateLabel(into)]: "true" }, aggregationRule);
    roles.push(role.object as unknown as ClusterRole);
    return role;
  });
  const controllers = Object.entries(controllerRoles).flatMap(([account, lines]) => {
    const name = `system:controller:${account}`;
    return [clusterRole(name, parsedRules(lines), {}), clusterBinding(name, [`ServiceAccount kube-system/${account}`])];
  });
  return [...plain, ...gathered, ...Object.entries(clusterRoleBindings).map(([name, subjects]) => clusterBinding(name, subjects)), ...controllers];
}

/** "system:aggregate-to-view" is gathered by view. */
function labelsOf(name: string): Readonly<Record<string, string>> {
  const prefix = "system:aggregate-to-";
  return name.startsWith(prefix) ? { [aggregateLabel(name.slice(prefix.length))]: "true" } : {};
}

function inNamespace(namespace: string): readonly PolicyObject[] {
  const roles = Object.entries(namespaceRoles[namespace] ?? {}).map(([name, lines]) => entry("roles", "Role", namespace, name, { rules: parsedRules(lines) }));
  const bindings = Object.entries(namespaceRoleBindings[namespace] ?? {}).map(([name, { role, subjects }]) => entry("rolebindings", "RoleBinding", namespace, name, bound("Role", role, subjects)));
  return [...roles, ...bindings];
}

function clusterRole(name: string, rules: readonly PolicyRule[], labels: Readonly<Record<string, string>>, aggregationRule: ClusterRole["aggregationRule"] | null = null): PolicyObject {
  return entry("clusterroles", "ClusterRole", "", name, aggregationRule === null ? { rules } : { aggregationRule, rules }, labels);
}

function clusterBinding(name: string, subjects: readonly string[]): PolicyObject {
  return entry("clusterrolebindings", "ClusterRoleBinding", "", name, bound("ClusterRole", name, subjects));
}

function bound(kind: string, role: string, subjects: readonly string[]): object {
  const roleRef = { apiGroup: rbacGroup, kind, name: role };
  return subjects.length === 0 ? { roleRef } : { subjects: subjects.map(subjectOf), roleRef };
}

function subjectOf(text: string): object {
  const [kind = "", name = ""] = text.split(" ");
  if (kind !== "ServiceAccount") return { kind, apiGroup: rbacGroup, name };
  const [namespace = "", account = ""] = name.split("/");
  return { kind, name: account, namespace };
}

function entry(plural: PolicyObject["plural"], kind: string, namespace: string, name: string, body: object, labels: Readonly<Record<string, string>> = {}): PolicyObject {
  const metadata = {
    name, ...(namespace === "" ? {} : { namespace }),
    labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
    annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  };
  return { plural, namespace, name, object: { apiVersion, kind, metadata, ...body } as unknown as JsonObject };
}
