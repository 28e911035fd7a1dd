import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import { csiNodeKind } from "../../kinds/storage/csinode/kind.ts";
import { storageClassKind } from "../../kinds/storage/storageclass/kind.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volumeattachment/kind.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { deleteProvisioned, finalizerOf, provisionClaim } from "./provisionPass.ts";
import type { Provisioner } from "./provisioner.ts";

export interface ProvisionerOptions {
  /** Of the controller; its account's too. */
  readonly name: string;
  readonly provisioner: Provisioner;
}

const keyOf = ({ object }: Change): readonly ObjectKey[] => [{ namespace: object.metadata.namespace ?? "", name: object.metadata.name }];

/** Makes and deletes the volumes of one provisioner. Keys are claims, and volumes without a namespace. */
export function createProvisionerController({ name, provisioner }: ProvisionerOptions): ControllerDefinition {
  /** Claims that are being provisioned: the event that it began is told once. */
  const begun = new Set<string>();

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    if (key.namespace === "") {
      const volume = ctx.lister(persistentVolumeKind).get(key);
      if (volume === null) return {};
      const finalizers = finalizerOf(provisioner, volume);
      if (finalizers === null) return deleteProvisioned(provisioner, volume, ctx);
      ctx.write({ ...patchOp(persistentVolumeKind, key, { metadata: { finalizers, resourceVersion: volume.metadata.resourceVersion } } as unknown as Json, "application/merge-patch+json"), tolerates: [404] });
      return {};
    }
    const id = `${key.namespace}/${key.name}`;
    const claim = ctx.lister(persistentVolumeClaimKind).get(key);
    const result = claim === null ? {} : provisionClaim(provisioner, claim, !begun.has(id), ctx);
    if ("requeueAfterUs" in result) begun.add(id);
    else begun.delete(id);
    return result;
  };

  const reads: readonly KindDefinition<KubeObject>[] = [nodeKind, storageClassKind, ...(provisioner.finalizer === undefined ? [] : [csiNodeKind, volumeAttachmentKind])] as unknown as readonly KindDefinition<KubeObject>[];
  return {
    name,
    account: name,
    eventComponent: `${provisioner.name}_${name}`,
    for: null,
    owns: [],
    watches: [{ kind: persistentVolumeClaimKind, map: keyOf }, { kind: persistentVolumeKind, map: keyOf }],
    reads,
    reconcile,
    snapshot: () => [...begun],
    restore(data: Json) {
      begun.clear();
      for (const id of data as readonly string[]) begun.add(id);
    },
    reset: () => begun.clear(),
  };
}
