/**
 * What the CNI plugin's agent programs into its node's network: plain data, as the ipsets and chains of a real one. A node holds only
 * the pods that run on it and the sets that their rules name.
 */
export interface PolicyUpdate {
  readonly type: "policies";
  /** False: there is no policy in the cluster at all; everything is forgotten and nothing is asked any more. */
  readonly active: boolean;
  /** All that was programmed before goes first. */
  readonly reset: boolean;
  /** Pods of this node, those that no policy selects too: a pod that was not judged yet is cut off until it is. */
  readonly pods: readonly PodPolicies[];
  readonly removePods: readonly string[];
  readonly sets: readonly AddressSetUpdate[];
  readonly removeSets: readonly string[];
}

export interface AddressSetUpdate {
  readonly id: string;
  /** "10.244.1.7", in sets of named ports "TCP/10.244.1.7:80". */
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export type PolicyDirection = "ingress" | "egress";

/** null: no policy isolates the pod in this direction. */
export interface PodPolicies {
  /** "default/web-a" */
  readonly pod: string;
  readonly ingress: PolicySide | null;
  readonly egress: PolicySide | null;
}

export interface PolicySide {
  /** All that select the pod in this direction, sorted: "default/deny-all". */
  readonly policies: readonly string[];
  readonly rules: readonly PolicyRule[];
}

/** One entry of spec.ingress or spec.egress; null stands for "any". */
export interface PolicyRule {
  readonly policy: string;
  /** Its place in the list, from 1. */
  readonly number: number;
  readonly ports: readonly PolicyPort[] | null;
  readonly peers: readonly PolicyPeer[] | null;
}

/** A range of ports, or a set of addresses with the port that a name stands for there. */
export type PolicyPort =
  | { readonly protocol: string; readonly from: number; readonly to: number }
  | { readonly protocol: string; readonly set: string };

export type PolicyPeer =
  | { readonly set: string }
  | { readonly cidr: string; readonly except: readonly string[] };

export interface PolicyVerdict {
  readonly allowed: boolean;
  /** The hop's rule: "allowed by NetworkPolicy default/web, ingress rule 1". */
  readonly rule: string;
}

