import { eraseKind } from "../client/controller.ts";
import { kinds } from "../kinds/index.ts";
import { createAttachDetachController } from "./attachdetach/attachDetachController.ts";
import { createCsrApprovingController } from "./certificates/csrApprovingController.ts";
import { createCsrCleanerController } from "./certificates/csrCleanerController.ts";
import { createCsrSigningController } from "./certificates/csrSigningController.ts";
import { createCloudNodeLifecycleController } from "./cloudnodelifecycle/cloudNodeLifecycleController.ts";
import { createClusterRoleAggregationController } from "./clusterroleaggregation/clusterRoleAggregationController.ts";
import { createCronJobController } from "./cronjob/cronJobController.ts";
import { createDaemonSetController } from "./daemonset/daemonSetController.ts";
import { createDeploymentController } from "./deployment/deploymentController.ts";
import { createDisruptionController } from "./disruption/disruptionController.ts";
import { createEndpointsController } from "./endpoints/endpointsController.ts";
import { createEndpointSliceController } from "./endpointslice/endpointSliceController.ts";
import { createEndpointSliceMirroringController } from "./endpointslicemirroring/endpointSliceMirroringController.ts";
import { createEphemeralVolumeController } from "./ephemeralvolume/ephemeralVolumeController.ts";
import { createExpandController } from "./expand/expandController.ts";
import { GarbageCollector } from "./garbagecollector/garbageCollector.ts";
import { createJobController } from "./job/jobController.ts";
import { createNamespaceController } from "./namespace/namespaceController.ts";
import { createNodeIpamController } from "./nodeipam/nodeIpamController.ts";
import { NodeLifecycleController } from "./nodelifecycle/nodeLifecycleController.ts";
import { HpaController } from "./podautoscaler/hpaController.ts";
import { createPodGcController } from "./podgc/podGcController.ts";
import type { ControllerRegistration } from "./registration.ts";
import { createPersistentVolumeController } from "./persistentvolume/persistentVolumeController.ts";
import { createPvcProtectionController } from "./protection/pvcProtectionController.ts";
import { createPvProtectionController } from "./protection/pvProtectionController.ts";
import { createVacProtectionController } from "./protection/vacProtectionController.ts";
import { createReplicaSetController } from "./replicaset/replicaSetController.ts";
import { createReplicationController } from "./replicationcontroller/replicationController.ts";
import { createResourceQuotaController } from "./resourcequota/resourceQuotaController.ts";
import { createRootCaCertPublisher } from "./rootcacertpublisher/rootCaCertPublisher.ts";
import { createServiceAccountController } from "./serviceaccount/serviceAccountController.ts";
import { createServiceAccountTokenController } from "./serviceaccounttoken/serviceAccountTokenController.ts";
import { createServiceCidrController } from "./servicecidr/serviceCidrController.ts";
import { createServiceLbController } from "./servicelb/serviceLbController.ts";
import { createStatefulSetController } from "./statefulset/statefulSetController.ts";
import { createTaintEvictionController } from "./tainteviction/taintEvictionController.ts";
import { createTtlAfterFinishedController } from "./ttlafterfinished/ttlAfterFinishedController.ts";

/** The controllers of kube-controller-manager; to add one is its folder and its line here. */
export const controllerManagerControllers: readonly ControllerRegistration[] = [
  { names: ["deployment-controller", "deployment"], create: () => eraseKind(createDeploymentController()) },
  { names: ["replicaset-controller", "replicaset"], create: () => eraseKind(createReplicaSetController()) },
  { names: ["job-controller", "job"], create: () => eraseKind(createJobController()) },
  { names: ["cronjob-controller", "cronjob"], create: () => eraseKind(createCronJobController()) },
  { names: ["ttl-after-finished-controller", "ttl-after-finished"], create: () => eraseKind(createTtlAfterFinishedController()) },
  { names: ["replicationcontroller-controller", "replicationcontroller"], create: () => eraseKind(createReplicationController()) },
  { names: ["statefulset-controller", "statefulset"], create: () => eraseKind(createStatefulSetController()) },
  { names: ["endpoints-controller", "endpoint"], create: () => eraseKind(createEndpointsController()) },
  { names: ["endpointslice-controller", "endpointslice"], create: () => eraseKind(createEndpointSliceController()) },
  { names: ["endpointslice-mirroring-controller", "endpointslicemirroring"], create: () => eraseKind(createEndpointSliceMirroringController()) },
  { names: ["namespace-controller", "namespace"], create: () => createNamespaceController(kinds) },
  { names: ["garbage-collector-controller", "garbagecollector"], create: () => new GarbageCollector(kinds) },
  { names: ["serviceaccount-controller", "serviceaccount"], create: () => eraseKind(createServiceAccountController()) },
  { names: ["certificatesigningrequest-signing-controller", "csrsigning"], create: ({ seed }) => eraseKind(createCsrSigningController(seed)) },
  { names: ["certificatesigningrequest-approving-controller", "csrapproving"], create: () => eraseKind(createCsrApprovingController()) },
  { names: ["certificatesigningrequest-cleaner-controller", "csrcleaner"], create: () => eraseKind(createCsrCleanerController()) },
  { names: ["serviceaccount-token-controller", "serviceaccount-token"], create: ({ rootCa, seed }) => createServiceAccountTokenController(rootCa, seed) },
  { names: ["root-ca-certificate-publisher-controller", "root-ca-cert-publisher"], create: ({ rootCa }) => eraseKind(createRootCaCertPublisher(rootCa)) },
  { names: ["node-ipam-controller", "nodeipam"], create: ({ podCidr, nodeCidrMaskSize }) => eraseKind(createNodeIpamController(podCidr, nodeCidrMaskSize)) },
  { names: ["node-lifecycle-controller", "nodelifecycle"], create: () => eraseKind(new NodeLifecycleController()) },
  { names: ["taint-eviction-controller", "taint-eviction"], create: () => eraseKind(createTaintEvictionController()) },
  { names: ["pod-garbage-collector-controller", "podgc"], create: () => eraseKind(createPodGcController()) },
  { names: ["resourcequota-controller", "resourcequota"], create: () => createResourceQuotaController(kinds) },
  { names: ["horizontal-pod-autoscaler-controller", "horizontalpodautoscaling"], create: () => eraseKind(new HpaController(kinds)) },
  { names: ["persistentvolume-binder-controller", "persistentvolume-binder"], create: () => createPersistentVolumeController() },
  { names: ["persistentvolume-attach-detach-controller", "attachdetach"], create: () => createAttachDetachController() },
  { names: ["persistentvolume-expander-controller", "persistentvolume-expander"], create: () => createExpandController() },
  { names: ["ephemeral-volume-controller", "ephemeral-volume"], create: () => createEphemeralVolumeController() },
  { names: ["persistentvolumeclaim-protection-controller", "pvc-protection"], create: () => createPvcProtectionController() },
  { names: ["persistentvolume-protection-controller", "pv-protection"], create: () => createPvProtectionController() },
  { names: ["volumeattributesclass-protection-controller", "vac-protection"], create: () => createVacProtectionController() },
  { names: ["clusterrole-aggregation-controller", "clusterrole-aggregation"], create: () => eraseKind(createClusterRoleAggregationController()) },
  { names: ["service-cidr-controller", "service-cidr"], create: () => createServiceCidrController() },
  { names: ["daemonset-controller", "daemonset"], create: () => eraseKind(createDaemonSetController()) },
  { names: ["disruption-controller", "disruption"], create: () => eraseKind(createDisruptionController(kinds)) },
];

/** The controllers of cloud-controller-manager. */
export const cloudControllers: readonly ControllerRegistration[] = [
  { names: ["service-lb-controller", "service"], create: ({ loadBalancerCidr }) => eraseKind(createServiceLbController(loadBalancerCidr)) },
  { names: ["cloud-node-lifecycle-controller", "cloud-node-lifecycle"], create: ({ cloudView }) => eraseKind(createCloudNodeLifecycleController(cloudView)) },
];
