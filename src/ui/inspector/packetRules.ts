import { t } from "../language/text.ts";
/** A rule of a chain, taken apart. */
export interface PacketRule {
  /** As iptables-save prints it. */
  readonly line: string;
  /** What it looks at, in few words: "to 10.96.5.146, tcp port 80". */
  readonly match: string;
  /** Its comment, or "". */
  readonly comment: string;
  /** Chain or target that it jumps to. */
  readonly target: string;
  /** Of a DNAT: where to. */
  readonly destination: string;
}

export interface PacketChain {
  readonly table: string;
  readonly name: string;
  readonly rules: readonly PacketRule[];
}

/** Tokens of a rule: words, and texts in quotes as one. */
function tokensOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

function readRule(line: string): PacketRule {
  const tokens = tokensOf(line).slice(2);
  const words: string[] = [];
  let comment = "";
  let target = "";
  let destination = "";
  let negated = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    const value = tokens[at + 1] ?? "";
    const not = negated ? "not " : "";
    negated = false;
    switch (token) {
      case "!":
        negated = true;
        continue;
      case "-d":
        words.push(t`${not}to ${value.replace(/\/32$/, "")}`);
        break;
      case "-s":
        words.push(t`${not}from ${value.replace(/\/32$/, "")}`);
        break;
      case "-p":
        words.push(value);
        break;
      case "--dport":
        words.push(t`port ${value}`);
        break;
      case "--probability":
        words.push(t`${(Number(value) * 100).toFixed(0)} of 100, at random`);
        break;
      case "--comment":
        comment = value;
        break;
      case "-j":
        target = value;
        break;
      case "--to-destination":
        destination = value;
        break;
      case "--mark":
        words.push(t`${not}marked ${value}`);
        break;
      case "--dst-type":
      case "--src-type":
        words.push(t`${token === "--dst-type" ? t`to` : t`from`} the machine itself`);
        break;
      case "--rcheck":
        words.push(t`the same client as before`);
        continue;
      default:
        // -m and its like, and options that change nothing of what is matched.
        if (token === "-m" || token === "--mode" || token === "--name" || token === "--seconds" || token === "--reject-with" || token === "--or-mark" || token === "--xor-mark") break;
        continue;
    }
    at++;
  }
  return { line, match: words.filter((word, index) => words.indexOf(word) === index).join(", "), comment, target, destination };
}

/** The chains of the lines that a node's rules are told in, in the order in which they come first. */
export function chainsOf(lines: readonly string[]): readonly PacketChain[] {
  const chains = new Map<string, { table: string; name: string; rules: PacketRule[] }>();
  let table = "";
  for (const line of lines) {
    if (line.startsWith("*")) table = line.slice(1);
    const name = /^-A (\S+)/.exec(line)?.[1];
    if (name === undefined) continue;
    const key = `${table}/${name}`;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, { table, name, rules: [readRule(line)] });
    else chain.rules.push(readRule(line));
  }
  return [...chains.values()];
}
