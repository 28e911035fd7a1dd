/** What is simulated here, and what is not, as users are told. */
export const honesty = { component: "ephemeral volume controller", implemented: ["a claim, owned by the pod, for each of its ephemeral volumes; FailedBinding where the name is taken"], notImplemented: [] } as const;
