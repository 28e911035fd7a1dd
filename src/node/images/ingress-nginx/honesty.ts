/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "ingress-nginx",
  implemented: [
    "hosts, wildcard hosts, exact, prefix and implementation-specific paths, longest match", "default backends", "straight to pod endpoints, round robin",
    "next upstream on refused, reset and timed out (3 tries)", "rewrite-target without captures, redirect to https for TLS hosts", "Ingress status from the published Service", "access and error log, generated nginx.conf",
  ],
  notImplemented: ["TLS handshakes and certificates", "use-regex and captures", "canary, cookie affinity, basic auth, rate limits", "ConfigMap options", "leader election", "admission webhook", "ExternalName and resource backends"],
} as const;
