import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 6455's server side, as far as kubectl and browsers need it: no extensions, messages bounded, slow readers closed. */
export interface WebSocketListener {
  message(data: Buffer): void;
  /** Once, however it ended. */
  closed(): void;
}

const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const mostMessageBytes = 1 << 20;
/** A client that does not read is closed, not buffered for ever. */
const mostBufferedBytes = 8 * 1024 * 1024;

const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Why a request is no upgrade that we can do: a line for a 400; null if it is one. */
export function webSocketProblem(request: IncomingMessage): string | null {
  const key = request.headers["sec-websocket-key"] ?? "";
  if (request.method !== "GET") return "a WebSocket is opened with GET";
  if (request.headers["sec-websocket-version"] !== "13") return "the WebSocket version must be 13";
  return Buffer.from(key, "base64").length === 16 ? null : "Sec-WebSocket-Key must be 16 bytes in base64";
}

/** The protocols that a client offers, in its order. */
export function offeredProtocols(request: IncomingMessage): readonly string[] {
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}

export class WebSocketConnection {
  private readonly socket: Duplex;
  private readonly listener: WebSocketListener;
  private received: Buffer;
  private parts: Buffer[] = [];
  private partsBytes = 0;
  private ended = false;

  /** Answers the upgrade and takes the socket over. */
  constructor(request: IncomingMessage, socket: Duplex, head: Buffer, protocol: string, listener: WebSocketListener) {
    this.socket = socket;
    this.listener = listener;
    this.received = head;
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"] ?? ""}${magic}`).digest("base64");
    const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
    if (protocol !== "") lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    socket.on("data", (data: Buffer) => this.take(data));
    socket.on("error", () => this.end());
    socket.on("close", () => this.end());
    if (head.length > 0) setImmediate(() => this.take(Buffer.alloc(0)));
  }

  send(data: Buffer): void {
    if (this.ended) return;
    this.frame(opcode.binary, data);
    if (this.socket.writableLength > mostBufferedBytes) this.socket.destroy();
  }

  /** Says goodbye; what was sent before arrives. */
  close(code = 1000): void {
    if (this.ended) return;
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    this.frame(opcode.close, body);
    this.socket.end();
    this.end();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.received = Buffer.alloc(0);
    this.listener.closed();
  }

  private frame(kind: number, data: Buffer): void {
    const size = data.length;
    const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
    head[0] = 0x80 | kind;
    if (size < 126) head[1] = size;
    else if (size < 65_536) {
      head[1] = 126;
      head.writeUInt16BE(size, 2);
    } else {
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(size), 2);
    }
    this.socket.write(size === 0 ? head : Buffer.concat([head, data]));
  }

  private take(data: Buffer): void {
    this.received = this.received.length === 0 ? data : Buffer.concat([this.received, data]);
    while (!this.ended && this.takeFrame());
  }

  /** One frame, if it is all there. */
  private takeFrame(): boolean {
    const { received } = this;
    if (received.length < 2) return false;
    const first = received[0] ?? 0;
    const short = (received[1] ?? 0) & 0x7f;
    const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    // A client's frames are masked; bits for extensions mean an extension that nobody agreed to.
    if (((received[1] ?? 0) & 0x80) === 0 || (first & 0x70) !== 0) return this.fail(1002);
    if (received.length < 6 + sizeBytes) return false;
    const size = sizeBytes === 0 ? short : sizeBytes === 2 ? received.readUInt16BE(2) : Number(received.readBigUInt64BE(2));
    if (size > mostMessageBytes) return this.fail(1009);
    const start = 6 + sizeBytes;
    if (received.length < start + size) return false;
    const mask = received.subarray(2 + sizeBytes, start);
    const data = Buffer.from(received.subarray(start, start + size));
    for (let at = 0; at < size; at++) data[at] = (data[at] ?? 0) ^ (mask[at & 3] ?? 0);
    this.received = received.subarray(start + size);
    this.handle(first & 0x0f, (first & 0x80) !== 0, data);
    return true;
  }

  private handle(kind: number, last: boolean, data: Buffer): void {
    if (kind >= 8 && (!last || data.length > 125)) return void this.fail(1002);
    switch (kind) {
      case opcode.ping:
        return this.frame(opcode.pong, data);
      case opcode.pong:
        return;
      case opcode.close:
        return this.close();
      case opcode.text:
      case opcode.binary:
      case opcode.continuation:
        if ((kind === opcode.continuation) !== this.parts.length > 0) return void this.fail(1002);
        this.parts.push(data);
        this.partsBytes += data.length;
        if (this.partsBytes > mostMessageBytes) return void this.fail(1009);
        if (!last) return;
        data = this.parts.length === 1 ? data : Buffer.concat(this.parts);
        this.parts = [];
        this.partsBytes = 0;
        return this.listener.message(data);
      default:
        return void this.fail(1002);
    }
  }

  private fail(code: number): false {
    this.close(code);
    return false;
  }
}
