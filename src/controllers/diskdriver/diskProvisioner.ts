// Follows kubernetes-csi/external-provisioner (pkg/controller/{controller,topology}.go) before a driver like gcp-compute-persistent-disk-csi-driver.
import { fnv1a32 } from "../../base/hash.ts";
import { compareText } from "../../base/compareText.ts";
import { quantityBytes, quantityText, unitQuantity } from "../../apimachinery/quantity.ts";
import type { ReconcileContext } from "../../client/controller.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { csiNodeKind } from "../../kinds/storage/csinode/kind.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volumeattachment/kind.ts";
import { storageOf } from "../../kinds/volumes/binding.ts";
import { diskDriverName, diskZoneLabel } from "../../kinds/volumes/diskDriver.ts";
import { second } from "../../sim/time.ts";
import type { Provisioned, ProvisionRequest, Refused, Unfinished } from "../provisioner/provisioner.ts";
import { diskHeard, faultHeard, type CloudDisks } from "./cloudDisks.ts";

const gibibyte = 2 ** 30;
const pollUs = 1 * second;

/** A disk for a claim; its name is the volume's. */
export function provisionDisk(cloud: CloudDisks, request: ProvisionRequest, ctx: ReconcileContext): Provisioned | Unfinished | Refused {
  const { claim, name } = request;
  const mode = (claim.spec.accessModes ?? []).find((each) => !each.startsWith("ReadWriteOnce"));
  if (mode !== undefined) return { fault: `rpc error: code = InvalidArgument desc = access mode ${mode} is not supported: a disk is attached to one node at a time` };
  if (claim.spec.dataSource !== undefined || claim.spec.dataSourceRef !== undefined) return { fault: "rpc error: code = InvalidArgument desc = disks are made empty, from no source" };
  const zone = zoneFor(request, ctx);
  if (typeof zone !== "string") return zone;
  const bytes = Math.max(1, Math.ceil(quantityBytes(storageOf(claim)) / gibibyte)) * gibibyte;
  const disk = diskHeard(cloud, name);
  if (disk === null) {
    const fault = faultHeard(cloud, "create", name);
    cloud.ask("create", name, { zone, bytes });
    return fault === null ? { againUs: pollUs } : { fault };
  }
  return {
    annotations: { "volume.kubernetes.io/provisioner-deletion-secret-name": "", "volume.kubernetes.io/provisioner-deletion-secret-namespace": "" },
    spec: {
      capacity: { storage: quantityText(unitQuantity(disk.bytes, "BinarySI")) },
      csi: { driver: diskDriverName, volumeHandle: name, fsType: "ext4", volumeAttributes: { "storage.kubernetes.io/csiProvisionerIdentity": `orrery-${diskDriverName}` } },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: diskZoneLabel, operator: "In", values: [disk.zone] }] }] } },
    },
  };
}

/** Gives the disk of a volume up, once no machine has it; null: it is gone. */
export function removeDisk(cloud: CloudDisks, volume: PersistentVolume, ctx: ReconcileContext): Unfinished | Refused | null {
  const handle = volume.spec.csi?.volumeHandle ?? volume.metadata.name;
  const held = ctx.lister(volumeAttachmentKind).list(null).find(({ spec }) => spec.source.persistentVolumeName === volume.metadata.name);
  if (held !== undefined) return { fault: `persistentvolume ${volume.metadata.name} is still attached to node ${held.spec.nodeName}` };
  if (cloud.isGone(handle)) return null;
  const fault = faultHeard(cloud, "delete", handle);
  cloud.ask("delete", handle, {});
  return fault === null ? { againUs: pollUs } : { fault };
}

/** The zone of the chosen node, or one of those that the class allows and that have nodes, spread by the claim's name. */
function zoneFor({ claim, storageClass, node }: ProvisionRequest, ctx: ReconcileContext): string | Refused {
  const nodes = ctx.lister(nodeKind);
  const driven = ctx.lister(csiNodeKind).list(null).filter(({ spec }) => spec.drivers?.some(({ name }) => name === diskDriverName) === true);
  if (node !== null) {
    const zone = driven.some(({ metadata }) => metadata.name === node.metadata.name) ? node.metadata.labels?.[diskZoneLabel] : undefined;
    return zone ?? { fault: `error generating accessibility requirements: no topology key found for node ${node.metadata.name}` };
  }
  const allowed = storageClass.allowedTopologies?.flatMap(({ matchLabelExpressions = [] }) => matchLabelExpressions.filter(({ key }) => key === diskZoneLabel).flatMap(({ values }) => values));
  const zones = new Set(driven.flatMap(({ metadata }) => nodes.get({ namespace: "", name: metadata.name })?.metadata.labels?.[diskZoneLabel] ?? []));
  const choices = [...zones].filter((zone) => allowed === undefined || allowed.length === 0 || allowed.includes(zone)).sort(compareText);
  return choices[spreadIndex(claim.metadata.name) % Math.max(1, choices.length)] ?? { fault: "error generating accessibility requirements: no available topology found" };
}

/** Claims of one StatefulSet go to zones in turn. Follows topology.go (getPVCNameHashAndIndexOffset). */
function spreadIndex(claim: string): number {
  const ordinal = /^(.*)-(\d{1,9})$/.exec(claim);
  return ordinal === null ? fnv1a32(claim) : fnv1a32((ordinal[1] ?? "").replace(/^.*?-/, "")) + Number(ordinal[2]);
}
