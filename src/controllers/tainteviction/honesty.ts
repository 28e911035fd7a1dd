/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "taint eviction controller",
  implemented: ["NoExecute taints and tolerationSeconds", "the condition DisruptionTarget", "cancelled evictions"],
  notImplemented: [],
} as const;
