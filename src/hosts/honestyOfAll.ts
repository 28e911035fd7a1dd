import { jsonpath, managedFields, serverSideApply } from "../apimachinery/honesty.ts";
import { decoding, openapi } from "../apimachinery/schema/honesty.ts";
import { honesty as apiServer } from "../apiserver/honesty.ts";
import { honesty as client } from "../client/honesty.ts";
import { honesty as cloud } from "../cluster/honesty.ts";
import { honesty as attachDetach } from "../controllers/attachdetach/honesty.ts";
import { honesty as certificates } from "../controllers/certificates/honesty.ts";
import { honesty as cloudNode } from "../controllers/cloudnode/honesty.ts";
import { honesty as cloudNodeLifecycle } from "../controllers/cloudnodelifecycle/honesty.ts";
import { honesty as clusterRoleAggregation } from "../controllers/clusterroleaggregation/honesty.ts";
import { honesty as cronJob } from "../controllers/cronjob/honesty.ts";
import { honesty as daemonSet } from "../controllers/daemonset/honesty.ts";
import { honesty as deployment } from "../controllers/deployment/honesty.ts";
import { honesty as disruption } from "../controllers/disruption/honesty.ts";
import { honesty as endpoints } from "../controllers/endpoints/honesty.ts";
import { honesty as endpointSlice } from "../controllers/endpointslice/honesty.ts";
import { honesty as endpointSliceMirroring } from "../controllers/endpointslicemirroring/honesty.ts";
import { honesty as ephemeralVolume } from "../controllers/ephemeralvolume/honesty.ts";
import { honesty as expand } from "../controllers/expand/honesty.ts";
import { honesty as garbageCollector } from "../controllers/garbagecollector/honesty.ts";
import { honesty as job } from "../controllers/job/honesty.ts";
import { honesty as namespace } from "../controllers/namespace/honesty.ts";
import { honesty as nodeIpam } from "../controllers/nodeipam/honesty.ts";
import { honesty as nodeLifecycle } from "../controllers/nodelifecycle/honesty.ts";
import { honesty as horizontalPodAutoscaler } from "../controllers/podautoscaler/honesty.ts";
import { honesty as podGc } from "../controllers/podgc/honesty.ts";
import { honesty as persistentVolume } from "../controllers/persistentvolume/honesty.ts";
import { honesty as storageProtection } from "../controllers/protection/honesty.ts";
import { honesty as replicaSet } from "../controllers/replicaset/honesty.ts";
import { honesty as replicationController } from "../controllers/replicationcontroller/honesty.ts";
import { honesty as resourceQuota } from "../controllers/resourcequota/honesty.ts";
import { honesty as rootCaCertPublisher } from "../controllers/rootcacertpublisher/honesty.ts";
import { honesty as serviceAccount } from "../controllers/serviceaccount/honesty.ts";
import { honesty as serviceAccountToken } from "../controllers/serviceaccounttoken/honesty.ts";
import { honesty as serviceCidr } from "../controllers/servicecidr/honesty.ts";
import { honesty as provisioners } from "../controllers/provisioner/honesty.ts";
import { honesty as serviceLb } from "../controllers/servicelb/honesty.ts";
import { honesty as statefulSet } from "../controllers/statefulset/honesty.ts";
import { honesty as taintEviction } from "../controllers/tainteviction/honesty.ts";
import { honesty as ttlAfterFinished } from "../controllers/ttlafterfinished/honesty.ts";
import { honesty as etcd } from "../etcd/honesty.ts";
import { honesty as kinds } from "../kinds/honesty.ts";
import { honesty as containerShell } from "../node/images/busybox/honesty.ts";
import { honesty as coredns } from "../node/images/coredns/honesty.ts";
import { honesty as metricsServer } from "../node/images/metrics-server/honesty.ts";
import { honesty as images } from "../node/images/honesty.ts";
import { honesty as ingressNginx } from "../node/images/ingress-nginx/honesty.ts";
import { honesty as kubelet } from "../node/kubelet/honesty.ts";
import { internet, net } from "../node/net/honesty.ts";
import { honesty as proxy } from "../node/proxy/honesty.ts";
import { honesty as runtime } from "../node/runtime/honesty.ts";
import { honesty as scheduler } from "../scheduler/honesty.ts";
import { honesty as sim } from "../sim/honesty.ts";
import { honesty as hosts } from "./honesty.ts";

export interface Honesty {
  readonly component: string;
  readonly implemented: readonly string[];
  readonly notImplemented: readonly string[];
}

/** What each component does and does not do, in its own words. */
export function honestyOfAll(): readonly Honesty[] {
  return [
    apiServer, etcd, scheduler,
    deployment, replicaSet, endpoints, endpointSlice, endpointSliceMirroring, namespace, garbageCollector, serviceAccount, rootCaCertPublisher, resourceQuota, clusterRoleAggregation, serviceCidr,
    replicationController, statefulSet,
    serviceAccountToken, certificates,
    persistentVolume, attachDetach, ephemeralVolume, expand, storageProtection,
    nodeIpam, nodeLifecycle, taintEviction, podGc, serviceLb, provisioners, cloudNode, cloudNodeLifecycle,
    horizontalPodAutoscaler,
    job, cronJob, ttlAfterFinished,
    daemonSet, disruption,
    kubelet, runtime, proxy, net, internet, cloud, coredns, ingressNginx, metricsServer, images, containerShell,
    kinds, decoding, managedFields, serverSideApply, openapi, jsonpath, client, hosts, sim,
  ];
}
