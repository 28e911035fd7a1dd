import { readSet, type CharacterSet } from "./glob.ts";

/**
 * Regular expressions of grep, sed, awk and [[ =~ ]], run on all their ways at once: the time is the text's length times the
 * pattern's, whatever the pattern. NOT IMPLEMENTED: references back to a group inside the pattern; of two alternatives the first wins.
 */
type Inst =
  | { readonly i: "char"; readonly char: string }
  | { readonly i: "any" }
  | { readonly i: "set"; readonly set: Pick<CharacterSet, "has"> }
  | { readonly i: "split"; first: number; second: number }
  | { readonly i: "jump"; to: number }
  | { readonly i: "save"; readonly n: number }
  | { readonly i: "start" | "end" | "edge" | "inside" | "match" };

type Tree =
  | { readonly n: "inst"; readonly inst: Inst }
  | { readonly n: "sequence" | "choice"; readonly parts: readonly Tree[] }
  | { readonly n: "repeat"; readonly part: Tree; readonly from: number; readonly to: number | null }
  | { readonly n: "group"; readonly part: Tree; readonly number: number };

export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  /** The whole, then each group; undefined: it took no part. */
  readonly groups: readonly (string | undefined)[];
}

export class RegexError extends Error {}

const longestProgram = 4_000;
const shorthand: Readonly<Record<string, string>> = { w: "[A-Za-z0-9_]", W: "[^A-Za-z0-9_]", s: "[[:space:]]", S: "[^[:space:]]", d: "[0-9]", D: "[^0-9]" };

export class Regex {
  readonly #program: Inst[] = [];
  readonly #fold: boolean;
  #groups = 0;
  #text = "";
  #at = 0;
  #depth = 0;

  /** Throws RegexError. `extended`: as grep -E; `fold`: case does not matter. */
  constructor(pattern: string, extended: boolean, fold = false) {
    this.#fold = fold;
    this.#text = fold ? pattern.toLowerCase() : pattern;
    const tree = this.#choice(extended);
    if (this.#at < this.#text.length) throw new RegexError("Unmatched ) or \\)");
    this.#emit({ n: "group", part: tree, number: 0 });
    this.#add({ i: "match" });
  }

  /** The first match at or after `from`; null where there is none. */
  exec(subject: string, from = 0): RegexMatch | null {
    const text = this.#fold ? subject.toLowerCase() : subject;
    const seen = new Int32Array(this.#program.length).fill(-1);
    let current: { readonly pc: number; readonly saved: readonly number[] }[] = [];
    let found: readonly number[] | null = null;
    for (let at = from; at <= text.length; at++) {
      const next: typeof current = [];
      if (found === null) this.#follow(current, seen, 0, [], at, text);
      const char = text[at];
      // Marks of this place: those that come next are told apart by theirs.
      for (const { pc, saved } of current) {
        const inst = this.#program[pc];
        if (inst?.i === "match") {
          found = saved;
          break;
        }
        if (char === undefined || inst === undefined) continue;
        if (inst.i === "any" || (inst.i === "char" && inst.char === char) || (inst.i === "set" && (inst.set.has(char) || (this.#fold && inst.set.has(char.toUpperCase()))))) this.#follow(next, seen, pc + 1, saved, at + 1, text);
      }
      current = next;
      if (current.length === 0 && found !== null) break;
    }
    if (found === null) return null;
    const saved = found;
    const groups: (string | undefined)[] = [];
    for (let n = 0; n <= this.#groups; n++) {
      const [start, end] = [saved[n * 2], saved[n * 2 + 1]];
      groups.push(start === undefined || end === undefined || start < 0 || end < 0 ? undefined : subject.slice(start, end));
    }
    return { start: saved[0] ?? from, end: saved[1] ?? from, groups };
  }

  test(subject: string): boolean {
    return this.exec(subject) !== null;
  }

  /** Puts a way on the list, past all that takes no character; each instruction once a place, the first way wins. */
  #follow(list: { readonly pc: number; readonly saved: readonly number[] }[], seen: Int32Array, first: number, firstSaved: readonly number[], at: number, text: string): void {
    const todo: { readonly pc: number; readonly saved: readonly number[] }[] = [{ pc: first, saved: firstSaved }];
    for (let each = todo.pop(); each !== undefined; each = todo.pop()) {
      const { pc, saved } = each;
      const inst = this.#program[pc];
      if (inst === undefined || seen[pc] === at) continue;
      seen[pc] = at;
      switch (inst.i) {
        case "jump": todo.push({ pc: inst.to, saved }); break;
        case "split": todo.push({ pc: inst.second, saved }, { pc: inst.first, saved }); break;
        case "save": {
          const copy = [...saved];
          while (copy.length < inst.n) copy.push(-1);
          copy[inst.n] = at;
          todo.push({ pc: pc + 1, saved: copy });
          break;
        }
        case "start": if (at === 0) todo.push({ pc: pc + 1, saved }); break;
        case "end": if (at === text.length) todo.push({ pc: pc + 1, saved }); break;
        case "edge": case "inside": {
          const isWord = (char: string | undefined): boolean => char !== undefined && /[A-Za-z0-9_]/.test(char);
          if ((isWord(text[at - 1]) !== isWord(text[at])) === (inst.i === "edge")) todo.push({ pc: pc + 1, saved });
          break;
        }
        default: list.push({ pc, saved });
      }
    }
  }

  // ── Reading ──────────────────────────────────────────────────────────────

  #choice(extended: boolean): Tree {
    if ((this.#depth += 1) > 50) throw new RegexError("nested too deeply");
    const parts = [this.#sequence(extended)];
    while (this.#take(extended ? "|" : "\\|")) parts.push(this.#sequence(extended));
    this.#depth -= 1;
    return parts.length === 1 ? (parts[0] as Tree) : { n: "choice", parts };
  }

  #sequence(extended: boolean): Tree {
    const parts: Tree[] = [];
    const closes = extended ? ")" : "\\)";
    const bars = extended ? "|" : "\\|";
    while (this.#at < this.#text.length && !this.#text.startsWith(bars, this.#at) && !(this.#depth > 1 && this.#text.startsWith(closes, this.#at))) parts.push(this.#repeated(extended, parts.length === 0));
    return { n: "sequence", parts };
  }

  #repeated(extended: boolean, first: boolean): Tree {
    let tree = this.#atom(extended, first);
    for (;;) {
      if (this.#take("*")) tree = { n: "repeat", part: tree, from: 0, to: null };
      else if (this.#take(extended ? "+" : "\\+")) tree = { n: "repeat", part: tree, from: 1, to: null };
      else if (this.#take(extended ? "?" : "\\?")) tree = { n: "repeat", part: tree, from: 0, to: 1 };
      else {
        const bounds = (extended ? /^\{([0-9]{1,3})(,([0-9]{0,3}))?\}/ : /^\\\{([0-9]{1,3})(,([0-9]{0,3}))?\\\}/).exec(this.#text.slice(this.#at, this.#at + 16));
        if (bounds === null) return tree;
        this.#at += bounds[0].length;
        const from = Number(bounds[1]);
        tree = { n: "repeat", part: tree, from, to: bounds[2] === undefined ? from : bounds[3] === "" ? null : Number(bounds[3]) };
      }
    }
  }

  #atom(extended: boolean, first: boolean): Tree {
    const inst = (value: Inst): Tree => ({ n: "inst", inst: value });
    if (this.#take(extended ? "(" : "\\(")) {
      const number = (this.#groups += 1);
      const part = this.#choice(extended);
      if (!this.#take(extended ? ")" : "\\)")) throw new RegexError("Unmatched ( or \\(");
      return { n: "group", part, number };
    }
    const char = this.#text[this.#at] ?? "";
    if (char === "[") {
      const set = readSet(this.#text, this.#at, "^");
      if (set === null) throw new RegexError("Unmatched [, [^, [:, [., or [=");
      this.#at = set.end;
      return inst({ i: "set", set });
    }
    this.#at += 1;
    if (char === ".") return inst({ i: "any" });
    if (char === "^" && (extended || first)) return inst({ i: "start" });
    if (char === "$" && (extended || this.#at === this.#text.length || this.#text.startsWith("\\)", this.#at) || this.#text.startsWith("\\|", this.#at))) return inst({ i: "end" });
    if (char !== "\\") return inst({ i: "char", char });
    const escaped = this.#text[this.#at] ?? "\\";
    this.#at += 1;
    if (escaped === "b" || escaped === "<" || escaped === ">") return inst({ i: "edge" });
    if (escaped === "B") return inst({ i: "inside" });
    if (/[1-9]/.test(escaped)) throw new RegexError("references back to a group are not simulated");
    if (Object.hasOwn(shorthand, escaped)) return inst({ i: "set", set: readSet(shorthand[escaped] ?? "", 0) as CharacterSet });
    return inst({ i: "char", char: escaped === "n" ? "\n" : escaped === "t" ? "\t" : escaped });
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  // ── Writing ──────────────────────────────────────────────────────────────

  #add(inst: Inst): number {
    if (this.#program.length >= longestProgram) throw new RegexError("Regular expression too big");
    return this.#program.push(inst) - 1;
  }

  #emit(tree: Tree): void {
    switch (tree.n) {
      case "inst": return void this.#add(tree.inst);
      case "sequence": return tree.parts.forEach((part) => this.#emit(part));
      case "group":
        this.#add({ i: "save", n: tree.number * 2 });
        this.#emit(tree.part);
        return void this.#add({ i: "save", n: tree.number * 2 + 1 });
      case "choice": {
        const ends: { to: number }[] = [];
        for (const [at, part] of tree.parts.entries()) {
          if (at === tree.parts.length - 1) this.#emit(part);
          else {
            const split: Inst = { i: "split", first: 0, second: 0 };
            split.first = this.#add(split) + 1;
            this.#emit(part);
            const jump: Inst = { i: "jump", to: 0 };
            this.#add(jump);
            ends.push(jump);
            split.second = this.#program.length;
          }
        }
        for (const end of ends) end.to = this.#program.length;
        return;
      }
      case "repeat": {
        for (let count = 0; count < tree.from; count++) this.#emit(tree.part);
        if (tree.to === null) {
          const split: Inst = { i: "split", first: 0, second: 0 };
          const at = this.#add(split);
          split.first = at + 1;
          this.#emit(tree.part);
          this.#add({ i: "jump", to: at });
          split.second = this.#program.length;
          return;
        }
        const splits: { second: number }[] = [];
        for (let count = tree.from; count < tree.to; count++) {
          const split: Inst = { i: "split", first: 0, second: 0 };
          split.first = this.#add(split) + 1;
          splits.push(split);
          this.#emit(tree.part);
        }
        for (const split of splits) split.second = this.#program.length;
      }
    }
  }
}
