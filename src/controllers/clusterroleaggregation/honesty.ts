/** What is simulated here, and what is not, as users are told. */
export const honesty = { component: "clusterrole aggregation controller", implemented: ["the rules of a ClusterRole with an aggregationRule are those of the roles that its selectors find"], notImplemented: [] } as const;
