import type { GraphFact } from "../../hosts/protocol.ts";
import { parseHttpUrl } from "../../network/httpUrl.ts";
import type { TrafficSource } from "../../network/traffic.ts";
import { t } from "../language/text.ts";

const ipv4 = /^\d+\.\d+\.\d+\.\d+$/;

type Reach = Pick<TrafficSource, "url" | "from">;

/** "web", "web.shop", "web.shop.svc.cluster.local": which Service a name means to a pod of that namespace; null for names of others. */
function serviceNamed(host: string, ownNamespace: string): { readonly name: string; readonly namespace: string; readonly whole: boolean } | null {
  const whole = /\.svc(\.cluster\.local)?$/.test(host);
  const [name = "", namespace = ownNamespace, ...rest] = host.replace(/\.svc(\.cluster\.local)?$/, "").split(".");
  return rest.length > 0 ? null : { name, namespace, whole };
}

function matchesHost(rule: string, host: string): boolean {
  return rule === "" || rule === "*" || rule === host || (rule.startsWith("*.") && host.slice(host.indexOf(".")) === rule.slice(1));
}

function hasRule(facts: readonly GraphFact[], host: string): boolean {
  return facts.some(({ plural, summary }) => plural === "ingresses" && summary.tier === "edge" && summary.rules.some((rule) => matchesHost(rule.host, host)));
}

function fromInternet(host: string, facts: readonly GraphFact[]): string | null {
  const remedy = t`Use an Ingress, a node port or a load balancer, or send from a pod.`;
  if (host === "localhost" || host.startsWith("127.")) return t`${host} is the client's own machine, and nothing answers there.`;
  const services = facts.filter(({ plural }) => plural === "services");
  if (ipv4.test(host)) {
    const inside = services.find(({ summary }) => summary.tier === "edge" && summary.type === "ClusterIP" && summary.addresses.includes(host));
    if (inside !== undefined) return t`${host} is the address of Service ${inside.ref.name} inside the cluster: from the internet no way leads there. ${remedy}`;
    return host.startsWith("10.") ? t`${host} is an address inside the cluster: from the internet no way leads there. ${remedy}` : null;
  }
  const named = serviceNamed(host, "default");
  if (named !== null && (named.whole || services.some(({ ref }) => ref.name === named.name && ref.namespace === named.namespace))) return t`${host} is a name inside the cluster: from the internet it leads to no Service. ${remedy}`;
  return hasRule(facts, host) ? null : t`No Ingress has a rule for ${host}: the ingress controller answers 404.`;
}

function fromPod(host: string, port: number, pod: { readonly namespace: string; readonly name: string }, facts: readonly GraphFact[]): string | null {
  if (!facts.some(({ plural, ref }) => plural === "pods" && ref.name === pod.name && ref.namespace === pod.namespace)) return t`There is no pod ${pod.name} in ${pod.namespace}: nothing is sent until there is one.`;
  if (ipv4.test(host)) return null;
  const named = serviceNamed(host, pod.namespace);
  const service = named === null ? undefined : facts.find(({ plural, ref }) => plural === "services" && ref.name === named.name && ref.namespace === named.namespace);
  if (service?.summary.tier === "edge") {
    const { addresses, ports } = service.summary;
    const known = ports.map((text) => Number.parseInt(text, 10));
    // Names without an address of their own lead to pods, or elsewhere.
    return addresses.length === 0 || known.includes(port) ? null : t`Service ${service.ref.name} has no port ${port}; it has ${known.join(", ")}.`;
  }
  if (named !== null && (named.whole || !host.includes("."))) return t`There is no Service ${named.name} in namespace ${named.namespace}: the cluster's DNS does not know the name.`;
  if (named === null && host.endsWith(".svc.cluster.local")) return null;
  return hasRule(facts, host) ? null : t`The cluster's DNS does not know ${host}, no Ingress names it, and servers outside of the cluster are not simulated.`;
}

/** Why requests of a source cannot get where they should, as the cluster stands now: a sentence with the remedy; null where nothing speaks against it. */
export function whyUnreachable({ url, from }: Reach, facts: Iterable<GraphFact>): string | null {
  const parsed = parseHttpUrl(url);
  if (parsed === null || !/^https?:\/\//.test(url)) return t`“${url}” is no address of HTTP: one looks like http://shop.example.com/cart.`;
  return from === "internet" ? fromInternet(parsed.host, [...facts]) : fromPod(parsed.host, parsed.port, from, [...facts]);
}
