// Which upstream package each model belongs to. The models' names carry the version but mostly not the group; upstream's definition names need both.
// A model that no line names belongs to core where its version is v1, and is left out otherwise.

const words = (text) => text.trim().split(/\s+/);

export const corePackage = "io.k8s.api.core.v1";
export const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Prefixes that the models carry where two groups share a name. */
export const prefixes = {
  Admissionregistration: "io.k8s.api.admissionregistration", Apiextensions: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
  Apiregistration: "io.k8s.kube-aggregator.pkg.apis.apiregistration", Authentication: "io.k8s.api.authentication", Core: "io.k8s.api.core",
  Discovery: "io.k8s.api.discovery", Events: "io.k8s.api.events", Flowcontrol: "io.k8s.api.flowcontrol", Rbac: "io.k8s.api.rbac",
  Resource: "io.k8s.api.resource", Storage: "io.k8s.api.storage",
};

const meta = `APIGroup APIGroupList APIResource APIResourceList APIVersions Condition DeleteOptions FieldSelectorRequirement GroupResource GroupVersionForDiscovery
  LabelSelector LabelSelectorRequirement ListMeta ManagedFieldsEntry ObjectMeta OwnerReference Preconditions ServerAddressByClientCIDR ShardInfo Status
  StatusCause StatusDetails WatchEvent`;

const admission = `ApplyConfiguration JSONPatch MatchCondition MatchResources MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
  MutatingAdmissionPolicyBindingList MutatingAdmissionPolicyBindingSpec MutatingAdmissionPolicyList MutatingAdmissionPolicySpec Mutation
  NamedRuleWithOperations ParamKind ParamRef Variable`;

const serviceCidr = "IPAddress IPAddressList IPAddressSpec ParentReference ServiceCIDR ServiceCIDRList ServiceCIDRSpec ServiceCIDRStatus";

const deviceTaintRule = "DeviceTaint DeviceTaintRule DeviceTaintRuleList DeviceTaintRuleSpec DeviceTaintRuleStatus DeviceTaintSelector";

const devices = `AllocatedDeviceStatus AllocationResult CELDeviceSelector CapacityRequestPolicy CapacityRequestPolicyRange CapacityRequirements Counter
  CounterSet Device DeviceAllocationConfiguration DeviceAllocationResult DeviceAttribute DeviceCapacity DeviceClaim DeviceClaimConfiguration DeviceClass
  DeviceClassConfiguration DeviceClassList DeviceClassSpec DeviceConstraint DeviceCounterConsumption DeviceRequest DeviceRequestAllocationResult
  DeviceSelector DeviceSubRequest DeviceTaint DeviceToleration NetworkDeviceData NodeAllocatableResourceMapping OpaqueDeviceConfiguration ResourceClaim
  ResourceClaimConsumerReference ResourceClaimList ResourceClaimSpec ResourceClaimStatus ResourceClaimTemplate ResourceClaimTemplateList
  ResourceClaimTemplateSpec ResourcePool ResourceSlice ResourceSliceList ResourceSliceSpec`;

/**
 * What no server with the defaults of v1.36 serves (alpha and beta versions are off), and dynamic resource allocation, which this one does not serve yet.
 * Their models are read, because names are told apart by all of them, and not written.
 */
export const isServed = (packageName) => !/\.v\d+(alpha|beta)\d+$/.test(packageName) && !packageName.startsWith("io.k8s.api.resource.");

/** Package -> names, without version and prefix. */
export const packages = {
  [metaPackage]: words(meta),
  "io.k8s.apimachinery.pkg.version": ["Info"],
  "io.k8s.api.admissionregistration.v1": words(`${admission} AuditAnnotation ExpressionWarning MutatingWebhook MutatingWebhookConfiguration
    MutatingWebhookConfigurationList RuleWithOperations TypeChecking ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
    ValidatingAdmissionPolicyBindingList ValidatingAdmissionPolicyBindingSpec ValidatingAdmissionPolicyList ValidatingAdmissionPolicySpec
    ValidatingAdmissionPolicyStatus ValidatingWebhook ValidatingWebhookConfiguration ValidatingWebhookConfigurationList Validation`),
  "io.k8s.api.admissionregistration.v1alpha1": words(admission),
  "io.k8s.api.admissionregistration.v1beta1": words(admission),
  "io.k8s.api.apiserverinternal.v1alpha1": words("ServerStorageVersion StorageVersion StorageVersionCondition StorageVersionList StorageVersionStatus"),
  "io.k8s.api.apps.v1": words(`ControllerRevision ControllerRevisionList DaemonSet DaemonSetCondition DaemonSetList DaemonSetSpec DaemonSetStatus
    DaemonSetUpdateStrategy Deployment DeploymentCondition DeploymentList DeploymentSpec DeploymentStatus DeploymentStrategy ReplicaSet ReplicaSetCondition
    ReplicaSetList ReplicaSetSpec ReplicaSetStatus RollingUpdateDaemonSet RollingUpdateDeployment RollingUpdateStatefulSetStrategy StatefulSet
    StatefulSetCondition StatefulSetList StatefulSetOrdinals StatefulSetPersistentVolumeClaimRetentionPolicy StatefulSetSpec StatefulSetStatus
    StatefulSetUpdateStrategy`),
  "io.k8s.api.authentication.v1": words("BoundObjectReference SelfSubjectReview SelfSubjectReviewStatus TokenRequestSpec TokenRequestStatus TokenReview TokenReviewSpec TokenReviewStatus UserInfo"),
  "io.k8s.api.authorization.v1": words(`FieldSelectorAttributes LabelSelectorAttributes LocalSubjectAccessReview NonResourceAttributes NonResourceRule
    ResourceAttributes ResourceRule SelfSubjectAccessReview SelfSubjectAccessReviewSpec SelfSubjectRulesReview SelfSubjectRulesReviewSpec SubjectAccessReview
    SubjectAccessReviewSpec SubjectAccessReviewStatus SubjectRulesReviewStatus`),
  "io.k8s.api.autoscaling.v1": words("CrossVersionObjectReference HorizontalPodAutoscaler HorizontalPodAutoscalerList HorizontalPodAutoscalerSpec HorizontalPodAutoscalerStatus Scale ScaleSpec ScaleStatus"),
  "io.k8s.api.autoscaling.v2": words(`ContainerResourceMetricSource ContainerResourceMetricStatus CrossVersionObjectReference ExternalMetricSource
    ExternalMetricStatus HPAScalingPolicy HPAScalingRules HorizontalPodAutoscaler HorizontalPodAutoscalerBehavior HorizontalPodAutoscalerCondition
    HorizontalPodAutoscalerList HorizontalPodAutoscalerSpec HorizontalPodAutoscalerStatus MetricIdentifier MetricSpec MetricStatus MetricTarget
    MetricValueStatus ObjectMetricSource ObjectMetricStatus PodsMetricSource PodsMetricStatus ResourceMetricSource ResourceMetricStatus`),
  "io.k8s.api.batch.v1": words(`CronJob CronJobList CronJobSpec CronJobStatus Job JobCondition JobList JobSpec JobStatus JobTemplateSpec PodFailurePolicy
    PodFailurePolicyOnExitCodesRequirement PodFailurePolicyOnPodConditionsPattern PodFailurePolicyRule SuccessPolicy SuccessPolicyRule
    UncountedTerminatedPods`),
  "io.k8s.api.certificates.v1": words("CertificateSigningRequest CertificateSigningRequestCondition CertificateSigningRequestList CertificateSigningRequestSpec CertificateSigningRequestStatus"),
  "io.k8s.api.certificates.v1alpha1": words("ClusterTrustBundle ClusterTrustBundleList ClusterTrustBundleSpec"),
  "io.k8s.api.certificates.v1beta1": words("ClusterTrustBundle ClusterTrustBundleList ClusterTrustBundleSpec PodCertificateRequest PodCertificateRequestList PodCertificateRequestSpec PodCertificateRequestStatus"),
  "io.k8s.api.coordination.v1": words("Lease LeaseList LeaseSpec"),
  "io.k8s.api.coordination.v1alpha2": words("LeaseCandidate LeaseCandidateList LeaseCandidateSpec"),
  "io.k8s.api.coordination.v1beta1": words("LeaseCandidate LeaseCandidateList LeaseCandidateSpec"),
  "io.k8s.api.discovery.v1": words("Endpoint EndpointConditions EndpointHints EndpointSlice EndpointSliceList ForNode ForZone"),
  "io.k8s.api.flowcontrol.v1": words(`ExemptPriorityLevelConfiguration FlowDistinguisherMethod FlowSchema FlowSchemaCondition FlowSchemaList FlowSchemaSpec
    FlowSchemaStatus GroupSubject LimitResponse LimitedPriorityLevelConfiguration NonResourcePolicyRule PolicyRulesWithSubjects PriorityLevelConfiguration
    PriorityLevelConfigurationCondition PriorityLevelConfigurationList PriorityLevelConfigurationReference PriorityLevelConfigurationSpec
    PriorityLevelConfigurationStatus QueuingConfiguration ResourcePolicyRule ServiceAccountSubject UserSubject`),
  "io.k8s.api.networking.v1": words(`${serviceCidr} HTTPIngressPath HTTPIngressRuleValue IPBlock Ingress IngressBackend IngressClass IngressClassList
    IngressClassParametersReference IngressClassSpec IngressList IngressLoadBalancerIngress IngressLoadBalancerStatus IngressPortStatus IngressRule
    IngressServiceBackend IngressSpec IngressStatus IngressTLS NetworkPolicy NetworkPolicyEgressRule NetworkPolicyIngressRule NetworkPolicyList
    NetworkPolicyPeer NetworkPolicyPort NetworkPolicySpec ServiceBackendPort`),
  "io.k8s.api.networking.v1beta1": words(serviceCidr),
  "io.k8s.api.node.v1": words("Overhead RuntimeClass RuntimeClassList Scheduling"),
  "io.k8s.api.policy.v1": words("Eviction PodDisruptionBudget PodDisruptionBudgetList PodDisruptionBudgetSpec PodDisruptionBudgetStatus"),
  "io.k8s.api.rbac.v1": words("AggregationRule ClusterRole ClusterRoleBinding ClusterRoleBindingList ClusterRoleList PolicyRule Role RoleBinding RoleBindingList RoleList RoleRef"),
  "io.k8s.api.resource.v1": words(`${devices} ExactDeviceRequest`),
  "io.k8s.api.resource.v1alpha3": words(`${deviceTaintRule} PoolStatus ResourcePoolStatusRequest ResourcePoolStatusRequestList ResourcePoolStatusRequestSpec ResourcePoolStatusRequestStatus`),
  "io.k8s.api.resource.v1beta1": words(`${devices} BasicDevice`),
  "io.k8s.api.resource.v1beta2": words(`${devices} ${deviceTaintRule} ExactDeviceRequest`),
  "io.k8s.api.scheduling.v1": words("PriorityClass PriorityClassList"),
  "io.k8s.api.scheduling.v1alpha2": words(`GangSchedulingPolicy PodGroup PodGroupList PodGroupResourceClaim PodGroupResourceClaimStatus
    PodGroupSchedulingConstraints PodGroupSchedulingPolicy PodGroupSpec PodGroupStatus PodGroupTemplate PodGroupTemplateReference TopologyConstraint
    TypedLocalObjectReference Workload WorkloadList WorkloadPodGroupTemplateReference WorkloadSpec`),
  "io.k8s.api.storage.v1": words(`CSIDriver CSIDriverList CSIDriverSpec CSINode CSINodeDriver CSINodeList CSINodeSpec CSIStorageCapacity
    CSIStorageCapacityList StorageClass StorageClassList VolumeAttachment VolumeAttachmentList VolumeAttachmentSource VolumeAttachmentSpec
    VolumeAttachmentStatus VolumeAttributesClass VolumeAttributesClassList VolumeError VolumeNodeResources`),
  "io.k8s.api.storage.v1beta1": words("VolumeAttributesClass VolumeAttributesClassList"),
  "io.k8s.api.storagemigration.v1beta1": words("StorageVersionMigration StorageVersionMigrationList StorageVersionMigrationSpec StorageVersionMigrationStatus"),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1": words(`CustomResourceColumnDefinition CustomResourceConversion CustomResourceDefinition
    CustomResourceDefinitionCondition CustomResourceDefinitionList CustomResourceDefinitionNames CustomResourceDefinitionSpec CustomResourceDefinitionStatus
    CustomResourceDefinitionVersion CustomResourceSubresourceScale CustomResourceSubresources CustomResourceValidation ExternalDocumentation
    JSONSchemaProps SelectableField ValidationRule WebhookConversion`),
  "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1": words("APIService APIServiceCondition APIServiceList APIServiceSpec APIServiceStatus"),
};

/** v1 models of other packages' older versions: they would otherwise count as core. */
export const stale = new Set(words("V1ClaimSource V1ResourceClaim V1WorkloadReference"));
