import { StringDecoder } from "node:string_decoder";
import type { Json } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import { mostStreamText } from "../../cluster/streamCommands.ts";
import type { OutsideStream } from "../../hosts/outsideStreams.ts";
import type { StreamOutput } from "../../node/runtime/streamMessages.ts";
import type { WebSocketConnection } from "./webSocket.ts";

/** Of exec and attach, newest first. Only v5 can say that the standard input has ended. */
export const channelProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

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

/** One exec or attach over a WebSocket: the first byte of each message names its channel. */
export class Channels {
  private readonly socket: WebSocketConnection;
  private readonly tty: boolean;
  private readonly decoder = new StringDecoder("utf8");
  private taken = 0;
  private waiting: Buffer[] = [];
  private stream: OutsideStream | null = null;

  constructor(socket: WebSocketConnection, tty: boolean) {
    this.socket = socket;
    this.tty = tty;
  }

  /** The stream is there: what the client sent meanwhile goes in. */
  opened(stream: OutsideStream): void {
    this.stream = stream;
    for (const message of this.waiting.splice(0)) this.message(message);
  }

  fail(message: string): void {
    this.say(channel.error, JSON.stringify(failureStatus(message)));
    this.socket.close();
  }

  output(output: StreamOutput): void {
    switch (output.type) {
      case "stdout":
        return this.say(channel.stdout, output.text);
      case "stderr":
        return this.say(this.tty ? channel.stdout : channel.stderr, output.text);
      case "exited":
        this.say(channel.error, JSON.stringify(exitStatus(output.code)));
        return this.socket.close();
      case "failed":
        return this.fail(output.message);
      default:
        return;
    }
  }

  message(data: Buffer): void {
    const { stream } = this;
    if (stream === null) {
      this.taken += data.length;
      if (this.taken > mostInputBytes) this.socket.close(1009);
      else this.waiting.push(data);
      return;
    }
    const body = data.subarray(1);
    switch (data[0]) {
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
    this.socket.send(Buffer.concat([Buffer.of(kind), Buffer.from(text)]));
  }
}
