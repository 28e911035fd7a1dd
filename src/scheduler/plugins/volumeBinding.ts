import { deepEqual } from "../../base/deepEqual.ts";
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { compareQuantityTexts } from "../../apimachinery/quantity.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import type { StorageClass } from "../../kinds/storage/storageclass/types.ts";
import type { ClusterObjects } from "../clusterView.ts";
import { skip, success, type CycleState, type PreFilterResult, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";
import type { ClaimName } from "../podVolumes.ts";
import { bindCompletedAnnotation, findVolume, hasAnnotation, reaches, selectedNodeAnnotation, storageClassOf, storageOf } from "../../kinds/volumes/binding.ts";

const name = "VolumeBinding";
const unbound = "pod has unbound immediate PersistentVolumeClaims";
const noVolume = "node(s) didn't find available persistent volumes to bind";
const outOfReach = "node(s) didn't match PersistentVolume's node affinity";
const noSpace = "node(s) did not have enough free storage";
const volumeGone = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

interface State {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Those that wait for this pod, the smallest first. */
  readonly waiting: readonly PersistentVolumeClaim[];
}

/** What is written before a pod is bound to a node. */
export interface VolumePlan {
  /** A claim and the volume that is to be its own. */
  readonly bindings: readonly (readonly [PersistentVolumeClaim, PersistentVolume])[];
  /** Claims whose volume is made for the node. */
  readonly provisions: readonly PersistentVolumeClaim[];
}

const nothingToDo: VolumePlan = { bindings: [], provisions: [] };

/** Follows pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go. */
export const volumeBinding: SchedulerPlugin = {
  name,
  weight: 0,
  preFilter(state, pod): PreFilterResult {
    const { claims: names } = pod.volumes;
    if (names.length === 0) return { status: skip, nodeNames: null };
    const { objects } = state.view;
    const claims: PersistentVolumeClaim[] = [];
    for (const named of names) {
      const claim = objects.claim(pod.pod.metadata.namespace ?? "", named.name);
      const fault = faultOf(pod, claim, named);
      if (fault !== null || claim === null) return refused(fault ?? "");
      claims.push(claim);
    }
    const waiting = claims.filter((claim) => !isBound(claim));
    if (waiting.some((claim) => (claim.spec.volumeName ?? "") !== "" || !waitsForConsumer(claim, objects))) return refused(unbound);
    waiting.sort((a, b) => compareQuantityTexts(storageOf(a), storageOf(b)));
    state.set<State>(name, { bound: claims.filter(isBound), waiting });
    return { status: success, nodeNames: null };
  },
  filter(state, _pod, { node }) {
    const counted = state.get<State>(name);
    if (counted === null) return success;
    const { objects } = state.view;
    const reasons: string[] = [];
    const volumes = counted.bound.map((claim) => objects.volume(claim.spec.volumeName ?? ""));
    const wrong = volumes.find((volume) => volume === null || !reaches(volume, node));
    if (wrong !== undefined && wrong !== null) reasons.push(outOfReach);
    const plan = planFor(counted.waiting, node, objects);
    if (typeof plan === "string") reasons.push(plan);
    if (wrong === null) reasons.push(volumeGone);
    return reasons.length === 0 ? success : { code: "unresolvable", reasons };
  },
  wakesOn: ["nodeAdd", "nodeUpdate", "claimChange", "volumeChange", "classChange", "capacityChange"],
  nodeMayHelp: (_waiting, node, old) => old === null || !deepEqual(node.metadata.labels ?? {}, old.metadata.labels ?? {}),
};

/** What must be bound or made first where the pod goes to this node. */
export function volumePlan(state: CycleState, node: Node): VolumePlan {
  const counted = state.get<State>(name);
  const plan = counted === null || counted.waiting.length === 0 ? nothingToDo : planFor(counted.waiting, node, state.view.objects);
  return typeof plan === "string" ? nothingToDo : plan;
}

/** Volumes that are there come first, the rest is made; or why neither can be. */
function planFor(waiting: readonly PersistentVolumeClaim[], node: Node, objects: ClusterObjects): VolumePlan | string {
  const bindings: (readonly [PersistentVolumeClaim, PersistentVolume])[] = [];
  const provisions: PersistentVolumeClaim[] = [];
  const taken = new Set<string>();
  for (const claim of waiting) {
    const selected = claim.metadata.annotations?.[selectedNodeAnnotation];
    if (selected !== undefined && selected !== node.metadata.name) return noVolume;
    const volume = selected === undefined ? findVolume(claim, objects.volumesOfClass(storageClassOf(claim)), { node, taken }) : null;
    if (volume === null) provisions.push(claim);
    else {
      taken.add(volume.metadata.name);
      bindings.push([claim, volume]);
    }
  }
  for (const claim of provisions) {
    const storageClass = objects.storageClass(storageClassOf(claim));
    if (storageClass === null || storageClass.provisioner === "" || storageClass.provisioner === "kubernetes.io/no-provisioner" || !allows(storageClass, node)) return noVolume;
    if (!hasRoom(storageClass, claim, node, objects)) return noSpace;
  }
  return { bindings, provisions };
}

function allows({ allowedTopologies }: StorageClass, node: Node): boolean {
  const terms = allowedTopologies ?? [];
  const labels = node.metadata.labels ?? {};
  return terms.length === 0 || terms.some(({ matchLabelExpressions = [] }) => matchLabelExpressions.length > 0 && matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? "")));
}

/** Only drivers that publish their capacity are asked. */
function hasRoom(storageClass: StorageClass, claim: PersistentVolumeClaim, node: Node, objects: ClusterObjects): boolean {
  if (objects.csiDriver(storageClass.provisioner)?.spec.storageCapacity !== true || claim.spec.resources?.requests?.["storage"] === undefined) return true;
  return objects.storageCapacities().some(({ storageClassName, maximumVolumeSize, capacity, nodeTopology }) => {
    const limit = maximumVolumeSize ?? capacity;
    return storageClassName === storageClass.metadata.name && limit !== undefined && compareQuantityTexts(limit, storageOf(claim)) >= 0
      && nodeTopology !== undefined && matches(selectorFromLabelSelector(nodeTopology), node.metadata.labels);
  });
}

function refused(reason: string): PreFilterResult {
  return { status: { code: "unresolvable", reasons: [reason] }, nodeNames: null };
}

function faultOf({ pod }: PodInfo, claim: PersistentVolumeClaim | null, { name: claimName, isEphemeral }: ClaimName): string | null {
  const quoted = JSON.stringify(claimName);
  if (claim === null) return isEphemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}` : `persistentvolumeclaim ${quoted} not found`;
  if (claim.status?.phase === "Lost") return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? "")}`;
  if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim ${quoted} is being deleted`;
  if (!isEphemeral || controllerOf(claim.metadata)?.uid === pod.metadata.uid) return null;
  const namespace = pod.metadata.namespace ?? "";
  return `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
}

export function isBound(claim: PersistentVolumeClaim): boolean {
  return (claim.spec.volumeName ?? "") !== "" && hasAnnotation(claim, bindCompletedAnnotation);
}

/** A class that is not there binds at once, as upstream. */
function waitsForConsumer(claim: PersistentVolumeClaim, objects: ClusterObjects): boolean {
  const className = storageClassOf(claim);
  return className !== "" && objects.storageClass(className)?.volumeBindingMode === "WaitForFirstConsumer";
}
