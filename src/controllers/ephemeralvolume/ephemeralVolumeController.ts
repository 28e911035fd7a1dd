import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { NewObject, WriteOp } from "../../client/writes.ts";
import { createOp } from "../../client/writes.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod, Volume } from "../../kinds/core/pod/types.ts";
import { controllerReference } from "../ownership.ts";
import { claimIsOfPod, ephemeralClaimName, podClaimIndex, podClaimIndexOf } from "../podsByClaim.ts";
import { statusMessage } from "../statusErrors.ts";

// Follows pkg/controller/volume/ephemeral/controller.go.

/** Makes the claims of pods' ephemeral volumes; the garbage collector removes them with the pod. */
export function createEphemeralVolumeController(): ControllerDefinition {
  return {
    name: "ephemeral-volume",
    account: "ephemeral-volume-controller",
    eventComponent: "ephemeral_volume",
    for: null,
    owns: [],
    watches: [
      { kind: podKind, map: ({ change, object }) => (change === "added" && concerns(object as Pod) ? [keyOf(object as Pod)] : []) },
      { kind: persistentVolumeClaimKind, map: podsOfGoneClaim },
    ],
    indexes: [indexesOf(podKind, { [podClaimIndex]: podClaimIndexOf })],
    reconcile,
    refused,
  };
}

const keyOf = ({ metadata }: Pod): ObjectKey => ({ namespace: metadata.namespace ?? "", name: metadata.name });

function concerns(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && (pod.spec.volumes ?? []).some((volume) => volume.ephemeral !== undefined);
}

function podsOfGoneClaim({ change, object }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  if (change !== "deleted") return [];
  return ctx.lister(podKind).byIndex(podClaimIndex, `${object.metadata.namespace ?? ""}/${object.metadata.name}`).filter(concerns).map(keyOf);
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const pod = ctx.lister(podKind).get(key);
  if (pod === null || !concerns(pod)) return {};
  for (const volume of pod.spec.volumes ?? []) {
    const fault = volume.ephemeral === undefined ? null : makeClaim(pod, volume, ctx);
    if (fault === null) continue;
    tellFailure(pod, `ephemeral volume ${volume.name}: ${fault}`, ctx);
    return { error: `pod ${key.namespace}/${key.name}, ephemeral volume ${volume.name}: ${fault}` };
  }
  return {};
}

function makeClaim(pod: Pod, volume: Volume, ctx: ReconcileContext): string | null {
  const namespace = pod.metadata.namespace ?? "";
  const name = ephemeralClaimName(pod, volume);
  const claim = ctx.lister(persistentVolumeClaimKind).get({ namespace, name });
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (claim !== null || template === undefined) return claim === null || claimIsOfPod(pod, claim) ? null : `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
  const { labels, annotations } = template.metadata ?? {};
  const fresh: NewObject = {
    apiVersion: "v1", kind: "PersistentVolumeClaim",
    metadata: { name, namespace, ...(annotations === undefined ? {} : { annotations }), ...(labels === undefined ? {} : { labels }), ownerReferences: [controllerReference(pod, podKind)] },
    spec: template.spec,
  };
  ctx.because(`made claim ${name} for the ephemeral volume ${volume.name} of pod ${pod.metadata.name}`);
  ctx.write(createOp(persistentVolumeClaimKind, fresh));
  return null;
}

function refused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" {
  const pod = ctx.lister(podKind).get(key);
  const name = (op.body as unknown as { readonly metadata: { readonly name: string } }).metadata.name;
  const volume = pod?.spec.volumes?.find((each) => each.ephemeral !== undefined && ephemeralClaimName(pod, each) === name);
  if (pod !== null && volume !== undefined) tellFailure(pod, `ephemeral volume ${volume.name}: create PVC ${name}: ${statusMessage(response)}`, ctx);
  return "fail";
}

function tellFailure(pod: Pod, message: string, ctx: ReconcileContext): void {
  ctx.event({ about: referenceTo(pod), type: "Warning", reason: "FailedBinding", message });
}
