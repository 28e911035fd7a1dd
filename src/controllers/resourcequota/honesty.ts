/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "resource quota controller",
  implemented: ["status.hard and status.used counted anew when a quota, or what it counts, changes, and every 5 minutes"],
  notImplemented: ["counts of custom resources (they come with CRDs)"],
} as const;
