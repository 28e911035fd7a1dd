// Follows staging/src/k8s.io/api/networking/v1/types.go for what a policy means, and projectcalico/calico felix for who computes what.
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { compareText } from "../../base/compareText.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../kinds/networking/networkpolicy/types.ts";
import type { PodPolicies, PolicyDirection, PolicyPeer, PolicyPort, PolicyRule, PolicySide, PolicyUpdate } from "../../network/policyRules.ts";
import { AddressSets, setId } from "./addressSets.ts";
import type { PeerView, SetSpec } from "./addressSets.ts";
import { namedPort, podKey } from "./podFacts.ts";

/** What the agent's informers know. */
export interface PolicyView extends PeerView {
  policiesIn(namespace: string): readonly NetworkPolicy[];
  pod(namespace: string, name: string): Pod | null;
  namespace(name: string): Namespace | null;
  /** The pods of this node that have addresses of their own. */
  localPods(namespace: string): readonly Pod[];
  allLocalPods(): readonly Pod[];
  isLocal(pod: Pod): boolean;
}

/** What changed since the last update, each once, as "namespace/name" or a namespace's name. */
export interface PolicyChanges {
  readonly policies: readonly string[];
  readonly pods: readonly string[];
  readonly namespaces: readonly string[];
}

interface Compiled {
  readonly policies: PodPolicies;
  readonly uses: readonly SetSpec[];
}

/** A node's rules: made of policies, pods and namespaces, and afterwards kept up by what changes. */
export class PolicyCompiler {
  readonly #sets = new AddressSets();
  readonly #pods = new Map<string, Compiled>();

  /** Everything anew. */
  reset(view: PolicyView): PolicyUpdate {
    for (const { uses } of this.#pods.values()) for (const spec of uses) this.#sets.release(spec);
    this.#pods.clear();
    for (const pod of view.allLocalPods()) this.#compile(podKey(pod), pod, view);
    return this.everything();
  }

  /** All that is compiled, for a network that has forgotten it. */
  everything(): PolicyUpdate {
    return { type: "policies", active: true, reset: true, pods: [...this.#pods.values()].map((compiled) => compiled.policies), removePods: [], sets: this.#sets.all(), removeSets: [] };
  }

  update(changes: PolicyChanges, view: PolicyView): PolicyUpdate {
    for (const name of changes.namespaces) this.#sets.namespaceChanged(name, view.namespace(name), view);
    const local = new Set<string>();
    for (const key of changes.pods) {
      const [namespace, name] = split(key);
      const pod = view.pod(namespace, name);
      this.#sets.podChanged(namespace, key, pod);
      if (this.#pods.has(key) || (pod !== null && view.isLocal(pod))) local.add(key);
    }
    // A policy concerns the pods of its own namespace only.
    for (const namespace of new Set(changes.policies.map((key) => split(key)[0]))) for (const pod of view.localPods(namespace)) local.add(podKey(pod));
    const pods: PodPolicies[] = [];
    const removePods: string[] = [];
    for (const key of local) {
      const [namespace, name] = split(key);
      const pod = view.pod(namespace, name);
      if (pod === null || !view.isLocal(pod)) {
        this.#forget(key);
        removePods.push(key);
      } else if (this.#compile(key, pod, view)) pods.push((this.#pods.get(key) as Compiled).policies);
    }
    return { type: "policies", active: true, reset: false, pods, removePods, ...this.#sets.take() };
  }

  /** The pods of this node that a policy selects, of those judged. */
  selectedBy(policy: string): readonly string[] {
    return [...this.#pods].filter(([, { policies }]) => policies.ingress?.policies.includes(policy) === true || policies.egress?.policies.includes(policy) === true).map(([key]) => key);
  }

  snapshot(): Json {
    return { sets: this.#sets.snapshot(), pods: [...this.#pods] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { readonly sets: Json; readonly pods: readonly (readonly [string, Compiled])[] };
    this.#sets.restore(saved.sets);
    this.#pods.clear();
    for (const [key, compiled] of saved.pods) this.#pods.set(key, compiled);
  }

  /** Whether anything of the pod's rules changed. */
  #compile(key: string, pod: Pod, view: PolicyView): boolean {
    const compiled = compilePod(key, pod, view);
    const before = this.#pods.get(key);
    if (before !== undefined && deepEqual(before, compiled)) return false;
    // First the new ones, so that a set that stays in use is not emptied.
    for (const spec of compiled.uses) this.#sets.use(spec, view);
    for (const spec of before?.uses ?? []) this.#sets.release(spec);
    this.#pods.set(key, compiled);
    return true;
  }

  #forget(key: string): void {
    for (const spec of this.#pods.get(key)?.uses ?? []) this.#sets.release(spec);
    this.#pods.delete(key);
  }
}

function split(key: string): readonly [string, string] {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
}

function compilePod(key: string, pod: Pod, view: PolicyView): Compiled {
  const selecting = view.policiesIn(pod.metadata.namespace ?? "").filter((policy) => matches(selectorFromLabelSelector(policy.spec.podSelector), pod.metadata.labels));
  const uses: SetSpec[] = [];
  const ingress = side("ingress", selecting, pod, uses);
  const egress = side("egress", selecting, pod, uses);
  return { policies: { pod: key, ingress, egress }, uses };
}

function side(direction: PolicyDirection, selecting: readonly NetworkPolicy[], pod: Pod, uses: SetSpec[]): PolicySide | null {
  const type = direction === "ingress" ? "Ingress" : "Egress";
  const concerned = selecting.filter((policy) => policy.spec.policyTypes?.includes(type) === true).sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  if (concerned.length === 0) return null;
  const rules: PolicyRule[] = [];
  for (const policy of concerned) {
    const namespace = policy.metadata.namespace ?? "";
    const given = direction === "ingress" ? (policy.spec.ingress ?? []).map((rule) => ({ peers: rule.from ?? [], ports: rule.ports ?? [] })) : (policy.spec.egress ?? []).map((rule) => ({ peers: rule.to ?? [], ports: rule.ports ?? [] }));
    for (const [at, { peers, ports }] of given.entries()) {
      rules.push({
        policy: nameOf(policy), number: at + 1,
        ports: ports.length === 0 ? null : ports.flatMap((port) => portOf(port, direction, pod, uses)),
        peers: peers.length === 0 ? null : peers.map((peer) => peerOf(peer, namespace, uses)),
      });
    }
  }
  return { policies: concerned.map(nameOf), rules };
}

function nameOf(policy: NetworkPolicy): string {
  return `${policy.metadata.namespace ?? ""}/${policy.metadata.name}`;
}

/** A name stands for a port of the server: of the pod itself where it is about ingress, else of whoever is called. */
function portOf(given: NetworkPolicyPort, direction: PolicyDirection, pod: Pod, uses: SetSpec[]): readonly PolicyPort[] {
  const protocol = given.protocol ?? "TCP";
  if (given.port === undefined) return [{ protocol, from: 0, to: 65_535 }];
  if (typeof given.port === "number") return [{ protocol, from: given.port, to: given.endPort ?? given.port }];
  if (direction === "egress") return [{ protocol, set: used({ namespace: "", namespaceSelector: {}, podSelector: null, port: { protocol, name: given.port } }, uses) }];
  const number = namedPort(pod, protocol, given.port);
  return number === null ? [] : [{ protocol, from: number, to: number }];
}

function peerOf(peer: NetworkPolicyPeer, namespace: string, uses: SetSpec[]): PolicyPeer {
  if (peer.ipBlock !== undefined) return { cidr: peer.ipBlock.cidr ?? "", except: peer.ipBlock.except ?? [] };
  const namespaceSelector = peer.namespaceSelector ?? null;
  return { set: used({ namespace: namespaceSelector === null ? namespace : "", namespaceSelector, podSelector: peer.podSelector ?? null, port: null }, uses) };
}

function used(spec: SetSpec, uses: SetSpec[]): string {
  uses.push(spec);
  return setId(spec);
}
