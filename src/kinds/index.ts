import type { GroupVersionKind } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { KindDefinition } from "./define.ts";
import { controllerRevisionKind } from "./apps/controllerrevision/kind.ts";
import { daemonSetKind } from "./apps/daemonset/kind.ts";
import { authenticationReviews } from "./authentication/reviews.ts";
import { authorizationReviews } from "./authorization/reviews.ts";
import { deploymentKind } from "./apps/deployment/kind.ts";
import { replicaSetKind } from "./apps/replicaset/kind.ts";
import { statefulSetKind } from "./apps/statefulset/kind.ts";
import { horizontalPodAutoscalerKind } from "./autoscaling/horizontalpodautoscaler/kind.ts";
import { cronJobKind } from "./batch/cronjob/kind.ts";
import { jobKind } from "./batch/job/kind.ts";
import { certificateSigningRequestKind } from "./certificates/certificatesigningrequest/kind.ts";
import { leaseKind } from "./coordination/lease/kind.ts";
import { configMapKind } from "./core/configmap/kind.ts";
import { endpointsKind } from "./core/endpoints/kind.ts";
import { eventKind } from "./core/event/kind.ts";
import { limitRangeKind } from "./core/limitrange/kind.ts";
import { resourceQuotaKind } from "./core/resourcequota/kind.ts";
import { namespaceKind } from "./core/namespace/kind.ts";
import { nodeKind } from "./core/node/kind.ts";
import { podKind } from "./core/pod/kind.ts";
import { podTemplateKind } from "./core/podtemplate/kind.ts";
import { replicationControllerKind } from "./core/replicationcontroller/kind.ts";
import { secretKind } from "./core/secret/kind.ts";
import { serviceKind } from "./core/service/kind.ts";
import { serviceAccountKind } from "./core/serviceaccount/kind.ts";
import { endpointSliceKind } from "./discovery/endpointslice/kind.ts";
import { eventsEventKind } from "./events/event/kind.ts";
import { ingressKind } from "./networking/ingress/kind.ts";
import { ingressClassKind } from "./networking/ingressclass/kind.ts";
import { podDisruptionBudgetKind } from "./policy/poddisruptionbudget/kind.ts";
import { ipAddressKind } from "./networking/ipaddress/kind.ts";
import { networkPolicyKind } from "./networking/networkpolicy/kind.ts";
import { serviceCidrKind } from "./networking/servicecidr/kind.ts";
import { clusterRoleKind } from "./rbac/clusterrole/kind.ts";
import { clusterRoleBindingKind } from "./rbac/clusterrolebinding/kind.ts";
import { roleKind } from "./rbac/role/kind.ts";
import { roleBindingKind } from "./rbac/rolebinding/kind.ts";
import { priorityClassKind } from "./scheduling/priorityclass/kind.ts";
import { persistentVolumeKind } from "./core/persistentvolume/kind.ts";
import { persistentVolumeClaimKind } from "./core/persistentvolumeclaim/kind.ts";
import { runtimeClassKind } from "./node/runtimeclass/kind.ts";
import { csiDriverKind } from "./storage/csidriver/kind.ts";
import { csiNodeKind } from "./storage/csinode/kind.ts";
import { csiStorageCapacityKind } from "./storage/csistoragecapacity/kind.ts";
import { storageClassKind } from "./storage/storageclass/kind.ts";
import { volumeAttachmentKind } from "./storage/volumeattachment/kind.ts";
import { volumeAttributesClassKind } from "./storage/volumeattributesclass/kind.ts";

/** Every served kind; to add one is its folder and its line here. */
export const kinds: readonly KindDefinition[] = [
  erase(namespaceKind),
  erase(nodeKind),
  erase(podKind),
  erase(serviceKind),
  erase(endpointsKind),
  erase(endpointSliceKind),
  erase(configMapKind),
  erase(secretKind),
  erase(serviceAccountKind),
  erase(eventKind),
  erase(eventsEventKind),
  erase(leaseKind),
  erase(deploymentKind),
  erase(replicaSetKind),
  erase(ingressKind),
  erase(ingressClassKind),
  erase(priorityClassKind),
  erase(podTemplateKind),
  erase(replicationControllerKind),
  erase(statefulSetKind),
  erase(daemonSetKind),
  erase(controllerRevisionKind),
  erase(jobKind),
  erase(cronJobKind),
  erase(podDisruptionBudgetKind),
  erase(persistentVolumeKind),
  erase(persistentVolumeClaimKind),
  erase(storageClassKind),
  erase(volumeAttachmentKind),
  erase(csiDriverKind),
  erase(csiNodeKind),
  erase(csiStorageCapacityKind),
  erase(volumeAttributesClassKind),
  erase(runtimeClassKind),
  erase(limitRangeKind),
  erase(resourceQuotaKind),
  erase(networkPolicyKind),
  erase(serviceCidrKind),
  erase(ipAddressKind),
  erase(certificateSigningRequestKind),
  erase(roleKind),
  erase(roleBindingKind),
  erase(clusterRoleKind),
  erase(clusterRoleBindingKind),
  ...authorizationReviews,
  ...authenticationReviews,
  erase(horizontalPodAutoscalerKind),
];

const byGvk = new Map<string, KindDefinition>(kinds.flatMap((kind) => kind.versions.map((version) => [`${kind.gvk.group}/${version}/${kind.gvk.kind}`, kind] as const)));
const byPlural = new Map<string, KindDefinition>(kinds.map((kind) => [`${kind.gvk.group}/${kind.plural}`, kind]));

/** The kind of a group, version and kind; null where it is not served. */
export function kindByGvk(gvk: GroupVersionKind): KindDefinition | null {
  return byGvk.get(`${gvk.group}/${gvk.version}/${gvk.kind}`) ?? null;
}

/** The definition of one of a kind's versions. */
export function schemaNameOf(kind: KindDefinition, version: string): string {
  return kind.otherVersions?.[version]?.schema ?? kind.schema;
}

/** The kind of a group and resource name ("apps", "deployments"); null where it is not served. */
export function kindByPlural(group: string, plural: string): KindDefinition | null {
  return byPlural.get(`${group}/${plural}`) ?? null;
}

/** The registry holds kinds of different objects; whoever takes one gives it only its own objects. */
function erase<O extends KubeObject>(kind: KindDefinition<O>): KindDefinition {
  return kind as unknown as KindDefinition;
}
