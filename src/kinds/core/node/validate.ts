// Follows pkg/apis/core/validation/validation.go: nodes.
import { duplicate, forbidden, index, invalid, key as keyPath, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isValidLabelValue, validateLabelName } from "../../../apimachinery/names.ts";
import { quantityMilli } from "../../../apimachinery/quantity.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import { sortedKeys } from "../../graph/edges.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { cidrFaults, cidrWarnings } from "../../networkAddress.ts";
import { validateNonnegativeQuantity, validateResourceName } from "../../podtemplate/validateResources.ts";
import { validateTaintEffect } from "../../podtemplate/validateScheduling.ts";
import type { Node, NodeSpec, Taint } from "./types.ts";

const wholeResources: ReadonlySet<string> = new Set(["pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims"]);

export function validateNode(node: Node): readonly FieldError[] {
  return [...validateObjectMeta(node.metadata, false, isDns1123Subdomain, "metadata"), ...validateTaints(node.spec.taints), ...validateResources(node), ...validatePodCidrs(node.spec)];
}

function validateTaints(taints: readonly Taint[] | undefined): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [at, taint] of (taints ?? []).entries()) {
    const path = index("spec.taints", at);
    const { key = "", value = "", effect = "" } = taint as Partial<Taint>;
    errors.push(...validateLabelName(key, `${path}.key`));
    const faults = isValidLabelValue(value);
    if (faults.length > 0) errors.push(invalid(`${path}.value`, value, faults.join(";")));
    errors.push(...(effect === "" ? [required(`${path}.effect`)] : validateTaintEffect(effect, `${path}.effect`)));
    const identity = `${key}:${effect}`;
    if (seen.has(identity)) errors.push({ ...duplicate(path, { Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null }), detail: "taints must be unique by key and effect pair" });
    seen.add(identity);
  }
  return errors;
}

function validateResources(node: Node): readonly FieldError[] {
  return (["capacity", "allocatable"] as const).flatMap((list) =>
    sortedKeys(node.status?.[list]).flatMap((name) => {
      const path = keyPath(`status.${list}`, name);
      const text = node.status?.[list]?.[name] ?? "0";
      const whole = wholeResources.has(name) && quantityMilli(text) % 1000 !== 0 ? [invalid(path, text, "must be an integer")] : [];
      return [...validateResourceName(name, path), ...validateNonnegativeQuantity(text, path), ...whole];
    }),
  );
}

function validatePodCidrs(spec: NodeSpec): readonly FieldError[] {
  const cidrs = spec.podCIDRs ?? [];
  const errors: FieldError[] = [];
  for (const [at, cidr] of cidrs.entries()) for (const message of cidrFaults(cidr)) errors.push(invalid(index("spec.podCIDRs", at), cidr, message));
  if (cidrs.length > 1 && (cidrs.length > 2 || cidrs[0]?.includes(":") === cidrs[1]?.includes(":"))) errors.push(invalid("spec.podCIDRs", cidrs, "may specify no more than one CIDR for each IP family"));
  return errors;
}

export function validateNodeUpdate(node: Node, old: Node): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(node.metadata, old.metadata, "metadata"), ...validateTaints(node.spec.taints), ...validateResources(node)];
  const addresses = new Set<string>();
  for (const [at, address] of (node.status?.addresses ?? []).entries()) {
    const identity = `${address.type}/${address.address}`;
    if (addresses.has(identity)) errors.push(duplicate(index("status.addresses", at), { Type: address.type, Address: address.address }));
    addresses.add(identity);
  }
  if ((old.spec.podCIDRs ?? []).length > 0 && !deepEqual(node.spec.podCIDRs ?? [], old.spec.podCIDRs)) errors.push(forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid"));
  if ((old.spec.providerID ?? "") !== "" && (node.spec.providerID ?? "") !== old.spec.providerID) errors.push(forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid"));
  return [...errors, ...validatePodCidrs(node.spec)];
}

/** Follows pkg/api/node/util.go. */
export function nodeWarnings(node: Node, old: Node | null): readonly string[] {
  const warnings: string[] = [];
  if (node.spec.configSource !== undefined) warnings.push("spec.configSource: the feature is no longer supported");
  if ((node.spec.externalID ?? "") !== "" && (old === null || old.spec.externalID !== node.spec.externalID)) warnings.push("spec.externalID: this field is deprecated, and is unused by Kubernetes");
  for (const [at, cidr] of (node.spec.podCIDRs ?? []).entries()) warnings.push(...cidrWarnings(index("spec.podCIDRs", at), cidr));
  return warnings;
}
