import type { Json } from "../base/json.ts";

/** What packet rules match. Addresses are "10.244.1.7". */
export interface Matched {
  readonly protocol: "TCP" | "UDP";
  readonly source: string;
  readonly destination: string;
  readonly port: number;
}

/** One connection attempt as the data plane sees it; made by newFlow. */
export interface Flow extends Matched {
  readonly id: string;
  readonly sourcePort: number;
  /** The addresses, ports and protocol in one text, by which each node on the way knows the connection: made once, where it begins. */
  readonly connection: string;
}

/** The ends of the text of the connection that was made last: a source's connections differ in their ports alone. */
interface Ends {
  source: string;
  destination: string;
  port: number;
  before: string;
  after: string;
}

const lastEnds: Readonly<Record<Flow["protocol"], Ends>> = {
  TCP: { source: "", destination: "", port: 0, before: "", after: "" },
  UDP: { source: "", destination: "", port: 0, before: "", after: "" },
};

export function newFlow(id: string, protocol: Flow["protocol"], source: string, sourcePort: number, destination: string, port: number): Flow {
  const ends = lastEnds[protocol];
  if (ends.source !== source || ends.destination !== destination || ends.port !== port) {
    ends.source = source;
    ends.destination = destination;
    ends.port = port;
    ends.before = `${protocol} ${source}:`;
    ends.after = `>${destination}:${port}`;
  }
  return { id, protocol, source, sourcePort, destination, port, connection: `${ends.before}${sourcePort}${ends.after}` };
}

/** One step of a packet's way, with the rule that decided it. `at`: "internet", "load balancer 203.0.113.1", "node-1", "pod default/web-x". */
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
  /** Sent through TLS, with the name that the client's hello asks for ("" where it asks by address). */
  readonly tls?: { readonly serverName: string };
}
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent through TLS: the certificate that was shown, in words. */
  readonly certificate?: string;
}

export type Payload =
  | { readonly type: "http"; readonly request: HttpRequest }
  | { readonly type: "httpResponse"; readonly response: HttpResponse }
  | { readonly type: "dns"; readonly name: string; readonly record: "A" | "AAAA" | "SRV" | "CNAME" | "PTR" | "TXT" }
  | { readonly type: "dnsAnswer"; readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL"; readonly answers: readonly { readonly name: string; readonly record: string; readonly data: string; readonly ttlSeconds: number }[] }
  /** A line protocol such as redis': one text in, one text out. */
  | { readonly type: "bytes"; readonly text: string }
  /** Nobody listens there: the sender's connection is refused at once. */
  | { readonly type: "refused"; readonly reason: string }
  /** The server's process ended while it had the request, or closed a connection that was kept open: "connection reset by peer". */
  | { readonly type: "reset"; readonly reason: string }
  /**
   * Only a connection is opened (a TCP probe), or a client that waits asks whether its own was ever accepted: the handshake, made visible
   * where it matters. The server's net answers it, its program hears nothing of it.
   */
  | { readonly type: "probe" }
  /** The client closes a connection that it kept open; not answered. */
  | { readonly type: "close" }
  /** `waiting`: the server has the request and has not answered it yet. */
  | { readonly type: "accepted"; readonly waiting: boolean };

/** The first hop's rule of a request that goes over a connection that was there already. */
export const keptOpen = "connection kept open";

/** A request or an answer on its way. A dropped packet is simply never answered: its sender times out. */
export interface Packet {
  readonly flow: Flow;
  readonly direction: "request" | "answer";
  /** Where it goes now, after translation: "ip". */
  readonly toIp: string;
  readonly toPort: number;
  /** The client's address as the receiver sees it: a node's after masquerading. */
  readonly fromIp: string;
  /** The connection stays open after the answer, so that its translation is kept too. */
  readonly keepAlive: boolean;
  /** Sent over a connection that its client takes for open. */
  readonly reused: boolean;
  /** The node whose rules chose its destination; "": none did. */
  readonly chosenBy: string;
  /** The net processes that translated or forwarded the request: the answer takes the same way back, last first. */
  readonly via: readonly string[];
  readonly payload: Payload;
  /** The process whose program or client waits for the answer, and its own mark for it. */
  readonly replyTo: { readonly process: string; readonly tag: Json };
}

/**
 * The hops of a packet so far, request and answer: the notes of the messages that carry it (ProcessContext.sendDatagram). Undefined where
 * its sender does not ask for them. Where notes are not wanted, only what its record needs is in them: where it began, and who answered.
 */
export type Way = readonly Hop[] | undefined;

const nothing: readonly string[] = [];

/**
 * A request as its client sends it. Give it to the net of the client's machine as {type: "packet", packet}; the answer comes to
 * `replyTo.process` as {type: "deliver", packet, owner: null} with direction "answer", or never (then the client times out).
 */
export function requestPacket(flow: Flow, payload: Payload, replyTo: Packet["replyTo"], keepAlive: boolean = false, reused: boolean = false): Packet {
  return { flow, direction: "request", toIp: flow.destination, toPort: flow.port, fromIp: flow.source, keepAlive, reused, chosenBy: "", via: nothing, payload, replyTo };
}

/** The same packet with other addresses, or further on its way. */
export function movedPacket({ flow, direction, keepAlive, reused, payload, replyTo }: Packet, toIp: string, toPort: number, fromIp: string, chosenBy: string, via: readonly string[]): Packet {
  return { flow, direction, toIp, toPort, fromIp, keepAlive, reused, chosenBy, via, payload, replyTo };
}

/** The answer to a request that was delivered; give it to the net it came from. */
export function answerPacket(request: Packet, payload: Payload): Packet {
  const { flow, fromIp, keepAlive, reused, chosenBy, via, replyTo } = request;
  return { flow, direction: "answer", toIp: fromIp, toPort: flow.sourcePort, fromIp, keepAlive, reused, chosenBy, via, payload, replyTo };
}

/**
 * The way of an answer. `through` are the hops of the calls that the answer was made of (an ingress controller's call to its upstream), so
 * that one trace tells the whole way. `at`: "pod default/web-x".
 */
export function answeredWay(way: Way, request: Packet, at: string, atUs: number, rule: string, through: readonly Hop[] = [], verdict: "answer" | "reject" = "answer"): Way {
  if (way === undefined) return undefined;
  return [...way, ...through, { at, atUs, rule, verdict, destination: `${request.fromIp}:${request.flow.sourcePort}` }];
}

/**
 * runtime (or internet, or kubelet) -> net of the same machine; a packet's way as notes.
 * "attach"/"detach": a pod's address comes and goes. "listen"/"unlisten": a process opens and closes a port; requests that it still
 * had are answered with "reset". `owner` is the listener's own name for itself ("namespace/pod/container") and comes back in "deliver".
 * "openApi": may this pod reach the API server at host:port by this node's rules? Answered with "apiRoute" to `process`.
 */
export type ToNet =
  | { readonly type: "attach"; readonly ip: string; readonly pod: string; readonly hostNetwork: boolean; readonly labels: Readonly<Record<string, string>> }
  | { readonly type: "detach"; readonly ip: string; readonly pod: string }
  | { readonly type: "listen"; readonly ip: string; readonly port: number; readonly protocol: "TCP" | "UDP"; readonly owner: string; /** The node's port that leads here too. */ readonly hostPort?: number }
  | { readonly type: "unlisten"; readonly ip: string; readonly port: number; readonly protocol: "TCP" | "UDP"; readonly owner: string }
  | { readonly type: "packet"; readonly packet: Packet }
  | { readonly type: "openApi"; readonly ip: string; readonly host: string; readonly port: number; readonly process: string; readonly tag: Json };

/** net -> runtime (or internet, or kubelet), with its way as notes: a packet that arrived; `owner` is the listener's name for requests. */
export type FromNet =
  | { readonly type: "deliver"; readonly packet: Packet; readonly owner: string | null }
  /** `server`: the process to open the API connection to; null: `failure` says why ("connection refused", ...). */
  /** To the recorder of a request only: it was dropped on its way, and this is why. Its client hears nothing and times out. */
  | { readonly type: "lost"; readonly packet: Packet; readonly reason: string }
  /** To the runtime, after net itself crashed: it has forgotten every address and port. Attach and listen again. */
  | { readonly type: "restarted" }
  | { readonly type: "apiRoute"; readonly tag: Json; readonly server: string | null; readonly failure: string | null; readonly hops: readonly Hop[] };

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
