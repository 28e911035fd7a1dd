import { Duplex } from "node:stream";
import type { IncomingMessage } from "node:http";
import { deflateSync, constants } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { protobufMediaType } from "../apimachinery/protobuf/decodeProtobuf.ts";
import { fuzzRuns } from "../base/testing/fuzzRuns.ts";
import { parseSchedule } from "../kinds/batch/cronjob/schedule.ts";
import { decodeBody } from "./bodyCodec.ts";
import { RequestRefused } from "./requestRefused.ts";
import { PayloadError, PayloadReader, type ReadPayload } from "./streams/payloads.ts";
import { SpdyConnection } from "./streams/spdy.ts";
import { headerDictionary, SpdyError } from "./streams/spdyHeaders.ts";
import { WebSocketConnection } from "./streams/webSocket.ts";

const several = (tokens: readonly string[], maxLength: number) => fc.array(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...tokens) }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) }), { maxLength }).map((parts) => parts.join(""));
const yamlTokens = [
  "a: ", "b:\n", "\n", "  ", "    ", "- ", "[", "]", "{", "}", ", ", "&x ", "*x", "<<: ", "!!binary aGk=", "!!timestamp 2026-01-01", "!!set {a}", "!!omap [a: 1]", "!!int x", "!foo ", "2026-01-01", "2026-01-01T00:00:00Z", ".nan", "-.inf", "0x1F", "017",
  "1_000", "12:30:45", "12345678901234567890123", "1e400", "yes", "~", "null", "|\n", ">-\n", "'", '"', "\\u00", "? ", ": ", "# c\n", "---\n", "...\n", "%YAML 1.1\n", "__proto__: ", "constructor: ", "\t", "\r\n", "\u0000", "\ufeff", "é",
];
const jsonTokens = ["{", "}", "[", "]", ",", ":", '"a"', '"b"', '"__proto__"', '"\\u00', "1", "-", "1e400", "0.1", "12345678901234567890", "null", "true", "nul", '"', "\\", " ", "\n", "\u0000", "é", "\ud800"];

/** Chunks of bytes at any places. */
const cutAt = fc.array(fc.nat(40), { maxLength: 8 });
function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...chunks, bytes.subarray(at)];
}

describe("bodies of any bytes", { timeout: 120_000 }, () => {
  const bodies = [["application/yaml", yamlTokens], ["application/json", jsonTokens]] as const;
  it.each(bodies)("as %s become plain data or are refused by name", (type, tokens) => {
    fc.assert(fc.property(several(tokens, 14), fc.constantFrom("POST", "PUT", "PATCH", "DELETE"), (text, method) => {
      try {
        const { body, faults } = decodeBody(Buffer.from(text), type, method);
        expect(JSON.parse(JSON.stringify(body))).toEqual(body);
        expect(JSON.parse(JSON.stringify(faults))).toEqual(faults);
      } catch (error) {
        if (!(error instanceof RequestRefused)) throw error;
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    }), { seed: 51, numRuns: fuzzRuns(600, 40_000) });
  });

  it("in the binary form become plain data or are refused by name", () => {
    const type = (apiVersion: string, kind: string): number[] => [10, 4 + apiVersion.length + kind.length, 10, apiVersion.length, ...Buffer.from(apiVersion), 18, kind.length, ...Buffer.from(kind)];
    const field = fc.tuple(fc.nat(30), fc.constantFrom(0, 1, 2, 2, 2, 3, 5, 7), fc.nat(20)).map(([number, wire, size]) => [number * 8 + wire, size]);
    const raw = fc.array(fc.oneof({ weight: 2, arbitrary: field }, { weight: 1, arbitrary: fc.array(fc.nat(255), { maxLength: 12 }) }), { maxLength: 8 }).map((parts) => parts.flat());
    const kind = fc.constantFrom(["v1", "Pod"], ["apps/v1", "Deployment"], ["v1", "ConfigMap"], ["v1", "Secret"], ["batch/v1", "CronJob"], ["x/v1", "None"], ["v1", "DeleteOptions"]);
    fc.assert(fc.property(kind, raw, fc.integer({ min: -2, max: 3 }), ([apiVersion = "", name = ""], bytes, off) => {
      const body = Buffer.from([0x6b, 0x38, 0x73, 0, ...type(apiVersion, name), 18, Math.max(0, Math.min(127, bytes.length + off)), ...bytes]);
      try {
        const decoded = decodeBody(body, protobufMediaType, "POST").body;
        expect(JSON.parse(JSON.stringify(decoded))).toEqual(decoded);
      } catch (error) {
        if (!(error instanceof RequestRefused)) throw error;
      }
    }), { seed: 52, numRuns: fuzzRuns(500, 40_000) });
  });
});

class Pipe extends Duplex {
  sent = 0;
  override _read(): void {
    // What is to be read is emitted by the test.
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent += chunk.length;
    done();
  }
}

describe("streams of any bytes", { timeout: 120_000 }, () => {
  const anyBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));

  it("as WebSocket frames are messages within their bound, or the end", () => {
    const upgrade = { method: "GET", headers: { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" } } as unknown as IncomingMessage;
    const frame = fc.tuple(fc.constantFrom(0x80, 0, 0x82, 0x02, 0x81, 0x88, 0x89, 0x8a, 0x09, 0xf2, 0x83), fc.constantFrom(0x80, 0x80, 0x80, 0), fc.constantFrom(0, 1, 5, 125, 126, 127), anyBytes).map(([first, mask, size, rest]) => Buffer.from([first, mask | size, ...rest]));
    const sound = fc.tuple(fc.constantFrom(0x80, 0, 0x82, 0x02, 0x89), fc.uint8Array({ maxLength: 9 })).map(([first, data]) => Buffer.from([first, 0x80 | data.length, 0, 0, 0, 0, ...data]));
    const streams = fc.array(fc.oneof({ weight: 4, arbitrary: sound }, { weight: 1, arbitrary: frame }, { weight: 1, arbitrary: anyBytes }), { maxLength: 8 }).map((parts) => Buffer.concat(parts));
    const run = (chunks: readonly Buffer[]): readonly string[] => {
      const pipe = new Pipe();
      const got: string[] = [];
      const socket = new WebSocketConnection(upgrade, pipe, Buffer.alloc(0), "", { message: (data) => void got.push(data.toString("hex")), closed: () => void got.push("closed") });
      for (const chunk of chunks) pipe.emit("data", chunk);
      socket.close();
      return [...got, String(pipe.sent)];
    };
    fc.assert(fc.property(streams, cutAt, (bytes, sizes) => {
      const whole = run([bytes]);
      expect(run(cut(bytes, sizes))).toEqual(whole);
      expect(whole.filter((each) => each === "closed")).toHaveLength(1);
    }), { seed: 53, numRuns: fuzzRuns(300, 30_000) });
  });

  it("as SPDY frames are streams, data and ends, or refused by name", () => {
    const headers = (text: string): Buffer => deflateSync(Buffer.from(text, "latin1"), { dictionary: headerDictionary, finishFlush: constants.Z_SYNC_FLUSH });
    const one = headers("\0\0\0\x01\0\0\0\nstreamtype\0\0\0\x05stdin");
    const control = (kind: number, version: number, flags: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([0x80, version, 0, kind, flags, 0, 0, body.length]), body]);
    const id = (stream: number): Buffer => Buffer.from([0, 0, 0, stream]);
    const part = fc.oneof(
      fc.nat(7).map((stream) => control(1, 3, 0, Buffer.concat([id(stream), Buffer.alloc(6), one]))),
      fc.tuple(fc.nat(7), anyBytes).map(([stream, data]) => Buffer.concat([Buffer.from([0, 0, 0, stream, stream & 1, 0, 0, data.length]), data])),
      fc.tuple(fc.nat(9), fc.constantFrom(3, 3, 3, 2), fc.nat(3), anyBytes).map(([kind, version, flags, body]) => control(kind, version, flags, body)),
      fc.nat(7).map((stream) => control(3, 3, 0, Buffer.concat([id(stream), id(5)]))),
      fc.constant(control(6, 3, 0, id(1))), anyBytes,
    );
    const run = (chunks: readonly Buffer[]): readonly string[] => {
      const seen: string[] = [];
      const spdy = new SpdyConnection((data) => void seen.push(`> ${data.length}`), {
        opened: (stream, given) => seen.push(`${stream} ${[...given].join()}`) > 0, data: (stream, data) => void seen.push(`${stream} ${data.toString("hex")}`), ended: (stream, reset) => void seen.push(`${stream} ended ${reset}`),
      });
      try {
        for (const chunk of chunks) spdy.take(chunk);
      } catch (error) {
        if (!(error instanceof SpdyError)) throw error;
        seen.push(error.message);
      }
      return seen;
    };
    fc.assert(fc.property(fc.array(part, { maxLength: 6 }).map((parts) => Buffer.concat(parts)), cutAt, (bytes, sizes) => {
      expect(run(cut(bytes, sizes))).toEqual(run([bytes]));
    }), { seed: 54, numRuns: fuzzRuns(150, 10_000) });
  });

  it("of forwarded ports are whole requests however they are cut, or refused by name", () => {
    const pieces = ["GET / HTTP/1.1\r\n", "POST /a HTTP/1.0\r\n", "Host: x\r\n", "Content-Length: 3\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999\r\n", "Transfer-Encoding: chunked\r\n", "__proto__: x\r\n", "\r\n", "abc", "3\r\nabc\r\n", "0\r\n\r\n", "zz\r\n", "*1\r\n$4\r\nPING\r\n", "*9\r\n", "*-1\r\n", "$-1\r\n", "PING\r\n", "line\n", "\n", "\0", "é"];
    const run = (chunks: readonly Buffer[]): readonly (ReadPayload | string)[] => {
      const reader = new PayloadReader();
      const found: (ReadPayload | string)[] = [];
      try {
        for (const chunk of chunks) found.push(...reader.take(chunk));
      } catch (error) {
        if (!(error instanceof PayloadError)) throw error;
        found.push(error.message);
      }
      return found;
    };
    fc.assert(fc.property(several(pieces, 10), cutAt, (text, sizes) => {
      const bytes = Buffer.from(text);
      const whole = run([bytes]);
      const [last] = whole.slice(-1);
      // What was read before a refusal in the same chunk is not handed on.
      if (typeof last !== "string") expect(run(cut(bytes, sizes))).toEqual(whole);
    }), { seed: 55, numRuns: fuzzRuns(400, 40_000) });
  });
});

it("any schedule is read or refused in words", { timeout: 120_000 }, () => {
  const tokens = ["*", "*/", "0", "5", "59", "60", "-", ",", "/", " ", " ", "?", "L", "#", "MON", "jan", "@every ", "@hourly", "@", "1h", "30s", "1.5", "h", "TZ=", "CRON_TZ=", "UTC ", "Europe/Berlin ", "99999999999999999999"];
  fc.assert(fc.property(several(tokens, 12), (text) => {
    const schedule = parseSchedule(text);
    expect(typeof schedule === "string" ? schedule.length > 0 : JSON.stringify(schedule).length < 10_000).toBe(true);
  }), { seed: 56, numRuns: fuzzRuns(600, 40_000) });
});
