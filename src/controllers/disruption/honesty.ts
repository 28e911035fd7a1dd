/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "disruption controller",
  implemented: [
    "status of PodDisruptionBudgets", "expected pods through controllers and their scale", "percentages", "evicted pods that stay (2 minutes)", "DisruptionAllowed with its reasons", "stale DisruptionTarget conditions (2 minutes)",
    "events (NoPods, UnmanagedPods, CalculateExpectedPodCountFailed, NotDeleted, MultiplePodDisruptionBudgets)",
  ],
  notImplemented: ["pods whose controller is a custom resource: their scale is not asked for, the budget says SyncFailed"],
} as const;
