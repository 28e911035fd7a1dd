/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "kinds",
  implemented: [
    "defaults, strategies, validation and warnings of Namespace, Node, Pod, Service, Endpoints, EndpointSlice, ConfigMap, Secret, ServiceAccount, Event, Lease, Deployment, ReplicaSet, Ingress, IngressClass, PriorityClass",
    "defaults, strategies, validation and warnings of PodTemplate, ReplicationController, StatefulSet, DaemonSet, ControllerRevision",
    "the same of PersistentVolume, PersistentVolumeClaim, StorageClass, VolumeAttachment, CSIDriver, CSINode, CSIStorageCapacity, VolumeAttributesClass, RuntimeClass",
    "defaults, strategies, validation and warnings of LimitRange, ResourceQuota, NetworkPolicy, ServiceCIDR, IPAddress, CertificateSigningRequest (with approval)",
    "defaults, strategies and validation of Role, RoleBinding, ClusterRole, ClusterRoleBinding",
    "the same of Job, CronJob, PodDisruptionBudget and HorizontalPodAutoscaler (autoscaling/v2 and v1)",
    "pod status, ephemeralcontainers and resize subresources; scale of Deployments and ReplicaSets; finalize of Namespaces",
    "columns as upstream prints them, wide ones included",
    "pod-template-hash equal to a real cluster's",
  ],
  notImplemented: [
    "services with IPv6 addresses (the cluster has one family, IPv4)",
    "StorageClass, VolumeAttachment and the CSI kinds: no driver acts on them, so that no new volumes are made",
    "handlers of RuntimeClasses: every pod runs on the one runtime of its node",
    "NetworkPolicy: stored and validated; traffic is not filtered by it yet",
    "IPv6 ranges of ServiceCIDRs: kept, but no Service gets an address from them",
    "CertificateSigningRequest: signatures of RSA-PSS and Ed25519 are taken on trust",
  ],
} as const;
