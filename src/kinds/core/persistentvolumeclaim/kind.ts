// Follows pkg/apis/core/v1/defaults.go, pkg/registry/core/persistentvolumeclaim/strategy.go and pkg/printers/internalversion/printers.go.
import type { GraphEdge, KindDefinition } from "../../define.ts";
import { configGraph, ownerEdges } from "../../graph/edges.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { fill, fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { accessModesText, betaClassAnnotation } from "../../volumes/accessModes.ts";
import type { PersistentVolumeClaimSpec } from "../pod/volumeSourceTypes.ts";
import { withBothSources, withoutForeignSource, withoutStrangeSource } from "./dataSources.ts";
import type { PersistentVolumeClaim, PersistentVolumeClaimStatus } from "./types.ts";
import { claimWarnings, validateClaim, validateClaimStatusUpdate, validateClaimUpdate } from "./validate.ts";

const base = configGraph<PersistentVolumeClaim>({
  icon: "persistentvolumeclaim",
  tier: "config",
  sentence(claim) {
    const size = claim.spec.resources?.requests?.storage ?? "0";
    if (claim.status?.phase === "Bound") return `Bound to ${claim.spec.volumeName ?? "a volume"}, which holds ${claim.status.capacity?.storage ?? size}.`;
    return claim.status?.phase === "Lost" ? "The volume that it was bound to is gone." : `Asks for ${size}; no volume is bound to it yet.`;
  },
  facts: (claim) => ({ phase: claim.status?.phase ?? "", volume: claim.spec.volumeName ?? "", size: claim.spec.resources?.requests?.storage ?? "", class: classText(claim) }),
});

export const persistentVolumeClaimKind: KindDefinition<PersistentVolumeClaim> = {
  gvk: { group: "", version: "v1", kind: "PersistentVolumeClaim" },
  versions: ["v1"],
  plural: "persistentvolumeclaims",
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.core.v1.PersistentVolumeClaim",
  defaults(claim) {
    const spec = fillAbsent((claim.spec as PersistentVolumeClaimSpec | undefined) ?? {}, { volumeMode: "Filesystem", resources: {} });
    const status = fill<PersistentVolumeClaimStatus>(claim.status ?? {}, { phase: "Pending" });
    return spec === claim.spec && status === claim.status ? claim : { ...claim, spec, status };
  },
  strategy: strategy<PersistentVolumeClaim>({
    prepareForCreate: (claim) => ({ ...claim, spec: withBothSources(withoutStrangeSource(withoutForeignSource(claim.spec, null), null)), status: { phase: "Pending" } }),
    prepareForUpdate(claim, old) {
      const spec = withoutStrangeSource(withoutForeignSource(claim.spec, old.spec), old.spec);
      return withFieldOf(spec === claim.spec ? claim : { ...claim, spec }, old, "status");
    },
    validate: (claim) => validateClaim(claim),
    validateUpdate: validateClaimUpdate,
    warnings: claimWarnings,
  }),
  statusStrategy: strategy<PersistentVolumeClaim>({ prepareForUpdate: (claim, old) => withFieldOf(claim, old, "spec"), validateUpdate: validateClaimStatusUpdate }),
  selectableFields: {},
  returnsDeletedObject: true,
  columns: [
    nameColumn(),
    column("Status", "PersistentVolumeClaimStatus.phase", (claim) => (claim.metadata.deletionTimestamp === undefined ? (claim.status?.phase ?? "") : "Terminating")),
    column("Volume", "PersistentVolumeClaimSpec.volumeName", (claim) => claim.spec.volumeName ?? ""),
    column("Capacity", "PersistentVolumeClaimStatus.capacity", (claim) => (isNamed(claim) ? (claim.status?.capacity?.storage ?? "0") : "")),
    column("Access Modes", "PersistentVolumeClaimStatus.accessModes", (claim) => (isNamed(claim) ? accessModesText(claim.status?.accessModes) : "")),
    column("StorageClass", "PersistentVolumeClaim StorageClass", classText),
    column("VolumeAttributesClass", "PersistentVolumeClaim VolumeAttributesClass", (claim) => claim.spec.volumeAttributesClassName ?? "<unset>"),
    ageColumn(),
    column("VolumeMode", "PersistentVolumeClaimSpec.volumeMode", (claim) => claim.spec.volumeMode ?? "<unset>", "string", 1),
  ],
  scale: null,
  graph: {
    ...base,
    health(claim) {
      if (claim.metadata.deletionTimestamp !== undefined) return "terminating";
      return claim.status?.phase === "Bound" ? "ok" : claim.status?.phase === "Lost" ? "failed" : "progressing";
    },
    edges(claim, index) {
      const edges: GraphEdge[] = [...ownerEdges(claim, index)];
      const volume = isNamed(claim) ? index.byName("persistentvolumes", "", claim.spec.volumeName ?? "") : null;
      if (volume !== null) edges.push({ from: claim.metadata.uid, to: volume.metadata.uid, relation: "mounts" });
      return edges;
    },
  },
  template: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
`,
};

function isNamed(claim: PersistentVolumeClaim): boolean {
  return (claim.spec.volumeName ?? "") !== "";
}

function classText(claim: PersistentVolumeClaim): string {
  return claim.metadata.annotations?.[betaClassAnnotation] ?? claim.spec.storageClassName ?? "";
}
