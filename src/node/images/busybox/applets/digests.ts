import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Applet, CommandIo } from "../shell/commandIo.ts";
import { complain, fileText, inputText, readOptions } from "./options.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Texts that hold bytes (from /dev/urandom) count a byte a character, others as UTF-8. */
export function base64(text: string): string {
  const bytes = utf8ToBytes(text);
  let out = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const left = bytes.length - at;
    out += (alphabet[a >> 2] ?? "") + (alphabet[((a & 3) << 4) | (b >> 4)] ?? "") + (left > 1 ? (alphabet[((b & 15) << 2) | (c >> 6)] ?? "") : "=") + (left > 2 ? (alphabet[c & 63] ?? "") : "=");
  }
  return out;
}

/** null: it is no base64. */
export function fromBase64(text: string): string | null {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of text.replace(/\s/g, "")) {
    if (char === "=") break;
    const value = alphabet.indexOf(char === "-" ? "+" : char === "_" ? "/" : char);
    if (value < 0) return null;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
    }
  }
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  } catch {
    return String.fromCharCode(...bytes.slice(0, 65_536));
  }
}

function base64Applet(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["w", "wrap"]);
  const text = inputText(io, words);
  if (text === null) return 1;
  if (given.has("d") || given.has("D") || given.has("decode")) {
    const decoded = fromBase64(text);
    if (decoded === null) return complain(io, "truncated input");
    io.out(decoded);
    return 0;
  }
  const width = Number(given.get("w") ?? given.get("wrap") ?? "76");
  const encoded = base64(text);
  io.out(width === 0 ? encoded : `${encoded.replace(/.{76}/g, "$&\n").replace(/\n$/, "")}\n`);
  return 0;
}

function sums(hash: (bytes: Uint8Array) => Uint8Array): Applet {
  return {
    run: (io) => {
      let status = 0;
      for (const word of readOptions(io.args).words.length === 0 ? ["-"] : readOptions(io.args).words) {
        const text = fileText(io, word);
        if (text === null) status = 1;
        else io.out(`${bytesToHex(hash(utf8ToBytes(text)))}  ${word}\n`);
      }
      return status;
    },
  };
}

function dump(io: CommandIo): number {
  const text = inputText(io, readOptions(io.args, ["n", "N", "A", "t", "l", "s"]).words);
  if (text === null) return 1;
  const bytes = [...utf8ToBytes(text)].slice(0, 16_384);
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16);
    io.out(`${at.toString(16).padStart(8, "0")}  ${row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(47)}  |${row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("")}|\n`);
  }
  return 0;
}

export const digestApplets: Readonly<Record<string, Applet>> = {
  base64: { run: base64Applet }, md5sum: sums(md5), sha1sum: sums(sha1), sha256sum: sums(sha256), sha512sum: sums(sha512), hexdump: { run: dump }, xxd: { run: dump }, od: { run: dump },
};
