import type { Applet, CommandIo } from "../shell/commandIo.ts";

function operands(io: CommandIo): readonly string[] {
  return io.args.slice(1).filter((arg) => !arg.startsWith("-"));
}

function flags(io: CommandIo): string {
  return io.args.slice(1).filter((arg) => /^-[A-Za-z]+$/.test(arg)).join("");
}

function exists(io: CommandIo, path: string): boolean {
  return io.ctx.readFile(path) !== null || io.ctx.isFolder(path);
}

/** `test` and `[`. */
function test(io: CommandIo): number {
  let words = io.args.slice(1);
  if (io.args[0] === "[" || io.args[0] === "[[") words = words.slice(0, -1);
  return evaluate(words, io) ? 0 : 1;
}

function evaluate(words: readonly string[], io: CommandIo): boolean {
  const or = words.findIndex((word) => word === "-o" || word === "||");
  if (or > 0) return evaluate(words.slice(0, or), io) || evaluate(words.slice(or + 1), io);
  const and = words.findIndex((word) => word === "-a" || word === "&&");
  if (and > 0) return evaluate(words.slice(0, and), io) && evaluate(words.slice(and + 1), io);
  const [first = "", second = "", third = ""] = words;
  if (first === "!") return !evaluate(words.slice(1), io);
  if (words.length === 0) return false;
  if (words.length === 1) return first !== "";
  if (words.length === 2) {
    const path = io.resolve(second);
    switch (first) {
      case "-n": return second !== "";
      case "-z": return second === "";
      case "-e": return exists(io, path);
      case "-f": return io.ctx.readFile(path) !== null;
      case "-d": return io.ctx.isFolder(path);
      case "-s": return (io.ctx.readFile(path) ?? "") !== "";
      case "-r": case "-w": case "-x": return exists(io, path);
      default: return false;
    }
  }
  switch (second) {
    case "=": case "==": return first === third;
    case "!=": return first !== third;
    case "-eq": return Number(first) === Number(third);
    case "-ne": return Number(first) !== Number(third);
    case "-lt": return Number(first) < Number(third);
    case "-le": return Number(first) <= Number(third);
    case "-gt": return Number(first) > Number(third);
    case "-ge": return Number(first) >= Number(third);
    default: return false;
  }
}

function ls(io: CommandIo): number {
  const paths = operands(io);
  let status = 0;
  for (const path of paths.length === 0 ? ["."] : paths) {
    const full = io.resolve(path);
    if (io.ctx.readFile(full) !== null) io.out(`${path}\n`);
    else if (io.ctx.isFolder(full)) {
      if (paths.length > 1) io.out(`${path}:\n`);
      for (const name of io.ctx.listFiles(full)) if (!name.startsWith(".") || flags(io).includes("a")) io.out(`${name}\n`);
    } else {
      io.err(`ls: ${path}: No such file or directory\n`);
      status = 1;
    }
  }
  return status;
}

function remove(io: CommandIo): number {
  let status = 0;
  for (const path of operands(io)) {
    const full = io.resolve(path);
    if (io.ctx.readFile(full) !== null) {
      status = problem(io, path, io.ctx.tryWriteFile(full, null)) || status;
    } else if (io.ctx.isFolder(full) && /[rR]/.test(flags(io))) {
      for (const file of filesUnder(io, full)) io.ctx.tryWriteFile(file, null);
    } else if (!flags(io).includes("f")) {
      io.err(`rm: can't remove '${path}': ${io.ctx.isFolder(full) ? "Is a directory" : "No such file or directory"}\n`);
      status = 1;
    }
  }
  return status;
}

/** All files below a folder, with the marks of empty folders. */
export function filesUnder(io: CommandIo, folder: string, depth = 0): readonly string[] {
  if (depth > 16) return [];
  return [...(io.ctx.readFile(`${folder}/.keep`) === null ? [] : [`${folder}/.keep`]), ...io.ctx.listFiles(folder).flatMap((name) => (io.ctx.readFile(`${folder}/${name}`) !== null ? [`${folder}/${name}`] : filesUnder(io, `${folder}/${name}`, depth + 1)))];
}

function copy(io: CommandIo, move: boolean): number {
  const paths = operands(io);
  const target = io.resolve(paths[paths.length - 1] ?? "");
  let status = 0;
  for (const path of paths.slice(0, -1)) {
    const full = io.resolve(path);
    const sources = io.ctx.readFile(full) !== null ? [full] : filesUnder(io, full);
    if (sources.length === 0) {
      io.err(`${move ? "mv" : "cp"}: can't stat '${path}': No such file or directory\n`);
      status = 1;
    }
    for (const source of sources) {
      const name = source === full ? (full.split("/").pop() ?? "") : source.slice(full.lastIndexOf("/") + 1);
      const to = io.ctx.isFolder(target) ? `${target}/${name}` : source === full ? target : `${target}${source.slice(full.length)}`;
      status = problem(io, path, io.ctx.tryWriteFile(to, io.ctx.readFile(source) ?? "")) || status;
      if (move) io.ctx.tryWriteFile(source, null);
    }
  }
  return status;
}

function problem(io: CommandIo, path: string, text: string | null): number {
  if (text === null) return 0;
  io.err(`${io.args[0] ?? ""}: ${path}: ${text}\n`);
  return 1;
}

export const fileApplets: Readonly<Record<string, Applet>> = {
  test: { run: test }, "[": { run: test }, "[[": { run: test }, ls: { run: ls }, rm: { run: remove }, cp: { run: (io) => copy(io, false) }, mv: { run: (io) => copy(io, true) },
  touch: { run: (io) => operands(io).reduce((status, path) => problem(io, path, io.ctx.tryWriteFile(io.resolve(path), io.ctx.readFile(io.resolve(path)) ?? "")) || status, 0) },
  mkdir: { run: (io) => operands(io).reduce((status, path) => (io.ctx.isFolder(io.resolve(path)) ? 0 : problem(io, path, io.ctx.tryWriteFile(`${io.resolve(path)}/.keep`, ""))) || status, 0) },
  chmod: { run: () => 0 }, chown: { run: () => 0 }, sync: { run: () => 0 },
  basename: { run: (io) => { io.out(`${(io.args[1] ?? "").split("/").filter((part) => part !== "").pop() ?? "/"}\n`); return 0; } },
  dirname: { run: (io) => { const at = (io.args[1] ?? "").lastIndexOf("/"); io.out(`${at < 0 ? "." : at === 0 ? "/" : (io.args[1] ?? "").slice(0, at)}\n`); return 0; } },
  pwd: { run: (io) => { io.out(`${io.cwd}\n`); return 0; } },
};
