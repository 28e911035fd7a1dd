import type { Json } from "../../../base/json.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";

export interface ControllerRevision extends KubeObject {
  readonly data?: Json;
  readonly revision: number;
}
