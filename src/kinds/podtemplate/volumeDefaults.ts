// Follows pkg/apis/core/v1/defaults.go and zz_generated.defaults.go: volumes.
import type { DownwardAPIVolumeFile, Volume, VolumeProjection } from "../core/pod/types.ts";
import { changeField, changeItems, fill, fillAbsent } from "../sharing.ts";
import { imageTag } from "./imageName.ts";

const readableByAll = { defaultMode: 0o644 } as const;

/** A volume with upstream's defaults; a volume without a source is an emptyDir. */
export function volumeWithDefaults(volume: Volume): Volume {
  let sources = 0;
  for (const key of Object.keys(volume)) if (key !== "name") sources++;
  if (sources === 0) return { ...volume, emptyDir: {} };
  let out = volume;
  out = changeField(out, "secret", (source) => fillAbsent(source, readableByAll));
  out = changeField(out, "configMap", (source) => fillAbsent(source, readableByAll));
  out = changeField(out, "hostPath", (source) => fillAbsent(source, { type: "" }));
  out = changeField(out, "downwardAPI", (source) => changeItems(fillAbsent(source, readableByAll), "items", downwardFileWithDefaults));
  out = changeField(out, "projected", (source) => changeItems(fillAbsent(source, readableByAll), "sources", projectionWithDefaults));
  out = changeField(out, "image", (source) => fill(source, { pullPolicy: imageTag(source.reference ?? "") === "latest" ? "Always" : "IfNotPresent" }));
  out = changeField(out, "ephemeral", (source) =>
    changeField(source, "volumeClaimTemplate", (template) => {
      const spec = fillAbsent(template.spec ?? {}, { volumeMode: "Filesystem", resources: {} });
      return spec === template.spec && template.metadata !== undefined ? template : { metadata: {}, ...template, spec };
    }),
  );
  out = changeField(out, "iscsi", (source) => fill(source, { iscsiInterface: "default" }));
  out = changeField(out, "rbd", (source) => fill(source, { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" }));
  out = changeField(out, "azureDisk", (source) => fillAbsent(source, { cachingMode: "ReadWrite", kind: "Shared", fsType: "ext4", readOnly: false }));
  return changeField(out, "scaleIO", (source) => fill(source, { storageMode: "ThinProvisioned", fsType: "xfs" }));
}

function projectionWithDefaults(projection: VolumeProjection): VolumeProjection {
  const withToken = changeField(projection, "serviceAccountToken", (source) => fillAbsent(source, { expirationSeconds: 3600 }));
  return changeField(withToken, "downwardAPI", (source) => changeItems(source, "items", downwardFileWithDefaults));
}

function downwardFileWithDefaults(file: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  const withField = changeField(file, "fieldRef", (ref) => fill(ref, { apiVersion: "v1" }));
  return changeField(withField, "resourceFieldRef", (ref) => fillAbsent(ref, { divisor: "0" }));
}
