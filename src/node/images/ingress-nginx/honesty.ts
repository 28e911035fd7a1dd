/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "ingress-nginx",
  implemented: [
    "hosts, wildcard hosts, exact, prefix and implementation-specific paths, longest match; use-regex and rewrite-target with captures, which make all paths of a host expressions", "default backends, ExternalName backends, service-upstream; resource backends get the default backend, as upstream's do",
    "straight to pod endpoints, round robin or by cookie (affinity, session-cookie-*)", "canaries by header, header value or pattern, cookie and weight", "proxy-next-upstream, tries, connect and read time-outs, proxy-body-size",
    "TLS: the Secret of the host that the client's hello names, else --default-ssl-certificate or the controller's own; redirects to https, HSTS; http to port 443 is 400", "permanent and temporal redirects, app-root",
    "basic auth with Secrets of type auth-file and auth-map (apr1, SHA, SSHA and PLAIN)", "limit-rps, limit-rpm, limit-connections, limit-whitelist", "whitelist-source-range, denylist-source-range",
    "classes: spec.ingressClassName, the annotation, --controller-class, --ingress-class, --ingress-class-by-name, --watch-ingress-without-class, --watch-namespace",
    "Ingress status from --publish-service or --publish-status-address, every --status-update-interval (10 s in the addon's Deployment)", "access and error log, generated nginx.conf; ConfigMap options that are not simulated are named in the log, annotations in a warning",
  ],
  notImplemented: [
    "TLS as bytes: no handshake is simulated, clients take every certificate, and expiry is not looked at", "TLS to the pods, client certificates, ssl passthrough", "passwords in bcrypt and crypt, digest auth", "snippets, auth-url, CORS, mirrors, gRPC, custom error pages, default-backend of an Ingress",
    "load balancing by ewma or by hash; the order in which a cookie's key prefers pods is not that of upstream's hash", "cookies of an affinity are one for all paths of an upstream", "leader election: every replica writes the status, and none takes it away when it ends", "admission webhook",
    "expressions are JavaScript's, not PCRE's; those with groups of their own kinds (?...), back references, or repetitions inside repeated groups match nothing, and the log says so; one that is none does not stop the reload", "from-to-www-redirect",
  ],
} as const;
