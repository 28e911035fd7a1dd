import { describe, expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { KindDefinition } from "../define.ts";
import { kindByPlural } from "../index.ts";
import { create } from "../testing/recordedCreate.ts";
import { aggregatedRules } from "./aggregate.ts";
import { clusterRoleBindingKind } from "./clusterrolebinding/kind.ts";
import { rbacGroup, type ClusterRole, type PolicyRule } from "./types.ts";

const kindOf = (plural: string): KindDefinition => kindByPlural(rbacGroup, plural) as KindDefinition;
function faults(plural: string, body: object): readonly string[] {
  const kind = kindOf(plural);
  const outcome = create(kind, "default", { apiVersion: `${rbacGroup}/v1`, kind: kind.gvk.kind, metadata: { name: "a" }, ...body } as unknown as Json, "Strict");
  return outcome.type === "invalid" ? outcome.causes.map((cause) => `${String(cause["field"])}: ${String(cause["message"])}`) : [outcome.type];
}
const roleRef = { apiGroup: rbacGroup, kind: "ClusterRole", name: "view" };

describe("what is wrong", () => {
  test.each([
    ["roles", { rules: [{}] }, ["rules[0].verbs: Required value: verbs must contain at least one value", "rules[0].apiGroups: Required value: resource rules must supply at least one api group", "rules[0].resources: Required value: resource rules must supply at least one resource"]],
    ["roles", { metadata: { name: "a/b" } }, ["metadata.name: Invalid value: \"a/b\": may not contain '/'"]],
    ["roles", { metadata: { name: "system:x" } }, ["created"]],
    ["clusterroles", { rules: [{ verbs: ["get"], nonResourceURLs: ["/x"], resourceNames: ["a"] }] }, ['rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs']],
    ["clusterroles", { aggregationRule: {} }, ["aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil"]],
    ["clusterroles", { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: "a", operator: "In" }] }] } }, [
      "aggregationRule.clusterRoleSelectors[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'", "aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.",
    ]],
    ["clusterrolebindings", { roleRef: { ...roleRef, kind: "Role" }, subjects: [{ kind: "ServiceAccount", name: "s" }] }, ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"', "subjects[0].namespace: Required value"]],
    ["rolebindings", { roleRef: { ...roleRef, name: ".." }, subjects: [{ kind: "ServiceAccount", name: "s" }] }, ["roleRef.name: Invalid value: \"..\": may not be '..'"]],
  ] as const)("with %s %j", (plural, body, expected) => {
    expect(faults(plural, body)).toEqual(expected);
  });

  test("may not be moved to another role", () => {
    const old = { apiVersion: `${rbacGroup}/v1`, kind: "RoleBinding", metadata: { name: "a", namespace: "default" }, roleRef } as unknown as KubeObject;
    const errors = kindOf("rolebindings").strategy.validateUpdate({ ...old, roleRef: { ...roleRef, name: "edit" } } as KubeObject, old);
    expect(errors).toEqual([{ path: "roleRef", type: "Invalid", value: { APIGroup: rbacGroup, Kind: "ClusterRole", Name: "edit" }, detail: "cannot change roleRef" }]);
  });
});

test("users and groups get their API group, accounts none", () => {
  const subjects = [{ kind: "User", name: "u" }, { kind: "Group", name: "g" }, { kind: "ServiceAccount", name: "s", namespace: "n" }];
  const binding = clusterRoleBindingKind.defaults({ apiVersion: "", kind: "", metadata: { name: "a" } as never, roleRef, subjects });
  expect(binding.subjects?.map(({ apiGroup }) => apiGroup)).toEqual([rbacGroup, rbacGroup, undefined]);
  expect(clusterRoleBindingKind.columns.map(({ name, priority, cell }) => [name, priority, name === "Age" ? "" : cell(binding, 0)])).toEqual([
    ["Name", 0, "a"], ["Role", 0, "ClusterRole/view"], ["Age", 0, ""], ["Users", 1, "u"], ["Groups", 1, "g"], ["ServiceAccounts", 1, "n/s"],
  ]);
});

test("rules are gathered in the order of names, each once, never from oneself", () => {
  const rule = (verb: string): PolicyRule => ({ verbs: [verb], apiGroups: [""], resources: ["pods"] });
  const role = (name: string, labels: Record<string, string>, ...verbs: readonly string[]): ClusterRole => ({ apiVersion: "", kind: "", metadata: { name, labels } as never, rules: verbs.map(rule) });
  const gatherer = { ...role("g", { a: "1" }, "old"), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "1" } }, { matchLabels: { b: "1" } }] } };
  expect(aggregatedRules(gatherer, [gatherer, role("z", { a: "1" }, "get", "list"), role("c", { a: "1" }, "list"), role("d", { b: "1" }, "watch", "get"), role("e", {}, "no")])).toEqual(["list", "get", "watch"].map(rule));
});
