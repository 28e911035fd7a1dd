import { splitFields } from "./expand.ts";
import { nextLine } from "./input.ts";
import type { Builtin } from "./builtins.ts";
import { assignTo, variableOf, withoutVariable } from "./variables.ts";

/** read [-r] [-p prompt] [-d end] [-n count] [-u fd] [-a array] names: a line, split at IFS. */
export const readLine: Builtin = (shell, thread, words) => {
  let raw = false;
  let end = "\n";
  let fd = 0;
  let array = "";
  let count = 0;
  let at = 1;
  for (; /^-./.test(words[at] ?? ""); at++) {
    const word = words[at] ?? "";
    const value = (): string => (word.length > 2 && !/^-[rs]/.test(word) ? word.slice(2) : (words[++at] ?? ""));
    if (word.includes("r")) raw = true;
    if (word.startsWith("-d")) end = value() || "\0";
    else if (word.startsWith("-u")) fd = Number(value());
    else if (word.endsWith("a")) array = words[++at] ?? "";
    else if (word.startsWith("-n") || word.startsWith("-N")) count = Number(value());
    else if (word.startsWith("-t") || word.startsWith("-i")) value();
    else if (word.endsWith("p")) {
      at += 1;
    }
  }
  const names = words.slice(at);
  let line = nextLine(shell.state, thread, fd, end);
  let text = line?.text ?? "";
  if (!raw) {
    while (text.endsWith("\\") && !text.endsWith("\\\\") && line?.whole === true) {
      line = nextLine(shell.state, thread, fd, end);
      text = text.slice(0, -1) + (line?.text ?? "");
    }
    text = text.replace(/\\(.)/gs, "$1");
  }
  if (count > 0) text = text.slice(0, count);
  const ifs = variableOf(shell.state, thread, "IFS") ?? " \t\n";
  const blank = [...ifs].filter((char) => /\s/.test(char)).join("");
  const trimmed = blank === "" ? text : trim(text, blank);
  if (array !== "") {
    thread.vars = withoutVariable(thread.vars, array);
    for (const [index, value] of (trimmed === "" ? [] : splitFields(trimmed, ifs)).entries()) assignTo(thread, `${array}[${index}]`, value);
  } else if (names.length === 0) {
    assignTo(thread, "REPLY", text);
  } else {
    let rest = trimmed;
    for (const [index, name] of names.entries()) {
      if (index === names.length - 1) {
        assignTo(thread, name, rest);
        break;
      }
      let length = 0;
      while (length < rest.length && !ifs.includes(rest[length] ?? "")) length += 1;
      assignTo(thread, name, rest.slice(0, length));
      let next = length;
      while (next < rest.length && blank.includes(rest[next] ?? "")) next += 1;
      if (next < rest.length && ifs.includes(rest[next] ?? "") && !blank.includes(rest[next] ?? "")) next += 1;
      while (next < rest.length && blank.includes(rest[next] ?? "")) next += 1;
      rest = rest.slice(next);
    }
  }
  return line?.whole === true ? 0 : 1;
};

function trim(text: string, blank: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && blank.includes(text[start] ?? "")) start += 1;
  while (end > start && blank.includes(text[end - 1] ?? "")) end -= 1;
  return text.slice(start, end);
}

/** mapfile [-t] array: all lines of the input. */
export const readLines: Builtin = (_shell, thread, words, io) => {
  const name = words.slice(1).find((word) => !word.startsWith("-")) ?? "MAPFILE";
  const lines = io.input.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  thread.vars = withoutVariable(thread.vars, name);
  for (const [index, line] of lines.entries()) assignTo(thread, `${name}[${index}]`, words.includes("-t") ? line : `${line}\n`);
  return 0;
};
