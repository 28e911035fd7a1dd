import type { OutsideStream } from "../../hosts/outsideStreams.ts";
import type { StreamOutput } from "../../node/runtime/streamMessages.ts";
import { answerBytes, PayloadReader, type ReadPayload } from "./payloads.ts";
import { SpdyConnection } from "./spdy.ts";

export const portForwardProtocol = "portforward.k8s.io";

/** One connection of the client's: a pair of SPDY streams. */
interface Forwarded {
  readonly id: number;
  readonly port: number;
  error: number | null;
  data: number | null;
  readonly reader: PayloadReader;
  connected: boolean;
  /** Asked, in their order; the first is under way. */
  asked: ReadPayload[];
  underWay: boolean;
  clientEnded: boolean;
}

const mostAsked = 64;

/**
 * A port-forward over SPDY, whatever carries that. Follows k8s.io/kubelet/pkg/cri/streaming/portforward/httpstream.go: streams come
 * in pairs with one requestID, "error" and "data".
 */
export class PortForward {
  private readonly spdy: SpdyConnection;
  private readonly stop: () => void;
  private readonly pairs = new Map<string, Forwarded>();
  private readonly byStream = new Map<number, Forwarded>();
  private nextId = 1;
  private stream: OutsideStream | null = null;
  private waiting: Buffer[] = [];
  /** The client left before there was a stream. */
  private gone = false;

  /** `stop` ends the transport. */
  constructor(write: (data: Buffer) => void, stop: () => void) {
    this.stop = stop;
    this.spdy = new SpdyConnection(write, { opened: (stream, headers) => this.streamOpened(stream, headers), data: (stream, data) => this.data(stream, data), ended: (stream, reset) => this.streamEnded(stream, reset) });
  }

  opened(stream: OutsideStream): void {
    this.stream = stream;
    if (this.gone) return stream.close();
    for (const data of this.waiting.splice(0)) this.take(data);
  }

  take(data: Buffer): void {
    if (this.stream === null) {
      this.waiting.push(data);
      if (this.waiting.length > mostAsked) this.stop();
      return;
    }
    try {
      this.spdy.take(data);
    } catch {
      // It is no SPDY: there is nothing to say in it.
      this.stop();
    }
  }

  closed(): void {
    this.gone = true;
    this.stream?.close();
  }

  output(output: StreamOutput): void {
    if (output.type === "failed" || output.type === "exited") return this.stop();
    if (output.type !== "connected" && output.type !== "refused" && output.type !== "answer") return;
    const pair = [...this.pairs.values()].find(({ id }) => id === output.connection);
    if (pair === undefined) return;
    if (output.type === "connected") {
      pair.connected = true;
      this.askNext(pair);
    } else if (output.type === "refused") {
      if (pair.error !== null) this.spdy.send(pair.error, Buffer.from(output.message));
      this.finish(pair);
    } else this.answered(pair, output);
  }

  private streamOpened(stream: number, headers: ReadonlyMap<string, string>): boolean {
    const port = Number(headers.get("port"));
    const kind = headers.get("streamtype");
    const request = headers.get("requestid") ?? "";
    if (!Number.isInteger(port) || port < 1 || port > 65_535 || (kind !== "error" && kind !== "data")) return false;
    let pair = this.pairs.get(request);
    if (pair === undefined) {
      pair = { id: this.nextId++, port, error: null, data: null, reader: new PayloadReader(), connected: false, asked: [], underWay: false, clientEnded: false };
      this.pairs.set(request, pair);
    }
    if (pair[kind] !== null) return false;
    pair[kind] = stream;
    this.byStream.set(stream, pair);
    if (pair.error !== null && pair.data !== null) this.stream?.send({ type: "connect", connection: pair.id, port });
    return true;
  }

  private data(stream: number, data: Buffer): void {
    const pair = this.byStream.get(stream);
    if (pair === undefined || pair.data !== stream) return;
    try {
      pair.asked.push(...pair.reader.take(data));
    } catch {
      return this.finish(pair);
    }
    if (pair.asked.length > mostAsked) return this.finish(pair);
    this.askNext(pair);
  }

  private askNext(pair: Forwarded): void {
    const next = pair.asked[0];
    if (!pair.connected || pair.underWay) return;
    if (next === undefined) {
      if (pair.clientEnded) this.finish(pair);
      return;
    }
    pair.underWay = true;
    this.stream?.send({ type: "request", connection: pair.id, port: pair.port, payload: next.payload });
  }

  private answered(pair: Forwarded, output: Extract<StreamOutput, { type: "answer" }>): void {
    const asked = pair.asked.shift();
    pair.underWay = false;
    const bytes = asked === undefined ? null : answerBytes(output.payload, asked);
    if (bytes !== null && pair.data !== null) this.spdy.send(pair.data, bytes);
    if (bytes === null || asked?.last === true) this.finish(pair);
    else this.askNext(pair);
  }

  private streamEnded(stream: number, reset: boolean): void {
    const pair = this.byStream.get(stream);
    if (pair === undefined) return;
    if (reset) this.byStream.delete(stream);
    if (pair.data !== stream) return;
    pair.clientEnded = true;
    if (reset) this.finish(pair);
    else this.askNext(pair);
  }

  private finish(pair: Forwarded): void {
    for (const stream of [pair.data, pair.error]) {
      if (stream === null) continue;
      this.spdy.end(stream);
      this.byStream.delete(stream);
    }
    for (const [request, known] of this.pairs) if (known === pair) this.pairs.delete(request);
  }
}
