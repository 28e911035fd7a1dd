// Follows plugin/pkg/admission/noderestriction/admission.go admitPodCreate and pkg/api/pod/util.go.
import { goQuote } from "../../../apimachinery/goFormat.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { Container, Pod, Volume } from "../../../kinds/core/pod/types.ts";

export const mirrorAnnotation = "kubernetes.io/config.mirror";

/** Why a node may not create this pod; null for a mirror pod of its own. `node` is null where there is no such Node yet. */
export function mirrorPodFault(pod: Pod, nodeName: string, node: KubeObject | null): string | "no node" | null {
  const who = `node ${goQuote(nodeName)}`;
  if (pod.metadata.annotations?.[mirrorAnnotation] === undefined) return `pod does not have ${goQuote(mirrorAnnotation)} annotation, ${who} can only create mirror pods`;
  if (pod.spec.nodeName !== nodeName) return `${who} can only create pods with spec.nodeName set to itself`;
  const owners = pod.metadata.ownerReferences ?? [];
  if (owners.length > 1) return `${who} can only create pods with a single owner reference set to itself`;
  const [owner] = owners;
  if (owner === undefined || owner.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== nodeName) return `${who} can only create pods with an owner reference set to itself`;
  if (owner.controller !== true) return `${who} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion === true) return `${who} must not set blockOwnerDeletion on an owner reference`;
  if (node === null) return "no node";
  if (owner.uid !== node.metadata.uid) return `node ${nodeName} UID mismatch: expected ${owner.uid} got ${node.metadata.uid}`;
  const reference = referenceOf(pod);
  return reference === null ? null : `${who} can not create pods that reference ${reference}`;
}

/** What such a pod may not refer to, in upstream's order: the node could read it that way. */
function referenceOf(pod: Pod): string | null {
  if ((pod.spec.serviceAccountName ?? "") !== "") return "a service account";
  const volumes = pod.spec.volumes ?? [];
  const containers: readonly Container[] = [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])];
  if ((pod.spec.imagePullSecrets?.length ?? 0) > 0 || containers.some(usesSecret) || volumes.some(holdsSecret)) return "secrets";
  if (containers.some(usesConfigMap) || volumes.some(holdsConfigMap)) return "configmaps";
  if (volumes.some((volume) => volume.projected?.sources?.some((source) => source.clusterTrustBundle !== undefined) === true)) return "clustertrustbundles";
  if (volumes.some((volume) => volume.persistentVolumeClaim !== undefined)) return "persistentvolumeclaims";
  return (pod.spec.resourceClaims?.length ?? 0) > 0 ? "resourceclaims" : null;
}

function usesSecret(container: Container): boolean {
  return container.envFrom?.some((source) => source.secretRef !== undefined) === true || container.env?.some((variable) => variable.valueFrom?.secretKeyRef !== undefined) === true;
}

function usesConfigMap(container: Container): boolean {
  return container.envFrom?.some((source) => source.configMapRef !== undefined) === true || container.env?.some((variable) => variable.valueFrom?.configMapKeyRef !== undefined) === true;
}

function holdsSecret(volume: Volume): boolean {
  const references = [volume.cephfs?.secretRef, volume.cinder?.secretRef, volume.flexVolume?.secretRef, volume.rbd?.secretRef, volume.scaleIO?.secretRef, volume.iscsi?.secretRef, volume.storageos?.secretRef, volume.csi?.nodePublishSecretRef, volume.azureFile, volume.secret];
  return references.some((reference) => reference !== undefined) || volume.projected?.sources?.some((source) => source.secret !== undefined) === true;
}

function holdsConfigMap(volume: Volume): boolean {
  return volume.configMap !== undefined || volume.projected?.sources?.some((source) => source.configMap !== undefined) === true;
}
