import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { LocalObjectReference, ObjectReference } from "../references.ts";

export interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  readonly secrets?: readonly ObjectReference[];
}
