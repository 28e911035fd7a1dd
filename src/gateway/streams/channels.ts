import { StringDecoder } from "node:string_decoder";
import type { Json } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import { mostStreamText } from "../../cluster/streamCommands.ts";
import type { OutsideStream } from "../../hosts/outsideStreams.ts";
import type { StreamOutput } from "../../node/runtime/streamMessages.ts";

/** Of exec and attach, newest first. Only v5 can say that the standard input has ended. */
export const channelProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;

export const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** What goes into the journal must stay small: a limit of ours on what one stream takes in. */
const mostInputBytes = 4 * 1024 * 1024;

/** The status on the error channel. Follows k8s.io/apiserver/pkg/util/proxy/streamtranslator.go. */
export function exitStatus(code: number): Json {
  if (code === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {}, status: "Failure", message: `command terminated with non-zero exit code: command terminated with exit code ${code}`, reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

/** The API server's status around what the kubelet said. */
export function failureStatus(message: string): Json {
  return { metadata: {}, status: "Failure", message: `Internal error occurred: ${message}`, reason: "InternalError", details: { causes: [{ message }] }, code: 500 };
}

/** What carries the channels: a WebSocket whose messages begin with the channel's number, or a SPDY stream for each. */
export interface ChannelTransport {
  send(kind: number, data: Buffer): void;
  close(code?: number): void;
  /** The status of a failure where it differs: SPDY goes to the kubelet, whose own words the API server hands on. */
  failure?(message: string): Json;
}

/** One exec or attach, whatever carries it. */
export class Channels {
  private readonly transport: ChannelTransport;
  private readonly tty: boolean;
  private readonly decoder = new StringDecoder("utf8");
  private taken = 0;
  private waiting: { readonly kind: number; readonly body: Buffer }[] = [];
  private stream: OutsideStream | null = null;
  /** The client left before there was a stream. */
  private gone = false;

  constructor(transport: ChannelTransport, tty: boolean) {
    this.transport = transport;
    this.tty = tty;
  }

  /** The stream is there: what the client sent meanwhile goes in. */
  opened(stream: OutsideStream): void {
    this.stream = stream;
    if (this.gone) return stream.close();
    for (const { kind, body } of this.waiting.splice(0)) this.message(kind, body);
  }

  fail(message: string): void {
    this.say(channel.error, JSON.stringify(this.transport.failure?.(message) ?? failureStatus(message)));
    this.transport.close();
  }

  output(output: StreamOutput): void {
    switch (output.type) {
      case "stdout":
        return this.say(channel.stdout, output.text);
      case "stderr":
        return this.say(this.tty ? channel.stdout : channel.stderr, output.text);
      case "exited":
        this.say(channel.error, JSON.stringify(exitStatus(output.code)));
        return this.transport.close();
      case "failed":
        return this.fail(output.message);
      default:
        return;
    }
  }

  /** "close" with the number of a channel says that it has ended. */
  message(kind: number | undefined, body: Buffer): void {
    const { stream } = this;
    if (stream === null) {
      this.taken += body.length;
      if (kind === undefined || this.taken > mostInputBytes) this.transport.close(1009);
      else this.waiting.push({ kind, body });
      return;
    }
    switch (kind) {
      case channel.stdin:
        return this.input(stream, body);
      case channel.resize:
        return this.resize(stream, body);
      case channel.close:
        if (body[0] === channel.stdin) stream.send({ type: "endOfInput" });
        return;
      default:
        return;
    }
  }

  closed(): void {
    this.gone = true;
    this.stream?.close();
  }

  private input(stream: OutsideStream, body: Buffer): void {
    this.taken += body.length;
    if (this.taken > mostInputBytes) {
      stream.close();
      return this.fail(`the standard input is limited to ${mostInputBytes} bytes here`);
    }
    const text = this.decoder.write(body);
    for (let at = 0; at < text.length; at += mostStreamText) stream.send({ type: "stdin", text: text.slice(at, at + mostStreamText) });
  }

  private resize(stream: OutsideStream, body: Buffer): void {
    try {
      const size: unknown = JSON.parse(body.toString("utf8"));
      if (isJsonObject(size as Json)) stream.send({ type: "resize", width: Number((size as { Width?: number }).Width) || 0, height: Number((size as { Height?: number }).Height) || 0 });
    } catch {
      // Not a size: upstream ignores it too.
    }
  }

  private say(kind: number, text: string): void {
    this.transport.send(kind, Buffer.from(text));
  }
}
