import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { NodeSelector, Volume } from "../pod/types.ts";
import type { ObjectReference } from "../references.ts";

export interface PersistentVolume extends KubeObject<PersistentVolumeSpec, PersistentVolumeStatus> {
  readonly spec: PersistentVolumeSpec;
}

export interface SecretReference {
  readonly name?: string;
  readonly namespace?: string;
}

export interface CSIPersistentVolumeSource {
  readonly controllerExpandSecretRef?: SecretReference;
  readonly controllerPublishSecretRef?: SecretReference;
  readonly driver: string;
  readonly fsType?: string;
  readonly nodeExpandSecretRef?: SecretReference;
  readonly nodePublishSecretRef?: SecretReference;
  readonly nodeStageSecretRef?: SecretReference;
  readonly readOnly?: boolean;
  readonly volumeAttributes?: Readonly<Record<string, string>>;
  readonly volumeHandle: string;
}

/** Sources as pods have them, some with a field more: see kinds/volumes/validateVolumeSpec.ts. */
export interface PersistentVolumeSpec extends Omit<Volume, "name" | "csi"> {
  readonly accessModes?: readonly string[];
  readonly capacity?: Readonly<Record<string, string>>;
  readonly claimRef?: ObjectReference;
  readonly csi?: CSIPersistentVolumeSource;
  readonly local?: { readonly path: string; readonly fsType?: string };
  readonly mountOptions?: readonly string[];
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly persistentVolumeReclaimPolicy?: string;
  readonly storageClassName?: string;
  readonly volumeAttributesClassName?: string;
  readonly volumeMode?: string;
}

export interface PersistentVolumeStatus {
  readonly lastPhaseTransitionTime?: string;
  readonly message?: string;
  readonly phase?: string;
  readonly reason?: string;
}
