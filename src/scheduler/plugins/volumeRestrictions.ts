import type { Volume } from "../../kinds/core/pod/volumeSourceTypes.ts";
import { skip, success, type PreFilterResult, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";

interface State {
  /** Claims of the pod that only one pod may use. */
  readonly exclusive: ReadonlySet<string>;
  /** How many of them others use. */
  inUse: number;
}

const name = "VolumeRestrictions";
const inUse = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod";

/** Follows pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go. */
export const volumeRestrictions: SchedulerPlugin = {
  name,
  weight: 0,
  preFilter(state, pod): PreFilterResult {
    const { claims, disks } = pod.volumes;
    if (claims.length === 0 && disks.length === 0) return { status: skip, nodeNames: null };
    const namespace = pod.pod.metadata.namespace ?? "";
    const exclusive = new Set<string>();
    for (const { name: claimName, isEphemeral } of claims) {
      if (isEphemeral) continue;
      const claim = state.view.objects.claim(namespace, claimName);
      if (claim === null) return { status: { code: "unresolvable", reasons: [`persistentvolumeclaim ${JSON.stringify(claimName)} not found`] }, nodeNames: null };
      if (claim.spec.accessModes?.includes("ReadWriteOncePod") === true) exclusive.add(claimName);
    }
    let used = 0;
    for (const claimName of exclusive) if (state.view.claimUsers(`${namespace}/${claimName}`) > 0) used++;
    if (disks.length === 0 && used === 0) return { status: skip, nodeNames: null };
    state.set<State>(name, { exclusive, inUse: used });
    return { status: success, nodeNames: null };
  },
  adjust(state, pod, other, _node, by) {
    const counted = state.get<State>(name);
    if (counted === null || other.pod.metadata.namespace !== pod.pod.metadata.namespace) return;
    for (const claim of other.volumes.claims) if (!claim.isEphemeral && counted.exclusive.has(claim.name)) counted.inUse += by;
  },
  filter(state, pod, node) {
    if (pod.volumes.disks.length > 0) {
      for (const other of node.pods.values()) {
        if (other.volumes.disks.length > 0 && clashes(pod, other)) return { code: "unschedulable", reasons: ["node(s) had no available disk"] };
      }
    }
    return (state.get<State>(name)?.inUse ?? 0) > 0 ? { code: "unschedulable", reasons: [inUse] } : success;
  },
  wakesOn: ["nodeAdd", "nodeUpdate", "podDelete", "claimChange"],
  podMayHelp: (waiting, other) => clashes(waiting, other) || sharesClaim(waiting, other),
};

function sharesClaim(a: PodInfo, b: PodInfo): boolean {
  return a.pod.metadata.namespace === b.pod.metadata.namespace && a.volumes.claims.some(({ name: claim }) => b.volumes.claims.some((other) => other.name === claim));
}

function clashes(a: PodInfo, b: PodInfo): boolean {
  return a.volumes.disks.some((volume) => b.volumes.disks.some((other) => isSameDisk(volume, other)));
}

/** Disks that may be mounted twice may be so only where nobody writes. */
function isSameDisk(a: Volume, b: Volume): boolean {
  if (a.gcePersistentDisk !== undefined && b.gcePersistentDisk !== undefined) {
    return a.gcePersistentDisk.pdName === b.gcePersistentDisk.pdName && !bothRead(a.gcePersistentDisk, b.gcePersistentDisk);
  }
  if (a.awsElasticBlockStore !== undefined && b.awsElasticBlockStore !== undefined) return a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID;
  if (a.iscsi !== undefined && b.iscsi !== undefined) return a.iscsi.iqn === b.iscsi.iqn && !bothRead(a.iscsi, b.iscsi);
  if (a.rbd === undefined || b.rbd === undefined) return false;
  const { monitors } = b.rbd;
  return a.rbd.image === b.rbd.image && (a.rbd.pool ?? "rbd") === (b.rbd.pool ?? "rbd") && a.rbd.monitors.some((monitor) => monitors.includes(monitor)) && !bothRead(a.rbd, b.rbd);
}

function bothRead(a: { readonly readOnly?: boolean }, b: { readonly readOnly?: boolean }): boolean {
  return a.readOnly === true && b.readOnly === true;
}
