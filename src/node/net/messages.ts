import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { addJson, addNumber, addText, type Digest } from "../../base/hash.ts";
import type { FromNet, ToNet } from "../../network/packet.ts";
import type { PolicyUpdate } from "../../network/policyRules.ts";
import type { RulesUpdate } from "../../network/ruleTables.ts";
import type { TrafficSource } from "../../network/traffic.ts";

/** One node's addresses, as the CNI plugin's routes have them. */
export interface NodeRoute {
  readonly node: string;
  readonly ip: string;
  /** "10.244.1.0/24"; "" while the node has none. */
  readonly podCidr: string;
}

/** kube-proxy (and, in its place, the CNI plugin) -> net of the same node. */
export type FromProxy = RulesUpdate | { readonly type: "routes"; readonly routes: readonly NodeRoute[] };

/** net -> the CNI plugin's agent: send everything again. */
export type ToPolicyAgent = { readonly type: "hello" };

/** net -> kube-proxy: send everything again. */
export type ToProxy = { readonly type: "hello" } | HealthCheck;

/** Load balancer -> kube-proxy of a node: port 10256 (its own health) or a healthCheckNodePort (are there local endpoints?). */
export interface HealthCheck {
  readonly type: "healthCheck";
  readonly port: number;
  readonly tag: string;
}

export interface HealthAnswer {
  readonly type: "healthAnswer";
  readonly node: string;
  readonly port: number;
  readonly tag: string;
  readonly status: 200 | 503;
  readonly localEndpoints: number;
}

/** world/internet -> every net: sources that start in a pod run on the node of that pod. */
export type TrafficOrder =
  | { readonly type: "setTraffic"; readonly source: TrafficSource }
  | { readonly type: "clearTraffic"; readonly id: string };

/** From outside to world/internet, and on to the net of the pod it starts in. Answered to "" with {type: "response", id, response, flow, failure}. */
export interface OneOff {
  readonly type: "request";
  readonly id: string;
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly from?: "internet" | ObjectKey;
  /** Names the request in its record; "internet" or the pod by default. */
  readonly source?: string;
}

/** A packet, field by field: as much as its JSON would tell, for many go by, and their payloads are mostly known already. */
export function addPacketBody(digest: Digest, body: unknown): boolean {
  const message = body as NetMessage;
  if (message.type !== "packet") return false;
  const { flow, direction, toIp, toPort, fromIp, keepAlive, reused, chosenBy, via, payload, replyTo } = message.packet;
  addText(digest, flow.id);
  // Its ends and its protocol in one.
  addText(digest, flow.connection);
  addText(digest, toIp);
  addNumber(digest, toPort);
  addText(digest, fromIp);
  addNumber(digest, (direction === "request" ? 4 : 0) + (keepAlive ? 2 : 0) + (reused ? 1 : 0));
  addText(digest, chosenBy);
  addNumber(digest, via.length);
  for (const net of via) addText(digest, net);
  addText(digest, replyTo.process);
  addJson(digest, replyTo.tag);
  addJson(digest, payload);
  return true;
}

export type NetMessage = ToNet | FromProxy | PolicyUpdate | TrafficOrder | OneOff | FromNet;
