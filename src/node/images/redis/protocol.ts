/** Splits a command as redis' inline protocol does: words, with "..." and '...' for those with spaces. */
export function splitCommand(text: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let open = false;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quote !== "") {
      if (char === "\\" && quote === '"' && at + 1 < text.length) {
        at += 1;
        word += text[at] === "n" ? "\n" : (text[at] ?? "");
      } else if (char === quote) quote = "";
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      open = true;
    } else if (char === " " || char === "\r" || char === "\n" || char === "\t") {
      if (open) words.push(word);
      word = "";
      open = false;
    } else {
      word += char;
      open = true;
    }
  }
  if (open) words.push(word);
  return words;
}

export function quoteWord(word: string): string {
  return `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

export const ok = "+OK\r\n";
export const none = "$-1\r\n";
export function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}
export function integer(value: number): string {
  return `:${value}\r\n`;
}
export function failure(text: string): string {
  return `-${text}\r\n`;
}
export function array(items: readonly string[]): string {
  return `*${items.length}\r\n${items.map(bulk).join("")}`;
}

/** A reply as redis-cli prints it. */
export function printReply(reply: string): string {
  const first = reply[0];
  const line = reply.slice(1, reply.indexOf("\r\n"));
  if (first === "+") return line;
  if (first === "-") return `(error) ${line}`;
  if (first === ":") return line;
  if (first === "$") return line === "-1" ? "" : reply.slice(reply.indexOf("\r\n") + 2, -2);
  const items: string[] = [];
  let rest = reply.slice(reply.indexOf("\r\n") + 2);
  while (rest.startsWith("$")) {
    const end = rest.indexOf("\r\n");
    const length = Number(rest.slice(1, end));
    items.push(rest.slice(end + 2, end + 2 + length));
    rest = rest.slice(end + 4 + length);
  }
  return items.join("\n");
}
