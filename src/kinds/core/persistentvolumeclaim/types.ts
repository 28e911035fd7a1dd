import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { PersistentVolumeClaimSpec } from "../pod/volumeSourceTypes.ts";

export interface PersistentVolumeClaim extends KubeObject<PersistentVolumeClaimSpec, PersistentVolumeClaimStatus> {
  readonly spec: PersistentVolumeClaimSpec;
}

export interface PersistentVolumeClaimStatus {
  readonly accessModes?: readonly string[];
  readonly allocatedResourceStatuses?: Readonly<Record<string, string>>;
  readonly allocatedResources?: Readonly<Record<string, string>>;
  readonly capacity?: Readonly<Record<string, string>>;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[];
  readonly currentVolumeAttributesClassName?: string;
  readonly modifyVolumeStatus?: { readonly status: string; readonly targetVolumeAttributesClassName?: string };
  readonly phase?: string;
}
