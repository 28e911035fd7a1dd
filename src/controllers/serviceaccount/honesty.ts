/** What is simulated here, and what is not, as users are told. */
export const honesty = { component: "serviceaccount controller", implemented: ["ServiceAccount default in every active namespace"], notImplemented: ["token Secrets"] } as const;
