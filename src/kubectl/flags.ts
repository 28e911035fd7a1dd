import { KubectlError } from "./host.ts";

/** "optional": may stand without a value, which is then the text given ("--dry-run", "--cascade"). */
export interface FlagSpec {
  readonly short?: string;
  readonly type: "bool" | "text" | "list" | "optional";
  readonly alone?: string;
}

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export class Flags {
  private readonly values = new Map<string, string[]>();

  add(name: string, value: string): void {
    this.values.set(name, [...(this.values.get(name) ?? []), value]);
  }
  has(name: string): boolean {
    return this.values.has(name);
  }
  /** The last value given, or `otherwise`. */
  text(name: string, otherwise = ""): string {
    return this.values.get(name)?.at(-1) ?? otherwise;
  }
  bool(name: string, otherwise = false): boolean {
    const value = this.values.get(name)?.at(-1);
    return value === undefined ? otherwise : value === "true";
  }
  /** Each value given, those with commas apart. */
  list(name: string): readonly string[] {
    return (this.values.get(name) ?? []).flatMap((value) => value.split(","));
  }
  /** Each value as it was given. */
  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
  number(name: string, otherwise: number): number {
    const value = this.values.get(name)?.at(-1);
    if (value === undefined) return otherwise;
    if (!/^-?\d+$/.test(value)) throw new KubectlError(`error: invalid argument "${value}" for "--${name}" flag: strconv.ParseInt: parsing "${value}": invalid syntax`);
    return Number(value);
  }
}

export interface ParsedArgs {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** How many arguments stood before "--"; -1 where there was none. */
  readonly dash: number;
}

/** Flags that every command takes. */
export const globalFlags: FlagSpecs = {
  namespace: { short: "n", type: "text" },
  as: { type: "text" },
  "as-group": { type: "list" },
  "as-uid": { type: "text" },
  v: { short: "v", type: "text" },
  "request-timeout": { type: "text" },
  context: { type: "text" },
  "warnings-as-errors": { type: "bool" },
  help: { short: "h", type: "bool" },
};

function isTruth(value: string): boolean {
  return ["1", "t", "T", "true", "TRUE", "True"].includes(value);
}

/** Follows spf13/pflag: -n x, -nx, -n=x, --name x, --name=x, bundled booleans, "--" ends the flags. `stopAtFirst`: flags after the first argument are its own. */
export function parseArgs(words: readonly string[], specs: FlagSpecs, command: string): ParsedArgs {
  const known: FlagSpecs = { ...globalFlags, ...specs };
  const byShort = new Map(Object.entries(known).flatMap(([name, spec]) => (spec.short === undefined ? [] : [[spec.short, name] as const])));
  const flags = new Flags();
  const args: string[] = [];
  let dash = -1;
  const fail = (message: string): never => {
    throw new KubectlError(`error: ${message}\nSee 'kubectl ${command} --help' for usage.`);
  };
  const take = (name: string, value: string | null, next: () => string | null, shown: string): void => {
    const spec = known[name];
    if (spec === undefined) return;
    if (spec.type === "bool") flags.add(name, value === null ? "true" : String(isTruth(value)));
    else if (spec.type === "optional" && value === null) flags.add(name, spec.alone ?? "true");
    else {
      const given = value ?? next();
      if (given === null) fail(`flag needs an argument: ${shown}`);
      else flags.add(name, given);
    }
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const next = (): string | null => words[++at] ?? null;
    if (word === "--") {
      dash = args.length;
      args.push(...words.slice(at + 1));
      break;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = word.slice(2, equals < 0 ? undefined : equals);
      if (!Object.hasOwn(known, name)) fail(`unknown flag: --${name}`);
      take(name, equals < 0 ? null : word.slice(equals + 1), next, `--${name}`);
    } else if (word.startsWith("-") && word.length > 1) {
      let rest = word.slice(1);
      while (rest !== "") {
        const letter = rest.charAt(0);
        const name = byShort.get(letter);
        if (name === undefined) return fail(`unknown shorthand flag: '${letter}' in ${word}`);
        const after = rest.slice(1);
        const spec = known[name];
        if (spec?.type === "bool" && !after.startsWith("=")) {
          flags.add(name, "true");
          rest = after;
          continue;
        }
        take(name, after === "" ? null : after.startsWith("=") ? after.slice(1) : after, next, `'${letter}' in ${word}`);
        rest = "";
      }
    } else args.push(word);
  }
  return { flags, args, dash };
}
