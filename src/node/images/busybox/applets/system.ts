import type { Applet, CommandIo, CommandResult } from "../shell/commandIo.ts";
import { ArithmeticError, evaluateArithmetic } from "../shell/arithmetic.ts";
import { Regex, RegexError } from "../shell/regex.ts";
import { complain, readOptions } from "./options.ts";
import { zeros } from "../../../runtime/zeros.ts";
import { pieceOf } from "./text.ts";

function printenv(io: CommandIo): number {
  const names = io.args.slice(1).filter((arg) => !arg.startsWith("-"));
  let status = 0;
  if (names.length === 0) for (const [name, value] of Object.entries(io.variables)) io.out(`${name}=${value}\n`);
  for (const name of names) {
    const value = Object.hasOwn(io.variables, name) ? io.variables[name] : undefined;
    if (value === undefined) status = 1;
    else io.out(`${value}\n`);
  }
  return status;
}

function expr(io: CommandIo): number {
  const words = io.args.slice(1);
  const print = (value: string): number => {
    io.out(`${value}\n`);
    return value === "" || value === "0" ? 1 : 0;
  };
  const text = (at: number): string => words[at] ?? "";
  if (words[0] === "length") return print(String(text(1).length));
  if (words[0] === "index") return print(String([...text(1)].findIndex((char) => text(2).includes(char)) + 1));
  if (words[0] === "substr") return print(text(1).slice(Number(text(2)) - 1, Number(text(2)) - 1 + Number(text(3))));
  const matched = words[1] === ":" ? [text(0), text(2)] : words[0] === "match" ? [text(1), text(2)] : null;
  try {
    if (matched !== null) {
      const found = new Regex(`^${matched[1] ?? ""}`, false).exec(matched[0] ?? "");
      return print((matched[1] ?? "").includes("\\(") ? (found?.groups[1] ?? "") : String(found === null ? 0 : found.end));
    }
    const joined = words.map((word) => (word === "=" ? "==" : word)).join(" ");
    if (words.length === 1) return print(text(0));
    const comparison = words.length === 3 && ["=", "==", "!="].includes(text(1)) ? (text(0) === text(2)) === (text(1) !== "!=") : null;
    return print(comparison === null ? String(evaluateArithmetic(joined, { get: () => "x", set: () => undefined })) : comparison ? "1" : "0");
  } catch (error) {
    if (error instanceof ArithmeticError) return complain(io, error.message === "divide by zero" ? "division by zero" : "syntax error", 2);
    if (error instanceof RegexError) return complain(io, error.message, 2);
    throw error;
  }
}

function uname(io: CommandIo): number {
  const letters = readOptions(io.args).given;
  const parts: readonly (readonly [string, string])[] = [["s", "Linux"], ["n", io.ctx.hostname], ["r", "6.8.0-orrery"], ["v", "#1 SMP"], ["m", "x86_64"], ["o", "GNU/Linux"]];
  io.out(`${(letters.size === 0 ? [parts[0]] : parts.filter(([letter]) => letters.has("a") || letters.has(letter))).map((part) => part?.[1] ?? "").join(" ")}\n`);
  return 0;
}

const sizes: Readonly<Record<string, number>> = { "": 1, c: 1, k: 1_024, K: 1_024, kB: 1_000, M: 1_048_576, MB: 1_000_000, G: 1_073_741_824 };
const longestBlocks = 262_144;

const largestFile = 1_099_511_627_776;
const noSpace = "No space left on device";

/** fallocate and truncate: a file of zeros, or one that is cut off. */
function resize(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["l", "s"]);
  const [, digits = "0", unit = ""] = /^([0-9]+)([a-zA-Z]*)$/.exec(given.get("l") ?? given.get("s") ?? "") ?? [];
  const bytes = Math.min(largestFile, Number(digits) * (sizes[unit.replace(/i?B$/, "")] ?? 1));
  let status = 0;
  for (const path of words) {
    const before = io.ctx.readFile(io.resolve(path)) ?? "";
    const refused = io.ctx.tryWriteFile(io.resolve(path), bytes <= before.length ? before.slice(0, bytes) : zeros(bytes));
    if (refused !== null) status = complain(io, `${path}: ${refused}`);
  }
  return status;
}

/** dd: texts of up to 256 kB, zeros by their number; from /dev/zero to /dev/null it only takes its time. */
function dd(io: CommandIo): CommandResult {
  const of = new Map(io.args.slice(1).map((arg) => [arg.split("=")[0] ?? "", arg.slice(arg.indexOf("=") + 1)]));
  const block = /^([0-9]+)([a-zA-Z]*)$/.exec(of.get("bs") ?? "512");
  const size = Number(block?.[1] ?? 512) * (sizes[block?.[2] ?? ""] ?? 1);
  const count = of.has("count") ? Number(of.get("count")) : Number.POSITIVE_INFINITY;
  const from = of.get("if");
  const to = of.get("of");
  const device = from === "/dev/zero" || from === "/dev/urandom" || from === "/dev/random" ? from : null;
  if (to === "/dev/null" && device !== null) {
    if (!Number.isFinite(count)) return burn(io);
    io.ctx.setTimer(io.timer, Math.max(1_000, Math.round((size * count) / 4_000)));
    io.ctx.spend(Math.round((size * count) / 4_000));
    return { kind: "applet", name: "dd", args: io.args, state: count };
  }
  if (device !== null && to !== undefined && Number.isFinite(count)) {
    const refused = io.ctx.tryWriteFile(io.resolve(to), zeros(Math.min(largestFile, size * count)));
    return refused === null ? records(io, count, size * count) : complain(io, refused === noSpace ? `error writing '${to}': ${refused}` : `can't open '${to}': ${refused}`);
  }
  const all = device !== null ? pieceOf(device, Math.min(longestBlocks, size * count), io) : from === undefined ? io.input : io.ctx.readFile(io.resolve(from));
  if (all === null) return complain(io, `can't open '${from ?? ""}': No such file or directory`);
  const text = all.slice(0, Number.isFinite(count) ? size * count : undefined);
  const problem = to === undefined || to === "/dev/null" ? null : io.ctx.tryWriteFile(io.resolve(to), text.slice(0, longestBlocks));
  if (problem !== null) return complain(io, `can't open '${to ?? ""}': ${problem}`);
  if (to === undefined) io.out(text);
  return records(io, Math.ceil(text.length / size), text.length);
}

/** Work without an end: all of a core. */
function burn(io: CommandIo): CommandResult {
  io.ctx.spend(100_000);
  io.ctx.setTimer(io.timer, 100_000);
  return { kind: "applet", name: "dd", args: io.args, state: -1 };
}

function records(io: CommandIo, count: number, bytes: number): number {
  if (!io.args.includes("status=none")) io.err(`${count}+0 records in\n${count}+0 records out\n${bytes} bytes copied\n`);
  return 0;
}

function df(io: CommandIo): number {
  const human = readOptions(io.args).given.has("h");
  io.out(human ? "Filesystem                Size      Used Available Use% Mounted on\noverlay                 100.0G      8.0G     92.0G   8% /\n" : "Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay              104857600   8388608  96468992   8% /\n");
  return 0;
}

function says(text: (io: CommandIo) => string): Applet {
  return { run: (io) => { io.out(text(io)); return 0; } };
}

function hostname({ args, ctx }: CommandIo): string {
  if (args.includes("-i") || args.includes("-I")) return ctx.podIp;
  const full = (ctx.readFile("/etc/hosts") ?? "").split(/\s+/).find((name) => name.startsWith(`${ctx.hostname}.`)) ?? ctx.hostname;
  if (args.includes("-d")) return full.slice(ctx.hostname.length + 1);
  return args.includes("-f") ? full : ctx.hostname;
}

function done(status: number): Applet {
  return { run: () => status };
}

export const systemApplets: Readonly<Record<string, Applet>> = {
  printenv: { run: printenv }, expr: { run: expr }, uname: { run: uname }, df: { run: df },
  dd: { run: dd, resume: (state, _event, io) => (Number(state) < 0 ? burn(io) : records(io, Number(state), 0)) },
  fallocate: { run: resize }, truncate: { run: resize },
  true: done(0), ":": done(0), false: done(1), sync: done(0), clear: done(0), stty: done(0), reset: done(0),
  hostname: says((io) => `${hostname(io)}\n`),
  tty: says(() => "not a tty\n"), nproc: says(() => "4\n"), arch: says(() => "x86_64\n"), logname: says(() => "root\n"),
  mount: says(() => "overlay on / type overlay (rw,relatime)\nproc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\ntmpfs on /dev type tmpfs (rw,nosuid,size=65536k,mode=755)\n"),
  free: says(() => "              total        used        free      shared  buff/cache   available\nMem:        8388608     1048576     6291456        2048     1048576     7340032\nSwap:             0           0           0\n"),
};
