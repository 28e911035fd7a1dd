import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { PersistentVolumeSpec } from "../../core/persistentvolume/types.ts";

export interface VolumeAttachment extends KubeObject<VolumeAttachmentSpec, VolumeAttachmentStatus> {
  readonly spec: VolumeAttachmentSpec;
}

export interface VolumeAttachmentSpec {
  readonly attacher: string;
  readonly nodeName: string;
  readonly source: { readonly inlineVolumeSpec?: PersistentVolumeSpec; readonly persistentVolumeName?: string };
}

export interface VolumeAttachmentStatus {
  readonly attachError?: VolumeError;
  readonly attached: boolean;
  readonly attachmentMetadata?: Readonly<Record<string, string>>;
  readonly detachError?: VolumeError;
}

export interface VolumeError {
  readonly errorCode?: number;
  readonly message?: string;
  readonly time?: string;
}
