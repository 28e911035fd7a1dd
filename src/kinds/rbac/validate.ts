// Follows pkg/apis/rbac/validation/validation.go.
import { index, invalid, notSupported, required } from "../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isPathSegmentName } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { Json } from "../../base/json.ts";
import { isUsableSelector, validateLabelSelector } from "../metadata/labelSelector.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../metadata/validate.ts";
import { rbacGroup, type Binding, type ClusterRole, type PolicyRule, type Role, type Subject } from "./types.ts";

export function validateRole(role: Role, namespaced: boolean): readonly FieldError[] {
  return [...validateObjectMeta(role.metadata, namespaced, isPathSegmentName, "metadata"), ...(role.rules ?? []).flatMap((rule, at) => ruleErrors(rule, namespaced, index("rules", at)))];
}

export function validateClusterRole(role: ClusterRole): readonly FieldError[] {
  const errors = [...validateRole(role, false)];
  if (role.aggregationRule === undefined || role.aggregationRule === null) return errors;
  const path = "aggregationRule.clusterRoleSelectors";
  const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) errors.push(required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  for (const [at, selector] of selectors.entries()) {
    errors.push(...validateLabelSelector(selector, index(path, at)));
    if (!isUsableSelector(selector)) errors.push(invalid(index(path, at), null, "invalid label selector."));
  }
  return errors;
}

function ruleErrors(rule: PolicyRule, namespaced: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const none = (list: readonly string[] | undefined): boolean => (list ?? []).length === 0;
  if (none(rule.verbs)) errors.push(required(`${path}.verbs`, "verbs must contain at least one value"));
  const urls = rule.nonResourceURLs ?? [];
  if (urls.length > 0) {
    const refuse = (detail: string): number => errors.push(invalid(`${path}.nonResourceURLs`, urls, detail));
    if (namespaced) refuse("namespaced rules cannot apply to non-resource URLs");
    if (!none(rule.apiGroups) || !none(rule.resources) || !none(rule.resourceNames)) refuse("rules cannot apply to both regular resources and non-resource URLs");
    return errors;
  }
  if (none(rule.apiGroups)) errors.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  if (none(rule.resources)) errors.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
  return errors;
}

/** `roleKinds`: what the binding may refer to. */
export function validateBinding(binding: Binding, namespaced: boolean, roleKinds: readonly string[]): readonly FieldError[] {
  const errors = [...validateObjectMeta(binding.metadata, namespaced, isPathSegmentName, "metadata")];
  const { apiGroup = "", kind = "", name = "" } = binding.roleRef ?? {};
  if (apiGroup !== rbacGroup) errors.push(notSupported("roleRef.apiGroup", apiGroup, [rbacGroup]));
  if (!roleKinds.includes(kind)) errors.push(notSupported("roleRef.kind", kind, roleKinds));
  if (name === "") errors.push(required("roleRef.name"));
  else for (const message of isPathSegmentName(name)) errors.push(invalid("roleRef.name", name, message));
  for (const [at, subject] of (binding.subjects ?? []).entries()) errors.push(...subjectErrors(subject, namespaced, index("subjects", at)));
  return errors;
}

function subjectErrors(subject: Subject, namespaced: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { kind = "", name = "", namespace = "", apiGroup = "" } = subject;
  if (name === "") errors.push(required(`${path}.name`));
  const group = (wanted: string): void => void (apiGroup !== wanted && errors.push(notSupported(`${path}.apiGroup`, apiGroup, [wanted])));
  if (kind === "ServiceAccount") {
    if (name !== "") for (const message of isDns1123Subdomain(name)) errors.push(invalid(`${path}.name`, name, message));
    group("");
    if (!namespaced && namespace === "") errors.push(required(`${path}.namespace`));
  } else if (kind === "User" || kind === "Group") group(rbacGroup);
  else errors.push(notSupported(`${path}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  return errors;
}

export function validateBindingUpdate(binding: Binding, old: Binding, errors: readonly FieldError[]): readonly FieldError[] {
  const { apiGroup, kind, name } = binding.roleRef;
  const same = apiGroup === old.roleRef.apiGroup && kind === old.roleRef.kind && name === old.roleRef.name;
  // The internal type has no JSON names.
  const shown: Json = { APIGroup: apiGroup, Kind: kind, Name: name };
  return [...errors, ...validateObjectMetaUpdate(binding.metadata, old.metadata, "metadata"), ...(same ? [] : [invalid("roleRef", shown, "cannot change roleRef")])];
}
