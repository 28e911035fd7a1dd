import type { Json, JsonObject } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { KindDefinition } from "../define.ts";
import { create, type Outcome } from "./recordedCreate.ts";

/** Creates an object of the kind with the given fields, strictly. */
export function createOf<O extends KubeObject>(kind: KindDefinition<O>, fields: JsonObject, metadata: JsonObject = {}): Outcome {
  const { group, version, kind: name } = kind.gvk;
  return create(kind as unknown as KindDefinition, "default", { apiVersion: group === "" ? version : `${group}/${version}`, kind: name, metadata: { name: "x", ...metadata }, ...fields } as Json, "Strict");
}

/** The object that came of it; anything else is an error of the test. */
export function objectOf<O extends KubeObject>(outcome: Outcome): O {
  if (outcome.type !== "created") throw new Error(JSON.stringify(outcome));
  return outcome.object as unknown as O;
}

/** What was said against it: "spec.replicas: Invalid value: ...". */
export function faultsOf(outcome: Outcome): readonly string[] {
  return outcome.type === "invalid" ? outcome.causes.map((cause) => `${String(cause["field"])}: ${String(cause["message"])}`) : [outcome.type];
}
