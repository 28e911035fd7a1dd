import type { Duplex } from "node:stream";
import { Channels, channel, type ChannelTransport } from "./channels.ts";
import { SpdyConnection } from "./spdy.ts";

const kinds: Readonly<Record<string, number>> = { error: channel.error, stdin: channel.stdin, stdout: channel.stdout, stderr: channel.stderr, resize: channel.resize };

export interface ChannelsWanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/**
 * exec and attach over SPDY by itself, as clients before WebSockets speak it: a stream each for what the WebSocket has a channel.
 * Follows k8s.io/kubelet/pkg/cri/streaming/remotecommand/httpstream.go.
 */
export class SpdyChannels implements ChannelTransport {
  readonly channels: Channels;
  private readonly spdy: SpdyConnection;
  private readonly socket: Duplex;
  private readonly streams = new Map<number, number>();
  private readonly missing: Set<number>;
  private readonly ready: () => void;

  /** `ready`: the client has opened all streams that its request asks for. */
  constructor(socket: Duplex, write: (data: Buffer) => void, wanted: ChannelsWanted, ready: () => void) {
    this.socket = socket;
    this.ready = ready;
    this.channels = new Channels(this, wanted.tty);
    const all = [true, wanted.stdin, wanted.stdout, wanted.stderr && !wanted.tty, wanted.tty];
    this.missing = new Set([channel.error, channel.stdin, channel.stdout, channel.stderr, channel.resize].filter((_, index) => all[index]));
    this.spdy = new SpdyConnection(write, {
      opened: (stream, headers) => this.opened(stream, headers.get("streamtype") ?? ""),
      data: (stream, data) => this.channels.message(this.kindOf(stream), data),
      ended: (stream) => this.channels.message(channel.close, Buffer.of(this.kindOf(stream) ?? channel.error)),
    });
  }

  take(data: Buffer): void {
    try {
      this.spdy.take(data);
    } catch {
      this.socket.destroy();
    }
  }

  send(kind: number, data: Buffer): void {
    const stream = this.streams.get(kind);
    if (stream !== undefined) this.spdy.send(stream, data);
  }

  close(): void {
    for (const stream of this.streams.values()) this.spdy.end(stream);
    this.socket.end();
  }

  failure(message: string): ReturnType<NonNullable<ChannelTransport["failure"]>> {
    return { metadata: {}, status: "Failure", message, reason: "InternalError", details: { causes: [{ message: message.replace(/^Internal error occurred: /, "") }] }, code: 500 };
  }

  private opened(stream: number, type: string): boolean {
    const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (kind === undefined || !this.missing.delete(kind)) return false;
    this.streams.set(kind, stream);
    if (this.missing.size === 0) setImmediate(this.ready);
    return true;
  }

  private kindOf(stream: number): number | undefined {
    for (const [kind, id] of this.streams) if (id === stream) return kind;
    return undefined;
  }
}
