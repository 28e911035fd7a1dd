import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { PodTemplateSpec } from "../pod/types.ts";

export interface PodTemplate extends KubeObject {
  readonly template: PodTemplateSpec;
}
