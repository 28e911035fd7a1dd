// What the typed models do not say. Paths are "<package without io.k8s.api.>.<Type>.<field>"; a bare "<Type>.<field>" holds in every package.
// Everything not named here follows the rule of the API: a list is atomic, a map is granular, an optional field is left out when it is absent.

const words = (text) => text.trim().split(/\s+/);

/** Lists that are neither atomic nor keyed: the items of List kinds, and what carries no list type upstream. */
export const untypedLists = new Set(words("APIResource.verbs"));

export const setLists = new Set(words(`
  ValidatingAdmissionPolicyBindingSpec.validationActions ServerStorageVersion.decodableVersions ServerStorageVersion.servedVersions
  PodFailurePolicyOnExitCodesRequirement.values UncountedTerminatedPods.failed UncountedTerminatedPods.succeeded ContainerRestartRuleOnExitCodes.values
  NodeAllocatableResourceClaimStatus.containers NodeSpec.podCIDRs Endpoint.addresses NonResourcePolicyRule.nonResourceURLs NonResourcePolicyRule.verbs
  ResourcePolicyRule.apiGroups ResourcePolicyRule.namespaces ResourcePolicyRule.resources ResourcePolicyRule.verbs CSIDriverSpec.volumeLifecycleModes
  ObjectMeta.finalizers`));

/** Lists of objects told apart by keys: keys, then what a strategic merge patch goes by. */
export const keyedLists = [
  { keys: ["name"], merge: "name", fields: words(`
    MutatingAdmissionPolicySpec.matchConditions MutatingWebhook.matchConditions MutatingWebhookConfiguration.webhooks
    ValidatingAdmissionPolicySpec.matchConditions ValidatingAdmissionPolicySpec.variables ValidatingWebhook.matchConditions
    ValidatingWebhookConfiguration.webhooks Container.env ContainerStatus.allocatedResourcesStatus EphemeralContainer.env PodSpec.containers
    PodSpec.ephemeralContainers PodSpec.imagePullSecrets PodSpec.initContainers PodSpec.schedulingGates ServiceAccount.secrets CSINodeSpec.drivers`) },
  { keys: ["name"], merge: "name", retainKeys: true, fields: words(`
    PodSpec.resourceClaims PodSpec.volumes PodStatus.resourceClaimStatuses PodGroupSpec.resourceClaims PodGroupStatus.resourceClaimStatuses
    PodGroupTemplate.resourceClaims`) },
  { keys: ["name"], fields: words("ResourceRequirements.claims WorkloadSpec.podGroupTemplates") },
  { keys: ["type"], merge: "type", fields: words(`
    DaemonSetStatus.conditions DeploymentStatus.conditions ReplicaSetStatus.conditions StatefulSetStatus.conditions
    HorizontalPodAutoscalerStatus.conditions PodCertificateRequestStatus.conditions ComponentStatus.conditions NamespaceStatus.conditions
    NodeStatus.addresses NodeStatus.conditions PersistentVolumeClaimStatus.conditions PodStatus.conditions ReplicationControllerStatus.conditions
    ServiceStatus.conditions FlowSchemaStatus.conditions PriorityLevelConfigurationStatus.conditions ServiceCIDRStatus.conditions
    PodDisruptionBudgetStatus.conditions DeviceTaintRuleStatus.conditions ResourcePoolStatusRequestStatus.conditions PodGroupStatus.conditions
    StorageVersionMigrationStatus.conditions APIServiceStatus.conditions`) },
  { keys: ["type"], fields: words(`
    ValidatingAdmissionPolicyStatus.conditions StorageVersionStatus.conditions CertificateSigningRequestStatus.conditions AllocatedDeviceStatus.conditions
    CustomResourceDefinitionStatus.conditions`) },
  { keys: ["apiServerID"], fields: ["StorageVersionStatus.storageVersions"] },
  { keys: ["containerPort", "protocol"], merge: "containerPort", fields: ["Container.ports", "EphemeralContainer.ports"] },
  { keys: ["devicePath"], merge: "devicePath", fields: ["Container.volumeDevices", "EphemeralContainer.volumeDevices"] },
  { keys: ["mountPath"], merge: "mountPath", fields: ["Container.volumeMounts", "ContainerStatus.volumeMounts", "EphemeralContainer.volumeMounts"] },
  { keys: ["ip"], merge: "ip", fields: ["PodSpec.hostAliases", "PodStatus.podIPs"] },
  { keys: ["topologyKey", "whenUnsatisfiable"], merge: "topologyKey", fields: ["PodSpec.topologySpreadConstraints"] },
  { keys: ["resourceID"], fields: ["ResourceStatus.resources"] },
  { keys: ["port", "protocol"], merge: "port", fields: ["ServiceSpec.ports"] },
  { keys: ["driver", "device", "pool", "shareID"], fields: ["ResourceClaimStatus.devices"] },
  { keys: ["uid"], merge: "uid", fields: ["ResourceClaimStatus.reservedFor", "ObjectMeta.ownerReferences"] },
  { keys: ["rule"], merge: "rule", fields: ["JSONSchemaProps.x-kubernetes-validations"] },
];

/** Atomic or set lists that a strategic merge patch merges all the same: field -> merge key ("" for lists of scalars). */
export const mergedLists = { "JobStatus.conditions": "type", "PodStatus.hostIPs": "ip", "NodeSpec.podCIDRs": "", "ObjectMeta.finalizers": "" };
/** Objects with a patch strategy of their own. */
export const objectStrategies = { "DeploymentSpec.strategy": "retainKeys", "PodDisruptionBudgetSpec.selector": "replace" };

/** Types whose objects have one owner as a whole. */
export const atomicTypes = new Set(words(`
  MatchResources NamedRuleWithOperations ParamKind ParamRef admissionregistration.v1.Variable admissionregistration.v1beta1.Variable
  autoscaling.v1.CrossVersionObjectReference ConfigMapKeySelector EndpointAddress core.v1.EndpointPort discovery.v1.EndpointPort FileKeySelector
  LocalObjectReference NodeSelector NodeSelectorTerm ObjectFieldSelector ObjectReference ResourceFieldSelector ScopeSelector SecretKeySelector
  SecretReference TopologySelectorTerm core.v1.TypedLocalObjectReference ServiceBackendPort RoleRef rbac.v1.Subject LabelSelector OwnerReference`));
/** Fields that override their type: maps with one owner, and a reference whose parts have owners of their own. */
export const atomicFields = new Set(words("PodSpec.nodeSelector ReplicationControllerSpec.selector ServiceSpec.selector Scheduling.nodeSelector"));
export const granularFields = new Set(words("PersistentVolumeClaimStatus.allocatedResourceStatuses PersistentVolumeSpec.claimRef"));
/** Says list type atomic although it is bytes. */
export const atomicBytes = new Set(["APIServiceSpec.caBundle"]);

export const unions = {
  AppArmorProfile: { discriminator: "type", fields: { localhostProfile: "LocalhostProfile" } },
  SeccompProfile: { discriminator: "type", fields: { localhostProfile: "LocalhostProfile" } },
  PodSchedulingGroup: { fields: { podGroupName: "PodGroupName" } },
  LimitResponse: { discriminator: "type", fields: { queuing: "Queuing" } },
  PriorityLevelConfigurationSpec: { discriminator: "type", fields: { exempt: "Exempt", limited: "Limited" } },
  "flowcontrol.v1.Subject": { discriminator: "kind", fields: { group: "Group", serviceAccount: "ServiceAccount", user: "User" } },
  PodGroupSchedulingPolicy: { fields: { basic: "Basic", gang: "Gang" } },
  PodGroupTemplateReference: { fields: { workload: "Workload" } },
};

/** The models call quantities strings. */
export const quantities = new Set(words(`
  HPAScalingRules.tolerance MetricTarget.averageValue MetricTarget.value MetricValueStatus.averageValue MetricValueStatus.value
  EmptyDirVolumeSource.sizeLimit ResourceFieldSelector.divisor CapacityRequestPolicy.default CapacityRequestPolicyRange.max CapacityRequestPolicyRange.min
  CapacityRequestPolicyRange.step Counter.value DeviceCapacity.value NodeAllocatableResourceMapping.allocationMultiplier CSIStorageCapacity.capacity
  CSIStorageCapacity.maximumVolumeSize
  ContainerStatus.allocatedResources LimitRangeItem.default LimitRangeItem.defaultRequest LimitRangeItem.max LimitRangeItem.maxLimitRequestRatio
  LimitRangeItem.min NodeAllocatableResourceClaimStatus.resources NodeStatus.allocatable NodeStatus.capacity PersistentVolumeClaimStatus.allocatedResources
  PersistentVolumeClaimStatus.capacity PersistentVolumeSpec.capacity PodSpec.overhead PodStatus.allocatedResources ResourceQuotaSpec.hard
  ResourceQuotaStatus.hard ResourceQuotaStatus.used ResourceRequirements.limits ResourceRequirements.requests VolumeResourceRequirements.limits
  VolumeResourceRequirements.requests Overhead.podFixed CapacityRequestPolicy.validValues CapacityRequirements.requests
  DeviceRequestAllocationResult.consumedCapacity`));

/** What the models call "any". */
export const anyTypes = {
  "ControllerRevision.data": "rawExtension", "AllocatedDeviceStatus.data": "rawExtension",
  "OpaqueDeviceConfiguration.parameters": "rawExtension", "WatchEvent.object": "rawExtension", "ManagedFieldsEntry.fieldsV1": "fieldsV1",
  "JSONSchemaProps.additionalItems": "schemaOrBool", "JSONSchemaProps.additionalProperties": "schemaOrBool", "JSONSchemaProps.items": "schemaOrArray",
  "JSONSchemaProps.dependencies": "schemaOrStrings", "JSONSchemaProps.default": "json", "JSONSchemaProps.example": "json", "JSONSchemaProps.enum": "json",
};

/** Empty structs, which the models call "any" too: field -> definition, with its description. */
export const emptyTypes = {
  "StorageVersion.spec": { name: "io.k8s.api.apiserverinternal.v1alpha1.StorageVersionSpec", description: "StorageVersionSpec is an empty spec." },
  "PodGroupSchedulingPolicy.basic": {
    name: "io.k8s.api.scheduling.v1alpha2.BasicSchedulingPolicy",
    description: "BasicSchedulingPolicy indicates that standard Kubernetes scheduling behavior should be used.",
  },
  "CustomResourceSubresources.status": {
    name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus",
    description: "CustomResourceSubresourceStatus defines how to serve the status subresource of custom resources. It has no fields.",
  },
};

/**
 * Go structs that are no pointers: encoding writes them even when they are empty, so they are always there ("resources": {}).
 * Required fields are always there too; those that are pointers after all are in `nullable`.
 */
export const alwaysPresent = new Set(words(`
  *.metadata DeploymentSpec.strategy DaemonSetSpec.updateStrategy StatefulSetSpec.updateStrategy ReplicaSetSpec.template
  Deployment.spec Deployment.status DaemonSet.spec DaemonSet.status ReplicaSet.spec ReplicaSet.status StatefulSet.spec StatefulSet.status
  ReplicationController.spec ReplicationController.status Pod.spec Pod.status PodTemplate.template PodTemplateSpec.spec PodTemplateSpec.metadata
  Container.resources EphemeralContainer.resources ContainerStatus.state ContainerStatus.lastState Service.spec Service.status ServiceStatus.loadBalancer
  Node.spec Node.status NodeStatus.daemonEndpoints NodeDaemonEndpoints.kubeletEndpoint NodeStatus.nodeInfo Namespace.spec Namespace.status
  PersistentVolume.spec PersistentVolume.status PersistentVolumeClaim.spec PersistentVolumeClaim.status PersistentVolumeClaimSpec.resources
  PersistentVolumeClaimTemplate.spec ResourceQuota.spec ResourceQuota.status LimitRange.spec core.v1.Event.source ResourceFieldSelector.divisor
  HTTPGetAction.port TCPSocketAction.port ServicePort.targetPort
  Job.spec Job.status JobSpec.template CronJob.spec CronJob.status JobTemplateSpec.spec JobTemplateSpec.metadata CronJobSpec.jobTemplate
  Ingress.spec Ingress.status IngressStatus.loadBalancer IngressClass.spec IngressServiceBackend.port NetworkPolicy.spec NetworkPolicySpec.podSelector
  IPAddress.spec ServiceCIDR.spec ServiceCIDR.status
  HorizontalPodAutoscaler.spec HorizontalPodAutoscaler.status PodDisruptionBudget.spec PodDisruptionBudget.status
  Lease.spec LeaseCandidate.spec Endpoint.conditions RoleBinding.roleRef ClusterRoleBinding.roleRef
  CSINode.spec CSIDriver.spec VolumeAttachment.spec VolumeAttachment.status VolumeAttachmentSpec.source
  CertificateSigningRequest.spec CertificateSigningRequest.status FlowSchema.spec FlowSchema.status PriorityLevelConfiguration.spec
  PriorityLevelConfiguration.status LimitedPriorityLevelConfiguration.limitResponse
  ResourceClaim.spec ResourceClaim.status ResourceClaimTemplate.spec ResourceClaimTemplateSpec.metadata DeviceClass.spec ResourceSlice.spec ResourceClaimSpec.devices
  CustomResourceDefinition.spec CustomResourceDefinition.status APIService.spec APIService.status
  MutatingAdmissionPolicy.spec MutatingAdmissionPolicyBinding.spec ValidatingAdmissionPolicy.spec ValidatingAdmissionPolicy.status
  ValidatingAdmissionPolicyBinding.spec SubjectAccessReview.spec SubjectAccessReview.status SelfSubjectAccessReview.spec SelfSubjectAccessReview.status
  LocalSubjectAccessReview.spec LocalSubjectAccessReview.status SelfSubjectRulesReview.spec SelfSubjectRulesReview.status TokenReview.spec TokenReview.status
  TokenReviewStatus.user SelfSubjectReview.status SelfSubjectReviewStatus.userInfo TokenRequest.spec TokenRequest.status Scale.spec Scale.status
  PodCondition.lastProbeTime PodCondition.lastTransitionTime NodeCondition.lastHeartbeatTime NodeCondition.lastTransitionTime
  DeploymentCondition.lastUpdateTime DeploymentCondition.lastTransitionTime ReplicaSetCondition.lastTransitionTime DaemonSetCondition.lastTransitionTime
  StatefulSetCondition.lastTransitionTime ReplicationControllerCondition.lastTransitionTime NamespaceCondition.lastTransitionTime
  PersistentVolumeClaimCondition.lastProbeTime PersistentVolumeClaimCondition.lastTransitionTime JobCondition.lastProbeTime JobCondition.lastTransitionTime
  HorizontalPodAutoscalerCondition.lastTransitionTime ContainerStateRunning.startedAt ContainerStateTerminated.startedAt ContainerStateTerminated.finishedAt
  core.v1.Event.firstTimestamp core.v1.Event.lastTimestamp core.v1.Event.eventTime core.v1.Event.reportingComponent core.v1.Event.reportingInstance
  core.v1.EventSeries.lastObservedTime events.v1.Event.eventTime events.v1.Event.deprecatedFirstTimestamp events.v1.Event.deprecatedLastTimestamp
  events.v1.Event.deprecatedSource events.v1.Event.regarding Role.rules ClusterRole.rules EndpointSlice.endpoints EndpointSlice.ports
  autoscaling.v2.HorizontalPodAutoscalerStatus.currentMetrics autoscaling.v1.HorizontalPodAutoscalerStatus.currentReplicas HorizontalPodAutoscalerStatus.desiredReplicas
  StatefulSetStatus.availableReplicas PodDisruptionBudgetStatus.currentHealthy PodDisruptionBudgetStatus.desiredHealthy
  PodDisruptionBudgetStatus.disruptionsAllowed PodDisruptionBudgetStatus.expectedPods SubjectAccessReviewStatus.allowed`));
/** Required by the schema, yet a pointer: an absent one stays absent or null. */
export const nullable = new Set(words(`
  DeploymentSpec.selector ReplicaSetSpec.selector DaemonSetSpec.selector StatefulSetSpec.selector HTTPIngressPath.pathType
  ValidatingAdmissionPolicyBindingSpec.validationActions`));

/** Optional pointers that are written as null when they are absent. */
export const nullWhenAbsent = new Set(words("core.v1.TypedLocalObjectReference.apiGroup TypedObjectReference.apiGroup TokenRequestSpec.boundObjectRef"));
