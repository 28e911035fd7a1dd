import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import type { GraphFact } from "../../../hosts/protocol.ts";
import { t } from "../../language/text.ts";
import { isMachineRoom } from "../../selectors/trafficModel.ts";

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Whether a label selector finds these labels; an empty one finds all. */
export function selects(selector: Json | undefined, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels, matchExpressions } = object(selector);
  const has = (key: string) => Object.hasOwn(labels, key);
  if (!Object.entries(object(matchLabels)).every(([key, value]) => has(key) && labels[key] === value)) return false;
  return list(matchExpressions).every((one) => {
    const { key, operator, values } = object(one);
    const name = String(key);
    const among = has(name) && list(values).includes(labels[name] ?? "");
    switch (operator) {
      case "In":
        return among;
      case "NotIn":
        return !among;
      case "Exists":
        return has(name);
      case "DoesNotExist":
        return !has(name);
      default:
        return false;
    }
  });
}

/** A label selector in the fewest words. */
export function selectorText(selector: Json | undefined): string {
  const { matchLabels, matchExpressions } = object(selector);
  const labels = Object.entries(object(matchLabels)).map(([key, value]) => `${key}=${String(value)}`);
  const others = list(matchExpressions).map((one) => {
    const { key, operator, values } = object(one);
    const among = list(values).map(String).join(", ");
    return operator === "Exists" ? String(key) : operator === "DoesNotExist" ? `!${String(key)}` : `${String(key)} ${operator === "In" ? t`in` : t`not in`} (${among})`;
  });
  return [...labels, ...others].join(", ");
}

/** One end that a rule of a policy lets in or out. */
export interface Peer {
  /** The same for the same words: peers of several rules are one box. */
  readonly id: string;
  readonly direction: "from" | "to";
  readonly who: string;
  readonly ports: string;
}

export interface PolicyView {
  readonly uid: string;
  readonly types: readonly string[];
  readonly selector: string;
  readonly peers: readonly Peer[];
  /** Of the pods that it selects. */
  readonly pods: readonly string[];
}

function portsText(ports: Json | undefined): string {
  if (list(ports).length === 0) return t`all ports`;
  return list(ports).map((one) => {
    const { port, endPort, protocol } = object(one);
    const number = port === undefined ? "all" : `${String(port)}${endPort === undefined ? "" : `-${String(endPort)}`}`;
    return protocol === undefined || protocol === "TCP" ? number : `${number}/${String(protocol)}`;
  }).join(", ");
}

function peerText(peer: Json, namespace: string): string {
  const { podSelector, namespaceSelector, ipBlock } = object(peer);
  if (ipBlock !== undefined) {
    const { cidr, except } = object(ipBlock);
    return `${String(cidr)}${list(except).length > 0 ? t` but ${list(except).map(String).join(", ")}` : ""}`;
  }
  const chosen = podSelector === undefined ? null : selectorText(podSelector);
  const pods = chosen === null ? t`pods` : chosen === "" ? t`all pods` : t`pods ${chosen}`;
  if (namespaceSelector === undefined) return chosen === "" ? t`all pods of ${namespace}` : pods;
  const spaces = selectorText(namespaceSelector).replaceAll("kubernetes.io/metadata.name=", "");
  return podSelector === undefined ? (spaces === "" ? t`pods of all namespaces` : t`namespace ${spaces}`) : t`${pods} of ${spaces === "" ? t`all namespaces` : spaces}`;
}

function peersOf(rules: Json | undefined, direction: Peer["direction"], namespace: string): readonly Peer[] {
  return list(rules).flatMap((rule) => {
    const { from, to, ports } = object(rule);
    const ends = list(direction === "from" ? from : to);
    const words = ends.length === 0 ? ["anywhere"] : ends.map((end) => peerText(end, namespace));
    return words.map((who): Peer => ({ id: `peer-${direction}-${who}`, direction, who, ports: portsText(ports) }));
  });
}

/** What a policy says: about which pods, and whom it lets in and out. `pods`: those of all namespaces. */
export function readPolicy(policy: JsonObject, pods: readonly GraphFact[]): PolicyView {
  const metadata = object(policy["metadata"]);
  const spec = object(policy["spec"]);
  const namespace = String(metadata["namespace"] ?? "");
  const types = list(spec["policyTypes"]).map(String);
  return {
    uid: String(metadata["uid"] ?? ""),
    types,
    selector: selectorText(spec["podSelector"]),
    peers: [...(types.includes("Ingress") ? peersOf(spec["ingress"], "from", namespace) : []), ...(types.includes("Egress") ? peersOf(spec["egress"], "to", namespace) : [])],
    pods: pods.filter(({ ref, summary }) => ref.namespace === namespace && summary.tier === "pod" && selects(spec["podSelector"], summary.labels)).map(({ uid }) => uid),
  };
}

/** Who may do what: a subject, the binding that says so and the role it gives. */
export interface Grant {
  readonly uid: string;
  readonly subjects: readonly string[];
  readonly binding: string;
  readonly namespace: string;
  readonly role: string;
  readonly rules: readonly string[];
}

function ruleText(rule: Json): string {
  const { verbs, resources, nonResourceURLs, resourceNames } = object(rule);
  const what = list(resources).length > 0 ? list(resources) : list(nonResourceURLs);
  const named = list(resourceNames).length > 0 ? ` ${list(resourceNames).map(String).join(", ")}` : "";
  const all = (values: readonly Json[], word: string) => (values.includes("*") ? word : values.map(String).join(", "));
  return `${all(list(verbs), t`everything with`)} ${all(what, t`everything`)}${named}`;
}

/** Whether a binding was made with the cluster: by its name, its namespace, or because it is for parts of the cluster alone. */
export function isOfMachineRoom({ metadata, subjects }: JsonObject): boolean {
  const { name, namespace } = object(metadata);
  if (isMachineRoom(String(namespace)) || /^(system:|kubeadm:|ingress-nginx|local-path|cloud)/.test(String(name))) return true;
  const all = list(subjects).map(object);
  return all.length > 0 && all.every((one) => one["kind"] === "ServiceAccount" && isMachineRoom(String(one["namespace"])));
}

/** What bindings grant. `roles`: Roles and ClusterRoles by "Kind/namespace/name". */
export function readGrants(bindings: readonly JsonObject[], roles: ReadonlyMap<string, JsonObject>): readonly Grant[] {
  return bindings.map((binding) => {
    const metadata = object(binding["metadata"]);
    const { kind, name } = object(binding["roleRef"]);
    const namespace = typeof metadata["namespace"] === "string" ? metadata["namespace"] : "";
    const role = roles.get(`${String(kind)}/${kind === "Role" ? namespace : ""}/${String(name)}`);
    return {
      uid: String(metadata["uid"] ?? ""),
      subjects: list(binding["subjects"]).map((one) => {
        const subject = object(one);
        return subject["kind"] === "ServiceAccount" ? `ServiceAccount ${String(subject["namespace"] ?? namespace)}/${String(subject["name"])}` : `${String(subject["kind"])} ${String(subject["name"])}`;
      }),
      binding: String(metadata["name"] ?? ""),
      namespace,
      role: `${String(kind)} ${String(name)}`,
      rules: role === undefined ? ["the role is not there: nothing is granted"] : list(role["rules"]).map(ruleText),
    };
  });
}
