// Follows pkg/apis/core/validation/validation.go and pkg/apis/core/helper/helpers.go: resource requirements.
import { forbidden, index, invalid, key as keyPath, notFoundField, notSupported, duplicate, required } from "../../apimachinery/fieldError.ts";
import { isDns1123Label, isQualifiedName } from "../../apimachinery/names.ts";
import { compareQuantityTexts, quantityBytes, quantityMilli } from "../../apimachinery/quantity.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { ResourceRequirements } from "../core/pod/types.ts";
import { sortedKeys } from "../graph/edges.ts";
import { isNegativeMessage } from "../metadata/validate.ts";

const hugePages = "hugepages-";
/** Names without a prefix that mean something somewhere, if not for containers. */
const standardResources: ReadonlySet<string> = new Set([
  "cpu", "memory", "ephemeral-storage", "storage", "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims",
  "services.loadbalancers", "services.nodeports", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
]);
const containerResources: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);
const podResources: ReadonlySet<string> = new Set(["cpu", "memory"]);

export function isNativeResource(name: string): boolean {
  return !name.includes("/") || name.includes("kubernetes.io/");
}

/** A device or the like, by its full name. */
export function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith("requests.") && isQualifiedName(`requests.${name}`).length === 0;
}

/** Requests may be lower than limits for what can be shared: not for huge pages and devices. */
export function isOvercommitAllowed(name: string): boolean {
  return isNativeResource(name) && !name.startsWith(hugePages);
}

export function validateContainerResources(resources: ResourceRequirements, claimNames: ReadonlySet<string>, path: string): readonly FieldError[] {
  return validateRequirements(resources, claimNames, path, validateContainerResourceName);
}

/** What a pod sets for itself as a whole. */
export function validatePodLevelResources(resources: ResourceRequirements, path: string): readonly FieldError[] {
  const claims = resources.claims === undefined ? [] : [forbidden(`${path}.claims`, "claims cannot be set for Resources at pod-level")];
  return [...claims, ...validateRequirements(resources, new Set(), path, validatePodResourceName)];
}

function validateRequirements(resources: ResourceRequirements, claimNames: ReadonlySet<string>, path: string, validateName: (name: string, path: string) => readonly FieldError[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  const limits = resources.limits ?? {};
  const requests = resources.requests ?? {};
  for (const name of sortedKeys(limits)) {
    const own = keyPath(`${path}.limits`, name);
    errors.push(...validateName(name, own), ...validateAmount(name, limits[name] ?? "0", own), ...validatePages(name, limits[name] ?? "0", own));
  }
  for (const name of sortedKeys(requests)) {
    const own = keyPath(`${path}.requests`, name);
    const request = requests[name] ?? "0";
    const limit = limits[name];
    errors.push(...validateName(name, own), ...validateAmount(name, request, own));
    const order = limit === undefined ? 0 : compareQuantityTexts(request, limit);
    if (limit === undefined && !isOvercommitAllowed(name)) errors.push(required(`${path}.limits`, "Limit must be set for non overcommitable resources"));
    if (order !== 0 && !isOvercommitAllowed(name)) errors.push(invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit ?? ""}`));
    else if (order > 0) errors.push(invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit ?? ""}`));
    errors.push(...validatePages(name, request, own));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some((name) => name.startsWith(hugePages)) && !names.includes("cpu") && !names.includes("memory")) errors.push(forbidden(path, "HugePages require cpu or memory"));
  return [...errors, ...validateClaims(resources, claimNames, `${path}.claims`)];
}

/** Names of what a container may ask for. */
export function validateContainerResourceName(name: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateResourceName(name, path)];
  if (!name.includes("/")) {
    if (!containerResources.has(name) && !name.startsWith(hugePages)) errors.push(invalid(path, name, "must be a standard resource for containers"));
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function validatePodResourceName(name: string, path: string): readonly FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0 || podResources.has(name) || name.startsWith(hugePages)) return errors;
  return [notSupported(path, name, ["cpu", "hugepages-", "memory"])];
}

/** Any name of a resource: qualified, and known where it has no prefix. */
export function validateResourceName(name: string, path: string): readonly FieldError[] {
  const faults = isQualifiedName(name);
  if (faults.length > 0) return faults.map((message) => invalid(path, name, message));
  return name.includes("/") || standardResources.has(name) || name.startsWith(hugePages) || name.startsWith(`requests.${hugePages}`) ? [] : [invalid(path, name, "must be a standard resource type or fully qualified")];
}

function validateAmount(name: string, text: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateNonnegativeQuantity(text, path)];
  const isWhole = quantityMilli(text) % 1000 === 0;
  if (isExtendedResource(name) && !isWhole) errors.push(invalid(path, text, "must be an integer"));
  return errors;
}

/** Huge pages come whole. */
function validatePages(name: string, text: string, path: string): readonly FieldError[] {
  if (!name.startsWith(hugePages)) return [];
  const pageBytes = quantityBytes(name.slice(hugePages.length));
  const bytes = quantityBytes(text);
  return pageBytes > 0 && bytes > 0 && bytes % pageBytes === 0 ? [] : [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

export function validateNonnegativeQuantity(text: string, path: string): readonly FieldError[] {
  return compareQuantityTexts(text, "0") < 0 ? [invalid(path, text, isNegativeMessage)] : [];
}

function validateClaims(resources: ResourceRequirements, claimNames: ReadonlySet<string>, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [at, claim] of (resources.claims ?? []).entries()) {
    const own = index(path, at);
    const name = claim.name ?? "";
    const request = claim.request ?? "";
    if (name === "") {
      errors.push(required(own));
      continue;
    }
    if (seen.has(name)) errors.push(duplicate(own, name));
    else {
      const entry = request === "" ? name : `${name}/${request}`;
      if (request !== "") for (const message of isDns1123Label(request)) errors.push(invalid(`${own}.request`, request, message));
      if (seen.has(entry)) errors.push(duplicate(own, entry));
      else if (request === "" && [...seen].some((each) => each.startsWith(`${name}/`))) errors.push(duplicate(own, name));
      seen.add(entry);
    }
    if (!claimNames.has(name)) {
      const known = claimNames.size === 0 ? " which is empty" : `: ${[...claimNames].sort().join(", ")}`;
      errors.push({ ...notFoundField(own, name), detail: `must be one of the names in pod.spec.resourceClaims${known}` });
    }
  }
  return errors;
}
