import { ShellSyntaxError, type Part, type Word } from "./ast.ts";

/** What stands in ${ }: `start` is after the brace, the result after the one that closes it; `read` makes words of its parts. */
export function readBraces(text: string, start: number, read: (text: string) => Word, parts: Part[], quoted: boolean): number {
  const end = closingBrace(text, start);
  const inner = text.slice(start, end);
  const match = /^([#!]?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(\[[^\]]*\])?(:?[-=+?]|##?|%%?|\^\^?|,,?|\/[/#%]?|:)?/.exec(inner);
  if (match === null) {
    if (inner !== "#") throw new ShellSyntaxError("bad substitution");
    parts.push({ p: "var", name: "#", quoted, op: "", arg: [] });
    return end + 1;
  }
  const [whole, prefix = "", name = "", bracket, op = ""] = match;
  const rest = inner.slice(whole.length);
  if (op === "" && rest !== "") throw new ShellSyntaxError("bad substitution");
  const word = (piece: string): Part[] => [...read(piece)];
  const index = bracket === undefined ? {} : { index: word(bracket.slice(1, -1)) };
  if (op === ":" || op.startsWith("/")) {
    const cut = split(rest, op === ":" ? ":" : "/");
    parts.push({ p: "var", name, quoted, op, arg: word(cut < 0 ? rest : rest.slice(0, cut)), ...(cut < 0 ? {} : { arg2: word(rest.slice(cut + 1)) }), ...index });
  } else {
    parts.push({ p: "var", name, quoted, op: op !== "" ? op : prefix === "#" ? "length" : prefix === "!" ? (bracket === undefined ? "indirect" : "keys") : "", arg: word(rest), ...index });
  }
  return end + 1;
}

/** Where a separator stands outside of quotes, parentheses and inner braces; -1: nowhere. */
function split(text: string, separator: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === "(" || char === "{") depth += 1;
    else if (char === ")" || char === "}") depth -= 1;
    else if (char === separator && depth === 0) return at;
  }
  return -1;
}

function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at += 1;
    else if (char === "'" && depth === 1 && text.indexOf("'", at + 1) > 0 && text.indexOf("'", at + 1) < text.indexOf("}", at)) at = text.indexOf("'", at + 1);
    else if (char === "{") depth += 1;
    else if (char === "}" && --depth === 0) return at;
  }
  throw new ShellSyntaxError("unexpected end of file (expecting \"}\")");
}
