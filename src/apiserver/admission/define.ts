import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { RequestContext, Target } from "../requestContext.ts";

/** What a plugin sees of a write. */
export interface Admission {
  readonly rc: RequestContext;
  readonly target: Target;
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly object: KubeObject | null;
  readonly old: KubeObject | null;
}

/** One rule that may change or refuse a write. What does not concern it, it leaves alone. */
export interface AdmissionPlugin {
  readonly name: string;
  readonly implemented: boolean;
  /** The object, changed or not; refuses by throwing a Refusal. */
  mutate?(admission: Admission): KubeObject;
  validate?(admission: Admission): void;
}
