// Follows pkg/apis/core/validation/validation.go: affinity, tolerations, spread constraints, gates.
import { duplicate, forbidden, index, invalid, notSupported, required } from "../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain, isQualifiedName, isValidLabelValue, validateLabelName } from "../../apimachinery/names.ts";
import type { LabelSelector } from "../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { Affinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity, PodAffinityTerm, PodSchedulingGate, Toleration, TopologySpreadConstraint } from "../core/pod/types.ts";
import { validateLabelSelector, valuesForbidden, valuesNeeded } from "../metadata/labelSelector.ts";

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
const unsatisfiable = ["DoNotSchedule", "ScheduleAnyway"];
const inclusionPolicies = ["Honor", "Ignore"];
const badOperator = "not a valid selector operator";

export function validateAffinity(affinity: Affinity | undefined, path: string): readonly FieldError[] {
  if (affinity === undefined) return [];
  const errors: FieldError[] = [];
  const onNodes = affinity.nodeAffinity;
  if (onNodes?.requiredDuringSchedulingIgnoredDuringExecution !== undefined) errors.push(...validateNodeSelector(onNodes.requiredDuringSchedulingIgnoredDuringExecution, `${path}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`));
  for (const [at, term] of (onNodes?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const own = index(`${path}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution`, at);
    errors.push(...validateWeight(term.weight ?? 0, own), ...validateNodeSelectorTerm(term.preference ?? {}, false, `${own}.preference`));
  }
  if (affinity.podAffinity !== undefined) errors.push(...validatePodAffinity(affinity.podAffinity, `${path}.podAffinity`));
  if (affinity.podAntiAffinity !== undefined) errors.push(...validatePodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`));
  return errors;
}

function validateWeight(weight: number, path: string): readonly FieldError[] {
  return weight < 1 || weight > 100 ? [invalid(`${path}.weight`, weight, "must be in the range 1-100")] : [];
}

export function validateNodeSelector(selector: NodeSelector, path: string): readonly FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(`${path}.nodeSelectorTerms`, "must have at least one node selector term")];
  return terms.flatMap((term, at) => validateNodeSelectorTerm(term, true, index(`${path}.nodeSelectorTerms`, at)));
}

/** Values that no label can have are tolerated where a node is only preferred. */
function validateNodeSelectorTerm(term: NodeSelectorTerm, strictValues: boolean, path: string): readonly FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, at) => validateNodeRequirement(requirement, strictValues, index(`${path}.matchExpressions`, at))),
    ...(term.matchFields ?? []).flatMap((requirement, at) => validateNodeField(requirement, index(`${path}.matchFields`, at))),
  ];
}

function validateNodeRequirement(requirement: NodeSelectorRequirement, strictValues: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case "In": case "NotIn":
      if (values.length === 0) errors.push(required(`${path}.values`, valuesNeeded));
      break;
    case "Exists": case "DoesNotExist":
      if (values.length > 0) errors.push(forbidden(`${path}.values`, valuesForbidden));
      break;
    case "Gt": case "Lt":
      if (values.length !== 1) errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      break;
    default:
      errors.push(invalid(`${path}.operator`, requirement.operator ?? "", badOperator));
  }
  errors.push(...validateLabelName(requirement.key ?? "", `${path}.key`));
  if (strictValues) for (const [at, value] of values.entries()) for (const message of isValidLabelValue(value)) errors.push(invalid(index(`${path}.values`, at), value, message));
  return errors;
}

function validateNodeField(requirement: NodeSelectorRequirement, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const values = requirement.values ?? [];
  if (requirement.operator !== "In" && requirement.operator !== "NotIn") errors.push(invalid(`${path}.operator`, requirement.operator ?? "", badOperator));
  else if (values.length !== 1) errors.push(required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  if (requirement.key !== "metadata.name") return [...errors, invalid(`${path}.key`, requirement.key ?? "", "not a valid field selector key")];
  for (const [at, value] of values.entries()) for (const message of isDns1123Subdomain(value)) errors.push(invalid(index(`${path}.values`, at), value, message));
  return errors;
}

function validatePodAffinity(affinity: PodAffinity, path: string): readonly FieldError[] {
  return [
    ...(affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((term, at) => validatePodAffinityTerm(term, index(`${path}.requiredDuringSchedulingIgnoredDuringExecution`, at))),
    ...(affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((weighted, at) => {
      const own = index(`${path}.preferredDuringSchedulingIgnoredDuringExecution`, at);
      return [...validateWeight(weighted.weight ?? 0, own), ...validatePodAffinityTerm(weighted.podAffinityTerm ?? { topologyKey: "" }, `${own}.podAffinityTerm`)];
    }),
  ];
}

function validatePodAffinityTerm(term: PodAffinityTerm, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateLabelSelector(term.labelSelector, `${path}.labelSelector`), ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`)];
  for (const name of term.namespaces ?? []) for (const message of isDns1123Label(name)) errors.push(invalid(`${path}.namespace`, name, message));
  errors.push(...validateLabelKeys(term, path));
  const key = term.topologyKey ?? "";
  if (key === "") errors.push(required(`${path}.topologyKey`, "can not be empty"));
  return [...errors, ...validateLabelName(key, `${path}.topologyKey`)];
}

interface LabelKeys {
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
  readonly labelSelector?: LabelSelector;
}

/** Keys whose values the pod itself gives. In a pod they have been merged into the selector by now: what meets itself there is twice. */
function validateLabelKeys(term: LabelKeys, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const matching = term.matchLabelKeys ?? [];
  const mismatching = term.mismatchLabelKeys ?? [];
  for (const [name, keys] of [["matchLabelKeys", matching], ["mismatchLabelKeys", mismatching]] as const) {
    if (keys.length > 0 && term.labelSelector === undefined) errors.push(forbidden(`${path}.${name}`, "must not be specified when labelSelector is not set"));
    else for (const [at, key] of keys.entries()) errors.push(...validateLabelName(key, index(`${path}.${name}`, at)));
  }
  const seen = new Set(Object.keys(term.labelSelector?.matchLabels ?? {}));
  for (const { key } of term.labelSelector?.matchExpressions ?? []) {
    const at = matching.lastIndexOf(key);
    if (at >= 0 && seen.has(key)) errors.push(invalid(index(path, at), key, "exists in both matchLabelKeys and labelSelector"));
    seen.add(key);
  }
  for (const [at, key] of matching.entries()) if (mismatching.includes(key)) errors.push(invalid(index(`${path}.matchLabelKeys`, at), key, "exists in both matchLabelKeys and mismatchLabelKeys"));
  return errors;
}

export function validateTolerations(tolerations: readonly Toleration[] | undefined, path: string): readonly FieldError[] {
  return (tolerations ?? []).flatMap((toleration, at) => {
    const own = index(path, at);
    const { key = "", operator = "", value = "", effect = "", tolerationSeconds } = toleration;
    const errors: FieldError[] = [];
    if (key !== "") errors.push(...validateLabelName(key, `${own}.key`));
    if (key === "" && operator !== "Exists") errors.push(invalid(`${own}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'));
    if (tolerationSeconds !== undefined && effect !== "NoExecute") errors.push(invalid(`${own}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    if (operator === "Equal" || operator === "") {
      const faults = isValidLabelValue(value);
      if (faults.length > 0) errors.push(invalid(`${own}.operator`, value, faults.join(";")));
    } else if (operator === "Exists") {
      if (value !== "") errors.push(invalid(`${own}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else {
      errors.push(notSupported(`${own}.operator`, operator, ["Equal", "Exists"]));
    }
    if (effect !== "") errors.push(...validateTaintEffect(effect, `${own}.effect`));
    return errors;
  });
}

export function validateTaintEffect(effect: string, path: string): readonly FieldError[] {
  return effects.includes(effect) ? [] : [notSupported(path, effect, effects)];
}

export function validateSpreadConstraints(constraints: readonly TopologySpreadConstraint[] | undefined, path: string): readonly FieldError[] {
  const all = constraints ?? [];
  return all.flatMap((constraint, at) => {
    const own = index(path, at);
    const key = constraint.topologyKey ?? "";
    const when = constraint.whenUnsatisfiable ?? "";
    const errors: FieldError[] = [];
    if ((constraint.maxSkew ?? 0) <= 0) errors.push(invalid(`${own}.maxSkew`, constraint.maxSkew ?? 0, "must be greater than zero"));
    if (key === "") errors.push(required(`${own}.topologyKey`, "can not be empty"));
    else errors.push(...validateLabelName(key, `${own}.topologyKey`));
    if (!unsatisfiable.includes(when)) errors.push(notSupported(`${own}.whenUnsatisfiable`, when, unsatisfiable));
    if (all.slice(at + 1).some((other) => other.topologyKey === key && other.whenUnsatisfiable === when)) errors.push(duplicate(`${own}.{topologyKey, whenUnsatisfiable}`, `{${key}, ${when}}`));
    const least = constraint.minDomains;
    if (least !== undefined && least <= 0) errors.push(invalid(`${own}.minDomains`, least, "must be greater than zero"));
    if (least !== undefined && when !== "DoNotSchedule") errors.push(invalid(`${own}.minDomains`, least, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${when}`));
    for (const name of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
      const policy = constraint[name];
      if (policy !== undefined && !inclusionPolicies.includes(policy)) errors.push(notSupported(`${own}.${name}`, policy, inclusionPolicies));
    }
    return [...errors, ...validateLabelKeys(constraint, own), ...validateLabelSelector(constraint.labelSelector, `${own}.labelSelector`)];
  });
}

export function validateSchedulingGates(gates: readonly PodSchedulingGate[] | undefined, path: string): readonly FieldError[] {
  const seen = new Set<string>();
  return (gates ?? []).flatMap((gate, at) => {
    const name = gate.name ?? "";
    const errors: FieldError[] = isQualifiedName(name).map((message) => invalid(index(path, at), name, message));
    if (seen.has(name)) errors.push(duplicate(index(path, at), name));
    seen.add(name);
    return errors;
  });
}
