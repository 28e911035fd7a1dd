import { formatRfc3339 } from "../../../../base/rfc3339.ts";
import type { Applet, CommandIo } from "../shell/commandIo.ts";

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const longDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function unescape(text: string): string {
  return text.replace(/\\(n|t|r|\\|0[0-7]{0,3}|"|a|b|e)/g, (_, code: string) => ({ n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', a: "", b: "\b", e: "\u001b" })[code] ?? String.fromCharCode(Number.parseInt(code.slice(1) || "0", 8)));
}

/** The lines of the files named, or of the input where none is. */
export function inputLines(io: CommandIo, files: readonly string[]): readonly string[] | null {
  const content = inputText(io, files);
  if (content === null) return null;
  const lines = content.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

export function inputText(io: CommandIo, files: readonly string[]): string | null {
  if (files.length === 0 || (files.length === 1 && files[0] === "-")) return io.input;
  let text = "";
  for (const file of files) {
    const content = io.ctx.readFile(io.resolve(file));
    if (content === null) {
      io.err(`${io.args[0] ?? ""}: can't open '${file}': ${io.ctx.isFolder(io.resolve(file)) ? "Is a directory" : "No such file or directory"}\n`);
      return null;
    }
    text += content;
  }
  return text;
}

function echo(io: CommandIo): number {
  let at = 1;
  let newline = true;
  let escapes = false;
  for (; /^-[neE]+$/.test(io.args[at] ?? ""); at++) {
    if ((io.args[at] ?? "").includes("n")) newline = false;
    if ((io.args[at] ?? "").includes("e")) escapes = true;
  }
  const text = io.args.slice(at).join(" ");
  io.out((escapes ? unescape(text) : text) + (newline ? "\n" : ""));
  return 0;
}

function printf(io: CommandIo): number {
  const format = unescape(io.args[1] ?? "");
  let rest = io.args.slice(2);
  do {
    io.out(format.replace(/%(-?[0-9]*)(?:\.[0-9]+)?([sdiuxXc%b])/g, (_, width: string, kind: string) => {
      if (kind === "%") return "%";
      const value = rest[0] ?? "";
      rest = rest.slice(1);
      const text = kind === "s" || kind === "c" ? (kind === "c" ? value.slice(0, 1) : value) : kind === "b" ? unescape(value) : kind === "x" ? Number(value || "0").toString(16) : kind === "X" ? Number(value || "0").toString(16).toUpperCase() : String(Math.trunc(Number(value || "0")) || 0);
      const size = Math.abs(Number(width || "0"));
      return width.startsWith("-") ? text.padEnd(size) : text.padStart(size, width.startsWith("0") && kind !== "s" ? "0" : " ");
    }));
  } while (rest.length > 0 && /%[^%]/.test(format));
  return 0;
}

function date(io: CommandIo): number {
  const unixUs = io.ctx.epochUs + io.ctx.clock();
  const format = io.args.find((arg) => arg.startsWith("+"))?.slice(1) ?? "%a %b %e %H:%M:%S UTC %Y";
  const stamp = formatRfc3339(unixUs, true);
  const [year = "", month = "", day = ""] = stamp.slice(0, 10).split("-");
  const [hour = "", minute = "", second = ""] = stamp.slice(11, 19).split(":");
  const weekday = (Math.floor(unixUs / 86_400_000_000) + 4) % 7;
  const parts: Readonly<Record<string, string>> = {
    Y: year, y: year.slice(2), m: month, d: day, e: String(Number(day)).padStart(2), H: hour, M: minute, S: second, I: String(((Number(hour) + 11) % 12) + 1).padStart(2, "0"), p: Number(hour) < 12 ? "AM" : "PM",
    s: String(Math.floor(unixUs / 1_000_000)), N: `${stamp.slice(20, 26)}000`, F: stamp.slice(0, 10), T: stamp.slice(11, 19), R: stamp.slice(11, 16), D: `${month}/${day}/${year.slice(2)}`, Z: "UTC", z: "+0000",
    a: days[weekday] ?? "", A: longDays[weekday] ?? "", b: months[Number(month) - 1] ?? "", B: months[Number(month) - 1] ?? "", n: "\n", t: "\t", "%": "%", j: "001", u: String(weekday === 0 ? 7 : weekday), w: String(weekday),
  };
  const iso = io.args.some((arg) => arg === "-Iseconds" || arg === "-Is");
  io.out(`${iso ? `${stamp.slice(0, 19)}+00:00` : format.replace(/%([A-Za-z%])/g, (whole, letter: string) => parts[letter] ?? whole)}\n`);
  return 0;
}

function headOrTail(io: CommandIo): ReturnType<Applet["run"]> {
  let count = 10;
  let follow = false;
  const files: string[] = [];
  for (let at = 1; at < io.args.length; at++) {
    const arg = io.args[at] ?? "";
    if (arg === "-n" || arg === "-c") count = Number(io.args[++at] ?? "10");
    else if (/^-n?[0-9]+$/.test(arg)) count = Number(arg.replace(/^-n?/, ""));
    else if (/^-[fF]/.test(arg)) follow = true;
    else files.push(arg);
  }
  if (follow && files[0] === "/dev/null") return { kind: "forever" };
  const lines = inputLines(io, files);
  if (lines === null) return 1;
  const chosen = io.args[0]?.endsWith("head") === true ? lines.slice(0, count) : lines.slice(-count);
  for (const line of chosen) io.out(`${line}\n`);
  return follow ? { kind: "forever" } : 0;
}

function grep(io: CommandIo): number {
  const flags = io.args.slice(1).filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join("");
  const [pattern = "", ...files] = io.args.slice(1).filter((arg) => !/^-[a-zA-Z]+$/.test(arg));
  const lines = inputLines(io, files);
  if (lines === null) return 2;
  const fold = (text: string): string => (flags.includes("i") ? text.toLowerCase() : text);
  const wanted = fold(pattern);
  const alternatives = flags.includes("E") ? wanted.split("|") : [wanted];
  const matches = (line: string): boolean => alternatives.some((each) => matchesSimply(each, fold(line)));
  const found = lines.filter((line) => matches(line) !== flags.includes("v"));
  if (flags.includes("c")) io.out(`${found.length}\n`);
  else if (!flags.includes("q")) for (const line of found) io.out(`${line}\n`);
  return found.length > 0 ? 0 : 1;
}

/** Plain text with ^ and $ at its ends; regular expressions beyond that are not simulated. */
function matchesSimply(pattern: string, line: string): boolean {
  const start = pattern.startsWith("^");
  const end = pattern.endsWith("$");
  const text = pattern.slice(start ? 1 : 0, end ? -1 : undefined);
  if (start && end) return line === text;
  return start ? line.startsWith(text) : end ? line.endsWith(text) : line.includes(text);
}

function seq(io: CommandIo): number {
  const numbers = io.args.slice(1).map(Number);
  const [first, step, last] = numbers.length === 1 ? [1, 1, numbers[0] ?? 0] : numbers.length === 2 ? [numbers[0] ?? 1, 1, numbers[1] ?? 0] : [numbers[0] ?? 1, numbers[1] ?? 1, numbers[2] ?? 0];
  if (step === 0) return 1;
  for (let value = first, count = 0; (step > 0 ? value <= last : value >= last) && count < 100_000; value += step, count++) io.out(`${value}\n`);
  return 0;
}

function wc(io: CommandIo): number {
  const files = io.args.slice(1).filter((arg) => !arg.startsWith("-"));
  const text = inputText(io, files);
  if (text === null) return 1;
  const counts: Readonly<Record<string, number>> = { l: text.split("\n").length - 1, w: text.split(/\s+/).filter((word) => word !== "").length, c: text.length };
  const asked = ["l", "w", "c"].filter((letter) => io.args.includes(`-${letter}`));
  io.out(`${(asked.length === 0 ? ["l", "w", "c"] : asked).map((letter) => counts[letter]).join(" ")}${files[0] === undefined ? "" : ` ${files[0]}`}\n`);
  return 0;
}

function cut(io: CommandIo): number {
  const delimiter = /^-d(.)/.exec(io.args.find((arg) => arg.startsWith("-d")) ?? "")?.[1] ?? io.args[io.args.indexOf("-d") + 1] ?? "\t";
  const flag = io.args.find((arg) => arg.startsWith("-f")) ?? "-f1";
  const field = Number(flag.length > 2 ? flag.slice(2) : (io.args[io.args.indexOf("-f") + 1] ?? "1"));
  for (const line of inputLines(io, []) ?? []) io.out(`${line.includes(delimiter) ? (line.split(delimiter)[field - 1] ?? "") : line}\n`);
  return 0;
}

export const textApplets: Readonly<Record<string, Applet>> = {
  echo: { run: echo }, printf: { run: printf }, date: { run: date }, head: { run: headOrTail }, tail: { run: headOrTail }, grep: { run: grep }, seq: { run: seq }, wc: { run: wc }, cut: { run: cut },
  cat: {
    run: (io) => {
      const text = inputText(io, io.args.slice(1).filter((arg) => !/^-[a-z]$/.test(arg)));
      if (text === null) return 1;
      io.out(text);
      return 0;
    },
  },
  sort: {
    run: (io) => {
      const lines = [...(inputLines(io, io.args.slice(1).filter((arg) => !arg.startsWith("-"))) ?? [])].sort((a, b) => (io.args.includes("-n") ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
      for (const line of io.args.includes("-r") ? lines.reverse() : lines) io.out(`${line}\n`);
      return 0;
    },
  },
  uniq: {
    run: (io) => {
      let last: string | null = null;
      for (const line of inputLines(io, io.args.slice(1).filter((arg) => !arg.startsWith("-"))) ?? []) if (line !== last) io.out(`${(last = line)}\n`);
      return 0;
    },
  },
  tee: {
    run: (io) => {
      for (const file of io.args.slice(1)) {
        if (file === "-a") continue;
        const path = io.resolve(file);
        const problem = io.ctx.tryWriteFile(path, (io.args.includes("-a") ? (io.ctx.readFile(path) ?? "") : "") + io.input);
        if (problem !== null) io.err(`tee: ${file}: ${problem}\n`);
      }
      io.out(io.input);
      return 0;
    },
  },
};
