import type { Json } from "../base/json.ts";

/** One connection attempt as the data plane sees it. Addresses are "10.244.1.7". */
export interface Flow {
  readonly id: string;
  readonly protocol: "TCP" | "UDP";
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly port: number;
}

/** One step of a packet's way, with the rule that decided it. `at`: "internet", "node-1", "pod default/web-x". */
export interface Hop {
  readonly at: string;
  readonly atUs: number;
  readonly rule: string;
  readonly verdict: "forward" | "dnat" | "drop" | "reject" | "deliver" | "answer";
  /** "ip:port" after this hop. */
  readonly destination: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Payload =
  | { readonly type: "http"; readonly request: HttpRequest }
  | { readonly type: "httpResponse"; readonly response: HttpResponse }
  | { readonly type: "dns"; readonly name: string; readonly record: "A" | "SRV" | "CNAME" }
  | { readonly type: "dnsAnswer"; readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL"; readonly answers: readonly { readonly name: string; readonly record: string; readonly data: string; readonly ttlSeconds: number }[] }
  /** A line protocol such as redis': one text in, one text out. */
  | { readonly type: "bytes"; readonly text: string }
  /** Nobody listens there: the sender's connection is refused at once. */
  | { readonly type: "refused"; readonly reason: string };

/** A request or an answer on its way. A dropped packet is simply never answered: its sender times out. */
export interface Packet {
  readonly flow: Flow;
  readonly direction: "request" | "answer";
  /** Where it goes now, after translation: "ip". */
  readonly toIp: string;
  readonly toPort: number;
  readonly payload: Payload;
  /** So far, request and answer. */
  readonly hops: readonly Hop[];
  /** The process whose program or client waits for the answer, and its own mark for it. */
  readonly replyTo: { readonly process: string; readonly tag: Json };
}

/** runtime (or internet, or kubelet) -> net of the same machine. */
export type ToNet =
  | { readonly type: "attach"; readonly ip: string; readonly pod: string; readonly hostNetwork: boolean; readonly labels: Readonly<Record<string, string>> }
  | { readonly type: "detach"; readonly ip: string; readonly pod: string }
  | { readonly type: "listen"; readonly ip: string; readonly port: number; readonly protocol: "TCP" | "UDP"; readonly owner: string }
  | { readonly type: "unlisten"; readonly ip: string; readonly port: number; readonly protocol: "TCP" | "UDP"; readonly owner: string }
  | { readonly type: "packet"; readonly packet: Packet };

/** net -> runtime (or internet, or kubelet): a packet that arrived; `owner` is the listener's name for requests. */
export type FromNet = { readonly type: "deliver"; readonly packet: Packet; readonly owner: string | null };

/** A request whose end is known: what the Requests panel and a dot show. Traced as {type: "flow", flow: FlowRecord}. */
export interface FlowRecord {
  readonly id: string;
  /** Traffic source id, or "namespace/pod". */
  readonly source: string;
  readonly method: string;
  readonly url: string;
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  /** 0: no answer. */
  readonly status: number;
  /** "namespace/name" of the pod that answered; "" if none. */
  readonly pod: string;
  readonly hops: readonly Hop[];
  /** Why it failed, in a sentence; null if it did not. */
  readonly failure: string | null;
}
