import type { Json } from "../../../../base/json.ts";
import { compareText } from "../../../../base/compareText.ts";
import type { Applet, CommandIo, CommandResult } from "../shell/commandIo.ts";
import { complain, fileText, inputLines, inputText, linesOf, readOptions } from "./options.ts";

/** A filter that handles line by line what comes in, as it comes. */
function lineFilter(handle: (line: string, io: CommandIo) => string | null): Applet {
  const feed = (state: Json, text: string, ended: boolean, io: CommandIo): CommandResult => {
    const lines = (String(state) + text).split("\n");
    const rest = lines.pop() ?? "";
    if (ended && rest !== "") lines.push(rest);
    const out = lines.map((line) => handle(line, io)).filter((line) => line !== null);
    if (out.length > 0) io.out(`${out.join("\n")}\n`);
    return ended ? 0 : { kind: "feed", args: io.args, state: rest };
  };
  return {
    run: (io) => {
      const files = filesOf(io);
      if (files.length === 0) return { kind: "feed", args: io.args, state: "" };
      const text = inputText(io, files);
      return text === null ? 1 : feed("", text, true, io);
    },
    feed,
  };
}

const valuedOf: Readonly<Record<string, readonly string[]>> = { cut: ["d", "f", "c", "b", "output-delimiter"], fold: ["w"], nl: ["b", "w", "s"] };

function filesOf(io: CommandIo): readonly string[] {
  return readOptions(io.args, valuedOf[io.args[0] ?? ""] ?? []).words.filter((word) => word !== "-");
}

// ── cat, tee ───────────────────────────────────────────────────────────────

/** /dev/zero and /dev/urandom never end: a piece of them, many times. */
const endless = ["/dev/zero", "/dev/urandom", "/dev/random"];

export function pieceOf(device: string, size: number, io: CommandIo): string {
  if (device === "/dev/zero") return "\0".repeat(size);
  const random = io.ctx.random.fork("urandom");
  let text = "";
  for (let at = 0; at < size; at++) text += String.fromCharCode(random.int(0, 255));
  return text;
}

function cat(io: CommandIo): CommandResult {
  const { given, words } = readOptions(io.args);
  const device = words.find((word) => endless.includes(word));
  if (device !== undefined) return catEndless(device, io);
  if (words.every((word) => word === "-") && !given.has("n")) return { kind: "feed", args: io.args, state: null };
  let status = 0;
  let number = 0;
  for (const word of words.length === 0 ? ["-"] : words) {
    const text = fileText(io, word);
    if (text === null) status = 1;
    else io.out(given.has("n") || given.has("b") ? linesOf(text).map((line) => `${String((number += 1)).padStart(6)}\t${line}\n`).join("") : text);
  }
  return status;
}

function catEndless(device: string, io: CommandIo): CommandResult {
  io.out(pieceOf(device, 4_096, io));
  io.ctx.spend(50_000);
  io.ctx.setTimer(io.timer, 50_000);
  return { kind: "applet", name: "cat", args: io.args, state: device };
}

function tee(io: CommandIo): CommandResult {
  const { given, words } = readOptions(io.args);
  for (const file of words) {
    const path = io.resolve(file);
    const problem = io.ctx.tryWriteFile(path, given.has("a") ? (io.ctx.readFile(path) ?? "") : "");
    if (problem !== null) io.err(`tee: ${file}: ${problem}\n`);
  }
  return { kind: "feed", args: io.args, state: null };
}

function feedTee(_state: Json, text: string, ended: boolean, io: CommandIo): CommandResult {
  for (const file of readOptions(io.args).words) {
    const path = io.resolve(file);
    if (text !== "" && file !== "/dev/stderr") io.ctx.tryWriteFile(path, ((io.ctx.readFile(path) ?? "") + text).slice(-262_144));
    if (file === "/dev/stderr") io.err(text);
  }
  io.out(text);
  return ended ? 0 : { kind: "feed", args: io.args, state: null };
}

// ── head, tail ─────────────────────────────────────────────────────────────

interface Ends {
  readonly count: number;
  readonly bytes: boolean;
  /** tail -n +3: from the third on; head -n -3: all but the last three. */
  readonly turned: boolean;
  readonly follow: boolean;
  readonly quiet: boolean;
  readonly files: readonly string[];
}

function endsOf(io: CommandIo): Ends {
  const head = io.args[0] === "head";
  const { given, words } = readOptions(io.args.map((arg, at) => (/^-[0-9]+$/.test(arg) ? `-n${arg.slice(1)}` : /^\+[0-9]+$/.test(arg) && !head && at === 1 ? `-n${arg}` : arg)), ["n", "c", "lines", "bytes", "s"]);
  const bytes = given.get("c") ?? given.get("bytes");
  const value = bytes ?? given.get("n") ?? given.get("lines") ?? "10";
  const size = /^([-+]?)([0-9]+)([kKmMG]?)/.exec(value);
  return {
    count: Number(size?.[2] ?? "10") * ({ k: 1024, K: 1024, m: 1_048_576, M: 1_048_576, G: 1_073_741_824 }[size?.[3] ?? ""] ?? 1), bytes: bytes !== undefined,
    turned: size?.[1] === (head ? "-" : "+"), follow: given.has("f") || given.has("F"), quiet: given.has("q"), files: words,
  };
}

function cutEnds(text: string, ends: Ends, head: boolean): string {
  if (ends.bytes) return head ? (ends.turned ? text.slice(0, Math.max(0, text.length - ends.count)) : text.slice(0, ends.count)) : ends.turned ? text.slice(Math.max(0, ends.count - 1)) : ends.count === 0 ? "" : text.slice(-ends.count);
  const lines = linesOf(text);
  const chosen = head ? lines.slice(0, ends.turned ? Math.max(0, lines.length - ends.count) : ends.count) : ends.turned ? lines.slice(Math.max(0, ends.count - 1)) : ends.count === 0 ? [] : lines.slice(-ends.count);
  return chosen.map((line) => `${line}\n`).join("");
}

function head(io: CommandIo): CommandResult {
  const ends = endsOf(io);
  const device = ends.files.find((file) => endless.includes(file));
  if (device !== undefined) {
    io.out(pieceOf(device, Math.min(ends.count, 65_536), io));
    return 0;
  }
  if (ends.files.length === 0) return ends.turned ? (io.out(cutEnds(io.input, ends, true)), 0) : { kind: "feed", args: io.args, state: 0 };
  return shownFiles(io, ends, true);
}

function shownFiles(io: CommandIo, ends: Ends, isHead: boolean): number {
  let status = 0;
  for (const [at, file] of ends.files.entries()) {
    const text = fileText(io, file);
    if (text === null) status = 1;
    else io.out((ends.files.length > 1 && !ends.quiet ? `${at > 0 ? "\n" : ""}==> ${file} <==\n` : "") + cutEnds(text, ends, isHead));
  }
  return status;
}

function feedHead(state: Json, text: string, ended: boolean, io: CommandIo): CommandResult {
  const ends = endsOf(io);
  let left = ends.count - Number(state);
  if (ends.bytes) {
    io.out(text.slice(0, left));
    return ended || text.length >= left ? 0 : { kind: "feed", args: io.args, state: Number(state) + text.length };
  }
  let at = 0;
  while (left > 0 && at < text.length) {
    const end = text.indexOf("\n", at);
    if (end < 0) at = text.length;
    else {
      at = end + 1;
      left -= 1;
    }
  }
  io.out(text.slice(0, at));
  return ended || left <= 0 ? 0 : { kind: "feed", args: io.args, state: ends.count - left };
}

const followUs = 1_000_000;

function tail(io: CommandIo): CommandResult {
  const ends = endsOf(io);
  if (ends.files.length === 0) {
    io.out(cutEnds(io.input, ends, false));
    return 0;
  }
  if (!ends.follow) return shownFiles(io, ends, false);
  if (ends.files[0] === "/dev/null") return { kind: "forever" };
  const patient = io.args.some((arg) => /^-[a-zA-Z0-9+]*F/.test(arg));
  const sizes = ends.files.map((file) => {
    const text = io.ctx.readFile(io.resolve(file));
    if (text === null) {
      io.err(`tail: can't open '${file}': No such file or directory\n`);
      return patient ? 0 : -1;
    }
    io.out((ends.files.length > 1 ? `==> ${file} <==\n` : "") + cutEnds(text, ends, false));
    return text.length;
  });
  if (sizes.every((size) => size < 0)) {
    io.err("tail: no files\n");
    return 1;
  }
  io.ctx.setTimer(io.timer, followUs);
  return { kind: "applet", name: "tail", args: io.args, state: { sizes, last: 0 } };
}

/** Once a second what has been added, as busybox' does it. */
function followOn(state: Json, io: CommandIo): CommandResult {
  const ends = endsOf(io);
  let { sizes, last } = state as unknown as { sizes: readonly number[]; last: number };
  sizes = sizes.map((size, at) => {
    const text = size < 0 ? null : io.ctx.readFile(io.resolve(ends.files[at] ?? ""));
    if (text === null) return size < 0 ? size : 0;
    const added = text.length < size ? text : text.slice(size);
    if (added !== "") {
      if (ends.files.length > 1 && last !== at) io.out(`\n==> ${ends.files[at] ?? ""} <==\n`);
      last = at;
      io.out(added);
    }
    return text.length;
  });
  io.ctx.setTimer(io.timer, followUs);
  return { kind: "applet", name: "tail", args: io.args, state: { sizes, last } as unknown as Json };
}

// ── sort, uniq, wc, tr, cut ────────────────────────────────────────────────

function sort(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["k", "t", "o"]);
  const lines = inputLines(io, words);
  if (lines === null) return 1;
  const keys = (given.get("k") ?? "").split("\n").filter((key) => key !== "");
  const separator = given.get("t");
  const flags = [...given.keys()].join("");
  const part = (line: string, key: string): string => {
    const [, from = "1", , to] = /^([0-9]+)(?:\.[0-9]+)?([a-zA-Z]*)(?:,([0-9]+))?/.exec(key) ?? [];
    const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
    return fields.slice(Number(from) - 1, to === undefined ? undefined : Number(to)).join(separator ?? " ");
  };
  const order = (a: string, b: string, letters: string): number => {
    if (letters.includes("h")) return human(a) - human(b);
    if (letters.includes("n") || letters.includes("g")) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
    if (letters.includes("V")) return compareText(numbersPadded(a), numbersPadded(b));
    return letters.includes("f") ? compareText(a.toLowerCase(), b.toLowerCase()) : compareText(a, b);
  };
  const compare = (a: string, b: string): number => {
    for (const key of keys) {
      const letters = /[a-zA-Z]+/.exec(key)?.[0] ?? flags;
      const result = order(part(a, key), part(b, key), letters);
      if (result !== 0) return letters.includes("r") ? -result : result;
    }
    const result = keys.length > 0 ? compareText(a, b) : order(a, b, flags);
    return given.has("r") && keys.length === 0 ? -result : result;
  };
  let sorted = [...lines].sort(compare);
  if (given.has("u")) sorted = sorted.filter((line, at) => at === 0 || compare(sorted[at - 1] ?? "", line) !== 0);
  const text = sorted.map((line) => `${line}\n`).join("");
  const output = given.get("o");
  if (output === undefined) io.out(text);
  else io.ctx.tryWriteFile(io.resolve(output), text);
  return 0;
}

function human(text: string): number {
  const match = /^\s*([0-9.]+)([kKMGT]?)/.exec(text);
  return Number(match?.[1] ?? 0) * 1024 ** "_KMGT".indexOf((match?.[2] ?? "").toUpperCase() || "_");
}

function numbersPadded(text: string): string {
  return text.replace(/[0-9]+/g, (digits) => digits.padStart(16, "0"));
}

function uniq(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["f", "s", "w"]);
  const lines = inputLines(io, words.slice(0, 1));
  if (lines === null) return 1;
  const runs: { line: string; count: number }[] = [];
  for (const line of lines) {
    const last = runs[runs.length - 1];
    if (last !== undefined && (given.has("i") ? last.line.toLowerCase() === line.toLowerCase() : last.line === line)) last.count += 1;
    else runs.push({ line, count: 1 });
  }
  for (const { line, count } of runs) if ((!given.has("d") || count > 1) && (!given.has("u") || count === 1)) io.out(given.has("c") ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`);
  return 0;
}

function wc(io: CommandIo): number {
  const { given, words } = readOptions(io.args);
  const asked = ["l", "w", "c", "m", "L"].filter((letter) => given.has(letter));
  const total = [0, 0, 0];
  let status = 0;
  const show = (counts: readonly (number | undefined)[], name: string): void => {
    const all: Readonly<Record<string, number | undefined>> = { l: counts[0], w: counts[1], c: counts[2], m: counts[2], L: counts[2] };
    const chosen = (asked.length === 0 ? ["l", "w", "c"] : asked).map((letter) => String(all[letter] ?? 0));
    io.out(`${chosen.length === 1 ? (chosen[0] ?? "") : chosen.map((text) => text.padStart(9)).join(" ").slice(1)}${name === "" ? "" : ` ${name}`}\n`);
  };
  for (const word of words.length === 0 ? ["-"] : words) {
    const text = fileText(io, word);
    if (text === null) {
      status = 1;
      continue;
    }
    const counts = [text.split("\n").length - 1, text.split(/\s+/).filter((each) => each !== "").length, (word === "-" ? null : io.ctx.sizeOf?.(io.resolve(word))) ?? text.length];
    for (const [at, count] of counts.entries()) total[at] = (total[at] ?? 0) + count;
    show(counts, word === "-" ? "" : word);
  }
  if (words.length > 1) show(total, "total");
  return status;
}

/** "a-z" and [:upper:] as the characters that they stand for. */
function characters(set: string): readonly string[] {
  const plain = set.replace(/\\(n|t|r|0|\\)/g, (_, code: string) => ({ n: "\n", t: "\t", r: "\r", "0": "\0", "\\": "\\" })[code] ?? code);
  const named = plain.replace(/\[:([a-z]+):\]/g, (_, name: string) => ({ upper: "A-Z", lower: "a-z", digit: "0-9", alpha: "A-Za-z", alnum: "A-Za-z0-9", space: " \t\n\r", blank: " \t", punct: "!-/:-@", xdigit: "0-9A-Fa-f" })[name] ?? "");
  const all: string[] = [];
  for (let at = 0; at < named.length; at++) {
    if (named[at + 1] === "-" && at + 2 < named.length) {
      for (let code = named.charCodeAt(at); code <= named.charCodeAt(at + 2) && all.length < 1_000; code++) all.push(String.fromCharCode(code));
      at += 2;
    } else all.push(named[at] ?? "");
  }
  return all;
}

function feedTr(state: Json, text: string, ended: boolean, io: CommandIo): CommandResult {
  const { given, words } = readOptions(io.args);
  const from = characters(words[0] ?? "");
  const to = characters(words[1] ?? "");
  const inSet = (char: string): boolean => from.includes(char) !== (given.has("c") || given.has("C"));
  const squeezed = given.has("d") || to.length > 0 ? to : from;
  let out = "";
  let last = String(state);
  for (const char of text) {
    let next = char;
    if (inSet(char)) {
      if (given.has("d")) continue;
      if (to.length > 0) next = given.has("c") || given.has("C") ? (to[to.length - 1] ?? "") : (to[Math.min(from.indexOf(char), to.length - 1)] ?? "");
    }
    if (given.has("s") && next === last && (squeezed.length === 0 ? inSet(next) : squeezed.includes(next))) continue;
    out += next;
    last = next;
  }
  io.out(out);
  return ended ? 0 : { kind: "feed", args: io.args, state: last };
}

function inRanges(list: string, at: number): boolean {
  return list.split(",").some((range) => {
    const [from = "", to] = range.split("-");
    return at >= Number(from || "1") && at <= (to === undefined ? Number(from) : to === "" ? Number.POSITIVE_INFINITY : Number(to));
  });
}

function cutLine(line: string, io: CommandIo): string | null {
  const { given } = readOptions(io.args, valuedOf["cut"]);
  const list = given.get("c") ?? given.get("b");
  if (list !== undefined) return [...line].filter((_, at) => inRanges(list, at + 1)).join("");
  const delimiter = given.get("d") ?? "\t";
  if (!line.includes(delimiter)) return given.has("s") ? null : line;
  return line.split(delimiter).filter((_, at) => inRanges(given.get("f") ?? "1", at + 1)).join(given.get("output-delimiter") ?? delimiter);
}

function fold(line: string, io: CommandIo): string {
  const width = Math.max(1, Number(readOptions(io.args, ["w"]).given.get("w") ?? "80"));
  const parts: string[] = [];
  for (let at = 0; at < line.length; at += width) parts.push(line.slice(at, at + width));
  return parts.join("\n");
}

function paste(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["d"]);
  const columns = (words.length === 0 ? ["-"] : words).map((word) => linesOf(fileText(io, word) ?? ""));
  const between = given.get("d") ?? "\t";
  if (given.has("s")) for (const column of columns) io.out(`${column.join(between)}\n`);
  else for (let at = 0; at < Math.max(...columns.map((column) => column.length)); at++) io.out(`${columns.map((column) => column[at] ?? "").join(between)}\n`);
  return 0;
}

function diff(io: CommandIo): number {
  const { given, words } = readOptions(io.args);
  const [left, right] = words.slice(0, 2).map((word) => fileText(io, word));
  if (left === undefined || right === undefined || left === null || right === null) return 2;
  if (left === right) return 0;
  if (given.has("q")) return complain(io, `Files ${words[0] ?? ""} and ${words[1] ?? ""} differ`);
  const [a, b] = [linesOf(left), linesOf(right)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  io.out(`--- ${words[0] ?? ""}\n+++ ${words[1] ?? ""}\n@@ -${start + 1},${a.length - start - end} +${start + 1},${b.length - start - end} @@\n`);
  for (const line of a.slice(start, a.length - end)) io.out(`-${line}\n`);
  for (const line of b.slice(start, b.length - end)) io.out(`+${line}\n`);
  return 1;
}

function whole(handle: (lines: readonly string[], io: CommandIo) => readonly string[]): Applet {
  return {
    run: (io) => {
      const lines = inputLines(io, filesOf(io));
      if (lines === null) return 1;
      io.out(handle(lines, io).map((line) => `${line}\n`).join(""));
      return 0;
    },
  };
}

export const textApplets: Readonly<Record<string, Applet>> = {
  cat: { run: cat, resume: (state, _event, io) => catEndless(String(state), io), feed: (_state, text, ended, io) => { io.out(text); return ended ? 0 : { kind: "feed", args: io.args, state: null }; } },
  tee: { run: tee, feed: feedTee }, head: { run: head, feed: feedHead }, tail: { run: tail, resume: (state, _event, io) => followOn(state, io) },
  sort: { run: sort }, uniq: { run: uniq }, wc: { run: wc }, paste: { run: paste }, diff: { run: diff },
  tr: { run: (io) => ({ kind: "feed", args: io.args, state: "" }), feed: feedTr },
  cut: lineFilter(cutLine), rev: lineFilter((line) => [...line].reverse().join("")), fold: lineFilter(fold),
  tac: whole((lines) => [...lines].reverse()), nl: whole((lines) => { let number = 0; return lines.map((line) => (line === "" ? "       " : `${String((number += 1)).padStart(6)}\t${line}`)); }),
  shuf: whole((lines, io) => { const random = io.ctx.random.fork("shuf"); const rest = [...lines]; const out: string[] = []; while (rest.length > 0) out.push(...rest.splice(random.int(0, rest.length - 1), 1)); return out; }),
};
