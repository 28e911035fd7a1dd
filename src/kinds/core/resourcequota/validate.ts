// Follows pkg/apis/core/validation/validation.go (ValidateResourceQuota) and pkg/apis/core/helper/helpers.go.
import type { Json } from "../../../base/json.ts";
import { invalid, key as keyPath, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import { quantityMilli } from "../../../apimachinery/quantity.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { sortedKeys } from "../../graph/edges.ts";
import { fieldImmutableMessage, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { isExtendedResource, validateNonnegativeQuantity, validateResourceName } from "../../podtemplate/validateResources.ts";
import type { ResourceList, ResourceQuota, ResourceQuotaSpec, ScopeRequirement } from "./types.ts";

const compute = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
const counts = ["pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"];
const wholeResources: ReadonlySet<string> = new Set(counts);
const quotaResources: ReadonlySet<string> = new Set([...compute, ...counts, "ephemeral-storage", "requests.storage", "requests.ephemeral-storage", "limits.ephemeral-storage"]);

const podResources: ReadonlySet<string> = new Set(["pods", ...compute]);
/** Each scope, and which of the resources with a name of their own it may be applied to. */
const scopeResources: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: podResources, NotTerminating: podResources, NotBestEffort: podResources, PriorityClass: podResources, CrossNamespacePodAffinity: podResources,
  BestEffort: new Set(["pods"]), VolumeAttributesClass: new Set(["persistentvolumeclaims", "requests.storage"]),
};
const existsOnly: ReadonlySet<string> = new Set(["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"]);
const opposites = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];

export function validateResourceQuota(quota: ResourceQuota): readonly FieldError[] {
  return [...validateObjectMeta(quota.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(quota.spec)];
}

export function validateResourceQuotaUpdate(quota: ResourceQuota, old: ResourceQuota): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(quota.metadata, old.metadata, "metadata"), ...validateSpec(quota.spec)];
  const before = new Set(old.spec.scopes ?? []);
  const after = new Set(quota.spec.scopes ?? []);
  if (before.size !== after.size || [...before].some((scope) => !after.has(scope))) errors.push(invalid("spec.scopes", quota.spec.scopes ?? null, fieldImmutableMessage));
  return errors;
}

export function validateResourceQuotaStatusUpdate(quota: ResourceQuota, old: ResourceQuota): readonly FieldError[] {
  return [...validateObjectMetaUpdate(quota.metadata, old.metadata, "metadata"), ...validateAmounts(quota.status?.hard, "status.hard"), ...validateAmounts(quota.status?.used, "status.used")];
}

function validateSpec(spec: ResourceQuotaSpec): readonly FieldError[] {
  return [...validateAmounts(spec.hard, "spec.hard"), ...validateScopes(spec, "spec.scopes"), ...validateSelector(spec, "spec.scopeSelector.matchExpressions")];
}

function validateAmounts(list: ResourceList | undefined, path: string): readonly FieldError[] {
  return sortedKeys(list).flatMap((name) => {
    const own = keyPath(path, name);
    const text = list?.[name] ?? "0";
    const errors: FieldError[] = [...validateResourceName(name, own)];
    if (!name.includes("/") && !isStandard(name)) errors.push(invalid(own, name, "must be a standard resource for quota"));
    errors.push(...validateNonnegativeQuantity(text, own));
    if ((wholeResources.has(name) || isExtendedResource(name)) && quantityMilli(text) % 1000 !== 0) errors.push(invalid(own, text, "must be an integer"));
    return errors;
  });
}

function isStandard(name: string): boolean {
  return quotaResources.has(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
}

function validateScopes(spec: ResourceQuotaSpec, path: string): readonly FieldError[] {
  const scopes = spec.scopes ?? [];
  if (scopes.length === 0) return [];
  const errors: FieldError[] = [];
  for (const scope of scopes) {
    if (!isScope(scope)) errors.push(invalid(path, scopes, "unsupported scope"));
    errors.push(...validateScopeOf(spec, scope, path, scopes));
  }
  return [...errors, ...validateConflicts(new Set(scopes), path, scopes)];
}

function isScope(scope: string): boolean {
  return Object.hasOwn(scopeResources, scope);
}

function validateScopeOf(spec: ResourceQuotaSpec, scope: string, path: string, shown: Json): readonly FieldError[] {
  const allowed = isScope(scope) ? scopeResources[scope] : undefined;
  if (allowed === undefined) return [];
  return sortedKeys(spec.hard).filter((name) => isStandard(name) && !allowed.has(name)).map(() => invalid(path, shown, "unsupported scope applied to resource"));
}

function validateConflicts(scopes: ReadonlySet<string>, path: string, shown: Json): readonly FieldError[] {
  return opposites.filter((pair) => pair.every((scope) => scopes.has(scope))).map(() => invalid(path, shown, "conflicting scopes"));
}

function validateSelector(spec: ResourceQuotaSpec, path: string): readonly FieldError[] {
  if (spec.scopeSelector === undefined) return [];
  const requirements = spec.scopeSelector.matchExpressions ?? [];
  /** As upstream's own fields are called: the message shows them. */
  const shown = { MatchExpressions: requirements.map(({ scopeName = "", operator = "", values }) => ({ ScopeName: scopeName, Operator: operator, Values: values ?? null })) };
  const errors: FieldError[] = [];
  for (const requirement of requirements) {
    const scope = requirement.scopeName ?? "";
    if (!isScope(scope)) errors.push(invalid(`${path}.scopeName`, scope, "unsupported scope"));
    errors.push(...validateScopeOf(spec, scope, path, shown), ...validateRequirement(requirement, scope, path));
  }
  return [...errors, ...validateConflicts(new Set(requirements.map((each) => each.scopeName ?? "")), path, spec.scopes ?? null)];
}

function validateRequirement(requirement: ScopeRequirement, scope: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const operator = requirement.operator ?? "";
  const values = requirement.values ?? [];
  if (existsOnly.has(scope) && operator !== "Exists") {
    const text = "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalid(`${path}.operator`, operator, text));
  }
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) errors.push(required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) errors.push(invalid(`${path}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"));
  } else {
    errors.push(invalid(`${path}.operator`, operator, "not a valid selector operator"));
  }
  return errors;
}
