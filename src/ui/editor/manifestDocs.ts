import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, visit, type Document, type Node as YamlNode, type Pair } from "yaml";
import { goYamlTags } from "../../apimachinery/goYamlTags.ts";
import type { Json } from "../../base/json.ts";
import { t } from "../language/text.ts";
import type { Problem } from "../stores/editorStore.ts";
import { manifestLimits, tooMuch } from "./manifestLimits.ts";

/** One object of a file, with the way back from a field's path to its place in the text. */
export interface ManifestDoc {
  readonly value: Json;
  readonly document: Document;
  readonly lines: LineCounter;
}

export interface ParsedManifest {
  readonly docs: readonly ManifestDoc[];
  readonly problems: readonly Problem[];
}

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const start: Place = { line: 1, column: 1, endLine: 1, endColumn: 2 };

/** A range of offsets as lines and columns. */
export function placeOf(lines: LineCounter, range: readonly [number, number] | readonly [number, number, number]): Place {
  const from = lines.linePos(range[0]);
  const to = lines.linePos(Math.max(range[0] + 1, range[1]));
  return { line: from.line, column: from.col, endLine: to.line, endColumn: Math.max(to.col, from.line === to.line ? from.col + 1 : 1) };
}

/**
 * What the parser lets pass: a key that stands twice (it compares each with each, which a long map makes the page wait for), and an
 * alias inside of what it stands for, which no JSON can hold.
 */
function contradictions(document: Document): readonly { readonly node: YamlNode; readonly message: string }[] {
  const found: { node: YamlNode; message: string }[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push({ node: key, message: "Map keys must be unique" });
        seen.add(key.value);
      }
    },
    Alias: (_, alias, path) => {
      if (path.some((above) => isNode(above) && "anchor" in above && above.anchor === alias.source)) found.push({ node: alias, message: t`The alias *${alias.source} stands inside of what it stands for` });
    },
  });
  return found;
}

/** Reads a file's YAML the way Kubernetes does (YAML 1.1 scalars). Never throws; what cannot be read is a problem at its place. */
export function parseManifest(file: string, text: string): ParsedManifest {
  const refusal = tooMuch(text);
  if (refusal !== null) return { docs: [], problems: [{ file, ...start, severity: "error", message: refusal, by: "yaml" }] };
  const lines = new LineCounter();
  const problems: Problem[] = [];
  let faults = 0;
  const say = (place: Place, message: string) => {
    faults++;
    if (problems.length < manifestLimits.problems - 1) problems.push({ file, ...place, severity: "error", message, by: "yaml" });
  };
  let documents: Document[];
  try {
    const parsed = parseAllDocuments(text, { version: "1.1", customTags: goYamlTags, merge: true, lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    documents = Array.isArray(parsed) ? (parsed as Document[]) : [];
  } catch (error) {
    say(start, t`This YAML cannot be read: ${error instanceof Error ? error.message : t`unknown reason`}.`);
    return { docs: [], problems };
  }
  if (documents.length > manifestLimits.documents) {
    say(start, t`This file holds ${documents.length} documents; up to ${manifestLimits.documents} are read.`);
    return { docs: [], problems };
  }
  const docs: ManifestDoc[] = [];
  for (const document of documents) {
    for (const error of document.errors) say(placeOf(lines, error.pos), plainYamlError(error.message));
    if (document.errors.length > 0 || document.contents === null) continue;
    const wrong = contradictions(document);
    for (const { node, message } of wrong) say(node.range === null || node.range === undefined ? start : placeOf(lines, node.range), message);
    if (wrong.length > 0) continue;
    try {
      const value = document.toJS({ maxAliasCount: manifestLimits.aliases }) as Json;
      if (value !== null) docs.push({ value, document, lines });
    } catch (error) {
      say(document.range === undefined ? start : placeOf(lines, [document.range[0], document.range[0] + 1]), error instanceof Error ? error.message : t`this document cannot be read`);
    }
  }
  if (faults <= problems.length) return { docs, problems };
  const [first = { file, ...start, severity: "error", message: "", by: "yaml" } as const] = problems;
  return { docs, problems: [{ ...first, message: t`This file has ${faults} faults; the first ${problems.length} are shown.` }, ...problems] };
}

function plainYamlError(message: string): string {
  return message.replace(/ at line \d+, column \d+:?[\s\S]*$/, "").trim();
}

/** "spec.containers[0].ports[1].name" -> ["spec", "containers", 0, "ports", 1, "name"]. Keys in brackets may be quoted or bare. */
export function pathParts(path: string): (string | number)[] {
  const parts: (string | number)[] = [];
  for (const match of path.matchAll(/\[(\d+)\]|\["?([^\]"]*)"?\]|([^.[\]]+)/g)) {
    if (match[1] !== undefined) parts.push(Number(match[1]));
    else parts.push(match[2] ?? match[3] ?? "");
  }
  return parts;
}

function pairOf(node: unknown, key: string): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key) : undefined;
}

/** The place of a field, or of the nearest field above it that is there: the key where a key is meant, the item where an item is. */
export function locate(doc: ManifestDoc, parts: readonly (string | number)[]): Place {
  let node: unknown = doc.document.contents;
  let best: YamlNode | null = null;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (typeof part === "number" && isSeq(node)) {
      node = node.items[part];
      if (isNode(node)) best = node;
    } else {
      // Keys of labels and annotations hold dots: a key may be several parts of a dotted path.
      let pair = pairOf(node, String(part));
      for (let more = index + 1; pair === undefined && more < parts.length; more++) {
        pair = pairOf(node, parts.slice(index, more + 1).join("."));
        if (pair !== undefined) index = more;
      }
      if (!isPair(pair)) break;
      node = pair.value;
      best = index === parts.length - 1 && isScalar(pair.value) ? pair.value : (pair.key as YamlNode);
    }
    if (node === undefined || node === null) break;
  }
  const range = best?.range ?? (isNode(doc.document.contents) ? doc.document.contents.range : null);
  if (range === null || range === undefined) return start;
  const place = placeOf(doc.lines, [range[0], range[1]]);
  // A whole mapping is marked by its first line only.
  return place.endLine > place.line ? { ...place, endLine: place.line, endColumn: place.column + 40 } : place;
}
