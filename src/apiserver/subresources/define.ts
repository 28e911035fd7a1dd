import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import type { KindDefinition, Strategy } from "../../kinds/define.ts";
import type { Outcome, RequestContext, Target } from "../requestContext.ts";

/** What one subresource does with the object that it belongs to. What is absent it cannot do. */
export interface SubresourceHandler {
  readonly name: string;
  readonly methods: readonly ("get" | "create" | "update" | "patch")[];
  /** GET, where it is not the object itself. */
  read?(rc: RequestContext, target: Target, object: KubeObject): Outcome;
  /** The representation that PATCH and PUT see, where it is not the object. */
  view?(kind: KindDefinition, object: KubeObject): JsonObject;
  /** Group, version and kind of the body where it is not the object's. */
  readonly body?: { readonly group: string; readonly version: string; readonly kind: string; readonly schema: string };
  /** PUT, PATCH (after the patch) and POST: the object that results. */
  merge(rc: RequestContext, target: Target, old: KubeObject, input: JsonObject): KubeObject;
  /** A POST that stores nothing, or a different change than an update. */
  create?(rc: RequestContext, target: Target, object: KubeObject | null, input: JsonObject): Outcome | null;
  /** Which strategy judges the result; null: none but the handler itself. */
  strategy(kind: KindDefinition): Strategy<KubeObject> | null;
}
