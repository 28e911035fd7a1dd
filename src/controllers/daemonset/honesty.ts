/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "daemonset controller",
  implemented: [
    "which nodes run and keep a pod (name, selector, affinity, taints)", "tolerations of daemon pods", "rolling update with maxUnavailable and maxSurge", "OnDelete", "minReadySeconds", "revision history", "hash collisions",
    "back-off for failed pods", "expectations", "slow start", "adoption and release",
  ],
  notImplemented: ["a live read of the owner before adoption"],
} as const;
