import type { Applet, CommandIo, CommandResult } from "../shell/commandIo.ts";

export function unescape(text: string): string {
  return text.replace(/\\(n|t|r|\\|[0-7]{1,3}|x[0-9a-fA-F]{1,2}|"|a|b|e|f|v)/g, (_, code: string) => {
    const known = ({ n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', a: "\u0007", b: "\b", e: "\u001b", f: "\f", v: "\v" } as Readonly<Record<string, string>>)[code];
    return known ?? String.fromCharCode(code.startsWith("x") ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8));
  });
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

/** A text by printf's rules; `next` gives the values. */
export function formatted(format: string, next: () => string): string {
  return format.replace(/%([-+ 0#]*)(\*|[0-9]*)(?:\.(\*|[0-9]+))?([sdiuxXocfegEGqb%])/g, (_, flags: string, width: string, precision: string | undefined, kind: string) => {
    if (kind === "%") return "%";
    const size = Math.min(Number(width === "*" ? next() : width || "0"), 10_000);
    const digits = precision === undefined ? null : Math.min(Number(precision === "*" ? next() : precision), 100);
    const value = next();
    let text = formattedValue(kind, value, digits);
    if (flags.includes("+") && /[dif]/.test(kind) && !text.startsWith("-")) text = `+${text}`;
    if (flags.includes("#") && kind === "x") text = `0x${text}`;
    if (flags.includes("-")) return text.padEnd(size);
    const zeros = flags.includes("0") && !/[scbq]/.test(kind);
    return zeros && /^[-+]/.test(text) ? (text[0] ?? "") + text.slice(1).padStart(size - 1, "0") : text.padStart(size, zeros ? "0" : " ");
  });
}

function formattedValue(kind: string, value: string, digits: number | null): string {
  const number = (): number => (/^["']/.test(value) ? (value.codePointAt(1) ?? 0) : Number(value.trim() === "" ? "0" : value.trim()) || Number.parseFloat(value) || 0);
  switch (kind) {
    case "s": return digits === null ? value : value.slice(0, digits);
    case "c": return value.slice(0, 1);
    case "b": return unescape(value);
    case "q": return /^[A-Za-z0-9_./-]+$/.test(value) ? value : `'${value}'`;
    case "x": return Math.trunc(number()).toString(16);
    case "X": return Math.trunc(number()).toString(16).toUpperCase();
    case "o": return Math.trunc(number()).toString(8);
    case "f": return number().toFixed(digits ?? 6);
    case "e": case "E": return number().toExponential(digits ?? 6).replace(/e([-+])(\d)$/, "e$10$2");
    case "g": case "G": return String(Number(number().toPrecision(Math.max(1, digits ?? 6))));
    default: return String(Math.trunc(number()));
  }
}

function printf(io: CommandIo): number {
  const at = io.args[1] === "--" ? 2 : 1;
  if (io.args[at] === undefined) return 1;
  const format = unescape(io.args[at] ?? "");
  let rest = io.args.slice(at + 1);
  let before = -1;
  let rounds = 0;
  do {
    before = rest.length;
    io.out(formatted(format, () => {
      const [value = "", ...others] = rest;
      rest = others;
      return value;
    }));
    rounds += 1;
  } while (rest.length > 0 && rest.length < before && rounds < 10_000);
  return 0;
}

function seq(io: CommandIo): number {
  const args = io.args.slice(1).flatMap((word) => (/^-s./.test(word) ? ["-s", word.slice(2)] : [word]));
  const separator = args.indexOf("-s");
  const pads = args.includes("-w");
  const words = args.filter((word, at) => word !== "-s" && word !== "-w" && !(separator >= 0 && at === separator + 1));
  const numbers = words.map(Number);
  if (numbers.length === 0 || numbers.some((each) => !Number.isFinite(each))) {
    io.err(`seq: invalid number '${words.find((word) => !Number.isFinite(Number(word))) ?? ""}'\n`);
    return 1;
  }
  const [first, step, last] = numbers.length === 1 ? [1, 1, numbers[0] ?? 0] : numbers.length === 2 ? [numbers[0] ?? 1, 1, numbers[1] ?? 0] : [numbers[0] ?? 1, numbers[1] ?? 1, numbers[2] ?? 0];
  if (step === 0) return 1;
  const digits = Math.max(...words.map((word) => (word.split(".")[1] ?? "").length));
  const width = pads ? Math.max(...words.map((word) => word.length)) : 0;
  const values: string[] = [];
  const steps = Math.min(50_000, Math.floor((last - first) / step + 1e-9));
  for (let count = 0; count <= steps; count++) values.push((first + count * step).toFixed(digits).padStart(width, "0"));
  if (values.length > 0) io.out(`${values.join(separator < 0 ? "\n" : (args[separator + 1] ?? "\n"))}\n`);
  return 0;
}

/** Words without an end: as much as a pipe takes, ten times a second. */
function yes(io: CommandIo): CommandResult {
  const line = `${io.args.slice(1).join(" ") || "y"}\n`;
  io.out(line.repeat(Math.max(1, Math.floor(8_192 / line.length))));
  io.ctx.spend(50_000);
  io.ctx.setTimer(io.timer, 50_000);
  return { kind: "applet", name: "yes", args: io.args, state: null };
}

export const outputApplets: Readonly<Record<string, Applet>> = { echo: { run: echo }, printf: { run: printf }, seq: { run: seq }, yes: { run: yes, resume: (_state, _event, io) => yes(io) } };
