// Values that belong to fields: defaults without a condition, enums, and how Go keeps zero values. Paths as in schemaTable.mjs.

const words = (text) => text.trim().split(/\s+/);

/** SetDefaults_* that need nothing but the field's absence. What depends on another field is in the kind's own defaults(). */
export const defaults = {
  "Container.terminationMessagePath": "/dev/termination-log", "Container.terminationMessagePolicy": "File",
  "EphemeralContainer.terminationMessagePath": "/dev/termination-log", "EphemeralContainer.terminationMessagePolicy": "File",
  "ContainerPort.protocol": "TCP", "ServicePort.protocol": "TCP",
  "Probe.timeoutSeconds": 1, "Probe.periodSeconds": 10, "Probe.successThreshold": 1, "Probe.failureThreshold": 3,
  "HTTPGetAction.path": "/", "HTTPGetAction.scheme": "HTTP", "GRPCAction.service": "",
  "ObjectFieldSelector.apiVersion": "v1",
  "PodSpec.restartPolicy": "Always", "PodSpec.dnsPolicy": "ClusterFirst", "PodSpec.schedulerName": "default-scheduler", "PodSpec.terminationGracePeriodSeconds": 30,
  "PodSpec.securityContext": {},
  "SecretVolumeSource.defaultMode": 420, "ConfigMapVolumeSource.defaultMode": 420, "DownwardAPIVolumeSource.defaultMode": 420, "ProjectedVolumeSource.defaultMode": 420,
  "ServiceAccountTokenProjection.expirationSeconds": 3600, "HostPathVolumeSource.type": "",
  "ISCSIVolumeSource.iscsiInterface": "default", "ISCSIPersistentVolumeSource.iscsiInterface": "default",
  "RBDVolumeSource.pool": "rbd", "RBDVolumeSource.user": "admin", "RBDVolumeSource.keyring": "/etc/ceph/keyring",
  "RBDPersistentVolumeSource.pool": "rbd", "RBDPersistentVolumeSource.user": "admin", "RBDPersistentVolumeSource.keyring": "/etc/ceph/keyring",
  "AzureDiskVolumeSource.cachingMode": "ReadWrite", "AzureDiskVolumeSource.fsType": "ext4", "AzureDiskVolumeSource.kind": "Shared", "AzureDiskVolumeSource.readOnly": false,
  "ScaleIOVolumeSource.storageMode": "ThinProvisioned", "ScaleIOVolumeSource.fsType": "xfs",
  "ScaleIOPersistentVolumeSource.storageMode": "ThinProvisioned", "ScaleIOPersistentVolumeSource.fsType": "xfs",
  "PersistentVolumeClaimSpec.volumeMode": "Filesystem", "PersistentVolumeSpec.volumeMode": "Filesystem", "PersistentVolumeSpec.persistentVolumeReclaimPolicy": "Retain",
  "PersistentVolumeStatus.phase": "Pending", "PersistentVolumeClaimStatus.phase": "Pending",
  "ServiceSpec.sessionAffinity": "None", "ServiceSpec.type": "ClusterIP",
  "core.v1.Secret.type": "Opaque", "NamespaceStatus.phase": "Active",
  "DeploymentSpec.replicas": 1, "DeploymentSpec.revisionHistoryLimit": 10, "DeploymentSpec.progressDeadlineSeconds": 600, "DeploymentStrategy.type": "RollingUpdate",
  "ReplicaSetSpec.replicas": 1, "StatefulSetSpec.replicas": 1, "StatefulSetSpec.revisionHistoryLimit": 10, "StatefulSetSpec.podManagementPolicy": "OrderedReady",
  "StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted": "Retain", "StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled": "Retain",
  "StatefulSetSpec.persistentVolumeClaimRetentionPolicy": { whenDeleted: "Retain", whenScaled: "Retain" },
  "DaemonSetSpec.revisionHistoryLimit": 10, "DaemonSetUpdateStrategy.type": "RollingUpdate",
  "ReplicationControllerSpec.replicas": 1,
  "CronJobSpec.concurrencyPolicy": "Allow", "CronJobSpec.suspend": false, "CronJobSpec.successfulJobsHistoryLimit": 3, "CronJobSpec.failedJobsHistoryLimit": 1,
  "NetworkPolicyPort.protocol": "TCP",
  "discovery.v1.EndpointPort.name": "", "discovery.v1.EndpointPort.protocol": "TCP", "core.v1.EndpointPort.protocol": "TCP",
  "autoscaling.v1.HorizontalPodAutoscalerSpec.minReplicas": 1, "autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas": 1,
  "StorageClass.reclaimPolicy": "Delete", "StorageClass.volumeBindingMode": "Immediate",
  "CSIDriverSpec.attachRequired": true, "CSIDriverSpec.podInfoOnMount": false, "CSIDriverSpec.storageCapacity": false, "CSIDriverSpec.fsGroupPolicy": "ReadWriteOnceWithFSType",
  "CSIDriverSpec.volumeLifecycleModes": ["Persistent"], "CSIDriverSpec.requiresRepublish": false, "CSIDriverSpec.seLinuxMount": false,
  "PriorityClass.preemptionPolicy": "PreemptLowerPriority",
  "RoleRef.apiGroup": "rbac.authorization.k8s.io",
  "TokenRequestSpec.expirationSeconds": 3600,
  "ResourceFieldSelector.divisor": "0",
  "IngressClassParametersReference.scope": "Cluster",
  "ValidatingWebhook.failurePolicy": "Fail", "ValidatingWebhook.matchPolicy": "Equivalent", "ValidatingWebhook.timeoutSeconds": 10,
  "ValidatingWebhook.namespaceSelector": {}, "ValidatingWebhook.objectSelector": {},
  "MutatingWebhook.failurePolicy": "Fail", "MutatingWebhook.matchPolicy": "Equivalent", "MutatingWebhook.timeoutSeconds": 10, "MutatingWebhook.reinvocationPolicy": "Never",
  "MutatingWebhook.namespaceSelector": {}, "MutatingWebhook.objectSelector": {},
  "RuleWithOperations.scope": "*", "NamedRuleWithOperations.scope": "*", "admissionregistration.v1.ServiceReference.port": 443,
  "ValidatingAdmissionPolicySpec.failurePolicy": "Fail", "MatchResources.matchPolicy": "Equivalent", "MatchResources.namespaceSelector": {}, "MatchResources.objectSelector": {},
  "CustomResourceDefinitionSpec.conversion": { strategy: "None" }, "apiregistration.v1.ServiceReference.port": 443, "apiextensions.v1.ServiceReference.port": 443,
};

export const enums = {
  "Container.imagePullPolicy": ["Always", "IfNotPresent", "Never"], "EphemeralContainer.imagePullPolicy": ["Always", "IfNotPresent", "Never"], "ImageVolumeSource.pullPolicy": ["Always", "IfNotPresent", "Never"],
  "Container.terminationMessagePolicy": ["FallbackToLogsOnError", "File"], "EphemeralContainer.terminationMessagePolicy": ["FallbackToLogsOnError", "File"],
  "PodSpec.restartPolicy": ["Always", "Never", "OnFailure"], "PodSpec.dnsPolicy": ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], "PodSpec.preemptionPolicy": ["Never", "PreemptLowerPriority"], "PodSecurityContext.fsGroupChangePolicy": ["Always", "OnRootMismatch"], "PodSecurityContext.supplementalGroupsPolicy": ["Merge", "Strict"],
  "SeccompProfile.type": ["Localhost", "RuntimeDefault", "Unconfined"], "AppArmorProfile.type": ["Localhost", "RuntimeDefault", "Unconfined"],
  "SecurityContext.procMount": ["Default", "Unmasked"],
  "ContainerPort.protocol": ["SCTP", "TCP", "UDP"], "ServicePort.protocol": ["SCTP", "TCP", "UDP"], "core.v1.EndpointPort.protocol": ["SCTP", "TCP", "UDP"], "discovery.v1.EndpointPort.protocol": ["SCTP", "TCP", "UDP"],
  "NetworkPolicyPort.protocol": ["SCTP", "TCP", "UDP"],
  "HTTPGetAction.scheme": ["HTTP", "HTTPS"],
  "Toleration.effect": ["NoExecute", "NoSchedule", "PreferNoSchedule"], "Toleration.operator": ["Equal", "Exists", "Gt", "Lt"], "Taint.effect": ["NoExecute", "NoSchedule", "PreferNoSchedule"],
  "TopologySpreadConstraint.whenUnsatisfiable": ["DoNotSchedule", "ScheduleAnyway"], "TopologySpreadConstraint.nodeAffinityPolicy": ["Honor", "Ignore"], "TopologySpreadConstraint.nodeTaintsPolicy": ["Honor", "Ignore"],
  "NodeSelectorRequirement.operator": ["DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"], "VolumeMount.mountPropagation": ["Bidirectional", "HostToContainer", "None"],
  "HostPathVolumeSource.type": ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"],
  "PersistentVolumeClaimSpec.volumeMode": ["Block", "Filesystem"], "PersistentVolumeSpec.volumeMode": ["Block", "Filesystem"], "PersistentVolumeSpec.persistentVolumeReclaimPolicy": ["Delete", "Recycle", "Retain"],
  "PersistentVolumeStatus.phase": ["Available", "Bound", "Failed", "Pending", "Released"], "PersistentVolumeClaimStatus.phase": ["Bound", "Lost", "Pending"],
  "PodStatus.phase": ["Failed", "Pending", "Running", "Succeeded", "Unknown"], "PodStatus.qosClass": ["BestEffort", "Burstable", "Guaranteed"], "NamespaceStatus.phase": ["Active", "Terminating"],
  "ServiceSpec.type": ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"], "ServiceSpec.sessionAffinity": ["ClientIP", "None"], "ServiceSpec.externalTrafficPolicy": ["Cluster", "Local"],
  "ServiceSpec.internalTrafficPolicy": ["Cluster", "Local"], "ServiceSpec.ipFamilyPolicy": ["PreferDualStack", "RequireDualStack", "SingleStack"],
  "DeploymentStrategy.type": ["Recreate", "RollingUpdate"], "DaemonSetUpdateStrategy.type": ["OnDelete", "RollingUpdate"], "StatefulSetUpdateStrategy.type": ["OnDelete", "RollingUpdate"],
  "StatefulSetSpec.podManagementPolicy": ["OrderedReady", "Parallel"],
  "JobSpec.completionMode": ["Indexed", "NonIndexed"], "JobSpec.podReplacementPolicy": ["Failed", "TerminatingOrFailed"], "CronJobSpec.concurrencyPolicy": ["Allow", "Forbid", "Replace"],
  "PodFailurePolicyRule.action": ["Count", "FailIndex", "FailJob", "Ignore"], "PodFailurePolicyOnExitCodesRequirement.operator": ["In", "NotIn"],
  "HTTPIngressPath.pathType": ["Exact", "ImplementationSpecific", "Prefix"], "EndpointSlice.addressType": ["FQDN", "IPv4", "IPv6"],
  "NetworkPolicySpec.policyTypes": ["Egress", "Ingress"],
  "StorageClass.reclaimPolicy": ["Delete", "Recycle", "Retain"], "StorageClass.volumeBindingMode": ["Immediate", "WaitForFirstConsumer"],
  "PriorityClass.preemptionPolicy": ["Never", "PreemptLowerPriority"],
};

/** Optional numbers and booleans that Go holds by value: a zero that was written is not kept. All others are pointers. */
const intValues = new Set(words(`
  ObjectMeta.generation *.observedGeneration *.minReadySeconds ContainerPort.hostPort ServicePort.nodePort Probe.initialDelaySeconds Probe.timeoutSeconds
  Probe.periodSeconds Probe.successThreshold Probe.failureThreshold ReplicaSetStatus.fullyLabeledReplicas ReplicaSetStatus.readyReplicas
  ReplicaSetStatus.availableReplicas DeploymentStatus.replicas DeploymentStatus.updatedReplicas DeploymentStatus.readyReplicas DeploymentStatus.availableReplicas
  DeploymentStatus.unavailableReplicas StatefulSetStatus.readyReplicas StatefulSetStatus.currentReplicas StatefulSetStatus.updatedReplicas
  DaemonSetStatus.updatedNumberScheduled DaemonSetStatus.numberAvailable DaemonSetStatus.numberUnavailable
  ReplicationControllerStatus.fullyLabeledReplicas ReplicationControllerStatus.readyReplicas ReplicationControllerStatus.availableReplicas
  JobStatus.active JobStatus.succeeded JobStatus.failed
  autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas core.v1.Event.count events.v1.Event.deprecatedCount core.v1.EventSeries.count
  StatusDetails.retryAfterSeconds Status.code ContainerStateTerminated.signal StatefulSetOrdinals.start
  AWSElasticBlockStoreVolumeSource.partition GCEPersistentDiskVolumeSource.partition ContainerImage.sizeBytes ScaleSpec.replicas
  ServiceBackendPort.number ServiceSpec.healthCheckNodePort`));
const booleanValues = new Set(words(`
  PodSpec.hostNetwork PodSpec.hostPID PodSpec.hostIPC Container.stdin Container.stdinOnce Container.tty EphemeralContainer.stdin EphemeralContainer.stdinOnce
  EphemeralContainer.tty VolumeMount.readOnly NodeSpec.unschedulable ServiceSpec.publishNotReadyAddresses DeploymentSpec.paused PriorityClass.globalDefault
  *.readOnly`));
/** The readOnly fields that are pointers after all. */
const booleanPointers = new Set(["CSIVolumeSource.readOnly", "AzureDiskVolumeSource.readOnly"]);
export const isBooleanPointer = (path) => booleanPointers.has(path);
export const droppedWhenZero = (type) => (type === "b" ? booleanValues : type.startsWith("i") || type.startsWith("l") ? intValues : none);
const none = new Set();

/** Optional texts that Go holds by pointer: an empty text that was written is kept. */
export const stringPointers = new Set(words(`
  PersistentVolumeClaimSpec.storageClassName PersistentVolumeClaimSpec.volumeAttributesClassName PersistentVolumeSpec.volumeAttributesClassName IngressSpec.ingressClassName
  PodSpec.runtimeClassName PodSpec.preemptionPolicy HostPathVolumeSource.type ServicePort.appProtocol core.v1.EndpointPort.appProtocol
  discovery.v1.EndpointPort.appProtocol discovery.v1.EndpointPort.name discovery.v1.EndpointPort.protocol Endpoint.hostname Endpoint.nodeName Endpoint.zone
  EndpointAddress.nodeName GRPCAction.service ServiceSpec.loadBalancerClass PersistentVolumeClaimSpec.volumeMode PersistentVolumeSpec.volumeMode
  LeaseSpec.holderIdentity PodSecurityContext.fsGroupChangePolicy CronJobSpec.timeZone JobSpec.managedBy
  TypedLocalObjectReference.apiGroup TypedObjectReference.apiGroup TypedObjectReference.namespace StorageClass.reclaimPolicy StorageClass.volumeBindingMode
  IngressClassParametersReference.apiGroup IngressClassParametersReference.namespace IngressClassParametersReference.scope
  SeccompProfile.localhostProfile AppArmorProfile.localhostProfile ClusterTrustBundleProjection.name VolumeMount.mountPropagation VolumeMount.recursiveReadOnly
  CSIVolumeSource.fsType
  Container.restartPolicy EphemeralContainer.restartPolicy Lifecycle.stopSignal SecurityContext.procMount PodSecurityContext.supplementalGroupsPolicy
  PodSecurityContext.seLinuxChangePolicy PodSpec.hostnameOverride WindowsSecurityContextOptions.gmsaCredentialSpec
  WindowsSecurityContextOptions.gmsaCredentialSpecName WindowsSecurityContextOptions.runAsUserName ServiceSpec.internalTrafficPolicy ServiceSpec.ipFamilyPolicy
  ServiceSpec.trafficDistribution LoadBalancerIngress.ipMode core.v1.PortStatus.error IngressPortStatus.error TopologySpreadConstraint.nodeAffinityPolicy
  TopologySpreadConstraint.nodeTaintsPolicy LeaseSpec.strategy LeaseSpec.preferredHolder PriorityClass.preemptionPolicy ISCSIVolumeSource.initiatorName
  ISCSIPersistentVolumeSource.initiatorName AzureDiskVolumeSource.cachingMode AzureDiskVolumeSource.fsType AzureDiskVolumeSource.kind
  AzureFilePersistentVolumeSource.secretNamespace JobSpec.completionMode JobSpec.podReplacementPolicy
  JobStatus.failedIndexes SuccessPolicyRule.succeededIndexes PodFailurePolicyOnExitCodesRequirement.containerName
  PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy HPAScalingRules.selectPolicy
  VolumeAttachmentSource.persistentVolumeName CSIDriverSpec.fsGroupPolicy GlusterfsPersistentVolumeSource.endpointsNamespace LocalVolumeSource.fsType
  PersistentVolumeClaimStatus.currentVolumeAttributesClassName`));

/** Optional lists and maps that an empty value does not take away (pointers, or encoded without omitempty). */
export const keptWhenEmpty = new Set(["HPAScalingRules.policies"]);

/** For the check that every path names something. */
export const all = [...intValues, ...booleanValues, ...stringPointers];
