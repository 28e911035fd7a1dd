import { honesty as jsonpath } from "../apimachinery/jsonpath.ts";
import { honesty as managedFields } from "../apimachinery/managedFields.ts";
import { honesty as decoding } from "../apimachinery/schema/decode.ts";
import { honesty as openapi } from "../apimachinery/schema/openapiHonesty.ts";
import { honesty as serverSideApply } from "../apimachinery/serverSideApply.ts";
import { honesty as apiServer } from "../apiserver/honesty.ts";
import { honesty as client } from "../client/clientSetImpl.ts";
import { honesty as cloud } from "../cluster/cloudProcess.ts";
import { honesty as cloudNodeLifecycle } from "../controllers/cloudnodelifecycle/cloudNodeLifecycleController.ts";
import { honesty as deployment } from "../controllers/deployment/deploymentController.ts";
import { honesty as endpoints } from "../controllers/endpoints/endpointsController.ts";
import { honesty as endpointSlice } from "../controllers/endpointslice/endpointSliceController.ts";
import { honesty as endpointSliceMirroring } from "../controllers/endpointslicemirroring/endpointSliceMirroringController.ts";
import { honesty as garbageCollector } from "../controllers/garbagecollector/garbageCollector.ts";
import { honesty as namespace } from "../controllers/namespace/namespaceController.ts";
import { honesty as nodeIpam } from "../controllers/nodeipam/nodeIpamController.ts";
import { honesty as nodeLifecycle } from "../controllers/nodelifecycle/nodeLifecycleController.ts";
import { honesty as podGc } from "../controllers/podgc/podGcController.ts";
import { honesty as replicaSet } from "../controllers/replicaset/replicaSetController.ts";
import { honesty as rootCaCertPublisher } from "../controllers/rootcacertpublisher/rootCaCertPublisher.ts";
import { honesty as serviceAccount } from "../controllers/serviceaccount/serviceAccountController.ts";
import { honesty as serviceLb } from "../controllers/servicelb/serviceLbController.ts";
import { honesty as taintEviction } from "../controllers/tainteviction/taintEvictionController.ts";
import { honesty as etcd } from "../etcd/etcdProcess.ts";
import { honesty as kinds } from "../kinds/index.ts";
import { honesty as coredns } from "../node/images/coredns/program.ts";
import { honesty as ingressNginx } from "../node/images/ingress-nginx/program.ts";
import { honesty as kubelet } from "../node/kubelet/honesty.ts";
import { honesty as internet } from "../node/net/internetProcess.ts";
import { honesty as net } from "../node/net/netProcess.ts";
import { honesty as proxy } from "../node/proxy/proxyProcess.ts";
import { honesty as runtime } from "../node/runtime/runtimeProcess.ts";
import { honesty as scheduler } from "../scheduler/schedulerProcess.ts";
import { honesty as sim } from "../sim/processHost.ts";
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
    deployment, replicaSet, endpoints, endpointSlice, endpointSliceMirroring, namespace, garbageCollector, serviceAccount, rootCaCertPublisher,
    nodeIpam, nodeLifecycle, taintEviction, podGc, serviceLb, cloudNodeLifecycle,
    kubelet, runtime, proxy, net, internet, cloud, coredns, ingressNginx,
    kinds, decoding, managedFields, serverSideApply, openapi, jsonpath, client, hosts, sim,
  ];
}
