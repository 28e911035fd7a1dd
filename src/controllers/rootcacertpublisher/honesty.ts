/** What is simulated here, and what is not, as users are told. */
export const honesty = { component: "root CA publisher", implemented: ["ConfigMap kube-root-ca.crt in every active namespace"], notImplemented: [] } as const;
