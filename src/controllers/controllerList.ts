import { eraseKind } from "../client/controller.ts";
import { kinds } from "../kinds/index.ts";
import { createCloudNodeLifecycleController } from "./cloudnodelifecycle/cloudNodeLifecycleController.ts";
import { createClusterRoleAggregationController } from "./clusterroleaggregation/clusterRoleAggregationController.ts";
import { createDaemonSetController } from "./daemonset/daemonSetController.ts";
import { createDeploymentController } from "./deployment/deploymentController.ts";
import { createDisruptionController } from "./disruption/disruptionController.ts";
import { createEndpointsController } from "./endpoints/endpointsController.ts";
import { createEndpointSliceController } from "./endpointslice/endpointSliceController.ts";
import { createEndpointSliceMirroringController } from "./endpointslicemirroring/endpointSliceMirroringController.ts";
import { GarbageCollector } from "./garbagecollector/garbageCollector.ts";
import { createNamespaceController } from "./namespace/namespaceController.ts";
import { createNodeIpamController } from "./nodeipam/nodeIpamController.ts";
import { NodeLifecycleController } from "./nodelifecycle/nodeLifecycleController.ts";
import { createPodGcController } from "./podgc/podGcController.ts";
import type { ControllerRegistration } from "./registration.ts";
import { createReplicaSetController } from "./replicaset/replicaSetController.ts";
import { createResourceQuotaController } from "./resourcequota/resourceQuotaController.ts";
import { createRootCaCertPublisher } from "./rootcacertpublisher/rootCaCertPublisher.ts";
import { createServiceAccountController } from "./serviceaccount/serviceAccountController.ts";
import { createServiceLbController } from "./servicelb/serviceLbController.ts";
import { createTaintEvictionController } from "./tainteviction/taintEvictionController.ts";

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
  { names: ["daemonset-controller", "daemonset"], create: () => eraseKind(createDaemonSetController()) },
  { names: ["disruption-controller", "disruption"], create: () => eraseKind(createDisruptionController(kinds)) },
];

/** The controllers of cloud-controller-manager. */
export const cloudControllers: readonly ControllerRegistration[] = [
  { names: ["service-lb-controller", "service"], create: ({ loadBalancerCidr }) => eraseKind(createServiceLbController(loadBalancerCidr)) },
  { names: ["cloud-node-lifecycle-controller", "cloud-node-lifecycle"], create: ({ cloudView }) => eraseKind(createCloudNodeLifecycleController(cloudView)) },
];
