/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "scheduler",
  implemented: [
    "queues with back-off, woken by cause",
    "SchedulingGates, NodeUnschedulable, NodeName, TaintToleration, NodeAffinity, NodePorts, NodeResourcesFit, NodeResourcesBalancedAllocation",
    "PodTopologySpread with the system's constraints, InterPodAffinity, ImageLocality",
    "pods wait for claims that are missing or unbound", "node sampling", "preemption by priority, nominated nodes", "decisions kept and served",
  ],
  notImplemented: ["volumes: binding to a node's, zones, limits, ReadWriteOncePod", "NodeDeclaredFeatures", "resource claims (a pod that names one waits)", "replication controllers and stateful sets as owners in default spreading", "several profiles", "extenders", "disruption budgets (their kind is not served)"],
} as const;
