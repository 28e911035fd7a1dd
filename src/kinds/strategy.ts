import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { FieldError } from "../apimachinery/status.ts";
import type { Strategy } from "./define.ts";

/** A strategy from the rules that a kind has of its own; the others let objects pass. */
export function strategy<O extends KubeObject>(rules: Partial<Strategy<O>>): Strategy<O> {
  return {
    prepareForCreate: rules.prepareForCreate ?? identity,
    prepareForUpdate: rules.prepareForUpdate ?? identity,
    validate: rules.validate ?? noErrors,
    validateUpdate: rules.validateUpdate ?? noErrors,
    warnings: rules.warnings ?? noWarnings,
    allowCreateOnUpdate: rules.allowCreateOnUpdate ?? false,
    gracePeriodSeconds: rules.gracePeriodSeconds ?? deleteAtOnce,
  };
}

function identity<O>(obj: O): O {
  return obj;
}
function noErrors(): readonly FieldError[] {
  return [];
}
function noWarnings(): readonly string[] {
  return [];
}
function deleteAtOnce(): null {
  return null;
}

/** The same object with the given generation; the object itself where it already has it. */
export function withGeneration<O extends KubeObject>(obj: O, generation: number): O {
  return obj.metadata.generation === generation ? obj : { ...obj, metadata: { ...obj.metadata, generation } };
}

/** The object without a field; the object itself where it has none. */
export function without<O extends object, K extends keyof O>(obj: O, key: K): O {
  if (!(key in obj)) return obj;
  const { [key]: _dropped, ...rest } = obj;
  return rest as O;
}

/** The object with a field as another one has it: set, or absent as well. */
export function withFieldOf<O extends object, K extends keyof O>(obj: O, from: O, key: K): O {
  if (obj[key] === from[key]) return obj;
  return key in from ? { ...obj, [key]: from[key] } : without(obj, key);
}
