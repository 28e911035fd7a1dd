import type { JsonObject } from "../../base/json.ts";
import type { FlowRecord, Hop } from "../../network/packet.ts";
import { all, part, type LiveObjects } from "./define.ts";
import { permitted } from "./policyReading.ts";

/** One connection of a request's way: a controller's call to its upstream is a second one. */
/** A trace does not tell which client on the internet it was: one of 198.51.100.0/24. */
const outside = "198.51.100.10";

interface Leg {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** What the server's node saw of the client: another node's address where it was masqueraded on the way. */
  readonly seen: string;
  readonly dropped: boolean;
  readonly kept: boolean;
}

/**
 * S33: what was delivered is permitted by the policies, and what they dropped is denied. `flows`: requests that began when neither pods
 * nor policies had changed for a while, so that every node knew them.
 */
export function filteredWrongly(live: LiveObjects, flows: readonly FlowRecord[]): readonly string[] {
  const nodes = new Map([...all(live, "nodes")].map(([key, node]) => [key.slice("nodes//".length), addressOfNode(node)]));
  const pods = new Map<string, JsonObject>();
  for (const [key, pod] of all(live, "pods")) if (part(pod, "spec")["hostNetwork"] !== true && !["Succeeded", "Failed"].includes(String(part(pod, "status")["phase"]))) pods.set(key.slice("pods/".length), pod);
  const byAddress = new Map([...pods.values()].map((pod) => [String(part(pod, "status")["podIP"]), pod]));
  return flows.flatMap((flow) => legsOf(flow.hops, pods, nodes).flatMap((leg) => {
    if (leg.kept) return [];
    const end = (ip: string): { readonly pod: JsonObject | null; readonly ip: string } => ({ pod: byAddress.get(ip) ?? null, ip });
    const way = { protocol: "TCP", port: leg.port, to: end(leg.to), nodes };
    const permits = permitted(live, { ...way, from: end(leg.from) }, "egress") && permitted(live, { ...way, from: end(leg.seen) }, "ingress");
    return permits !== leg.dropped ? [] : [`S33: ${flow.id}: ${leg.from} to ${leg.to}:${leg.port} was ${leg.dropped ? "dropped" : "delivered"}, and the policies ${permits ? "permit" : "deny"} it`];
  }));
}

function legsOf(hops: readonly Hop[], pods: ReadonlyMap<string, JsonObject>, nodes: ReadonlyMap<string, string>): readonly Leg[] {
  const legs: Leg[] = [];
  const addressOfPod = (name: string): string => String(part(pods.get(name), "status")["podIP"] ?? "");
  let from = hops[0]?.at.startsWith("pod ") === true ? addressOfPod(hops[0].at.slice("pod ".length)) : outside;
  let masqueradedBy = "";
  let kept = false;
  for (const { at, rule, verdict, destination } of hops) {
    if (verdict === "dnat" && rule.endsWith("masqueraded")) masqueradedBy = at;
    if (rule.startsWith("conntrack: the open connection") || rule === "connection kept open") kept = true;
    const dropped = verdict === "drop" && rule.startsWith("dropped by NetworkPolic");
    if (verdict !== "deliver" && !dropped) continue;
    const [to = "", port = "0"] = destination.split(":");
    // What was dropped was judged, the retry of a translated connection too.
    legs.push({ from, to, port: Number(port), dropped, kept: kept && !dropped, seen: masqueradedBy === "" || masqueradedBy === at ? from : (nodes.get(masqueradedBy) ?? "") });
    // Whoever got it may call on.
    [from, masqueradedBy, kept] = [to, "", false];
  }
  return legs;
}

function addressOfNode(node: JsonObject): string {
  const addresses = (part(node, "status")["addresses"] ?? []) as readonly JsonObject[];
  return String(addresses.find((address) => address["type"] === "InternalIP")?.["address"] ?? "");
}
