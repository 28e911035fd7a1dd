/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "deployment controller",
  implemented: ["RollingUpdate", "Recreate", "proportional scaling", "pause", "revisions and history limit", "progress deadline", "adoption after a look at the live owner", "hash collisions", "the annotation deprecated.deployment.rollback.to"],
  notImplemented: [],
} as const;
