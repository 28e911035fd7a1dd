import type { KubeObject, LabelSelector } from "../../../apimachinery/objectMeta.ts";

export interface CSIStorageCapacity extends KubeObject {
  readonly capacity?: string;
  readonly maximumVolumeSize?: string;
  readonly nodeTopology?: LabelSelector;
  readonly storageClassName: string;
}
