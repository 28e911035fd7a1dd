import type { ClusterObjects } from "../clusterView.ts";
import { skip, success, type NodeInfo, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";
import { storageClassOf } from "../../kinds/volumes/binding.ts";

/** Driver and handle of the volume behind a claim; where it is still to be made, its driver and the claim's name. */
function volumeOf(namespace: string, claimName: string, objects: ClusterObjects): readonly [driver: string, handle: string] | null {
  const claim = objects.claim(namespace, claimName);
  if (claim === null) return null;
  const volume = objects.volume(claim.spec.volumeName ?? "");
  if (volume !== null) return volume.spec.csi === undefined ? null : [volume.spec.csi.driver, volume.spec.csi.volumeHandle];
  const storageClass = objects.storageClass(storageClassOf(claim));
  return storageClass === null ? null : [storageClass.provisioner, `\0${namespace}/${claimName}`];
}

function addVolumes(pod: PodInfo, objects: ClusterObjects, drivers: Map<string, string>): void {
  for (const { name } of pod.volumes.claims) {
    const found = volumeOf(pod.pod.metadata.namespace ?? "", name, objects);
    if (found !== null && found[0] !== "" && found[1] !== "") drivers.set(found.join("/"), found[0]);
  }
}

function countByDriver(drivers: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const driver of drivers) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return counts;
}

/** Volumes that pods of the node use, and those that are attached to it without a pod: by driver and handle. */
function attachedTo(node: NodeInfo, objects: ClusterObjects): Map<string, string> {
  const attached = new Map<string, string>();
  for (const other of node.pods.values()) addVolumes(other, objects, attached);
  for (const { spec } of objects.attachments(node.name)) {
    const source = objects.volume(spec.source.persistentVolumeName ?? "")?.spec.csi;
    if (source !== undefined && spec.attacher !== "") attached.set(`${spec.attacher}/${source.volumeHandle}`, spec.attacher);
  }
  return attached;
}

/**
 * How many volumes of a driver a node takes, as its CSINode says.
 * Follows pkg/scheduler/framework/plugins/nodevolumelimits/csi.go. Differs: in-tree disks are counted by nobody, as without CSI migration.
 */
export const nodeVolumeLimits: SchedulerPlugin = {
  name: "NodeVolumeLimits",
  weight: 0,
  preFilter: (_state, pod) => ({ status: pod.volumes.claims.length === 0 ? skip : success, nodeNames: null }),
  filter(state, pod, node) {
    const { objects } = state.view;
    const limits = (objects.csiNode(node.name)?.spec.drivers ?? []).filter((driver) => driver.allocatable?.count !== undefined);
    if (limits.length === 0) return success;
    const wanted = new Map<string, string>();
    addVolumes(pod, objects, wanted);
    const attached = attachedTo(node, objects);
    for (const volume of attached.keys()) wanted.delete(volume);
    const more = countByDriver(wanted.values());
    const there = countByDriver(attached.values());
    const full = limits.some(({ name, allocatable }) => (more.get(name) ?? 0) > 0 && (there.get(name) ?? 0) + (more.get(name) ?? 0) > (allocatable?.count ?? 0));
    return full ? { code: "unschedulable", reasons: ["node(s) exceed max volume count"] } : success;
  },
  wakesOn: ["podDelete", "claimChange", "csiNodeChange", "detached"],
  podMayHelp: (_waiting, other) => other.volumes.claims.length > 0,
};
