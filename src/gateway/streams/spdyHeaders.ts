import { Unzlib } from "fflate";

const names =
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status".split(" ");
const more = ["200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin"];
const codes = "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505";
const reasons = "203 Non-Authoritative Information|204 No Content|301 Moved Permanently|400 Bad Request|401 Unauthorized|403 Forbidden|404 Not Found|500 Internal Server Error|501 Not Implemented|503 Service Unavailable".replaceAll("|", "");
const tail = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

function counted(text: string): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([size, Buffer.from(text)]);
}

/** What both ends of SPDY/3 presume to have been sent before the first header. */
export const headerDictionary = Buffer.concat([...[...names, ...more].map(counted), Buffer.from(codes + reasons + tail)]);

const mostHeaderBytes = 64 * 1024;
const mostHeaders = 100;

export class SpdyError extends Error {}

/** Unpacks header blocks; one compression context a connection. */
export class HeaderReader {
  private unpacked: Buffer = Buffer.alloc(0);
  private readonly inflate = new Unzlib({ dictionary: headerDictionary }, (data) => {
    if (this.unpacked.length + data.length > mostHeaderBytes) throw new SpdyError("the headers are too large");
    this.unpacked = Buffer.concat([this.unpacked, data]);
  });

  read(block: Buffer): ReadonlyMap<string, string> {
    this.unpacked = Buffer.alloc(0);
    try {
      this.inflate.push(block);
    } catch {
      throw new SpdyError("the headers cannot be unpacked");
    }
    return parse(this.unpacked);
  }
}

function parse(bytes: Buffer): ReadonlyMap<string, string> {
  let at = 0;
  const number = (): number => {
    if (at + 4 > bytes.length) throw new SpdyError("the headers are cut short");
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const size = number();
    if (at + size > bytes.length) throw new SpdyError("the headers are cut short");
    at += size;
    return bytes.toString("utf8", at - size, at);
  };
  const count = number();
  if (count > mostHeaders) throw new SpdyError("too many headers");
  const headers = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    const name = text();
    headers.set(name.toLowerCase(), text());
  }
  return headers;
}

/** Packs empty header blocks: all that a reply needs. Stored, not compressed, each ended so that the reader can go on at once. */
export class HeaderWriter {
  private begun = false;

  empty(): Buffer {
    const block = Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff]);
    if (this.begun) return block;
    this.begun = true;
    const head = Buffer.alloc(6);
    head.writeUInt16BE(0x78bb);
    head.writeUInt32BE(adler32(headerDictionary), 2);
    return Buffer.concat([head, block]);
  }
}

export function adler32(bytes: Buffer): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}
