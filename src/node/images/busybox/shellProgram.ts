import type { Program } from "../program.ts";
import type { OwnPrograms, ShellStart } from "./shell/shell.ts";
import { isCommand, Shell } from "./shellParts.ts";

const shells = ["sh", "/bin/sh", "ash", "/bin/ash", "bash", "/bin/bash", "/usr/bin/bash", "/usr/bin/sh", "dash", "/bin/dash"];

/**
 * The program of a command line that is a shell, one of its commands, or a script file; null where it is none of these.
 * `own`: other programs of the same image that a script may start; such a one takes the shell's place.
 */
export function shellProgram(command: readonly string[], own: OwnPrograms = {}): Program | null {
  const start = shellStart(command, own);
  return start === null ? null : new Shell(start, own);
}

function shellStart(command: readonly string[], own: OwnPrograms): ShellStart | null {
  const [first = "", ...rest] = command;
  if (shells.includes(first)) {
    const at = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
    const errexit = rest.slice(0, at < 0 ? rest.length : at + 1).some((word) => /^-[a-z]*e/.test(word)) ? "set -e\n" : "";
    if (at >= 0) return { script: errexit + (rest[at + 1] ?? ""), name: rest[at + 2] ?? first.split("/").pop() ?? "sh", args: rest.slice(at + 3), shell: first };
    const file = rest.findIndex((word) => !word.startsWith("-"));
    return file < 0 ? { reads: first } : { file: rest[file] ?? "", args: rest.slice(file + 1), shell: first };
  }
  if (isCommand(first) || Object.hasOwn(own, first.split("/").pop() ?? "")) return { command };
  return first.endsWith(".sh") ? { file: first, args: rest, shell: "sh" } : null;
}

export type { OwnPrograms } from "./shell/shell.ts";
