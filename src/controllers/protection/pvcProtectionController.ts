import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { collectionPath } from "../../client/paths.ts";
import { updateOp } from "../../client/writes.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { claimIsOfPod, claimNameOf, podClaimIndex, podClaimIndexOf } from "../podsByClaim.ts";
import { concernsProtection, withFinalizer, withoutFinalizer } from "./finalizers.ts";

// Follows pkg/controller/volume/pvcprotection/pvc_protection_controller.go. Differs: one list of pods a claim, not one a namespace at a time.

const finalizer = "kubernetes.io/pvc-protection";

/** A claim that is deleted stays until no pod that was given a node names it. */
export function createPvcProtectionController(): ControllerDefinition {
  return {
    name: "pvc-protection",
    account: "pvc-protection-controller",
    for: null,
    owns: [],
    watches: [
      { kind: persistentVolumeClaimKind, map: ({ change, object }) => (change !== "deleted" && concernsProtection(object, finalizer) ? [{ namespace: object.metadata.namespace ?? "", name: object.metadata.name }] : []) },
      { kind: podKind, map: claimsOfLeavingPod },
    ],
    indexes: [indexesOf(podKind, { [podClaimIndex]: podClaimIndexOf })],
    reconcile,
    resume,
  };
}

/** Only a pod that ended, went, or never got a node can free a claim. */
function claimsOfLeavingPod({ change, object }: Change): readonly ObjectKey[] {
  const pod = object as Pod;
  const names = podClaimIndexOf(pod);
  if (names.length === 0 || (change !== "deleted" && !isPodTerminal(pod) && (pod.spec.nodeName ?? "") !== "")) return [];
  const namespace = pod.metadata.namespace ?? "";
  return names.map((key) => ({ namespace, name: key.slice(namespace.length + 1) }));
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const claim = ctx.lister(persistentVolumeClaimKind).get(key);
  if (claim === null || !concernsProtection(claim, finalizer)) return {};
  if (claim.metadata.deletionTimestamp === undefined) {
    ctx.write({ ...updateOp(persistentVolumeClaimKind, withFinalizer(claim, finalizer)), tolerates: [404] });
    return {};
  }
  if (ctx.lister(podKind).byIndex(podClaimIndex, `${key.namespace}/${key.name}`).some((pod) => uses(pod, claim))) return {};
  // The cache may not have seen a pod yet: the server is asked before data is let go.
  ctx.write({ verb: "list", path: collectionPath(podKind, key.namespace) });
  return { resumeWith: claim as unknown as Json };
}

function resume(key: ObjectKey, step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
  const claim = step as unknown as PersistentVolumeClaim;
  const { items } = (answers[0] as ApiResponse).body as unknown as { readonly items: readonly Pod[] };
  if (items.some((pod) => uses(pod, claim))) return {};
  ctx.because(`let claim ${key.name} go: no pod uses it`);
  ctx.write({ ...updateOp(persistentVolumeClaimKind, withoutFinalizer(claim, finalizer)), tolerates: [404] });
  return {};
}

/** Pods without a node do not count: no kubelet starts a pod whose claim is being deleted. */
function uses(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if ((pod.spec.nodeName ?? "") === "") return false;
  return (pod.spec.volumes ?? []).some((volume) => claimNameOf(pod, volume) === claim.metadata.name && (volume.ephemeral === undefined || (!isShutDown(pod) && claimIsOfPod(pod, claim))));
}

function isShutDown(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && pod.metadata.deletionGracePeriodSeconds === 0;
}
