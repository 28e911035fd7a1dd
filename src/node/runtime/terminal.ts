/** A terminal's line that is being typed: plain data. */
export interface TypedLine {
  readonly text: string;
}

export interface Typed {
  readonly line: TypedLine;
  /** What the terminal shows of it. */
  readonly echo: string;
  /** What the program gets, in order: whole lines, ^C and ^D. */
  readonly keys: readonly ({ readonly key: "line"; readonly text: string } | { readonly key: "interrupt" } | { readonly key: "end" })[];
}

const longestLine = 4_096;

/** The line discipline of a terminal in its usual mode: echo, erase, ^U, ^C, ^D; escape sequences (arrow keys) are swallowed. */
export function type(before: TypedLine, keys: string): Typed {
  let { text } = before;
  let echo = "";
  const done: Typed["keys"][number][] = [];
  for (let at = 0; at < keys.length; at++) {
    const char = keys[at] ?? "";
    if (char === "\r" || char === "\n") {
      done.push({ key: "line", text: `${text}\n` });
      text = "";
      echo += "\r\n";
    } else if (char === "\u007f" || char === "\b") {
      if (text !== "") echo += "\b \b";
      text = text.slice(0, -1);
    } else if (char === "\u0003") {
      text = "";
      echo += "^C\r\n";
      done.push({ key: "interrupt" });
    } else if (char === "\u0004") {
      if (text === "") done.push({ key: "end" });
    } else if (char === "\u0015") {
      echo += "\b \b".repeat(text.length);
      text = "";
    } else if (char === "\u001b") {
      at = endOfEscape(keys, at);
    } else if (char >= " " && text.length < longestLine) {
      text += char;
      echo += char;
    }
  }
  return { line: { text }, echo, keys: done };
}

function endOfEscape(keys: string, at: number): number {
  if (keys[at + 1] !== "[" && keys[at + 1] !== "O") return at + 1;
  let end = at + 2;
  while (end < keys.length && !/[A-Za-z~]/.test(keys[end] ?? "")) end++;
  return end;
}

/** What a program writes, as a terminal shows it. */
export function shown(text: string): string {
  return text.replaceAll(/\r?\n/g, "\r\n");
}
