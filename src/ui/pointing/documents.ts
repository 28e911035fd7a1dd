/** One document of a file, as far as its lines tell: enough to find its object without reading all of the YAML with every move of the pointer. */
export interface DocumentLines {
  /** Lines from 1, both within the document. */
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const kept = new Map<string, readonly DocumentLines[]>();
const mostKept = 8;

/** The documents of a file that name an object. Read once a text. */
export function documentsOf(text: string): readonly DocumentLines[] {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const documents = readDocuments(text.split("\n"));
  if (kept.size >= mostKept) kept.clear();
  kept.set(text, documents);
  return documents;
}

export function documentAt(text: string, line: number): DocumentLines | null {
  return documentsOf(text).find(({ from, to }) => from <= line && line <= to) ?? null;
}

function readDocuments(lines: readonly string[]): readonly DocumentLines[] {
  const found: DocumentLines[] = [];
  let from = 0;
  for (let line = 0; line <= lines.length; line++) {
    if (line < lines.length && !/^---(\s|$)/.test(lines[line] ?? "")) continue;
    const document = readDocument(lines, from, line);
    if (document !== null) found.push(document);
    from = line + 1;
  }
  return found;
}

/** Between two lines, the second not included. Blank lines and comments around it are nobody's. */
function readDocument(lines: readonly string[], from: number, to: number): DocumentLines | null {
  const isBlank = (line: number): boolean => /^\s*(#.*)?$/.test(lines[line] ?? "");
  let [first, last] = [from, to - 1];
  while (first <= last && isBlank(first)) first++;
  while (last > first && isBlank(last)) last--;
  let kind = "";
  let namespace = "";
  let name = "";
  let inMetadata = false;
  let indent = 0;
  for (let line = first; line <= last; line++) {
    const text = lines[line] ?? "";
    const pair = /^(\s*)([A-Za-z]+):(?:\s+(.*))?$/.exec(text);
    if (pair === null) continue;
    const depth = (pair[1] ?? "").length;
    const [key, value] = [pair[2] ?? "", scalar(pair[3] ?? "")];
    if (depth === 0) {
      inMetadata = key === "metadata";
      indent = 0;
      if (key === "kind") kind = value;
      // Written in one line.
      if (inMetadata && value.startsWith("{")) {
        name = scalar(/\bname:\s*([^,}]+)/.exec(value)?.[1] ?? "");
        namespace = scalar(/\bnamespace:\s*([^,}]+)/.exec(value)?.[1] ?? "");
      }
    } else if (inMetadata) {
      if (indent === 0) indent = depth;
      if (depth !== indent) continue;
      if (key === "name") name = value;
      else if (key === "namespace") namespace = value;
    }
  }
  return kind === "" || name === "" ? null : { from: first + 1, to: last + 1, kind, namespace, name };
}

function scalar(text: string): string {
  const bare = text.replace(/\s+#.*$/, "").trim();
  return /^(["']).*\1$/.test(bare) ? bare.slice(1, -1) : bare;
}
