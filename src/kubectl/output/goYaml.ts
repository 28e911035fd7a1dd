import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

// Follows sigs.k8s.io/yaml (go-yaml 2): how kubectl prints YAML. Keys sorted, lists at the indentation of their key, no line is folded.

const plainWords: ReadonlySet<string> = new Set(
  ["", "~", "null", "Null", "NULL", "<<", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"].concat(
    ["y", "yes", "on", "true", "n", "no", "off", "false"].flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()]),
  ),
);
const integer = /^[-+]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][0-9_]*|0)$/;
const float = /^[-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]\s*\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?\s*(Z|[-+]\d{1,2}(:?\d{2})?)?)?$/;

/** Whether a plain scalar of this text would be read as something else than a text. */
function readsOtherwise(text: string): boolean {
  return plainWords.has(text) || integer.test(text) || float.test(text) || base60.test(text) || timestamp.test(text);
}

interface Analysis {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

function isLetter(char: string): boolean {
  return /\p{L}/u.test(char);
}

function isPrintable(code: number): boolean {
  return code === 0x0a || (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code < 0xd800) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff) || code >= 0x10000;
}

/** Follows yaml_emitter_analyze_scalar. */
function analyze(text: string): Analysis {
  let indicators = text.startsWith("---") || text.startsWith("...");
  let special = false;
  let breaks = false;
  let breakSpace = false;
  let spaceBreak = false;
  const chars = [...text];
  chars.forEach((char, at) => {
    const next = chars[at + 1];
    const followed = next === undefined || next === " " || next === "\t" || next === "\n";
    const before = chars[at - 1];
    if (at === 0 && "#,[]{}&*!|>'\"%@`".includes(char)) indicators = true;
    if (at === 0 && (char === "?" || char === "-") && followed) indicators = true;
    if (char === ":" && followed) indicators = true;
    if (char === "#" && (before === " " || before === "\t" || before === "\n")) indicators = true;
    if (!isPrintable(char.codePointAt(0) ?? 0)) special = true;
    if (char === "\n") breaks = true;
    if (char === " " && before === "\n") breakSpace = true;
    if (char === "\n" && before === " ") spaceBreak = true;
  });
  const first = chars[0];
  const last = chars.at(-1);
  const edged = first === " " || first === "\n" || last === " " || last === "\n";
  const broken = spaceBreak || special;
  return { plain: !(edged || breakSpace || broken || breaks || indicators), single: !(breakSpace || broken), block: !(last === " " || broken) };
}

const escapes: Readonly<Record<string, string>> = { "\0": "\\0", "\x07": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r", "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\u0085": "\\N", "\u00a0": "\\_", "\u2028": "\\L", "\u2029": "\\P" };

function doubleQuoted(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const short = escapes[char];
    if (short !== undefined && (code < 0x20 || code === 0x22 || code === 0x5c || !isPrintable(code) || code >= 0x85)) out += short;
    else if (isPrintable(code)) out += char;
    else out += code < 0x100 ? `\\x${code.toString(16).toUpperCase().padStart(2, "0")}` : code < 0x10000 ? `\\u${code.toString(16).toUpperCase().padStart(4, "0")}` : `\\U${code.toString(16).toUpperCase().padStart(8, "0")}`;
  }
  return `${out}"`;
}

function literal(text: string, indent: number): string {
  const hint = text.startsWith(" ") || text.startsWith("\n") ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  return `|${hint}${chomp}\n${body.split("\n").map((line) => (line === "" ? "" : " ".repeat(indent) + line)).join("\n")}`;
}

function scalarText(text: string, indent: number, isKey: boolean): string {
  const { plain, single, block } = analyze(text);
  if (text.includes("\n")) return block && !isKey ? literal(text, indent) : doubleQuoted(text);
  if (readsOtherwise(text)) return doubleQuoted(text);
  if (plain) return text;
  return single ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

/** Follows Go's %v of a float64 inside go-yaml, which JSON's numbers become. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([-+])(\d)$/, "e$10$2");
}

/** Follows go-yaml's keyList: digits by their number, letters after all others. */
export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const digit = (char: string | undefined) => char !== undefined && /\d/.test(char);
  for (let at = 0; at < left.length && at < right.length; at++) {
    const l = left[at] ?? "";
    const r = right[at] ?? "";
    if (l === r) continue;
    const order = l < r ? -1 : 1;
    if (isLetter(l) && isLetter(r)) return order;
    if (isLetter(l) || isLetter(r)) return isLetter(r) ? -1 : 1;
    const number = (chars: readonly string[]) => {
      let end = at;
      while (digit(chars[end])) end++;
      return { end, value: Number(`0${chars.slice(at, end).join("")}`) };
    };
    let lead = 0;
    if (l === "0" || r === "0") for (let back = at - 1; back >= 0 && digit(left[back]); back--) if (left[back] !== "0") lead = 1;
    const ln = number(left);
    const rn = number(right);
    const power = (end: number) => lead * 10 ** (end - at);
    const lv = ln.value + power(ln.end);
    const rv = rn.value + power(rn.end);
    if (lv !== rv) return lv < rv ? -1 : 1;
    if (ln.end !== rn.end) return ln.end < rn.end ? -1 : 1;
    return order;
  }
  return left.length - right.length;
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}

function inline(value: Json, indent: number): string {
  if (typeof value === "string") return scalarText(value, indent, false);
  if (typeof value === "number") return numberText(value);
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "[]" : "{}";
}

function mappingLines(value: JsonObject, indent: number): string {
  const pad = " ".repeat(indent);
  return Object.keys(value)
    .sort(compareKeys)
    .map((key, at) => `${at === 0 ? "" : pad}${scalarText(key, indent, true)}:${below(value[key] ?? null, indent)}`)
    .join("");
}

/** What follows "key:". */
function below(value: Json, indent: number): string {
  if (typeof value !== "object" || value === null || isEmpty(value)) return ` ${inline(value, indent + 2)}\n`;
  if (Array.isArray(value)) return `\n${" ".repeat(indent)}${listLines(value as readonly Json[], indent)}`;
  return `\n${" ".repeat(indent + 2)}${mappingLines(value as JsonObject, indent + 2)}`;
}

function listLines(list: readonly Json[], indent: number): string {
  const pad = " ".repeat(indent);
  return list
    .map((item, at) => {
      const head = `${at === 0 ? "" : pad}- `;
      if (typeof item !== "object" || item === null || isEmpty(item)) return `${head}${inline(item, indent + 2)}\n`;
      return head + (Array.isArray(item) ? listLines(item as readonly Json[], indent + 2) : mappingLines(item as JsonObject, indent + 2));
    })
    .join("");
}

/** A value as kubectl prints it with -o yaml, with the line break at its end. */
export function goYaml(value: Json): string {
  if (typeof value !== "object" || value === null || isEmpty(value)) return `${inline(value, 0)}\n`;
  return Array.isArray(value) ? listLines(value as readonly Json[], 0) : mappingLines(value as JsonObject, 0);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key] ?? null)]));
}

/** A value as kubectl prints it with -o json: four spaces, keys sorted, what HTML minds as escapes. */
export function goIndentedJson(value: Json): string {
  return `${JSON.stringify(sorted(value), null, 4).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
