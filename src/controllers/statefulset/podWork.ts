import type { NewObject, WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, updateOp } from "../../client/writes.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { ReconcileContext } from "../../client/controller.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodAvailable, isPodTerminal, isTerminating } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import { claimsFor, isStale, withWantedOwners, type ClaimUser } from "./claims.ts";
import { claimName, claimTemplateNames, hasIdentity, hasStorage, ordinalOf, withIdentity } from "./identity.ts";
import { isRunningAndReady } from "./setStatus.ts";

// Follows pkg/controller/statefulset/stateful_set_control.go (processReplica, processCondemned) and stateful_pod_control.go.

/** What is to be done for one pod: phases of requests that follow each other. */
export interface PodWork {
  readonly phases: readonly (readonly WriteOp[])[];
  /** Where pods go in order, nothing is done for those after it in this pass. */
  readonly stops: boolean;
  /** What went wrong before anything could be asked for. */
  readonly error?: string;
  readonly why?: string;
}

const goOn: PodWork = { phases: [], stops: false };
const wait: PodWork = { phases: [], stops: true };

/** Messages of its events: "Create Pod web-0 in StatefulSet web successful". */
export function podEvent(set: StatefulSet, verb: "Create" | "Update" | "Delete", pod: string, error?: string): NonNullable<WriteOp["event"]> {
  const about = referenceTo(set);
  const what = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`;
  return error === undefined
    ? { about, type: "Normal", reason: `Successful${verb}`, message: `${what} successful` }
    : { about, type: "Warning", reason: `Failed${verb}`, message: `${what} failed error: ${error}` };
}

export function claimEvent(set: StatefulSet, pod: string, claim: string, error?: string): NonNullable<WriteOp["event"]> {
  const about = referenceTo(set);
  const { name } = set.metadata;
  return error === undefined
    ? { about, type: "Normal", reason: "SuccessfulCreate", message: `Create Claim ${claim} Pod ${pod} in StatefulSet ${name} success` }
    : { about, type: "Warning", reason: "FailedCreate", message: `Create Claim ${claim} for Pod ${pod} in StatefulSet ${name} failed error: ${error}` };
}

export function deletePodOp(set: StatefulSet, pod: Pod): WriteOp {
  const { name, namespace = "" } = pod.metadata;
  return { ...deleteOp(podKind, { namespace, name }), event: podEvent(set, "Delete", name), expects: { deletion: `${namespace}/${name}` } };
}

/** A pod that is wanted and is not there. */
export function makePod(set: StatefulSet, pod: NewObject, ordinal: number, ctx: ReconcileContext): PodWork {
  const user: ClaimUser = { name: pod.metadata.name ?? "", uid: "" };
  const known = knownClaims(set, ordinal, ctx);
  if (known.some((claim) => isStale(set, claim, user))) return { ...wait, why: `waits with ${user.name}: its claim still belongs to the pod of before` };
  const { ops, error } = missingClaims(set, ordinal, user.name, ctx);
  if (error !== null) {
    ctx.event(podEvent(set, "Create", user.name, error));
    return { phases: [ops], stops: true, error };
  }
  const create: WriteOp = { ...createOp(podKind, pod), event: podEvent(set, "Create", user.name), expects: "creation" };
  return { phases: [ops, [create], ownerUpdates(set, ordinal, user, ctx)], stops: true, why: `made pod ${user.name}` };
}

/** A pod that is wanted and is there. `inOrder`: those after it wait until it is available. */
export function tendPod(set: StatefulSet, pod: Pod, inOrder: boolean, ctx: ReconcileContext): PodWork {
  const { name, uid } = pod.metadata;
  if (isPodTerminal(pod)) return isTerminating(pod) ? wait : { phases: [[deletePodOp(set, pod)]], stops: true, why: `deleted pod ${name}, which ended: it is made again once it is gone` };
  const ordinal = ordinalOf(set, pod);
  const claims = pod.status?.phase === "Pending" ? missingClaims(set, ordinal, name, ctx) : { ops: [], error: null };
  if (claims.error !== null) return { phases: [claims.ops], stops: true, error: claims.error };
  const isPending = pod.status?.phase === "Pending";
  const owners = isPending ? ownerUpdates(set, ordinal, { name, uid }, ctx) : [];
  if (inOrder && (isTerminating(pod) || !isRunningAndReady(pod) || !isPodAvailable(pod, set.spec.minReadySeconds ?? 0, ctx.unixUs))) return { phases: [claims.ops, owners], stops: true };
  if (owners.length > 0 || claims.ops.length > 0) return { phases: [claims.ops, owners], stops: false };
  return keepIdentity(set, pod, ordinal, ctx);
}

function keepIdentity(set: StatefulSet, pod: Pod, ordinal: number, ctx: ReconcileContext): PodWork {
  const { name, uid } = pod.metadata;
  const owners = ownerUpdates(set, ordinal, { name, uid }, ctx);
  if (hasIdentity(set, pod) && owners.length === 0) return goOn;
  const claims = hasStorage(set, pod) ? { ops: [], error: null } : missingClaims(set, ordinal, name, ctx);
  if (claims.error !== null) {
    ctx.event(podEvent(set, "Update", name, claims.error));
    return { phases: [claims.ops], stops: true, error: claims.error };
  }
  const update: WriteOp = { ...updateOp(podKind, withIdentity(set, pod)), event: podEvent(set, "Update", name) };
  return { phases: [claims.ops, owners, [update]], stops: false, why: `gave pod ${name} its identity back` };
}

/** A pod that is too many. `firstUnavailable`: of all pods in order, the one that may go though it is not ready. */
export function removePod(set: StatefulSet, pod: Pod, firstUnavailable: Pod | null, inOrder: boolean, ctx: ReconcileContext): PodWork {
  if (isTerminating(pod)) return inOrder ? wait : goOn;
  const isAvailable = isRunningAndReady(pod) && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, ctx.unixUs);
  if (inOrder && !isAvailable && pod !== firstUnavailable) return wait;
  return { phases: [[deletePodOp(set, pod)]], stops: true, why: `deleted pod ${pod.metadata.name}: it is too many` };
}

function knownClaims(set: StatefulSet, ordinal: number, ctx: ReconcileContext) {
  const lister = ctx.lister(persistentVolumeClaimKind);
  const namespace = set.metadata.namespace ?? "";
  return claimTemplateNames(set).flatMap((template) => lister.get({ namespace, name: claimName(set, template, ordinal) }) ?? []);
}

function missingClaims(set: StatefulSet, ordinal: number, pod: string, ctx: ReconcileContext): { readonly ops: readonly WriteOp[]; readonly error: string | null } {
  if ((set.spec.volumeClaimTemplates ?? []).length === 0) return { ops: [], error: null };
  const known = knownClaims(set, ordinal, ctx);
  const leaving = known.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => `pvc ${metadata.name} is being deleted`);
  const missing = claimsFor(set, ordinal).filter(({ metadata }) => !known.some((claim) => claim.metadata.name === metadata.name));
  const ops = missing.map((claim): WriteOp => ({ ...createOp(persistentVolumeClaimKind, claim), event: claimEvent(set, pod, claim.metadata.name ?? "") }));
  return { ops, error: leaving.length === 0 ? null : leaving.length === 1 ? (leaving[0] ?? "") : `[${leaving.join(", ")}]` };
}

/** Updates of the claims' owners by the retention policy, of those claims that are known. */
export function ownerUpdates(set: StatefulSet, ordinal: number, user: ClaimUser, ctx: ReconcileContext): readonly WriteOp[] {
  return knownClaims(set, ordinal, ctx).flatMap((claim) => {
    const owned = withWantedOwners(set, claim, user);
    return owned === null ? [] : [updateOp(persistentVolumeClaimKind, owned)];
  });
}
