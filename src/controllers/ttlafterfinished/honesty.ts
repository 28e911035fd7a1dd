/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "ttl-after-finished controller",
  implemented: ["Jobs deleted with their pods ttlSecondsAfterFinished after their end"],
  notImplemented: ["its metrics"],
} as const;
