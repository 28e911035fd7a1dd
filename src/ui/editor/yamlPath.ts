/** Where the cursor stands in a YAML that may be half written: keys above it by indentation, and what is already there beside it. */
export interface CursorPath {
  /** Keys from the top of the document; list items do not count. */
  readonly path: readonly string[];
  /** Whether a value is being written, and of which key. */
  readonly valueOf: string | null;
  /** Keys that the same mapping already has. */
  readonly siblings: ReadonlySet<string>;
  readonly indent: number;
}

interface Line {
  readonly indent: number;
  readonly key: string | null;
  /** Indentation of the dash, where the line begins an item. */
  readonly dash: number | null;
}

const keyPattern = /^(?:"([^"]*)"|'([^']*)'|([^\s:#"'{[][^:#]*?))\s*:(?=\s|$)/;

function readLine(text: string): Line | null {
  let rest = text;
  let indent = rest.length - rest.trimStart().length;
  rest = rest.trimStart();
  if (rest === "" || rest.startsWith("#")) return null;
  let dash: number | null = null;
  while (rest.startsWith("- ") || rest === "-") {
    dash ??= indent;
    const inner = rest.slice(1);
    indent += 1 + (inner.length - inner.trimStart().length);
    rest = inner.trimStart();
  }
  const match = keyPattern.exec(rest);
  return { indent, dash, key: match === null ? null : (match[1] ?? match[2] ?? match[3] ?? "") };
}

/** Reads the cursor's surroundings from the lines alone. `line` counts from 0, `column` is the text before the cursor. */
export function cursorPath(lines: readonly string[], line: number, column: number): CursorPath {
  const before = (lines[line] ?? "").slice(0, column);
  const here = readLine(before);
  const written = readLine(`${before.trimEnd() === "" || before.trimEnd().endsWith("-") ? `${before}x` : before}:`);
  const valueOf = here?.key ?? null;
  const indent = here?.key !== undefined && here?.key !== null ? here.indent : (written?.indent ?? before.length);
  const path: string[] = [];
  const siblings = new Set<string>();
  let level = indent;
  let ownDash = written?.dash ?? null;
  for (let at = line - 1; at >= 0; at--) {
    const text = lines[at] ?? "";
    if (/^---(\s|$)/.test(text)) break;
    const one = readLine(text);
    if (one === null) continue;
    const sameMapping = path.length === 0 && one.indent === indent && ownDash === null;
    if (sameMapping && one.key !== null) siblings.add(one.key);
    if (one.indent === level && one.dash !== null && ownDash === null) {
      // The first key of this item: what stands left of its dash is the list's key.
      ownDash = one.dash;
    }
    const parentLimit = ownDash ?? level - 1;
    const isParent = one.key !== null && (one.dash === null ? one.indent : one.indent) <= parentLimit && !(one.dash !== null && one.dash === ownDash);
    if (isParent && one.indent < level) {
      path.unshift(one.key ?? "");
      level = one.indent;
      ownDash = one.dash;
      if (level === 0 && ownDash === null) break;
    } else if (isParent && ownDash !== null && one.indent === ownDash) {
      path.unshift(one.key ?? "");
      level = one.indent;
      ownDash = one.dash;
      if (level === 0 && ownDash === null) break;
    }
  }
  for (let at = line + 1; at < lines.length; at++) {
    const text = lines[at] ?? "";
    if (/^---(\s|$)/.test(text)) break;
    const one = readLine(text);
    if (one === null) continue;
    if (one.indent < indent || (one.dash !== null && one.dash < indent)) break;
    if (one.indent === indent && one.key !== null) siblings.add(one.key);
  }
  return { path, valueOf, siblings, indent };
}

/** apiVersion and kind of the document that a line is in. */
export function documentHead(lines: readonly string[], line: number): { readonly apiVersion: string; readonly kind: string } {
  let from = line;
  while (from > 0 && !/^---(\s|$)/.test(lines[from] ?? "")) from--;
  let apiVersion = "";
  let kind = "";
  for (let at = from; at < lines.length; at++) {
    const text = lines[at] ?? "";
    if (at > from && /^---(\s|$)/.test(text)) break;
    const match = /^(apiVersion|kind):\s*["']?([^\s"'#]+)/.exec(text);
    if (match?.[1] === "apiVersion") apiVersion = match[2] ?? "";
    if (match?.[1] === "kind") kind = match[2] ?? "";
  }
  return { apiVersion, kind };
}
