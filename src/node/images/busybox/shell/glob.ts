/** Shell patterns: * ? [abc] [!abc] [a-z] [[:digit:]], \x for x itself. Without backtracking over more than the last star. */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const char = pattern[p];
    const set = char === "[" ? readSet(pattern, p) : null;
    if (char === "*") {
      star = p++;
      mark = t;
    } else if (set !== null && set.has(text[t] ?? "")) {
      p = set.end;
      t += 1;
    } else if (set === null && char === "\\" && pattern[p + 1] === text[t]) {
      p += 2;
      t += 1;
    } else if (set === null && char !== "\\" && (char === "?" || char === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

/** So that it stands for itself in a pattern. */
export function literal(text: string): string {
  return text.replace(/[*?[\]\\]/g, "\\$&");
}

export function withoutMarks(pattern: string): string {
  return pattern.replace(/\\(.)/gs, "$1");
}

export interface CharacterSet {
  readonly end: number;
  has(char: string): boolean;
}

const classes: Readonly<Record<string, (char: string) => boolean>> = {
  alpha: (char) => /[A-Za-z]/.test(char), digit: (char) => /[0-9]/.test(char), alnum: (char) => /[A-Za-z0-9]/.test(char), upper: (char) => /[A-Z]/.test(char), lower: (char) => /[a-z]/.test(char),
  space: (char) => /\s/.test(char), blank: (char) => char === " " || char === "\t", punct: (char) => /[!-/:-@[-`{-~]/.test(char), xdigit: (char) => /[0-9A-Fa-f]/.test(char), print: (char) => char >= " " && char !== "\u007f", cntrl: (char) => char < " " || char === "\u007f", graph: (char) => char > " " && char !== "\u007f",
};

/** The set in brackets at `at`; null where they are not closed. */
export function readSet(pattern: string, at: number, negations = "!^"): CharacterSet | null {
  const negated = negations.includes(pattern[at + 1] ?? " ");
  const tests: ((char: string) => boolean)[] = [];
  let i = at + (negated ? 2 : 1);
  const first = i;
  for (; pattern[i] !== "]" || i === first; ) {
    if (i >= pattern.length) return null;
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(i, i + 12));
    const name = named?.[1] ?? "";
    if (named !== null && Object.hasOwn(classes, name)) {
      tests.push(classes[name] as (char: string) => boolean);
      i += named[0].length;
      continue;
    }
    const low = pattern[i] ?? "";
    if (pattern[i + 1] === "-" && pattern[i + 2] !== "]" && i + 2 < pattern.length) {
      const high = pattern[i + 2] ?? "";
      tests.push((char) => char >= low && char <= high);
      i += 3;
    } else {
      tests.push((char) => char === low);
      i += 1;
    }
  }
  return { end: i + 1, has: (char) => tests.some((test) => test(char)) !== negated };
}
