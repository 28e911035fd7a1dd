import { admissionPlugins } from "./admission/index.ts";

/** What this API server does, and what it does not. */
export const honesty = {
  component: "API server",
  implemented: [
    "get, list, watch, create, update, patch, delete, deletecollection", "selectors, pages, resource versions, bookmarks, initial events, 410 after compaction",
    "JSON, merge and strategic merge patches, server-side apply, to scales too", "status, scale, binding, eviction, token, finalize, ephemeralcontainers, resize", "dry run, field validation, field managers, warnings",
    "finalizers, propagation policies, preconditions, grace periods", "Tables and metadata-only views", "discovery, OpenAPI v2 and v3, health, the keys of tokens", "component statuses, by who is connected", "metrics: counts of requests, objects, watches and transactions, durations in virtual time", "service addresses from ServiceCIDRs, each an IPAddress, with repairs", "node ports", "evictions within disruption budgets", "several versions of a kind",
    "service account tokens (ES256), bound to account, pod and secret", "an audit log of level Metadata, with what PodSecurity finds",
    "RBAC with the bootstrap policy, brought up to date at a restart, the Node authorizer, escalation and bind rules, impersonation, constrained too (the impersonate-on verbs)", "access, rules, token and self reviews", ...admissionPlugins.filter((plugin) => plugin.implemented).map((plugin) => `admission: ${plugin.name}`),
  ],
  notImplemented: [
     "audit policies and bodies in the audit log", "priority and fairness",
    "the proxy subresource of nodes, but for reads of what their kubelets serve", "custom resources, aggregated APIs, webhooks", "metrics: reads from outside are not counted; those of its own queues, caches and Go runtime",
    "dual-stack service addresses", "protobuf and CBOR", ...admissionPlugins.filter((plugin) => !plugin.implemented).map((plugin) => `admission: ${plugin.name}`),
  ],
} as const;
