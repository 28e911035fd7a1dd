import type { Json } from "../../../../base/json.ts";
import { withArgs, type Applet, type CommandIo, type CommandResult } from "../shell/commandIo.ts";
import { Regex, RegexError } from "../shell/regex.ts";
import { filesUnder } from "./files.ts";
import { complain, fileText, linesOf, readOptions, type Options } from "./options.ts";

interface Search {
  readonly test: (line: string) => boolean;
  readonly parts: (line: string) => readonly string[];
}

interface Progress {
  readonly line: number;
  readonly found: number;
  readonly rest: string;
}

const valued = ["e", "m", "A", "B", "C", "f", "max-count", "include"];
const usual: Readonly<Record<string, string>> = { "ignore-case": "i", "invert-match": "v", count: "c", quiet: "q", silent: "q", "line-number": "n", "only-matching": "o", "extended-regexp": "E", "fixed-strings": "F", "word-regexp": "w", recursive: "r", "perl-regexp": "P", "max-count": "m" };

function optionsOf(io: CommandIo): Options {
  const { given, words } = readOptions(io.args, valued);
  return { given: new Map([...given].map(([name, value]) => [usual[name] ?? name, value])), words };
}

function searchOf({ given }: Options, pattern: string, extended: boolean): Search {
  const fold = given.has("i") || given.has("y");
  if (given.has("F")) {
    const patterns = pattern.split("\n").map((each) => (fold ? each.toLowerCase() : each));
    const folded = (line: string): string => (fold ? line.toLowerCase() : line);
    return { test: (line) => patterns.some((each) => (given.has("x") ? folded(line) === each : folded(line).includes(each))), parts: (line) => patterns.filter((each) => each !== "" && folded(line).includes(each)) };
  }
  const regexes = pattern.split("\n").map((each) => new Regex(given.has("x") ? (extended ? `^(${each})$` : `^\\(${each}\\)$`) : given.has("w") ? (extended ? `\\b(${each})\\b` : `\\b\\(${each}\\)\\b`) : each, extended, fold));
  return {
    test: (line) => regexes.some((regex) => regex.test(line)),
    parts: (line) => {
      const found: string[] = [];
      for (let from = 0; from <= line.length; ) {
        const next = regexes.map((regex) => regex.exec(line, from)).filter((match) => match !== null).sort((a, b) => a.start - b.start)[0];
        if (next === undefined) break;
        if (next.end > next.start) found.push(line.slice(next.start, next.end));
        from = Math.max(next.end, next.start + 1);
      }
      return found;
    },
  };
}

interface Plan {
  readonly options: Options;
  readonly search: Search;
  readonly files: readonly string[];
}

function planOf(io: CommandIo): Plan | number {
  const options = optionsOf(io);
  const { given, words } = options;
  let [pattern = "", ...files] = words;
  const named = given.get("e");
  if (named !== undefined) [pattern, files] = [named, [...words]];
  const fromFile = given.get("f");
  if (fromFile !== undefined) {
    const text = fileText(io, fromFile);
    if (text === null) return 2;
    [pattern, files] = [text.replace(/\n$/, ""), [...words]];
  } else if (named === undefined && words.length === 0) return complain(io, "missing pattern", 2);
  try {
    return { options, search: searchOf(options, pattern, given.has("E") || given.has("P") || io.args[0] === "egrep"), files };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return complain(io, `bad regex '${pattern}': ${error.message}`, 2);
  }
}

function grep(io: CommandIo): CommandResult {
  const plan = planOf(io);
  if (typeof plan === "number") return plan;
  const { given } = plan.options;
  const recursive = given.has("r") || given.has("R");
  const context = given.has("A") || given.has("B") || given.has("C");
  if (plan.files.length === 0 && !recursive) {
    if (!context) return { kind: "feed", args: io.args, state: { line: 0, found: 0, rest: "" } };
    return searchText(io, plan, linesOf(io.input), "") > 0 ? 0 : 1;
  }
  const names = recursive ? (plan.files.length === 0 ? ["."] : plan.files).flatMap((file) => (io.ctx.readFile(io.resolve(file)) === null ? filesUnder(io, io.resolve(file)).map((path) => (file.startsWith("/") ? path : `${file.replace(/\/$/, "")}${path.slice(io.resolve(file).length)}`)) : [file])) : plan.files;
  let found = 0;
  let failed = false;
  for (const name of names) {
    const text = fileText(io, name);
    if (text === null) failed = true;
    else found += searchText(io, plan, linesOf(text), (names.length > 1 || recursive || given.has("H")) && !given.has("h") ? name : "");
  }
  return found > 0 ? 0 : failed ? 2 : 1;
}

function searchText(io: CommandIo, { options: { given }, search }: Plan, lines: readonly string[], name: string): number {
  const most = Number(given.get("m") ?? Number.POSITIVE_INFINITY);
  const before = Number(given.get("B") ?? given.get("C") ?? 0);
  const after = Number(given.get("A") ?? given.get("C") ?? 0);
  let found = 0;
  let shown = -1;
  for (const [at, line] of lines.entries()) {
    if (found >= most) break;
    if (search.test(line) === given.has("v")) continue;
    found += 1;
    if (given.has("q") || given.has("c") || given.has("l")) continue;
    if (before + after > 0 && shown >= 0 && at - before > shown + 1) io.out("--\n");
    for (let each = Math.max(shown + 1, at - before); each <= Math.min(lines.length - 1, at + after); each++) {
      print(io, given, search, lines[each] ?? "", each + 1, name, each === at);
      shown = each;
    }
  }
  if (given.has("l") && found > 0) io.out(`${name === "" ? (io.args[io.args.length - 1] ?? "") : name}\n`);
  else if (given.has("c")) io.out(`${name === "" ? "" : `${name}:`}${found}\n`);
  return found;
}

function print(io: CommandIo, given: ReadonlyMap<string, string>, search: Search, line: string, number: number, name: string, hit: boolean): void {
  const mark = hit ? ":" : "-";
  const prefix = `${name === "" ? "" : `${name}${mark}`}${given.has("n") ? `${number}${mark}` : ""}`;
  if (given.has("o") && !given.has("v")) for (const part of search.parts(line)) io.out(`${prefix}${part}\n`);
  else io.out(`${prefix}${line}\n`);
}

function feed(state: Json, text: string, ended: boolean, io: CommandIo): CommandResult {
  const plan = planOf(io);
  if (typeof plan === "number") return plan;
  const { given } = plan.options;
  const progress = state as unknown as Progress;
  const lines = (progress.rest + text).split("\n");
  const rest = lines.pop() ?? "";
  if (ended && rest !== "") lines.push(rest);
  let { line, found } = progress;
  const most = Number(given.get("m") ?? Number.POSITIVE_INFINITY);
  for (const each of lines) {
    line += 1;
    if (plan.search.test(each) === given.has("v")) continue;
    found += 1;
    if (given.has("q")) return 0;
    if (!given.has("c") && !given.has("l")) print(io, given, plan.search, each, line, "", true);
    if (found >= most) break;
  }
  if (!ended && found < most) return { kind: "feed", args: io.args, state: { line, found, rest } };
  if (given.has("c")) io.out(`${found}\n`);
  if (given.has("l") && found > 0) io.out("(standard input)\n");
  return found > 0 ? 0 : 1;
}

export const grepApplets: Readonly<Record<string, Applet>> = { grep: { run: grep, feed }, egrep: { run: grep, feed }, fgrep: { run: (io) => grep(withArgs(io, ["grep", "-F", ...io.args.slice(1)])), feed } };
