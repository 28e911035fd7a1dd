/** What the kubelet does and does not do, as users are told. */
export const honesty = {
  component: "kubelet",
  implemented: [
    "node registration, status every 5 minutes and on change, lease every 10 s", "pod workers: sandbox, init containers, sidecars, containers, restart policies and rules, CrashLoopBackOff",
    "image pull policies and back-off", "HTTP, TCP and exec probes with all thresholds", "grace periods and deletion", "postStart and preStop hooks (exec, httpGet, sleep)", "activeDeadlineSeconds", "environment from fields, ConfigMaps, Secrets, resources and services",
    "configMap, secret, projected, downwardAPI, emptyDir and hostPath volumes with late updates", "claims bound to hostPath and local volumes and to the cloud's disks (in use, attached, mounted, file systems that grow, CSINode), and FailedMount for others", "subPath and subPathExpr", "bound service account tokens and their renewal", "admission at the node", "readiness gates", "status conditions with observedGeneration",
  ],
  notImplemented: [
    "the gRPC health protocol (such a probe only checks that the port is open)", "waiting for postStart before a container counts as running", "ephemeral containers", "in-place resize", "eviction under node pressure", "CPU throttling and OOM kills",
    "image garbage collection", "static pods", "persistent volumes of other types than hostPath, local and the cloud's disks", "fsGroup and mount options of volumes", "block volumes", "a CSINode in clusters without the cloud", "graceful node shutdown",
  ],
} as const;
