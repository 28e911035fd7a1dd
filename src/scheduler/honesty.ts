/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "scheduler",
  implemented: [
    "queues with back-off, woken by cause",
    "SchedulingGates, NodeUnschedulable, NodeName, TaintToleration, NodeAffinity, NodePorts, NodeResourcesFit, NodeResourcesBalancedAllocation",
    "PodTopologySpread with the system's constraints, InterPodAffinity, ImageLocality",
    "VolumeRestrictions with ReadWriteOncePod, NodeVolumeLimits, VolumeBinding (static, and by a provisioner for the chosen node), VolumeZone, storage capacity, NodeDeclaredFeatures",
    "node sampling", "preemption by priority and disruption budgets, nominated nodes", "decisions kept and served",
    "several profiles (ClusterSpec.scheduler): plugins by extension point, weights, percentageOfNodesToScore, args of NodeResourcesFit, PodTopologySpread, InterPodAffinity and NodeAffinity", "leader election: a second instance follows the cluster and waits",
  ],
  notImplemented: ["CSI migration of in-tree disks", "resource claims (a pod that names one waits)", "args of other plugins, plugins of queueSort, reserve, permit and bind", "extenders", "pod groups (gang scheduling)"],
} as const;
