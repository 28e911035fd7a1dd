import type { CommandIo } from "../shell/commandIo.ts";

export interface Options {
  /** Letters and long names that were given, with their values: "" for those without. */
  readonly given: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** Splits a command's words into options and operands; `valued`: letters and long names that take a value. */
export function readOptions(args: readonly string[], valued: readonly string[] = []): Options {
  const given = new Map<string, string>();
  const words: string[] = [];
  for (let at = 1; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      words.push(...args.slice(at + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      given.set(name, equals >= 0 ? arg.slice(equals + 1) : valued.includes(name) ? (args[++at] ?? "") : "");
    } else if (/^-[^-]/.test(arg)) {
      for (let letter = 1; letter < arg.length; letter++) {
        const name = arg[letter] ?? "";
        if (!valued.includes(name)) {
          given.set(name, "");
          continue;
        }
        const value = arg.slice(letter + 1) || (args[++at] ?? "");
        given.set(name, given.has(name) ? `${given.get(name) ?? ""}\n${value}` : value);
        break;
      }
    } else {
      words.push(arg);
    }
  }
  return { given, words };
}

/** The lines of the files named, or of the input where none is. */
export function inputLines(io: CommandIo, files: readonly string[]): readonly string[] | null {
  const content = inputText(io, files);
  return content === null ? null : linesOf(content);
}

export function linesOf(content: string): readonly string[] {
  const lines = content.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

export function inputText(io: CommandIo, files: readonly string[]): string | null {
  if (files.length === 0) return io.input;
  let text = "";
  for (const file of files) {
    const content = fileText(io, file);
    if (content === null) return null;
    text += content;
  }
  return text;
}

/** A file's text, "-" and devices included; null, with a message, where it cannot be read. */
export function fileText(io: CommandIo, file: string): string | null {
  if (file === "-" || file === "/dev/stdin") return io.input;
  if (file === "/dev/null") return "";
  const path = io.resolve(file);
  const content = io.ctx.readFile(path);
  if (content !== null) return content;
  const why = io.ctx.isFolder(path) ? "Is a directory" : "No such file or directory";
  io.err(io.args[0] === "cat" || io.args[0] === "grep" ? (why === "Is a directory" ? `${io.args[0]}: ${file}: ${why}\n` : `${io.args[0]}: can't open '${file}': ${why}\n`) : `${io.args[0] ?? ""}: ${file}: ${why}\n`);
  return null;
}

export function complain(io: CommandIo, text: string, status = 1): number {
  io.err(`${io.args[0] ?? ""}: ${text}\n`);
  return status;
}
