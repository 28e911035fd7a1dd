/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "daemonset controller",
  implemented: [
    "which nodes run and keep a pod (name, selector, affinity, taints)", "tolerations of daemon pods", "rolling update with maxUnavailable and maxSurge", "OnDelete", "minReadySeconds", "revision history", "hash collisions",
    "back-off for failed pods", "expectations", "slow start", "adoption after a look at the live owner, and release",
  ],
  notImplemented: [],
} as const;
