import type { ReconcileContext } from "../../client/controller.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { PersistentVolume, PersistentVolumeSpec } from "../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import type { StorageClass } from "../../kinds/storage/storageclass/types.ts";
import type { DurationUs } from "../../sim/time.ts";

/** What a claim is to get. Follows sig-storage-lib-external-provisioner/controller/volume.go (ProvisionOptions). */
export interface ProvisionRequest {
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass;
  /** The node that the scheduler chose; null where the class binds at once. */
  readonly node: Node | null;
  /** The name that the volume will have: "pvc-<uid of the claim>". */
  readonly name: string;
}

/** What was made of it: of the volume's spec all but its claim, class, modes and policy. */
export interface Provisioned {
  readonly spec: Pick<PersistentVolumeSpec, "hostPath" | "csi" | "nodeAffinity"> & { readonly capacity: Readonly<Record<string, string>> };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Not done yet: ask again after so long. */
export interface Unfinished {
  readonly againUs: DurationUs;
}

/** In the words that the event will have after "failed to provision volume with StorageClass". */
export interface Refused {
  readonly fault: string;
}

/** Who makes volumes of a kind, behind the controller that all of them share. Both are asked again until they are done. */
export interface Provisioner {
  /** As classes name it. */
  readonly name: string;
  /** Set on its volumes, so that they are deleted here even where the volume's object is deleted first. */
  readonly finalizer?: string;
  provision(request: ProvisionRequest, ctx: ReconcileContext): Provisioned | Unfinished | Refused;
  /** null: it is gone. */
  remove(volume: PersistentVolume, ctx: ReconcileContext): Unfinished | Refused | null;
}
