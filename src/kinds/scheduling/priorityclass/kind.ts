// Follows pkg/apis/scheduling: v1/defaults.go, validation/validation.go; pkg/registry/scheduling/priorityclass/strategy.go.
import { forbidden, invalid, notSupported } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { fieldImmutableMessage, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fill, fillAbsent } from "../../sharing.ts";
import { strategy, withGeneration } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { PriorityClass } from "./types.ts";

const highestUserPriority = 1_000_000_000;

/** The priority classes that every cluster has. */
export const systemPriorities: Readonly<Record<string, number>> = { "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000 };

export const priorityClassKind: KindDefinition<PriorityClass> = {
  gvk: { group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass" },
  versions: ["v1"],
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.scheduling.v1.PriorityClass",
  defaults: (priorityClass) => fillAbsent(fill(priorityClass, { preemptionPolicy: "PreemptLowerPriority" }), { value: 0 }),
  strategy: strategy<PriorityClass>({
    prepareForCreate: (priorityClass) => withGeneration(priorityClass, 1),
    prepareForUpdate: (priorityClass, old) => (old.metadata.generation === undefined ? priorityClass : withGeneration(priorityClass, old.metadata.generation)),
    validate,
    validateUpdate,
    allowCreateOnUpdate: true,
  }),
  statusStrategy: null,
  selectableFields: {},
  columns: [
    nameColumn(),
    { name: "Value", type: "integer", description: "PriorityClass.value", priority: 0, cell: (priorityClass) => priorityClass.value ?? 0 },
    { name: "Global-Default", type: "boolean", description: "PriorityClass.globalDefault", priority: 0, cell: (priorityClass) => priorityClass.globalDefault === true },
    ageColumn(),
    { name: "PreemptionPolicy", type: "string", description: "PriorityClass.preemptionPolicy", priority: 0, cell: (priorityClass) => priorityClass.preemptionPolicy ?? "" },
  ],
  scale: null,
  graph: configGraph({
    icon: "priorityclass",
    tier: "none",
    sentence: (priorityClass) =>
      `Pods of this class have priority ${priorityClass.value ?? 0}${priorityClass.preemptionPolicy === "Never" ? " and never push others out" : " and may push pods of lower priority off a node"}.`,
    facts: (priorityClass) => ({ value: priorityClass.value ?? 0, globalDefault: priorityClass.globalDefault === true }),
  }),
  template: `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: important
value: 1000
description: For pods that must not wait.
`,
};

function validate(priorityClass: PriorityClass): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMeta(priorityClass.metadata, false, isDns1123Subdomain, "metadata")];
  const name = priorityClass.metadata.name;
  const value = priorityClass.value ?? 0;
  if ((name ?? "").startsWith("system-")) {
    const fault = systemFault(priorityClass, value);
    if (fault !== null) errors.push(forbidden("metadata.name", `priority class names with 'system-' prefix are reserved for system use only. error: ${fault}`));
  } else if (value > highestUserPriority) {
    errors.push(forbidden("value", `maximum allowed value of a user defined priority is ${highestUserPriority}`));
  }
  const policy = priorityClass.preemptionPolicy;
  if (policy !== undefined && policy !== "PreemptLowerPriority" && policy !== "Never") errors.push(notSupported("preemptionPolicy", policy, ["PreemptLowerPriority", "Never"]));
  return errors;
}

function systemFault(priorityClass: PriorityClass, value: number): string | null {
  const name = priorityClass.metadata.name;
  const known = systemPriorities[name];
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return priorityClass.globalDefault === true ? `globalDefault of ${name} PriorityClass must be false` : null;
}

function validateUpdate(priorityClass: PriorityClass, old: PriorityClass): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(priorityClass.metadata, old.metadata, "metadata")];
  if ((priorityClass.value ?? 0) !== (old.value ?? 0)) errors.push(forbidden("value", "may not be changed in an update."));
  const policy = priorityClass.preemptionPolicy;
  if (policy !== old.preemptionPolicy) errors.push(invalid("preemptionPolicy", policy ?? null, fieldImmutableMessage));
  return errors;
}
