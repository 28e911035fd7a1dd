import { eraseKind } from "../client/controller.ts";
import { kinds } from "../kinds/index.ts";
import { createCloudNodeLifecycleController, honesty as cloudNodeLifecycle } from "./cloudnodelifecycle/cloudNodeLifecycleController.ts";
import { createClusterRoleAggregationController, honesty as clusterRoleAggregation } from "./clusterroleaggregation/clusterRoleAggregationController.ts";
import { createDeploymentController, honesty as deployment } from "./deployment/deploymentController.ts";
import { createEndpointsController, honesty as endpoints } from "./endpoints/endpointsController.ts";
import { createEndpointSliceController, honesty as endpointSlice } from "./endpointslice/endpointSliceController.ts";
import { createEndpointSliceMirroringController, honesty as endpointSliceMirroring } from "./endpointslicemirroring/endpointSliceMirroringController.ts";
import { GarbageCollector, honesty as garbageCollector } from "./garbagecollector/garbageCollector.ts";
import { createNamespaceController, honesty as namespace } from "./namespace/namespaceController.ts";
import { createNodeIpamController, honesty as nodeIpam } from "./nodeipam/nodeIpamController.ts";
import { NodeLifecycleController, honesty as nodeLifecycle } from "./nodelifecycle/nodeLifecycleController.ts";
import { createPodGcController, honesty as podGc } from "./podgc/podGcController.ts";
import type { ControllerRegistration } from "./registration.ts";
import { createReplicaSetController, honesty as replicaSet } from "./replicaset/replicaSetController.ts";
import { createResourceQuotaController, honesty as resourceQuota } from "./resourcequota/resourceQuotaController.ts";
import { createRootCaCertPublisher, honesty as rootCaCertPublisher } from "./rootcacertpublisher/rootCaCertPublisher.ts";
import { createServiceAccountController, honesty as serviceAccount } from "./serviceaccount/serviceAccountController.ts";
import { createServiceLbController, honesty as serviceLb } from "./servicelb/serviceLbController.ts";
import { createTaintEvictionController, honesty as taintEviction } from "./tainteviction/taintEvictionController.ts";

/** The controllers of kube-controller-manager; to add one is its folder and its line here. */
export const controllerManagerControllers: readonly ControllerRegistration[] = [
  { names: ["deployment-controller", "deployment"], create: () => eraseKind(createDeploymentController()) },
  { names: ["replicaset-controller", "replicaset"], create: () => eraseKind(createReplicaSetController()) },
  { names: ["endpoints-controller", "endpoint"], create: () => eraseKind(createEndpointsController()) },
  { names: ["endpointslice-controller", "endpointslice"], create: () => eraseKind(createEndpointSliceController()) },
  { names: ["endpointslice-mirroring-controller", "endpointslicemirroring"], create: () => eraseKind(createEndpointSliceMirroringController()) },
  { names: ["namespace-controller", "namespace"], create: () => createNamespaceController(kinds) },
  { names: ["garbage-collector-controller", "garbagecollector"], create: () => new GarbageCollector(kinds) },
  { names: ["serviceaccount-controller", "serviceaccount"], create: () => eraseKind(createServiceAccountController()) },
  { names: ["root-ca-certificate-publisher-controller", "root-ca-cert-publisher"], create: ({ rootCa }) => eraseKind(createRootCaCertPublisher(rootCa)) },
  { names: ["node-ipam-controller", "nodeipam"], create: ({ podCidr, nodeCidrMaskSize }) => eraseKind(createNodeIpamController(podCidr, nodeCidrMaskSize)) },
  { names: ["node-lifecycle-controller", "nodelifecycle"], create: () => eraseKind(new NodeLifecycleController()) },
  { names: ["taint-eviction-controller", "taint-eviction"], create: () => eraseKind(createTaintEvictionController()) },
  { names: ["pod-garbage-collector-controller", "podgc"], create: () => eraseKind(createPodGcController()) },
  { names: ["resourcequota-controller", "resourcequota"], create: () => createResourceQuotaController(kinds) },
  { names: ["clusterrole-aggregation-controller", "clusterrole-aggregation"], create: () => eraseKind(createClusterRoleAggregationController()) },
];

/** The controllers of cloud-controller-manager. */
export const cloudControllers: readonly ControllerRegistration[] = [
  { names: ["service-lb-controller", "service"], create: ({ loadBalancerCidr }) => eraseKind(createServiceLbController(loadBalancerCidr)) },
  { names: ["cloud-node-lifecycle-controller", "cloud-node-lifecycle"], create: ({ cloudView }) => eraseKind(createCloudNodeLifecycleController(cloudView)) },
];

/** What each controller does and does not do, as users are told. */
export const controllerHonesty = [deployment, replicaSet, endpoints, endpointSlice, endpointSliceMirroring, namespace, garbageCollector, serviceAccount, rootCaCertPublisher, nodeIpam, nodeLifecycle, taintEviction, podGc, resourceQuota, serviceLb, cloudNodeLifecycle, clusterRoleAggregation];
