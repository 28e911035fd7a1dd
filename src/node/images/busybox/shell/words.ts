import { ShellSyntaxError, type Part, type ShellNode, type Word } from "./ast.ts";

/** Parses the script inside $( ) or ` `. */
export type ParseScript = (text: string) => ShellNode;

const operators = " \t\n;&|<>()";

/** Reads one word from `at`: quotes, variables, substitutions. The end is at the first character that cannot belong to it. */
export function readWord(text: string, start: number, parse: ParseScript, stops = operators): { readonly word: Word; readonly end: number } {
  const parts: Part[] = [];
  let plain = "";
  let at = start;
  const flush = (): void => {
    if (plain !== "") parts.push({ p: "text", text: plain, quoted: false });
    plain = "";
  };
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === "\\") {
      if (text[at + 1] === "\n") {
        at += 2;
        continue;
      }
      flush();
      parts.push({ p: "text", text: text[at + 1] ?? "\\", quoted: true });
      at += 2;
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw new ShellSyntaxError("unterminated quoted string");
      flush();
      parts.push({ p: "text", text: text.slice(at + 1, end), quoted: true });
      at = end + 1;
    } else if (char === '"') {
      flush();
      at = readDoubleQuoted(text, at + 1, parse, parts);
    } else if (char === "$" || char === "`") {
      flush();
      at = readDollar(text, at, parse, parts, false);
    } else if (stops.includes(char)) {
      break;
    } else {
      plain += char;
      at += 1;
    }
  }
  flush();
  return { word: parts, end: at };
}

function readDoubleQuoted(text: string, start: number, parse: ParseScript, parts: Part[]): number {
  let plain = "";
  let at = start;
  let any = false;
  const flush = (): void => {
    if (plain !== "") parts.push({ p: "text", text: plain, quoted: true });
    any ||= plain !== "";
    plain = "";
  };
  while (at < text.length && text[at] !== '"') {
    const char = text[at] ?? "";
    if (char === "\\" && '$`"\\\n'.includes(text[at + 1] ?? "x")) {
      if (text[at + 1] !== "\n") plain += text[at + 1] ?? "";
      at += 2;
    } else if (char === "$" || char === "`") {
      flush();
      any = true;
      at = readDollar(text, at, parse, parts, true);
    } else {
      plain += char;
      at += 1;
    }
  }
  if (at >= text.length) throw new ShellSyntaxError("unterminated quoted string");
  flush();
  if (!any) parts.push({ p: "text", text: "", quoted: true });
  return at + 1;
}

function readDollar(text: string, at: number, parse: ParseScript, parts: Part[], quoted: boolean): number {
  if (text[at] === "`") {
    const end = text.indexOf("`", at + 1);
    if (end < 0) throw new ShellSyntaxError("unterminated `");
    parts.push({ p: "command", script: parse(text.slice(at + 1, end)), quoted });
    return end + 1;
  }
  if (text.startsWith("$((", at)) {
    const end = closing(text, at + 1);
    if (text[end - 1] === ")") {
      parts.push({ p: "arith", expression: readWord(text.slice(at + 3, end - 1), 0, parse, "").word, quoted });
      return end + 1;
    }
  }
  if (text.startsWith("$(", at)) {
    const end = closing(text, at + 1);
    parts.push({ p: "command", script: parse(text.slice(at + 2, end)), quoted });
    return end + 1;
  }
  if (text[at + 1] === "{") return readBraces(text, at + 2, parse, parts, quoted);
  const name = /^([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(text.slice(at + 1, at + 129))?.[0];
  if (name === undefined) {
    parts.push({ p: "text", text: "$", quoted });
    return at + 1;
  }
  parts.push({ p: "var", name, quoted, op: "", arg: [] });
  return at + 1 + name.length;
}

function readBraces(text: string, start: number, parse: ParseScript, parts: Part[], quoted: boolean): number {
  let depth = 1;
  let end = start;
  for (; end < text.length && depth > 0; end++) {
    if (text[end] === "{") depth += 1;
    else if (text[end] === "}") depth -= 1;
  }
  if (depth > 0) throw new ShellSyntaxError("missing }");
  const inner = text.slice(start, end - 1);
  const match = /^(#?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(:?[-=+?]|##?|%%?)?/.exec(inner);
  if (match === null) throw new ShellSyntaxError("bad substitution");
  const [whole, length, name = "", op = ""] = match;
  parts.push({ p: "var", name, quoted, op: length === "#" && op === "" ? "length" : op, arg: readWord(inner.slice(whole.length), 0, parse, "").word });
  return end;
}

/** Index of the parenthesis that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === "'") at = skip(text, at, "'");
    else if (char === '"') at = skip(text, at, '"');
    else if (char === "(") depth += 1;
    else if (char === ")" && --depth === 0) return at;
  }
  throw new ShellSyntaxError("missing )");
}

function skip(text: string, at: number, quote: string): number {
  for (let next = at + 1; next < text.length; next++) {
    if (text[next] === "\\" && quote === '"') next += 1;
    else if (text[next] === quote) return next;
  }
  throw new ShellSyntaxError("unterminated quoted string");
}
