import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { Applet, CommandIo } from "../shell/commandIo.ts";
import { filesUnder } from "./files.ts";

/**
 * tar with files of text, as `kubectl cp` uses it. Archives are text here as everything is, so sizes count the bytes that the text
 * will have in UTF-8. NOT IMPLEMENTED: binary content, compression, links, owners and modes.
 */
const block = 512;

interface Options {
  readonly mode: "c" | "x" | "t" | "";
  readonly file: string;
  readonly folder: string;
  readonly verbose: boolean;
  readonly paths: readonly string[];
}

function optionsOf(args: readonly string[]): Options {
  let mode: Options["mode"] = "";
  let file = "-";
  let folder = ".";
  let verbose = false;
  const paths: string[] = [];
  for (let at = 1; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "-C") folder = args[++at] ?? ".";
    else if (arg.startsWith("--")) continue;
    else if (at === 1 || (arg.startsWith("-") && arg !== "-")) {
      for (const letter of arg.replace(/^-/, "")) {
        if (letter === "c" || letter === "x" || letter === "t") mode = letter;
        else if (letter === "v") verbose = true;
        else if (letter === "f") file = args[++at] ?? "-";
      }
    } else paths.push(arg);
  }
  return { mode, file, folder, verbose, paths };
}

function tar(io: CommandIo): number {
  const options = optionsOf(io.args);
  const folder = resolvePath(options.folder, io.cwd);
  if (options.mode === "c") return create(io, options, folder);
  if (options.mode !== "x" && options.mode !== "t") {
    io.err("tar: must specify one of -c, -x, or -t\n");
    return 1;
  }
  const archive = options.file === "-" ? io.input : io.ctx.readFile(io.resolve(options.file));
  if (archive === null) {
    io.err(`tar: can't open '${options.file}': No such file or directory\n`);
    return 1;
  }
  return read(io, options, folder, archive);
}

function create(io: CommandIo, { paths, file, verbose }: Options, folder: string): number {
  let archive = "";
  let status = 0;
  for (const path of paths) {
    const full = resolvePath(path, folder);
    const found = io.ctx.readFile(full) !== null ? [full] : io.ctx.isFolder(full) ? filesUnder(io, full) : null;
    if (found === null) {
      io.err(`tar: ${path}: No such file or directory\n`);
      status = 1;
      continue;
    }
    if (path.startsWith("/")) io.err("tar: removing leading '/' from member names\n");
    const base = path.replace(/^\/+|\/+$/g, "");
    if (io.ctx.readFile(full) === null) archive += header(`${base}/`, 0, "5", io);
    for (const each of found) {
      const content = io.ctx.readFile(each) ?? "";
      const name = base + each.slice(full.length);
      if (verbose) io.err(`${name}\n`);
      const size = byteLength(content);
      archive += header(name, size, "0", io) + content + "\0".repeat((block - (size % block)) % block);
    }
  }
  archive += "\0".repeat(block * 2);
  if (file === "-") io.out(archive);
  else io.ctx.tryWriteFile(io.resolve(file), archive);
  return status;
}

function header(name: string, size: number, kind: "0" | "5", io: CommandIo): string {
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const field = (text: string, width: number): string => text + "\0".repeat(Math.max(0, width - byteLength(text)));
  const seconds = Math.floor((io.ctx.epochUs + io.ctx.clock()) / 1_000_000);
  const before = field(cut(name, 100), 100) + octal(kind === "5" ? 0o755 : 0o644, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(seconds, 12);
  const after = `${kind}${"\0".repeat(100)}ustar\0${"00"}${field("root", 32)}${field("root", 32)}${"\0".repeat(183)}`;
  let sum = 8 * 32;
  for (const byte of bytesOf(before + after)) sum += byte;
  return `${before}${sum.toString(8).padStart(6, "0")}\0 ${after}`;
}

function read(io: CommandIo, { mode, verbose }: Options, folder: string, archive: string): number {
  let at = 0;
  while (at + block <= archive.length && archive[at] !== "\0") {
    const head = archive.slice(at, skipBytes(archive, at, block));
    const magic = head.indexOf("ustar");
    const text = (from: number, size: number): string => (head.slice(from, from + size).split("\0")[0] ?? "").trim();
    const size = Number.parseInt(text(124, 12), 8);
    if (magic < 0 || !Number.isInteger(size)) {
      io.err("tar: invalid tar magic (files that are not text are not simulated)\n");
      return 1;
    }
    const prefix = text(345, 155);
    const name = (prefix === "" ? "" : `${prefix}/`) + text(0, 100);
    const start = skipBytes(archive, at, block);
    const end = skipBytes(archive, start, size);
    if (mode === "t" || verbose) io.out(`${name}\n`);
    if (mode === "x" && (head[156] === "0" || head[156] === "\0")) {
      const content = archive.slice(start, end);
      // What was no text has come in with marks in the place of its bytes: stored, it would be another file.
      const problem = content.includes("\ufffd") ? "files that are not text are not simulated" : io.ctx.tryWriteFile(resolvePath(name.replace(/^\/+/, ""), folder), content);
      if (problem !== null) {
        io.err(`tar: can't create '${name}': ${problem}\n`);
        return 1;
      }
    }
    at = skipBytes(archive, end, (block - (size % block)) % block);
  }
  return 0;
}

function cut(text: string, most: number): string {
  return text.slice(0, skipBytes(text, 0, most));
}

function widthOf(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
}

/** Where the text is after so many bytes of UTF-8. */
function skipBytes(text: string, from: number, bytes: number): number {
  let at = from;
  for (let left = bytes; left > 0 && at < text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    left -= widthOf(code);
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}

export function byteLength(text: string): number {
  let size = 0;
  for (const char of text) size += widthOf(char.codePointAt(0) ?? 0);
  return size;
}

function bytesOf(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const width = widthOf(code);
    if (width === 1) bytes.push(code);
    else for (let left = width - 1; left >= 0; left--) bytes.push(left === width - 1 ? (0xf00 >> width & 0xff) | (code >> (6 * left)) : 0x80 | ((code >> (6 * left)) & 0x3f));
  }
  return bytes;
}

export const archiveApplets: Readonly<Record<string, Applet>> = { tar: { run: tar } };
