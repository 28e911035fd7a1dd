import { STATUS_CODES } from "node:http";
import type { HttpRequest, HttpResponse, Payload } from "../../network/packet.ts";

/**
 * Bytes of a connection as what the simulated network carries: requests of HTTP/1, commands of redis' protocol, or lines of text.
 * The cluster has no TCP segments; whoever stands outside translates.
 */
const mostHeadBytes = 64 * 1024;
const mostBodyBytes = 1024 * 1024;

export class PayloadError extends Error {}

export interface ReadPayload {
  readonly payload: Payload;
  /** The client wants no more after the answer. */
  readonly last: boolean;
  /** HEAD: the answer has no body. */
  readonly headOnly: boolean;
}

/** Cuts what a client sends into payloads. */
export class PayloadReader {
  private received: Buffer = Buffer.alloc(0);

  take(data: Buffer): readonly ReadPayload[] {
    this.received = this.received.length === 0 ? data : Buffer.concat([this.received, data]);
    const found: ReadPayload[] = [];
    for (let next = this.next(); next !== null; next = this.next()) found.push(next);
    if (this.received.length > mostHeadBytes + mostBodyBytes) throw new PayloadError("the request is too large");
    return found;
  }

  private next(): ReadPayload | null {
    if (this.received.length === 0) return null;
    const start = this.received.toString("latin1", 0, 16);
    if (/^[A-Z]{3,10} /.test(start) || (/^[A-Z]{1,10}$/.test(start))) return this.http();
    return start.startsWith("*") ? this.redis() : this.line();
  }

  private http(): ReadPayload | null {
    const end = this.received.indexOf("\r\n\r\n");
    if (end < 0) {
      const line = this.received.indexOf("\n");
      // "PING\r\n" is no HTTP.
      if (line >= 0 && !/ HTTP\/1\.[01]\r?\n/.test(this.received.toString("latin1", 0, line + 1))) return this.line();
      if (this.received.length > mostHeadBytes) throw new PayloadError("the head of the request is too large");
      return null;
    }
    const [first = "", ...lines] = this.received.toString("latin1", 0, end).split("\r\n");
    const [method = "GET", path = "/", version = ""] = first.split(" ");
    if (!version.startsWith("HTTP/1.")) return this.line();
    const headers: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const line of lines.slice(0, 200)) {
      const colon = line.indexOf(":");
      if (colon > 0) headers[canonical(line.slice(0, colon).trim())] = line.slice(colon + 1).trim();
    }
    const body = this.body(end + 4, headers);
    if (body === null) return null;
    this.received = this.received.subarray(body.end);
    const { Host: host = "", Connection: connection = "", "Content-Length": _length, "Transfer-Encoding": _encoding, ...others } = headers;
    const request: HttpRequest = { method, host, path, headers: others, body: body.text };
    return { payload: { type: "http", request }, last: connection.toLowerCase() === "close" || version === "HTTP/1.0", headOnly: method === "HEAD" };
  }

  private body(start: number, headers: Readonly<Record<string, string>>): { readonly text: string; readonly end: number } | null {
    if ((headers["Transfer-Encoding"] ?? "").toLowerCase() === "chunked") return this.chunks(start);
    const size = Number(headers["Content-Length"] ?? 0);
    if (!(size >= 0 && size <= mostBodyBytes)) throw new PayloadError("the body of the request is too large");
    return this.received.length < start + size ? null : { text: this.received.toString("utf8", start, start + size), end: start + size };
  }

  private chunks(start: number): { readonly text: string; readonly end: number } | null {
    const parts: Buffer[] = [];
    for (let at = start; ; ) {
      const line = this.received.indexOf("\r\n", at);
      if (line < 0) return null;
      const size = Number.parseInt(this.received.toString("latin1", at, line), 16);
      if (!(size >= 0 && size <= mostBodyBytes)) throw new PayloadError("a chunk of the request is no chunk");
      if (this.received.length < line + 4 + size) return null;
      if (size === 0) return { text: Buffer.concat(parts).toString("utf8"), end: line + 4 };
      parts.push(this.received.subarray(line + 2, line + 2 + size));
      at = line + 4 + size;
    }
  }

  /** A redis client's array of words, as the line that the simulated server reads. */
  private redis(): ReadPayload | null {
    const text = this.received.toString("utf8");
    const [head = "", ...rest] = text.split("\r\n");
    const count = Number(head.slice(1));
    if (!text.includes("\r\n") || rest.length < count * 2 + 1) return null;
    if (!Number.isInteger(count) || count < 0 || count > 1_000) throw new PayloadError("this is no redis command");
    const words = Array.from({ length: count }, (_, index) => rest[index * 2 + 1] ?? "");
    const used = [head, ...rest.slice(0, count * 2)].join("\r\n");
    this.received = this.received.subarray(Buffer.byteLength(used) + 2);
    return { payload: { type: "bytes", text: words.map((word) => (/\s|^$/.test(word) ? `"${word}"` : word)).join(" ") }, last: false, headOnly: false };
  }

  private line(): ReadPayload | null {
    const end = this.received.indexOf("\n");
    if (end < 0) return null;
    const text = this.received.toString("utf8", 0, end).replace(/\r$/, "");
    this.received = this.received.subarray(end + 1);
    return { payload: { type: "bytes", text }, last: false, headOnly: false };
  }
}

/** "user-agent" -> "User-Agent": as the programs in the cluster name them. */
function canonical(name: string): string {
  return name.split("-").map((part) => part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase()).join("-");
}

/** An answer as bytes; null: the connection ends without one. */
export function answerBytes(answer: Payload | null, asked: ReadPayload): Buffer | null {
  if (answer?.type === "bytes") return Buffer.from(answer.text);
  return answer?.type === "httpResponse" ? responseBytes(answer.response, asked) : null;
}

function responseBytes(response: HttpResponse, { last, headOnly }: ReadPayload): Buffer {
  const body = Buffer.from(response.body);
  const headers = Object.entries(response.headers).filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name));
  const lines = headers.map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]+/g, " ")}`);
  const head = [`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}`.trimEnd(), ...lines, `Content-Length: ${body.length}`, `Connection: ${last ? "close" : "keep-alive"}`].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "utf8"), headOnly ? Buffer.alloc(0) : body]);
}
