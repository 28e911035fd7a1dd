// Follows the ipsets of projectcalico/calico felix/calc (ruleset and IP set calculation): a set a selector, kept up member by member.
import { matches, selectorFromLabelSelector, selectorText } from "../../apimachinery/labels.ts";
import type { LabelSelector } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import type { Namespace } from "../../kinds/core/namespace/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { AddressSetUpdate } from "../../network/policyRules.ts";
import { addressOf, namedPort, podKey } from "./podFacts.ts";

/** Which addresses are in a set. Without `namespaceSelector` it is the pods of one namespace. */
export interface SetSpec {
  readonly namespace: string;
  readonly namespaceSelector: LabelSelector | null;
  readonly podSelector: LabelSelector | null;
  /** The members are addresses with the port of this name; null: addresses alone. */
  readonly port: { readonly protocol: string; readonly name: string } | null;
}

/** What the sets are filled from. */
export interface PeerView {
  podsIn(namespace: string): readonly Pod[];
  namespaces(): readonly Namespace[];
}

interface AddressSet {
  readonly spec: SetSpec;
  /** How many rules of this node's pods name it. */
  uses: number;
  readonly namespaces: Set<string>;
  /** By pod. */
  readonly members: Map<string, string>;
}

/** Everything that has the same members has the same name. */
export function setId(spec: SetSpec): string {
  const text = (selector: LabelSelector | null): string | null => (selector === null ? null : selectorText(selectorFromLabelSelector(selector)));
  return JSON.stringify([spec.namespace, text(spec.namespaceSelector), text(spec.podSelector), spec.port?.protocol ?? "", spec.port?.name ?? ""]);
}

/** The sets that this node's rules name. A change of a pod costs as much as the sets of its namespace. */
export class AddressSets {
  readonly #sets = new Map<string, AddressSet>();
  /** Namespace -> the sets whose members may be there. Derived. */
  readonly #byNamespace = new Map<string, Set<string>>();
  /** Members before the first change since the last update, to send what really changed. */
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #gone = new Set<string>();

  use(spec: SetSpec, view: PeerView): void {
    const id = setId(spec);
    const known = this.#sets.get(id);
    if (known !== undefined) {
      known.uses++;
      return;
    }
    const set: AddressSet = { spec, uses: 1, namespaces: new Set(), members: new Map() };
    this.#sets.set(id, set);
    if (!this.#gone.delete(id)) this.#before.set(id, new Set());
    if (spec.namespaceSelector === null) this.#join(id, set, spec.namespace, view);
    else for (const namespace of view.namespaces()) if (matchesNamespace(spec, namespace)) this.#join(id, set, namespace.metadata.name, view);
  }

  release(spec: SetSpec): void {
    const id = setId(spec);
    const set = this.#sets.get(id);
    if (set === undefined || --set.uses > 0) return;
    this.#touch(id, set);
    for (const namespace of set.namespaces) this.#byNamespace.get(namespace)?.delete(id);
    this.#sets.delete(id);
    this.#gone.add(id);
  }

  /** A pod came, changed or (null) went. */
  podChanged(namespace: string, key: string, pod: Pod | null): void {
    for (const id of this.#byNamespace.get(namespace) ?? []) {
      const set = this.#sets.get(id);
      if (set !== undefined) this.#put(id, set, key, pod === null ? null : memberOf(set.spec, pod));
    }
  }

  /** A namespace came, got other labels, or (null) went. */
  namespaceChanged(name: string, namespace: Namespace | null, view: PeerView): void {
    for (const [id, set] of this.#sets) {
      if (set.spec.namespaceSelector === null) continue;
      const belongs = namespace !== null && matchesNamespace(set.spec, namespace);
      if (belongs === set.namespaces.has(name)) continue;
      if (belongs) {
        this.#join(id, set, name, view);
        continue;
      }
      set.namespaces.delete(name);
      this.#byNamespace.get(name)?.delete(id);
      for (const key of [...set.members.keys()]) if (key.startsWith(`${name}/`)) this.#put(id, set, key, null);
    }
  }

  /** What changed since the last time, and forgets that it did. */
  take(): { readonly sets: readonly AddressSetUpdate[]; readonly removeSets: readonly string[] } {
    const sets: AddressSetUpdate[] = [];
    for (const [id, before] of this.#before) {
      const set = this.#sets.get(id);
      if (set === undefined) continue;
      const now = new Set(set.members.values());
      const add = [...now].filter((address) => !before.has(address));
      const remove = [...before].filter((address) => !now.has(address));
      // An empty set that is new must be known too, so that it can be filled.
      if (add.length > 0 || remove.length > 0) sets.push({ id, add, remove });
    }
    const removeSets = [...this.#gone].filter((id) => !this.#sets.has(id));
    this.#before.clear();
    this.#gone.clear();
    return { sets, removeSets };
  }

  /** All of it, for a network that has forgotten everything. */
  all(): readonly AddressSetUpdate[] {
    this.#before.clear();
    this.#gone.clear();
    return [...this.#sets].map(([id, set]) => ({ id, add: [...new Set(set.members.values())], remove: [] }));
  }

  get size(): number {
    return this.#sets.size;
  }

  /** Between two updates: `take` has been called. */
  snapshot(): Json {
    return [...this.#sets].map(([id, set]) => [id, { spec: set.spec, uses: set.uses, namespaces: [...set.namespaces], members: [...set.members] }]) as unknown as Json;
  }

  restore(data: Json): void {
    this.#sets.clear();
    this.#byNamespace.clear();
    for (const [id, saved] of data as unknown as [string, { spec: SetSpec; uses: number; namespaces: string[]; members: [string, string][] }][]) {
      this.#sets.set(id, { spec: saved.spec, uses: saved.uses, namespaces: new Set(saved.namespaces), members: new Map(saved.members) });
      for (const namespace of saved.namespaces) this.#index(namespace, id);
    }
  }

  #join(id: string, set: AddressSet, namespace: string, view: PeerView): void {
    set.namespaces.add(namespace);
    this.#index(namespace, id);
    for (const pod of view.podsIn(namespace)) this.#put(id, set, podKey(pod), memberOf(set.spec, pod));
  }

  #index(namespace: string, id: string): void {
    let ids = this.#byNamespace.get(namespace);
    if (ids === undefined) this.#byNamespace.set(namespace, (ids = new Set()));
    ids.add(id);
  }

  #put(id: string, set: AddressSet, key: string, member: string | null): void {
    if ((set.members.get(key) ?? null) === member) return;
    this.#touch(id, set);
    if (member === null) set.members.delete(key);
    else set.members.set(key, member);
  }

  #touch(id: string, set: AddressSet): void {
    if (!this.#before.has(id)) this.#before.set(id, new Set(set.members.values()));
  }
}

function matchesNamespace(spec: SetSpec, namespace: Namespace): boolean {
  return matches(selectorFromLabelSelector(spec.namespaceSelector), namespace.metadata.labels);
}

function memberOf(spec: SetSpec, pod: Pod): string | null {
  const address = addressOf(pod);
  if (address === "" || (spec.podSelector !== null && !matches(selectorFromLabelSelector(spec.podSelector), pod.metadata.labels))) return null;
  if (spec.port === null) return address;
  const port = namedPort(pod, spec.port.protocol, spec.port.name);
  return port === null ? null : `${spec.port.protocol}/${address}:${port}`;
}
