// Follows pkg/apis/core/v1/defaults.go, pkg/registry/core/persistentvolume/strategy.go and pkg/printers/internalversion/printers.go.
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { Health, KindDefinition } from "../../define.ts";
import { configGraph, ownerEdges } from "../../graph/edges.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { changeField, fill, fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { accessModesText, betaClassAnnotation } from "../../volumes/accessModes.ts";
import type { PersistentVolume, PersistentVolumeSpec, PersistentVolumeStatus } from "./types.ts";
import { unsimulatedPolicy, validateVolume, validateVolumeStatusUpdate, validateVolumeUpdate, volumeWarnings } from "./validate.ts";

const phaseHealth: Readonly<Record<string, Health>> = { Available: "ok", Bound: "ok", Released: "warning", Failed: "failed" };
const phaseSentences: Readonly<Record<string, string>> = {
  Available: "free for a claim", Bound: "bound to a claim", Released: "its claim is gone and nobody has reclaimed it", Failed: "reclaiming it failed",
};
const base = configGraph<PersistentVolume>({
  icon: "persistentvolume",
  tier: "config",
  sentence: (volume) => `Holds ${volume.spec.capacity?.storage ?? "nothing"}; ${phaseSentences[volume.status?.phase ?? ""] ?? "no controller has looked at it yet"}.`,
  facts: (volume) => ({ phase: volume.status?.phase ?? "", capacity: volume.spec.capacity?.storage ?? "", claim: claimText(volume), class: classText(volume) }),
});

export const persistentVolumeKind: KindDefinition<PersistentVolume> = {
  gvk: { group: "", version: "v1", kind: "PersistentVolume" },
  versions: ["v1"],
  plural: "persistentvolumes",
  singular: "persistentvolume",
  shortNames: ["pv"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.core.v1.PersistentVolume",
  defaults(volume) {
    const spec = specWithDefaults((volume.spec as PersistentVolumeSpec | undefined) ?? {});
    const status = fill<PersistentVolumeStatus>(volume.status ?? {}, { phase: "Pending" });
    return spec === volume.spec && status === volume.status ? volume : { ...volume, spec, status };
  },
  strategy: strategy<PersistentVolume>({
    prepareForCreate: (volume) => ({ ...volume, status: { phase: "Pending", lastPhaseTransitionTime: volume.metadata.creationTimestamp } }),
    prepareForUpdate: (volume, old) => withFieldOf(volume, old, "status"),
    validate: validateVolume,
    validateUpdate: validateVolumeUpdate,
    warnings: volumeWarnings,
  }),
  statusStrategy: strategy<PersistentVolume>({
    prepareForUpdate: (volume, old, nowUs = 0) => ({ ...withFieldOf(volume, old, "spec"), status: statusWithTime(volume.status ?? {}, old.status ?? {}, nowUs) }),
    validateUpdate: validateVolumeStatusUpdate,
  }),
  unsimulatedWarnings: unsimulatedPolicy,
  selectableFields: {},
  returnsDeletedObject: true,
  columns: [
    nameColumn(),
    column("Capacity", "PersistentVolumeSpec.capacity", (volume) => volume.spec.capacity?.storage ?? "0"),
    column("Access Modes", "PersistentVolumeSpec.accessModes", (volume) => accessModesText(volume.spec.accessModes)),
    column("Reclaim Policy", "PersistentVolumeSpec.persistentVolumeReclaimPolicy", (volume) => volume.spec.persistentVolumeReclaimPolicy ?? ""),
    column("Status", "PersistentVolumeStatus.phase", (volume) => (volume.metadata.deletionTimestamp === undefined ? (volume.status?.phase ?? "") : "Terminating")),
    column("Claim", "PersistentVolumeSpec.claimRef", claimText),
    column("StorageClass", "PersistentVolume StorageClass", classText),
    column("VolumeAttributesClass", "PersistentVolume VolumeAttributesClass", (volume) => volume.spec.volumeAttributesClassName ?? "<unset>"),
    column("Reason", "PersistentVolumeStatus.reason", (volume) => volume.status?.reason ?? ""),
    ageColumn(),
    column("VolumeMode", "PersistentVolumeSpec.volumeMode", (volume) => volume.spec.volumeMode ?? "<unset>", "string", 1),
  ],
  scale: null,
  graph: {
    ...base,
    health: (volume) => (volume.metadata.deletionTimestamp === undefined ? (phaseHealth[volume.status?.phase ?? ""] ?? "progressing") : "terminating"),
    edges: ownerEdges,
  },
  template: `apiVersion: v1
kind: PersistentVolume
metadata:
  name: disk
spec:
  capacity:
    storage: 1Gi
  accessModes: [ReadWriteOnce]
  storageClassName: manual
  hostPath:
    path: /data
`,
};

function specWithDefaults(given: PersistentVolumeSpec): PersistentVolumeSpec {
  let spec = fillAbsent(fill(given, { persistentVolumeReclaimPolicy: "Retain" }), { volumeMode: "Filesystem" });
  spec = changeField(spec, "hostPath", (source) => fillAbsent(source, { type: "" }));
  spec = changeField(spec, "iscsi", (source) => fill(source, { iscsiInterface: "default" }));
  spec = changeField(spec, "rbd", (source) => fill(source, { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" }));
  return changeField(spec, "scaleIO", (source) => fill(source, { storageMode: "ThinProvisioned", fsType: "xfs" }));
}

/** When the phase changed, unless the writer says so himself. */
function statusWithTime(status: PersistentVolumeStatus, old: PersistentVolumeStatus, nowUs: number): PersistentVolumeStatus {
  const given = status.lastPhaseTransitionTime;
  if (status.phase === old.phase) return given === undefined && old.lastPhaseTransitionTime !== undefined ? { ...status, lastPhaseTransitionTime: old.lastPhaseTransitionTime } : status;
  return given === undefined || given === old.lastPhaseTransitionTime ? { ...status, lastPhaseTransitionTime: formatRfc3339(nowUs) } : status;
}

function claimText(volume: PersistentVolume): string {
  const claim = volume.spec.claimRef;
  return claim === undefined ? "" : `${claim.namespace ?? ""}/${claim.name ?? ""}`;
}

function classText(volume: PersistentVolume): string {
  return volume.metadata.annotations?.[betaClassAnnotation] ?? volume.spec.storageClassName ?? "";
}
