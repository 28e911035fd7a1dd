import { errorText } from "../../apimachinery/fieldError.ts";
import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { KindDefinition } from "../define.ts";
import { create } from "./recordedCreate.ts";

/** What a create of this body is refused with, a text a cause: "<path>: <message>"; [] where it is accepted. */
export function faultsOf(kind: KindDefinition, body: Json): readonly string[] {
  const outcome = create(kind, "default", body, "Strict");
  if (outcome.type === "created") return [];
  return outcome.type === "invalid" ? outcome.causes.map((cause) => `${String(cause["field"])}: ${String(cause["message"])}`) : [outcome.message];
}

/** The object that comes of a body. */
export function made<O extends KubeObject>(kind: KindDefinition, body: Json): O {
  const outcome = create(kind, "default", body, "Strict");
  if (outcome.type !== "created") throw new Error(JSON.stringify(outcome));
  return outcome.object as O;
}

/** What an update is refused with. */
export function updateFaults(kind: KindDefinition, old: KubeObject, change: (object: KubeObject) => object, part: "object" | "status" | "approval" = "object"): readonly string[] {
  const strategy = part === "object" ? kind.strategy : (kind.subresourceStrategies?.[part] ?? kind.statusStrategy ?? kind.strategy);
  return strategy.validateUpdate(strategy.prepareForUpdate(change(old) as KubeObject, old), old).map(errorText);
}
