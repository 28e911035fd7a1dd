import type { GroupVersionKind } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { KindDefinition } from "./define.ts";
import { deploymentKind } from "./apps/deployment/kind.ts";
import { replicaSetKind } from "./apps/replicaset/kind.ts";
import { horizontalPodAutoscalerKind } from "./autoscaling/horizontalpodautoscaler/kind.ts";
import { cronJobKind } from "./batch/cronjob/kind.ts";
import { jobKind } from "./batch/job/kind.ts";
import { leaseKind } from "./coordination/lease/kind.ts";
import { configMapKind } from "./core/configmap/kind.ts";
import { endpointsKind } from "./core/endpoints/kind.ts";
import { eventKind } from "./core/event/kind.ts";
import { namespaceKind } from "./core/namespace/kind.ts";
import { nodeKind } from "./core/node/kind.ts";
import { podKind } from "./core/pod/kind.ts";
import { secretKind } from "./core/secret/kind.ts";
import { serviceKind } from "./core/service/kind.ts";
import { serviceAccountKind } from "./core/serviceaccount/kind.ts";
import { endpointSliceKind } from "./discovery/endpointslice/kind.ts";
import { eventsEventKind } from "./events/event/kind.ts";
import { ingressKind } from "./networking/ingress/kind.ts";
import { ingressClassKind } from "./networking/ingressclass/kind.ts";
import { podDisruptionBudgetKind } from "./policy/poddisruptionbudget/kind.ts";
import { priorityClassKind } from "./scheduling/priorityclass/kind.ts";

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
  erase(jobKind),
  erase(cronJobKind),
  erase(podDisruptionBudgetKind),
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

export const honesty = {
  component: "kinds",
  implemented: [
    "defaults, strategies, validation and warnings of Namespace, Node, Pod, Service, Endpoints, EndpointSlice, ConfigMap, Secret, ServiceAccount, Event, Lease, Deployment, ReplicaSet, Ingress, IngressClass, PriorityClass",
    "the same of Job, CronJob, PodDisruptionBudget and HorizontalPodAutoscaler (autoscaling/v2 and v1)",
    "pod status, ephemeralcontainers and resize subresources; scale of Deployments and ReplicaSets; finalize of Namespaces",
    "columns as upstream prints them, wide ones included",
    "pod-template-hash equal to a real cluster's",
  ],
  notImplemented: [
    "services with IPv6 addresses (the cluster has one family, IPv4)",
    "seccomp and AppArmor annotations are not compared with the fields they stand for",
    "pod-level limits taken from containers' limits",
    "hints of EndpointSlices for nodes are kept unchecked",
    "Job, CronJob, PodDisruptionBudget and HorizontalPodAutoscaler are stored and validated; their controllers are not there yet",
  ],
} as const;
