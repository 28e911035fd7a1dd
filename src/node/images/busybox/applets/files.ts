import { formatRfc3339 } from "../../../../base/rfc3339.ts";
import { compareText } from "../../../../base/compareText.ts";
import type { Applet, CommandIo } from "../shell/commandIo.ts";
import { compare, testFile } from "../shell/conditions.ts";
import { matchesGlob } from "../shell/glob.ts";
import { userName } from "../../processTitles.ts";
import { complain, readOptions } from "./options.ts";

function operands(io: CommandIo): readonly string[] {
  return readOptions(io.args, valued[io.args[0] ?? ""] ?? []).words;
}

const valued: Readonly<Record<string, readonly string[]>> = { mkdir: ["m"], touch: ["d", "t", "r"], mktemp: ["p", "t"], install: ["m", "o", "g"], cp: [], ln: [] };

function exists(io: CommandIo, path: string): boolean {
  return io.ctx.readFile(path) !== null || io.ctx.isFolder(path);
}

const mostWords = 200;

/** `test` and `[`. */
function test(io: CommandIo): number {
  let words = io.args.slice(1);
  if (io.args[0] === "[" || io.args[0] === "[[") {
    if (words[words.length - 1] !== io.args[0].replaceAll("[", "]")) return complain(io, `missing ${io.args[0].replaceAll("[", "]")}`, 2);
    words = words.slice(0, -1);
  }
  return words.length > mostWords ? complain(io, "too many arguments", 2) : evaluate(words, io) ? 0 : 1;
}

function evaluate(words: readonly string[], io: CommandIo): boolean {
  const [first = "", second = "", third = ""] = words;
  if (words.length === 0) return false;
  if (words.length === 1) return first !== "";
  if (words.length === 3) {
    const result = compare(second, first, third);
    if (result !== null) return result;
  }
  const or = words.indexOf("-o");
  if (or > 0) return evaluate(words.slice(0, or), io) || evaluate(words.slice(or + 1), io);
  const and = words.indexOf("-a");
  if (and > 0) return evaluate(words.slice(0, and), io) && evaluate(words.slice(and + 1), io);
  if (first === "!") return !evaluate(words.slice(1), io);
  if (first === "(" && words[words.length - 1] === ")") return evaluate(words.slice(1, -1), io);
  if (words.length !== 2) return false;
  if (first === "-n") return second !== "";
  if (first === "-z") return second === "";
  if (first === "-t") return io.ctx.stdin === "terminal";
  return testFile(first, io.resolve(second), io.ctx);
}

/** Kind, mode, links, owner and group in their columns. Folders that volumes give to a group hand it on. */
function access(path: string, isFolder: boolean, { ctx }: CommandIo): string {
  const [user, group] = ctx.user === undefined ? [0, 0] : (ctx.ownerOf?.(path, isFolder) ?? [0, 0]);
  const mode = !isFolder ? "-rw-r--r--    1" : group === 0 || user !== 0 ? "drwxr-xr-x    2" : "drwxrwsrwx    2";
  return `${mode} ${userName(user).padEnd(8)} ${userName(group).padEnd(8)}`;
}

function sizeOf(path: string, content: string, { ctx }: CommandIo): number {
  return ctx.sizeOf?.(path) ?? content.length;
}

function ls(io: CommandIo): number {
  const { given, words } = readOptions(io.args);
  const long = given.has("l");
  const visible = (name: string): boolean => !name.startsWith(".") || given.has("a") || given.has("A");
  const line = (path: string, name: string): string => {
    const content = io.ctx.readFile(path);
    const shown = given.has("F") && content === null ? `${name}/` : name;
    if (!long) return `${shown}\n`;
    const when = formatRfc3339(io.ctx.epochUs);
    const stamp = `${["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][Number(when.slice(5, 7)) - 1] ?? ""} ${String(Number(when.slice(8, 10))).padStart(2)} ${when.slice(11, 16)}`;
    return `${access(path, content === null, io)} ${String(content === null ? 4096 : sizeOf(path, content, io)).padStart(9)} ${stamp} ${shown}\n`;
  };
  let status = 0;
  const isFile = (path: string): boolean => io.ctx.readFile(io.resolve(path)) !== null || (given.has("d") && io.ctx.isFolder(io.resolve(path)));
  // Files first, then folders, each by name.
  const asked = (words.length === 0 ? ["."] : [...words]).sort((a, b) => Number(isFile(b)) - Number(isFile(a)) || compareText(a, b));
  for (const [at, path] of asked.entries()) {
    const full = io.resolve(path);
    if (isFile(path)) io.out(line(full, path));
    else if (io.ctx.isFolder(full)) {
      const folders = given.has("R") ? [full, ...foldersUnder(io, full)] : [full];
      for (const folder of folders) {
        if (words.length > 1 || given.has("R")) io.out(`${at > 0 || folder !== full ? "\n" : ""}${path}${folder.slice(full.length)}:\n`);
        const names = io.ctx.listFiles(folder).filter(visible);
        if (long) io.out(`total ${names.length * 4}\n`);
        if (given.has("a")) io.out(line(folder, ".") + line(folder, ".."));
        for (const name of given.has("r") ? [...names].reverse() : names) io.out(line(`${folder === "/" ? "" : folder}/${name}`, name));
      }
    } else status = complain(io, `${path}: No such file or directory`);
  }
  return status;
}

function remove(io: CommandIo): number {
  const { given, words } = readOptions(io.args);
  const kept = (path: string, why: string | null): number => (why === null ? 0 : complain(io, `can't remove '${path}': ${why}`));
  let status = 0;
  for (const path of words) {
    const full = io.resolve(path);
    if (io.ctx.readFile(full) !== null) status = kept(path, io.ctx.tryWriteFile(full, null)) || status;
    else if (io.ctx.isFolder(full) && (given.has("r") || given.has("R"))) for (const file of filesUnder(io, full)) status = kept(path, io.ctx.tryWriteFile(file, null)) || status;
    else if (!given.has("f") || io.ctx.isFolder(full)) status = kept(path, io.ctx.isFolder(full) ? "Is a directory" : "No such file or directory");
  }
  return status;
}

const mostFiles = 5_000;

/** All files below a folder, with the marks of empty folders. */
export function filesUnder(io: CommandIo, folder: string, depth = 0): readonly string[] {
  if (depth > 16) return [];
  const base = folder === "/" ? "" : folder;
  return [...(io.ctx.readFile(`${base}/.keep`) === null ? [] : [`${base}/.keep`]), ...io.ctx.listFiles(folder).flatMap((name) => (io.ctx.readFile(`${base}/${name}`) !== null ? [`${base}/${name}`] : filesUnder(io, `${base}/${name}`, depth + 1)))].slice(0, mostFiles);
}

function foldersUnder(io: CommandIo, folder: string, depth = 0): readonly string[] {
  const base = folder === "/" ? "" : folder;
  if (depth > 16) return [];
  return io.ctx.listFiles(folder).filter((name) => io.ctx.readFile(`${base}/${name}`) === null).flatMap((name) => [`${base}/${name}`, ...foldersUnder(io, `${base}/${name}`, depth + 1)]).slice(0, mostFiles);
}

function copy(io: CommandIo, move: boolean): number {
  const { given, words } = readOptions(io.args, ["t"]);
  const target = io.resolve(given.get("t") ?? words[words.length - 1] ?? "");
  const sources = given.has("t") ? words : words.slice(0, -1);
  if (sources.length === 0) return complain(io, "missing file operand");
  let status = 0;
  for (const path of sources) {
    const full = io.resolve(path);
    const isFile = io.ctx.readFile(full) !== null;
    if (!isFile && !io.ctx.isFolder(full)) {
      status = complain(io, `can't ${move ? "rename" : "stat"} '${path}': No such file or directory`);
      continue;
    }
    if (!isFile && !move && !given.has("r") && !given.has("R") && !given.has("a")) {
      status = complain(io, `omitting directory '${path}'`);
      continue;
    }
    // "cp -r a/. b" takes what is in a.
    const name = /(^|\/)\.$/.test(path) ? "" : `/${full.split("/").pop() ?? ""}`;
    const to = io.ctx.isFolder(target) ? `${target === "/" ? "" : target}${name}` : target;
    for (const source of isFile ? [full] : filesUnder(io, full)) {
      status = problem(io, path, io.ctx.tryWriteFile(to + source.slice(full.length), io.ctx.readFile(source) ?? "")) || status;
      if (move && status === 0) io.ctx.tryWriteFile(source, null);
    }
  }
  return status;
}

function link(io: CommandIo): number {
  const { words } = readOptions(io.args);
  const [from = "", to = ""] = words;
  const content = io.ctx.readFile(io.resolve(from));
  // Links are not simulated: a copy of what is there now.
  if (content === null) return 0;
  const target = io.resolve(to === "" ? (from.split("/").pop() ?? "") : to);
  return problem(io, to, io.ctx.tryWriteFile(io.ctx.isFolder(target) ? `${target}/${from.split("/").pop() ?? ""}` : target, content));
}

function makeFolders(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["m"]);
  let status = 0;
  for (const path of words) {
    const full = io.resolve(path);
    const parent = full.slice(0, full.lastIndexOf("/")) || "/";
    if (exists(io, full)) status = given.has("p") && io.ctx.isFolder(full) ? status : complain(io, `can't create directory '${path}': File exists`);
    else if (!given.has("p") && !io.ctx.isFolder(parent)) status = complain(io, `can't create directory '${path}': No such file or directory`);
    else status = problem(io, path, io.ctx.tryWriteFile(`${full}/.keep`, "")) || status;
  }
  return status;
}

function problem(io: CommandIo, path: string, text: string | null): number {
  return text === null ? 0 : complain(io, `${path}: ${text}`);
}

function find(io: CommandIo): number {
  const at = io.args.findIndex((arg, index) => index > 0 && /^[-(!]/.test(arg));
  const roots = io.args.slice(1, at < 0 ? undefined : at);
  const tests = at < 0 ? [] : io.args.slice(at);
  const value = (name: string): string | null => (tests.includes(name) ? (tests[tests.indexOf(name) + 1] ?? "") : null);
  const depth = Number(value("-maxdepth") ?? "99");
  const least = Number(value("-mindepth") ?? "0");
  const name = value("-name");
  const anyCase = value("-iname")?.toLowerCase() ?? null;
  const kind = value("-type");
  const path = value("-path");
  let status = 0;
  for (const root of roots.length === 0 ? ["."] : roots) {
    const full = io.resolve(root);
    if (!exists(io, full)) {
      status = complain(io, `${root}: No such file or directory`);
      continue;
    }
    const all = io.ctx.readFile(full) !== null ? [full] : [full, ...foldersUnder(io, full), ...filesUnder(io, full).filter((each) => !each.endsWith("/.keep"))].sort(compareText);
    for (const each of all) {
      const inside = each.slice(full === "/" ? 0 : full.length);
      const level = each === full ? 0 : inside.split("/").length - 1;
      const base = each.split("/").pop() ?? "";
      const isFile = io.ctx.readFile(each) !== null;
      if (level > depth || level < least || (kind === "f" && !isFile) || (kind === "d" && isFile) || kind === "l") continue;
      if ((name !== null && !matchesGlob(name, base)) || (anyCase !== null && !matchesGlob(anyCase, base.toLowerCase()))) continue;
      const shown = each === full ? root : `${root === "/" ? "" : root.replace(/\/$/, "")}${inside.startsWith("/") ? inside : `/${inside}`}`;
      if (path !== null && !matchesGlob(path, shown)) continue;
      if (tests.includes("-empty") && (isFile ? io.ctx.readFile(each) !== "" : io.ctx.listFiles(each).length > 0)) continue;
      if (tests.includes("-delete")) io.ctx.tryWriteFile(each, null);
      else io.out(tests.includes("-print0") ? `${shown}\0` : `${shown}\n`);
    }
  }
  return status;
}

function stat(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["c"]);
  let status = 0;
  for (const path of words) {
    const full = io.resolve(path);
    const content = io.ctx.readFile(full);
    if (!exists(io, full)) {
      status = complain(io, `can't stat '${path}': No such file or directory`);
      continue;
    }
    const size = content === null ? 4096 : sizeOf(full, content, io);
    const format = given.get("c");
    const stamp = formatRfc3339(io.ctx.epochUs + io.ctx.clock()).replace("T", " ").replace("Z", "");
    if (format !== undefined) io.out(`${format.replace(/%([nsaAFUGuYyh])/g, (_, letter: string) => ({ n: path, s: String(size), a: content === null ? "755" : "644", A: content === null ? "drwxr-xr-x" : "-rw-r--r--", F: content === null ? "directory" : "regular file", U: "root", G: "root", u: "0", Y: String(Math.floor((io.ctx.epochUs + io.ctx.clock()) / 1_000_000)), y: stamp, h: "1" })[letter] ?? "")}\n`);
    else io.out(`  File: ${path}\n  Size: ${size}\t\tBlocks: 8          IO Block: 4096   ${content === null ? "directory" : "regular file"}\nAccess: (${content === null ? "0755/drwxr-xr-x" : "0644/-rw-r--r--"})  Uid: (    0/    root)   Gid: (    0/    root)\nAccess: ${stamp}.000000000 +0000\nModify: ${stamp}.000000000 +0000\nChange: ${stamp}.000000000 +0000\n`);
  }
  return status;
}

function du(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["d"]);
  for (const path of words.length === 0 ? ["."] : words) {
    const full = io.resolve(path);
    const bytes = (io.ctx.readFile(full) !== null ? [full] : filesUnder(io, full)).reduce((sum, file) => sum + sizeOf(file, io.ctx.readFile(file) ?? "", io), 0);
    const blocks = Math.max(4, Math.ceil(bytes / 4096) * 4);
    io.out(`${given.has("h") ? (blocks >= 1024 ? `${(blocks / 1024).toFixed(1)}M` : `${blocks}.0K`) : blocks}\t${path}\n`);
  }
  return 0;
}

function makeTemporary(io: CommandIo): number {
  const { given, words } = readOptions(io.args, ["p", "t"]);
  const random = io.ctx.random.fork("mktemp");
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const path = (words[0] ?? "/tmp/tmp.XXXXXX").replace(/X+$/, (marks) => [...marks].map(() => letters[random.int(0, letters.length - 1)] ?? "a").join(""));
  io.ctx.tryWriteFile(given.has("d") ? `${io.resolve(path)}/.keep` : io.resolve(path), "");
  io.out(`${path}\n`);
  return 0;
}

export const fileApplets: Readonly<Record<string, Applet>> = {
  test: { run: test }, "[": { run: test }, "[[": { run: test }, ls: { run: ls }, rm: { run: remove }, cp: { run: (io) => copy(io, false) }, mv: { run: (io) => copy(io, true) }, ln: { run: link }, find: { run: find }, stat: { run: stat }, du: { run: du }, mktemp: { run: makeTemporary },
  touch: { run: (io) => operands(io).reduce((status, path) => problem(io, path, io.ctx.isFolder(io.resolve(path)) ? null : io.ctx.tryWriteFile(io.resolve(path), io.ctx.readFile(io.resolve(path)) ?? "")) || status, 0) },
  mkdir: { run: makeFolders }, rmdir: { run: (io) => operands(io).reduce((status, path) => (io.ctx.listFiles(io.resolve(path)).length > 0 ? complain(io, `'${path}': Directory not empty`) : problem(io, path, io.ctx.tryWriteFile(`${io.resolve(path)}/.keep`, null)) || status), 0) },
  chmod: { run: (io) => operands(io).slice(1).reduce((status, path) => (exists(io, io.resolve(path)) ? status : complain(io, `${path}: No such file or directory`)), 0) }, chown: { run: () => 0 }, chgrp: { run: () => 0 },
  basename: { run: (io) => { const name = (io.args[1] ?? "").split("/").filter((part) => part !== "").pop() ?? "/"; const suffix = io.args[2] ?? ""; io.out(`${suffix !== "" && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name}\n`); return 0; } },
  dirname: { run: (io) => { const path = (io.args[1] ?? "").replace(/(.)\/+$/, "$1"); const at = path.lastIndexOf("/"); io.out(`${at < 0 ? "." : at === 0 ? "/" : path.slice(0, at)}\n`); return 0; } },
  pwd: { run: (io) => { io.out(`${io.cwd}\n`); return 0; } },
  readlink: { run: (io) => { const path = operands(io)[0] ?? ""; if (!readOptions(io.args).given.has("f")) return 1; io.out(`${io.resolve(path)}\n`); return 0; } }, realpath: { run: (io) => { io.out(`${io.resolve(operands(io)[0] ?? "")}\n`); return 0; } },
};
