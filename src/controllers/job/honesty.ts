/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "job controller",
  implemented: [
    "completions, work queues and Indexed Jobs, elastic ones too", "finalizers that keep every end counted once", "back-off of 10 s to 10 min between failed pods", "backoffLimit, backoffLimitPerIndex and maxFailedIndexes",
    "podFailurePolicy, successPolicy and podReplacementPolicy", "activeDeadlineSeconds, suspend and resume", "managedBy", "a look at the live Job before it adopts pods",
  ],
  notImplemented: ["its metrics"],
} as const;
