// Follows pkg/kubelet/config/common.go (tryDecodeSinglePod, applyDefaults) and pkg/api/pod/util.go (HasAPIObjectReference).
import { canonicalJson } from "../../../base/canonicalJson.ts";
import { isJsonObject, type Json } from "../../../base/json.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import { invalidStatus } from "../../../apimachinery/statusErrors.ts";
import { podKind } from "../../../kinds/core/pod/kind.ts";
import type { Container, Pod, Volume } from "../../../kinds/core/pod/types.ts";
import { decodeAs, withStaticDefaults } from "../../../kinds/schemaTable.ts";
import { hex, md5, utf8Bytes } from "../../images/ingress-nginx/digests.ts";

export const annotation = { hash: "kubernetes.io/config.hash", mirror: "kubernetes.io/config.mirror", seen: "kubernetes.io/config.seen", source: "kubernetes.io/config.source" } as const;

export type ReadManifest = { readonly pod: Pod; readonly error?: undefined } | { readonly error: string; readonly pod?: undefined };

/** The pod that a file of the manifests' folder describes, as the kubelet of this node runs it; or why it is passed over. */
export function readManifest(file: string, manifest: Json, node: string, nowUs: number): ReadManifest {
  if (!isJsonObject(manifest) || manifest["apiVersion"] !== "v1" || manifest["kind"] !== "Pod") return { error: "couldn't parse as pod: it is no Pod of v1" };
  const decoded = decodeAs(podKind.schema, manifest, "Ignore");
  if (!decoded.ok) return { error: `couldn't parse as pod: ${decoded.message}` };
  const uid = hex(md5(utf8Bytes(`host:${node} file:/etc/kubernetes/manifests/${file} ${canonicalJson(decoded.value)}`)));
  const filled = podKind.defaults(withStaticDefaults(podKind.schema, decoded.value) as unknown as Pod);
  const { name, namespace, labels, annotations } = filled.metadata;
  const pod: Pod = {
    ...filled,
    metadata: {
      name: `${name}-${node}`, namespace: namespace === undefined || namespace === "" ? "default" : namespace, uid, resourceVersion: "0",
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, [annotation.hash]: uid, [annotation.seen]: formatRfc3339(nowUs), [annotation.source]: "file" },
    } as unknown as Pod["metadata"],
    spec: { ...filled.spec, nodeName: node, tolerations: [...(filled.spec.tolerations ?? []).filter((each) => !(each.effect === "NoExecute" && each.operator === "Exists" && each.key === undefined)), { operator: "Exists", effect: "NoExecute" }] },
    status: { phase: "Pending" },
  };
  const errors = podKind.strategy.validate(pod);
  if (errors.length > 0) return { error: `invalid pod: ${invalidStatus({ group: "", kind: "Pod" }, pod.metadata.name, errors).body.message}` };
  const reference = apiReference(pod);
  return reference === null ? { pod } : { error: `static pods may not reference ${reference}` };
}

/** What of the API a pod needs to run, in upstream's order and words; null where it needs nothing. */
export function apiReference({ spec }: Pod): string | null {
  if ((spec.serviceAccountName ?? "") !== "") return "serviceaccounts";
  const containers: readonly Container[] = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  const volumes = spec.volumes ?? [];
  if ((spec.imagePullSecrets?.length ?? 0) > 0 || containers.some(namesSecret) || volumes.some(holdsSecret)) return "secrets";
  if (containers.some(namesConfigMap) || volumes.some(holdsConfigMap)) return "configmaps";
  if ((spec.resourceClaims?.length ?? 0) > 0) return "resourceclaims";
  for (const volume of volumes) {
    if (volume.csi !== undefined) return "csidrivers (via CSI volumes)";
    if (volume.glusterfs !== undefined) return "endpoints (via glusterFS volumes)";
    if (volume.persistentVolumeClaim !== undefined) return "persistentvolumeclaims";
    if (volume.ephemeral !== undefined) return "persistentvolumeclaims (via ephemeral volumes)";
    for (const source of volume.projected?.sources ?? []) {
      if (source.serviceAccountToken !== undefined) return "serviceaccounts (via projected volumes)";
      if (source.clusterTrustBundle !== undefined) return "clustertrustbundles";
      if (source.podCertificate !== undefined) return "podcertificates";
    }
  }
  return null;
}

function namesSecret({ env, envFrom }: Container): boolean {
  return envFrom?.some((source) => source.secretRef !== undefined) === true || env?.some(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined) === true;
}

function namesConfigMap({ env, envFrom }: Container): boolean {
  return envFrom?.some((source) => source.configMapRef !== undefined) === true || env?.some(({ valueFrom }) => valueFrom?.configMapKeyRef !== undefined) === true;
}

function holdsSecret(volume: Volume): boolean {
  const references = [volume.secret, volume.azureFile, volume.cephfs?.secretRef, volume.cinder?.secretRef, volume.flexVolume?.secretRef, volume.rbd?.secretRef, volume.scaleIO?.secretRef, volume.iscsi?.secretRef, volume.storageos?.secretRef, volume.csi?.nodePublishSecretRef];
  return references.some((reference) => reference !== undefined) || volume.projected?.sources?.some((source) => source.secret !== undefined) === true;
}

function holdsConfigMap(volume: Volume): boolean {
  return volume.configMap !== undefined || volume.projected?.sources?.some((source) => source.configMap !== undefined) === true;
}
