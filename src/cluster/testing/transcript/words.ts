/** A command's words: positional ones, and "--name=value" or "-n value" by name. Quotes hold a word together. */
export interface Words {
  readonly verb: string;
  readonly args: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

const short: Readonly<Record<string, string>> = { n: "namespace", o: "output", A: "all-namespaces" };

export function wordsOf(command: string): Words {
  const [verb = "", ...rest] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  const args: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? "";
    if (word.startsWith("--")) {
      const [name = "", value = "true"] = word.slice(2).split("=");
      options.set(name, value);
    } else if (/^-[a-zA-Z]$/.test(word)) {
      const name = short[word.slice(1)] ?? word;
      options.set(name, name === "all-namespaces" ? "true" : (rest[++index] ?? ""));
    } else {
      args.push(word);
    }
  }
  return { verb, args, options };
}

/** "1m30s" in seconds. */
export function durationSeconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) throw new Error(`"${text}" is no duration, as 1m30s`);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unit === "h" ? 3_600 : unit === "m" ? 60 : 1), 0);
}

/** "deployment/web" or "deployment web". */
export function namedIn(args: readonly string[]): { readonly resource: string; readonly name: string; readonly rest: readonly string[] } {
  const [first = "", second = "", ...others] = args;
  if (!first.includes("/")) return { resource: first, name: second, rest: others };
  const [resource = "", name = ""] = first.split("/");
  return { resource, name, rest: args.slice(1) };
}
