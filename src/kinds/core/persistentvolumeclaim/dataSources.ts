// Follows pkg/api/persistentvolumeclaim/util.go: what a claim is filled from.
import { without } from "../../strategy.ts";
import type { PersistentVolumeClaimSpec } from "../pod/volumeSourceTypes.ts";

/** References into other namespaces are behind a gate that is off. */
export function withoutForeignSource(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec | null): PersistentVolumeClaimSpec {
  return (spec.dataSourceRef?.namespace ?? "") !== "" && old?.dataSourceRef === undefined ? without(spec, "dataSourceRef") : spec;
}

/** The older field silently drops whatever is neither a claim nor a snapshot. */
export function withoutStrangeSource(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec | null): PersistentVolumeClaimSpec {
  const source = spec.dataSource;
  if (source === undefined || spec.dataSourceRef !== undefined || old?.dataSource !== undefined || old?.dataSourceRef !== undefined) return spec;
  const group = source.apiGroup ?? "";
  const isKnown = (source.kind === "PersistentVolumeClaim" && group === "") || (source.kind === "VolumeSnapshot" && group === "snapshot.storage.k8s.io");
  return isKnown ? spec : without(spec, "dataSource");
}

/** Both fields say the same. */
export function withBothSources(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined) return { ...spec, dataSourceRef: dataSource };
  if (dataSource !== undefined || dataSourceRef === undefined || (dataSourceRef.namespace ?? "") !== "") return spec;
  const { namespace: _own, ...local } = dataSourceRef;
  return { ...spec, dataSource: local };
}
