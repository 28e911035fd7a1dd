import { adapters, engineLayers, layers } from "./layers.ts";

export interface SourceFile {
  /** From src: "client/clientSet.ts". */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Path from src for our own modules, else null. */
  readonly target: string | null;
  readonly typeOnly: boolean;
}

const mostLines = 500;

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes("/testing/") || path.startsWith("tidy/");
}

/** Comments and texts go, so that only code is looked at; line breaks stay. */
export function codeOf(text: string): string {
  let code = "";
  for (let index = 0; index < text.length; ) {
    const two = text.slice(index, index + 2);
    const char = text[index] ?? "";
    if (two === "//" || two === "/*") {
      const end = two === "//" ? text.indexOf("\n", index) : text.indexOf("*/", index);
      const stop = end < 0 ? text.length : two === "//" ? end : end + 2;
      code += text.slice(index, stop).replaceAll(/[^\n]/g, " ");
      index = stop;
    } else if (char === '"' || char === "'" || char === "`") {
      let end = index + 1;
      while (end < text.length && text[end] !== char && (char === "`" || text[end] !== "\n")) end += text[end] === "\\" ? 2 : 1;
      code += char + text.slice(index + 1, end).replaceAll(/[^\n]/g, " ") + (text[end] ?? "");
      index = end + 1;
    } else {
      code += char;
      index += 1;
    }
  }
  return code;
}

function resolvePath(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/").replace(/\?.*$/, "");
}

export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  const statements = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
  for (const match of file.text.matchAll(statements)) {
    const specifier = match[2] ?? "";
    const names = /\{([^}]*)\}/.exec(match[0])?.[1] ?? null;
    const allTypes = names !== null && names.split(",").filter((name) => name.trim() !== "").every((name) => name.trim().startsWith("type "));
    found.push({ from: file.path, specifier, target: specifier.startsWith(".") ? resolvePath(file.path, specifier) : null, typeOnly: match[1] !== undefined || allTypes });
  }
  for (const match of file.text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)) {
    const specifier = match[1] ?? "";
    found.push({ from: file.path, specifier, target: specifier.startsWith(".") ? resolvePath(file.path, specifier) : null, typeOnly: false });
  }
  return found;
}

function layerOf(path: string): string {
  return path.split("/")[0] ?? "";
}

function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Imports that the layer table does not allow. */
export function layerViolations(files: readonly SourceFile[]): readonly string[] {
  const problems: string[] = [];
  for (const file of files) {
    if (isTest(file.path) || !file.path.includes("/")) continue;
    const from = layerOf(file.path);
    const layer = layers[from];
    if (layer === undefined) {
      problems.push(`${file.path}: the folder "${from}" is in no layer: put it where architecture says`);
      continue;
    }
    for (const found of importsOf(file)) {
      if (found.target === null) {
        const name = packageOf(found.specifier);
        const adapter = adapters[name];
        if (adapter !== undefined && adapter !== file.path && !layer.packages.includes("*")) {
          problems.push(`${file.path}: imports ${name}: only ${adapter} may, go through it`);
          continue;
        }
        const nodeOnly = from === "gateway" || from === "bench" || file.path.startsWith("hosts/transports/nodeThread");
        if (found.specifier.startsWith("node:") ? !nodeOnly : !layer.packages.includes("*") && !layer.packages.includes(name)) {
          problems.push(`${file.path}: imports ${found.specifier}: not on the package list of ${from} (src/tidy/layers.ts)`);
        }
        continue;
      }
      const to = layerOf(found.target);
      const allowed = to === from || layer.may.some((entry) =>
        entry === to || (entry === `${to} (types)` && found.typeOnly) || (entry.includes("/") && found.target?.replace(/\.tsx?$/, "") === entry));
      if (!allowed) problems.push(`${file.path}: imports ${found.target}: ${from} may import only ${layer.may.join(", ")}`);
    }
  }
  return problems;
}

/** Import cycles among modules that are loaded at run time. */
export function cycles(files: readonly SourceFile[]): readonly string[] {
  const edges = new Map(files.map((file) => [file.path, importsOf(file).filter((found) => !found.typeOnly && found.target !== null).map((found) => found.target as string)]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) return void found.push([...trail.slice(at), path].join(" -> "));
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return found;
}

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  readonly planted: string;
}

/** What code of layers 0-5 may not contain, and what to use instead. */
export const engineBans: readonly Ban[] = [
  { pattern: /\bDate\.now\b/, instead: "ctx.now or ctx.clock()", planted: "const t = Date.now();" },
  { pattern: /\bnew Date\(\s*\)/, instead: "ctx.clock() with base/rfc3339.ts", planted: "const t = new Date();" },
  { pattern: /\bMath\.random\b/, instead: "ctx.random.fork(purpose)", planted: "const r = Math.random();" },
  { pattern: /\bMath\.(?:exp|log|log2|log10|log1p|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)\b/, instead: "integers, or base/naturalLog.ts", planted: "const x = Math.log(2);" },
  { pattern: /\bcrypto\b/, instead: "@noble/hashes or base/p256.ts", planted: "const id = crypto.randomUUID();" },
  { pattern: /\.localeCompare\b/, instead: "base/compareText.ts", planted: "a.localeCompare(b);" },
  { pattern: /\bIntl\b/, instead: "plain formatting", planted: "new Intl.NumberFormat();" },
  { pattern: /\.toLocale\w+/, instead: "plain formatting", planted: "x.toLocaleString();" },
  { pattern: /\basync\b|\bawait\b/, instead: "a message or a timer", planted: "async function f() {}" },
  { pattern: /\bPromise\b/, instead: "a message or a timer", planted: "new Promise(() => {});" },
  { pattern: /\bconsole\./, instead: "ctx.trace", planted: "console.log(1);" },
  { pattern: /\bset(?:Timeout|Interval)\b|\bqueueMicrotask\b/, instead: "ctx.setTimer", planted: "setTimeout(f, 1);" },
];

/** What no code of ours may contain. */
export const generalBans: readonly Ban[] = [
  { pattern: /\beval\(|\bnew Function\(/, instead: "data", planted: 'eval("1");' },
  { pattern: /\bdangerouslySetInnerHTML\b|\.innerHTML\b|\.outerHTML\b|\.insertAdjacentHTML\b/, instead: "React text", planted: "node.innerHTML = text;" },
  { pattern: /\bas any\b|:\s*any\b|<any>/, instead: "unknown and a guard", planted: "const x = y as any;" },
  { pattern: /\bexport default\b/, instead: "a named export", planted: "export default x;" },
  { pattern: /^\s*(?:export\s+)?(?:const\s+)?enum\s/m, instead: "a union of string literals", planted: "enum E { A }" },
];

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function banViolations(file: SourceFile, bans: readonly Ban[]): readonly string[] {
  const code = codeOf(file.text);
  return bans.flatMap((ban) => {
    const match = ban.pattern.exec(code);
    return match === null ? [] : [`${file.path}:${lineOf(code, match.index)}: ${match[0].trim()} is banned here: use ${ban.instead}`];
  });
}

export function bannedCode(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (isTest(file.path)) return [];
    return [...banViolations(file, generalBans), ...(engineLayers.includes(layerOf(file.path)) ? banViolations(file, engineBans) : [])];
  });
}

/** Where properties are tried on values that differ from run to run. */
function unseeded(text: string): readonly number[] {
  const begins = [...text.matchAll(/\bfc\.assert\(/g)].map((match) => match.index);
  return begins.filter((begin, at) => !/\bseed\b/.test(text.slice(begin, begins[at + 1])));
}

const badNames = /(?:^|\/)(?:utils?|helpers?|common|misc)(?:\/|\.tsx?$)/;

/** Length, names, and words that must not be left behind. */
export function styleViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const problems: string[] = [];
    const lines = file.text.split("\n").length - 1;
    if (lines > mostLines) problems.push(`${file.path}: ${lines} lines, the limit is ${mostLines}: split it by subject`);
    if (badNames.test(file.path)) problems.push(`${file.path}: name it by its subject`);
    if (file.path.startsWith("tidy/")) return problems;
    const marker = /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|nocheck|expect-error)|\b(?:it|test|describe)\.(?:only|todo)\b/.exec(file.text);
    if (marker !== null) problems.push(`${file.path}:${lineOf(file.text, marker.index)}: ${marker[0]}: finish it, or list it under NOT IMPLEMENTED`);
    for (const index of unseeded(file.text)) problems.push(`${file.path}:${lineOf(file.text, index)}: give the property a seed: what is found must be found again`);
    return problems;
  });
}

const topLevel = new Set(["package.json", "package-lock.json", "tsconfig.json", "index.html", "vite.config.ts", "README.md", "LICENSE", "src", "public", "e2e"]);
/** What tools make there and git does not keep. */
const madeByTools = new Set(["node_modules", "dist", "test-results", "playwright-report"]);

/** Names beside the given ones in the project's own folder. */
export function layoutViolations(names: readonly string[]): readonly string[] {
  return names.filter((name) => !name.startsWith(".") && !/^tsconfig\.[a-z]+\.json$/.test(name) && !name.endsWith(".tsbuildinfo") && !topLevel.has(name) && !madeByTools.has(name)).map((name) => `${name}: the top level is given: it belongs beside what it serves`);
}
