// Follows pkg/apis/networking/v1/defaults.go and pkg/registry/networking/networkpolicy/strategy.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { changeItems, fill } from "../../sharing.ts";
import { strategy, withGeneration } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { labelSelectorText } from "../../workloadTraits.ts";
import type { NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPort, NetworkPolicySpec } from "./types.ts";
import { networkPolicyWarnings, validateNetworkPolicy, validateNetworkPolicyUpdate } from "./validate.ts";

export const networkPolicyKind: KindDefinition<NetworkPolicy> = {
  gvk: { group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy" },
  versions: ["v1"],
  plural: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.networking.v1.NetworkPolicy",
  defaults(policy) {
    const given = (policy.spec as NetworkPolicySpec | undefined) ?? { podSelector: {} };
    const spec = specWithDefaults(given);
    return spec === policy.spec ? policy : { ...policy, spec };
  },
  strategy: strategy<NetworkPolicy>({
    prepareForCreate: (policy) => withGeneration(policy, 1),
    prepareForUpdate: (policy, old) => withGeneration(policy, (old.metadata.generation ?? 0) + (deepEqual(policy.spec, old.spec) ? 0 : 1)),
    validate: validateNetworkPolicy,
    validateUpdate: validateNetworkPolicyUpdate,
    warnings: networkPolicyWarnings,
  }),
  statusStrategy: null,
  selectableFields: {},
  columns: [
    nameColumn(),
    { name: "Pod-Selector", type: "string", description: "NetworkPolicySpec.podSelector", priority: 0, cell: (policy) => labelSelectorText(policy.spec.podSelector) || "<none>" },
    ageColumn(),
  ],
  // As on a real cluster with such a plugin the policy does nothing; a real server says nothing of it.
  unsimulatedWarnings: (_policy, cluster) => (cluster?.enforcesPolicies === false ? ["spec: nothing is filtered: the cluster's CNI plugin (flannel) does not enforce NetworkPolicy"] : []),
  scale: null,
  graph: configGraph({
    icon: "networkpolicy",
    tier: "config",
    sentence: (policy) => `Limits ${(policy.spec.policyTypes ?? []).join(" and ").toLowerCase()} of ${podsText(policy)}, where the CNI plugin enforces policies.`,
    facts: (policy) => ({ policyTypes: policy.spec.policyTypes ?? [], selector: labelSelectorText(policy.spec.podSelector) }),
  }),
  template: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-web
spec:
  podSelector:
    matchLabels:
      app: db
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 5432
`,
};

function podsText(policy: NetworkPolicy): string {
  const selector = labelSelectorText(policy.spec.podSelector);
  return selector === "" ? "all pods of the namespace" : `pods with ${selector}`;
}

/** A policy that names no types is about ingress, and about egress where it has rules for it. */
function specWithDefaults(given: NetworkPolicySpec): NetworkPolicySpec {
  let spec = (given.podSelector as unknown) === undefined ? { ...given, podSelector: {} } : given;
  spec = changeItems(spec, "ingress", (rule: NetworkPolicyIngressRule) => rulePorts(rule));
  spec = changeItems(spec, "egress", (rule: NetworkPolicyEgressRule) => rulePorts(rule));
  if ((spec.policyTypes ?? []).length > 0) return spec;
  return { ...spec, policyTypes: (spec.egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"] };
}

function rulePorts<R extends { readonly ports?: readonly NetworkPolicyPort[] }>(rule: R): R {
  return changeItems(rule, "ports", (port: NetworkPolicyPort) => (port.protocol === undefined ? fill(port, { protocol: "TCP" }) : port));
}
