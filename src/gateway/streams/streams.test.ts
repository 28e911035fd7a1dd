import { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";
import { deflateSync, inflateSync, constants } from "node:zlib";
import { describe, expect, it } from "vitest";
import { exitStatus, failureStatus } from "./channels.ts";
import { answerBytes, PayloadReader } from "./payloads.ts";
import { SpdyConnection } from "./spdy.ts";
import { adler32, headerDictionary, HeaderReader, HeaderWriter } from "./spdyHeaders.ts";
import { WebSocketConnection, webSocketProblem } from "./webSocket.ts";

class Pipe extends Duplex {
  readonly sent: Buffer[] = [];
  override _read(): void {
    // What is to be read is pushed by the test.
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push(chunk);
    done();
  }
  get bytes(): Buffer {
    const all = Buffer.concat(this.sent);
    return all.subarray(all.indexOf("\r\n\r\n") + 4);
  }
}

function masked(first: number, body: Buffer, size = body.length): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const head = size < 126 ? Buffer.from([first, 0x80 | size]) : Buffer.concat([Buffer.from([first, 0xff]), Buffer.from([0, 0, 0, 0]), Buffer.from([size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255])]);
  return Buffer.concat([head, mask, Buffer.from(body.map((byte, at) => byte ^ (mask[at & 3] ?? 0)))]);
}

const upgrade = { method: "GET", headers: { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "13" } } as unknown as IncomingMessage;

async function connected(...frames: readonly Buffer[]): Promise<{ readonly pipe: Pipe; readonly got: string[]; readonly closed: () => number }> {
  const pipe = new Pipe();
  const got: string[] = [];
  let closed = 0;
  const socket = new WebSocketConnection(upgrade, pipe, Buffer.alloc(0), "v5.channel.k8s.io", { message: (data) => void got.push(data.toString()), closed: () => void closed++ });
  for (const frame of frames) pipe.push(frame);
  await new Promise((resolve) => setTimeout(resolve, 10));
  void socket;
  return { pipe, got, closed: () => closed };
}

describe("WebSocket", () => {
  it("answers the upgrade as RFC 6455's example", async () => {
    const { pipe } = await connected();
    const head = Buffer.concat(pipe.sent).toString();
    expect(head).toContain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    expect(head).toContain("Sec-WebSocket-Protocol: v5.channel.k8s.io");
  });

  it("puts fragments together, around a ping, and cuts across chunks", async () => {
    const all = Buffer.concat([masked(0x02, Buffer.from("ab")), masked(0x89, Buffer.from("?")), masked(0x80, Buffer.from("cd")), masked(0x82, Buffer.from("e"))]);
    const { pipe, got } = await connected(...[...all].map((byte) => Buffer.of(byte)));
    expect(got).toEqual(["abcd", "e"]);
    expect(pipe.bytes).toEqual(Buffer.from([0x8a, 1, 63]));
  });

  it.each([
    ["an unmasked frame", Buffer.from([0x82, 1, 65]), 1002],
    ["a frame too large", masked(0x82, Buffer.alloc(0), 0x7fff_ffff), 1009],
    ["bits of an extension", masked(0xc2, Buffer.from("a")), 1002],
    ["a continuation of nothing", masked(0x80, Buffer.from("a")), 1002],
    ["an unknown opcode", masked(0x83, Buffer.from("a")), 1002],
    ["a fragmented ping", masked(0x09, Buffer.from("a")), 1002],
  ])("closes on %s", async (_name, frame, code) => {
    const { pipe, got, closed } = await connected(frame);
    expect(got).toEqual([]);
    expect(pipe.bytes).toEqual(Buffer.from([0x88, 2, code >> 8, code & 255]));
    expect(closed()).toBe(1);
  });

  it("refuses what is no upgrade", () => {
    expect(webSocketProblem(upgrade)).toBeNull();
    expect(webSocketProblem({ ...upgrade, method: "POST" } as IncomingMessage)).toContain("GET");
    expect(webSocketProblem({ ...upgrade, headers: { ...upgrade.headers, "sec-websocket-version": "8" } } as IncomingMessage)).toContain("version");
    expect(webSocketProblem({ ...upgrade, headers: { ...upgrade.headers, "sec-websocket-key": "short" } } as IncomingMessage)).toContain("Key");
  });
});

function synStream(id: number, headers: Readonly<Record<string, string>>): Buffer {
  const counted = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
  const plain = Buffer.concat([Buffer.from([0, 0, 0, Object.keys(headers).length]), ...Object.entries(headers).flatMap(([name, value]) => [counted(name), counted(value)])]);
  const block = deflateSync(plain, { dictionary: headerDictionary, finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([Buffer.from([0x80, 3, 0, 1, 0, 0, 0, 10 + block.length, 0, 0, 0, id, 0, 0, 0, 0, 0, 0]), block]);
}

describe("SPDY", () => {
  it("knows the dictionary of SPDY/3 by its checksum", () => {
    expect(adler32(headerDictionary)).toBe(0xe3c6a7c2);
  });

  it("packs replies that zlib unpacks, in one context", () => {
    const writer = new HeaderWriter();
    const blocks = Buffer.concat([writer.empty(), writer.empty()]);
    expect(inflateSync(blocks, { dictionary: headerDictionary, finishFlush: constants.Z_SYNC_FLUSH })).toEqual(Buffer.alloc(8));
    expect(() => new HeaderReader().read(Buffer.from("no zlib"))).toThrow("cannot be unpacked");
  });

  it("opens streams, hands data on, answers pings, and refuses nonsense", () => {
    const written: Buffer[] = [];
    const seen: string[] = [];
    const spdy = new SpdyConnection((data) => void written.push(data), {
      opened: (stream, headers) => seen.push(`${stream} ${headers.get("streamtype")} ${headers.get("port")}`) > 0,
      data: (stream, data) => void seen.push(`${stream}: ${data.toString()}`),
      ended: (stream, reset) => void seen.push(`${stream} ${reset ? "reset" : "ended"}`),
    });
    spdy.take(synStream(1, { streamType: "error", port: "80" }));
    spdy.take(Buffer.from([0, 0, 0, 1, 1, 0, 0, 2, 104, 105]));
    spdy.take(Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 7]));
    spdy.send(1, Buffer.from("x"));
    spdy.end(1);
    spdy.send(1, Buffer.from("too late"));
    expect(seen).toEqual(["1 error 80", "1: hi", "1 ended"]);
    expect(written.map((frame) => frame.subarray(0, 8).toString("hex"))).toEqual(["8003000200000018", "8003000600000004", "0000000100000001", "0000000101000000"]);
    expect(() => spdy.take(Buffer.from([0x80, 2, 0, 6, 0, 0, 0, 0]))).toThrow("version");
    expect(() => spdy.take(Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff]))).toThrow("too large");
  });
});

describe("bytes of a connection", () => {
  const payloads = (text: string): unknown[] => new PayloadReader().take(Buffer.from(text)).map(({ payload }) => (payload.type === "http" ? payload.request : payload));

  it("are requests of HTTP, also pipelined and chunked", () => {
    expect(payloads("GET /a HTTP/1.1\r\nhost: x:1\r\nuser-agent: curl\r\n\r\nPOST /b HTTP/1.1\r\nHost: y\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).toEqual([
      { method: "GET", host: "x:1", path: "/a", headers: { "User-Agent": "curl" }, body: "" },
      { method: "POST", host: "y", path: "/b", headers: {}, body: "abc" },
    ]);
    const reader = new PayloadReader();
    expect(reader.take(Buffer.from("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab"))).toEqual([]);
    expect(reader.take(Buffer.from("cd"))).toHaveLength(1);
    expect(() => payloads("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")).toThrow("too large");
  });

  it("are redis' commands or lines", () => {
    expect(payloads("*2\r\n$3\r\nGET\r\n$3\r\na b\r\nPING\r\n")).toEqual([{ type: "bytes", text: 'GET "a b"' }, { type: "bytes", text: "PING" }]);
  });

  it("go back as HTTP, with the length in bytes", () => {
    const [asked] = new PayloadReader().take(Buffer.from("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
    const answer = { type: "httpResponse", response: { status: 200, headers: { "Content-Type": "text/plain", "Content-Length": "1" }, body: "ä" } } as const;
    expect(answerBytes(answer, asked as NonNullable<typeof asked>)?.toString()).toBe("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nä");
    expect(answerBytes(null, asked as NonNullable<typeof asked>)).toBeNull();
  });
});

describe("the error channel", () => {
  it("tells exit codes and failures as the API server does", () => {
    expect(exitStatus(0)).toEqual({ metadata: {}, status: "Success" });
    expect(exitStatus(3)).toMatchObject({ reason: "NonZeroExitCode", details: { causes: [{ reason: "ExitCode", message: "3" }] }, message: "command terminated with non-zero exit code: command terminated with exit code 3" });
    expect(failureStatus("x")).toMatchObject({ code: 500, reason: "InternalError", message: "Internal error occurred: x" });
  });
});
