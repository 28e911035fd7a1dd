import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { betaClassAnnotation } from "../../kinds/volumes/accessModes.ts";
import type { ClusterObjects } from "../clusterView.ts";
import { skip, success, type PreFilterResult, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";

const bindCompleted = "pv.kubernetes.io/bind-completed";
const unbound = "pod has unbound immediate PersistentVolumeClaims";
const delayed = "cannot bind PersistentVolumeClaims that wait for their first consumer: not simulated yet";

/**
 * A pod waits until its claims are there and bound. Differs: a claim that waits for its first consumer is never bound here, and the refusal says so.
 * Follows pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go.
 */
export const volumeBinding: SchedulerPlugin = {
  name: "VolumeBinding",
  weight: 0,
  preFilter(state, pod): PreFilterResult {
    const names = claimNames(pod);
    if (names.length === 0) return { status: skip, nodeNames: null };
    const { objects } = state.view;
    const claims: PersistentVolumeClaim[] = [];
    for (const { name, isEphemeral } of names) {
      const claim = objects.claim(pod.pod.metadata.namespace ?? "", name);
      const fault = faultOf(claim, name, isEphemeral);
      if (fault !== null || claim === null) return refused(fault ?? "");
      claims.push(claim);
    }
    const waiting = claims.filter((claim) => !isBound(claim));
    if (waiting.some((claim) => (claim.spec.volumeName ?? "") !== "" || !waitsForConsumer(claim, objects))) return refused(unbound);
    state.set(volumeBinding.name, waiting.length);
    return { status: success, nodeNames: null };
  },
  filter: (state) => ((state.get<number>(volumeBinding.name) ?? 0) === 0 ? success : { code: "unresolvable", reasons: [`node(s) ${delayed}`] }),
  wakesOn: ["claimChange"],
};

function refused(reason: string): PreFilterResult {
  return { status: { code: "unresolvable", reasons: [reason] }, nodeNames: null };
}

interface ClaimName {
  readonly name: string;
  readonly isEphemeral: boolean;
}
const noNames: readonly ClaimName[] = [];

function claimNames(pod: PodInfo): readonly ClaimName[] {
  let names: ClaimName[] | null = null;
  for (const volume of pod.pod.spec.volumes ?? []) {
    if (volume.persistentVolumeClaim !== undefined) (names ??= []).push({ name: volume.persistentVolumeClaim.claimName, isEphemeral: false });
    else if (volume.ephemeral !== undefined) (names ??= []).push({ name: `${pod.pod.metadata.name}-${volume.name}`, isEphemeral: true });
  }
  return names ?? noNames;
}

function faultOf(claim: PersistentVolumeClaim | null, name: string, isEphemeral: boolean): string | null {
  const quoted = JSON.stringify(name);
  if (claim === null) return isEphemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}` : `persistentvolumeclaim ${quoted} not found`;
  if (claim.status?.phase === "Lost") return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? "")}`;
  return claim.metadata.deletionTimestamp === undefined ? null : `persistentvolumeclaim ${quoted} is being deleted`;
}

function isBound(claim: PersistentVolumeClaim): boolean {
  return (claim.spec.volumeName ?? "") !== "" && claim.metadata.annotations?.[bindCompleted] !== undefined;
}

/** A class that is not there binds at once, as upstream. */
function waitsForConsumer(claim: PersistentVolumeClaim, objects: ClusterObjects): boolean {
  const name = claim.metadata.annotations?.[betaClassAnnotation] ?? claim.spec.storageClassName ?? "";
  return name !== "" && objects.storageClass(name)?.volumeBindingMode === "WaitForFirstConsumer";
}
