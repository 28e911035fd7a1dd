/** What the kubelet does and does not do, as users are told. */
export const honesty = {
  component: "kubelet",
  implemented: [
    "node registration, status every 5 minutes and on change, lease every 10 s", "pod workers: sandbox, init containers, sidecars, containers, restart policies and rules, CrashLoopBackOff",
    "image pull policies and back-off", "HTTP, TCP, exec and gRPC probes with all thresholds", "grace periods and deletion", "postStart and preStop hooks (exec, httpGet, sleep), and waiting for postStart", "activeDeadlineSeconds", "environment from fields, ConfigMaps, Secrets, resources and services",
    "configMap, secret, projected, downwardAPI, emptyDir and hostPath volumes with late updates", "claims bound to hostPath and local volumes and to the cloud's disks (in use, attached, mounted, file systems that grow, CSINode), and FailedMount for others", "bound service account tokens and their renewal", "admission at the node", "readiness gates", "status conditions with observedGeneration",
    "static pods: files of /etc/kubernetes/manifests (a machine's staticPods, and the command setManifest), their mirrors, and what they may not refer to", "graceful node shutdown in two phases (shutdownGracePeriod, shutdownGracePeriodCriticalPods; off by default as upstream)", "emptyDir on the machine's disk, which outlives a reboot, and in memory, which does not",
    "runAsNonRoot, where it is known as whom an image runs", "ephemeral containers", "resizes in place of containers, with PodResizePending and PodResizeInProgress", "subPath and subPathExpr", "events of the node, and a new boot id after a power cut",
    "eviction where memory.available or imagefs.available falls short (100Mi, 15%), by request, priority and use, with the node's conditions; unused images go first", "/metrics/resource, and CPU and memory in /stats/summary, on port 10250", "through the proxy of its node also /metrics (what runs) and /metrics/cadvisor (CPU, memory, limits, throttling)",
  ],
  notImplemented: [
    "soft eviction thresholds, process ids, local storage limits of pods and containers", "image garbage collection by age", "resizes of pods as a whole, the refusal of memory limits below what is in use (such a container is killed), and a scheduler that does not count what an infeasible resize asks for",
    "the process namespace that an ephemeral container shares with its target", "static pods from URLs, and lists of pods in one file", "a shutdown by pod priorities (shutdownGracePeriodByPodPriority), a machine that goes off before its grace period is over because all its pods have ended, and one that is called off", "persistent volumes of other types than hostPath, local and the cloud's disks", "users and groups of processes and files (runAsUser is only looked at where runAsNonRoot asks)", "fsGroup and mount options of volumes", "block volumes", "a CSINode in clusters without the cloud", "who may ask on port 10250, and all other paths of it", "metrics of its own work, of disks, networks and processes",
  ],
} as const;
