import type { KubeObject, ObjectMeta } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import type { RequestContext, Target } from "../requestContext.ts";

/** What a plugin sees of a write. */
export interface Admission {
  readonly rc: RequestContext;
  readonly target: Target;
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly object: KubeObject | null;
  readonly old: KubeObject | null;
}

/** How a refusal names the object: by its prefix where it has no name yet. Follows admission/errors.go. */
export function refusedName(object: KubeObject | null): string {
  const { name = "", generateName = "" }: Partial<ObjectMeta> = object?.metadata ?? {};
  return name === "" ? generateName : name;
}

/** One rule that may change or refuse a write. What does not concern it, it leaves alone. */
export interface AdmissionPlugin {
  readonly name: string;
  readonly implemented: boolean;
  /** Ids of the resources that may concern it; all where absent. Others' writes pass it by unasked. */
  readonly resources?: readonly string[];
  /** The object, changed or not; refuses by throwing a Refusal. */
  mutate?(admission: Admission): KubeObject;
  validate?(admission: Admission): void;
  /** A POST to a subresource, before it is answered: an eviction, a token request. Refuses by throwing a Refusal. */
  posted?(rc: RequestContext, target: Target, input: JsonObject): void;
}
