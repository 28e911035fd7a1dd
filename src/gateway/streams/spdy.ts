import { HeaderReader, HeaderWriter, SpdyError } from "./spdyHeaders.ts";

/** SPDY/3.1 as far as Kubernetes' streams need it: streams opened by the client, data, ends, pings. No flow control, as upstream's library. */
export interface SpdyListener {
  /** True: the stream is accepted. */
  opened(stream: number, headers: ReadonlyMap<string, string>): boolean;
  data(stream: number, data: Buffer): void;
  /** The client has sent all it will send in this stream, or broke it off. */
  ended(stream: number, reset: boolean): void;
}

const frame = { synStream: 1, synReply: 2, reset: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;
const fin = 1;
const mostFrameBytes = 1 << 20;
const mostStreams = 512;
const refusedStream = 3;

export class SpdyConnection {
  private readonly write: (data: Buffer) => void;
  private readonly listener: SpdyListener;
  private readonly reader = new HeaderReader();
  private readonly headers = new HeaderWriter();
  private received: Buffer = Buffer.alloc(0);
  private readonly open = new Set<number>();

  constructor(write: (data: Buffer) => void, listener: SpdyListener) {
    this.write = write;
    this.listener = listener;
  }

  /** Throws SpdyError for what is no SPDY. */
  take(data: Buffer): void {
    this.received = this.received.length === 0 ? data : Buffer.concat([this.received, data]);
    while (this.received.length >= 8) {
      const size = this.received.readUIntBE(5, 3);
      if (size > mostFrameBytes) throw new SpdyError("a frame is too large");
      if (this.received.length < 8 + size) return;
      const head = this.received.readUInt32BE(0);
      const flags = this.received[4] ?? 0;
      const body = this.received.subarray(8, 8 + size);
      this.received = this.received.subarray(8 + size);
      if ((head & 0x8000_0000) === 0) this.data(head, flags, body);
      else this.control(head & 0xffff, (head >>> 16) & 0x7fff, flags, body);
    }
  }

  send(stream: number, data: Buffer): void {
    if (this.open.has(stream)) this.write(dataFrame(stream, 0, data));
  }

  /** All is sent in this direction. */
  end(stream: number): void {
    if (this.open.delete(stream)) this.write(dataFrame(stream, fin, Buffer.alloc(0)));
  }

  reset(stream: number, status = 5): void {
    this.open.delete(stream);
    const body = Buffer.alloc(8);
    body.writeUInt32BE(stream);
    body.writeUInt32BE(status, 4);
    this.write(controlFrame(frame.reset, 0, body));
  }

  private data(stream: number, flags: number, body: Buffer): void {
    if (body.length > 0) this.listener.data(stream, body);
    if ((flags & fin) !== 0) this.listener.ended(stream, false);
  }

  private control(kind: number, version: number, flags: number, body: Buffer): void {
    if (version !== 3) throw new SpdyError("the version must be 3");
    switch (kind) {
      case frame.synStream:
        return this.synStream(flags, body);
      case frame.reset: {
        const stream = checked(body, 8).readUInt32BE(0);
        this.open.delete(stream);
        return this.listener.ended(stream, true);
      }
      case frame.ping:
        return this.write(controlFrame(frame.ping, 0, Buffer.from(checked(body, 4))));
      default:
        return;
    }
  }

  private synStream(flags: number, body: Buffer): void {
    const stream = checked(body, 10).readUInt32BE(0) & 0x7fff_ffff;
    const headers = this.reader.read(body.subarray(10));
    if (this.open.size >= mostStreams || this.open.has(stream) || !this.listener.opened(stream, headers)) return this.reset(stream, refusedStream);
    this.open.add(stream);
    const id = Buffer.alloc(4);
    id.writeUInt32BE(stream);
    this.write(controlFrame(frame.synReply, 0, Buffer.concat([id, this.headers.empty()])));
    if ((flags & fin) !== 0) this.listener.ended(stream, false);
  }
}

function checked(body: Buffer, size: number): Buffer {
  if (body.length < size) throw new SpdyError("a frame is cut short");
  return body;
}

function controlFrame(kind: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003);
  head.writeUInt16BE(kind, 2);
  head[4] = flags;
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function dataFrame(stream: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(stream);
  head[4] = flags;
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}
