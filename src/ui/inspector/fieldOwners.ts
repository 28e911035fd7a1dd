import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

/** Who wrote fields of an object, and when: an entry of its managedFields. */
export interface FieldWriter {
  readonly manager: string;
  readonly operation: string;
  readonly subresource: string;
  /** As the object says it; "" where it does not. */
  readonly time: string;
}

export interface OwnedYaml {
  /** In the order of managedFields. */
  readonly writers: readonly FieldWriter[];
  /** For each line of the text: who wrote what stands in it, as places in `writers`. */
  readonly lines: readonly (readonly number[])[];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function sameKey(item: Json, key: string): boolean {
  try {
    const wanted: unknown = JSON.parse(key);
    return isJsonObject(item) && typeof wanted === "object" && wanted !== null && Object.entries(wanted).every(([name, value]) => item[name] === value);
  } catch {
    return false;
  }
}

/** What of a field set speaks of an item of a list: by its key fields, its value or its place. */
function itemSet(set: JsonObject, item: Json, index: number): Json | undefined {
  for (const [name, inner] of Object.entries(set)) {
    if (name.startsWith("k:") && sameKey(item, name.slice(2))) return inner;
    if (name.startsWith("v:") && name.slice(2) === JSON.stringify(item)) return inner;
    if (name === `i:${index}`) return inner;
  }
  return undefined;
}

function isLeaf(set: Json): boolean {
  return !isJsonObject(set) || Object.keys(set).length === 0;
}

/** Whose each line of the YAML of an object is: managedFields laid over it. */
export function ownersOf(yaml: string, managedFields: Json | undefined): OwnedYaml {
  const entries = (Array.isArray(managedFields) ? managedFields : []).filter(isJsonObject);
  const writers = entries.map((entry) => ({ manager: text(entry["manager"]), operation: text(entry["operation"]), subresource: text(entry["subresource"]), time: text(entry["time"]) }));
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter });
  const lines: number[][] = yaml.trimEnd().split("\n").map(() => []);
  const lineOf = (node: unknown): number => {
    const range = (node as Node | null)?.range;
    return range === undefined || range === null ? -1 : counter.linePos(range[0]).line - 1;
  };
  const mark = (from: number, to: number, who: number) => {
    for (let line = from; line <= to && line < lines.length; line++) if (line >= 0 && lines[line]?.includes(who) === false) lines[line]?.push(who);
  };
  const lastLine = (node: unknown): number => {
    const range = (node as Node | null)?.range;
    return range === undefined || range === null ? -1 : counter.linePos(Math.max(range[0], range[1] - 1)).line - 1;
  };
  const walk = (node: unknown, sets: readonly (readonly [number, Json])[]) => {
    if (isMap(node)) {
      for (const pair of node.items as Pair[]) {
        if (!isPair(pair) || !isScalar(pair.key)) continue;
        const key = `f:${String(pair.key.value)}`;
        const line = lineOf(pair.key);
        const inner: (readonly [number, Json])[] = [];
        for (const [who, set] of sets) {
          const found = isJsonObject(set) ? set[key] : undefined;
          if (found === undefined) continue;
          // A leaf of the set owns all that is under it; a branch owns its own line only where it says so with ".".
          if (isLeaf(found)) mark(line, Math.max(line, lastLine(pair.value)), who);
          else {
            if (isJsonObject(found) && Object.hasOwn(found, ".")) mark(line, line, who);
            inner.push([who, found]);
          }
        }
        if (inner.length > 0) walk(pair.value, inner);
      }
      return;
    }
    if (!isSeq(node)) return;
    node.items.forEach((item, index) => {
      const value = (item as Node).toJS(document) as Json;
      const inner: (readonly [number, Json])[] = [];
      for (const [who, set] of sets) {
        const found = isJsonObject(set) ? itemSet(set, value, index) : undefined;
        if (found === undefined) continue;
        if (isLeaf(found)) mark(lineOf(item), lastLine(item), who);
        else inner.push([who, found]);
      }
      if (inner.length > 0) walk(item, inner);
    });
  };
  walk(document.contents, entries.map((entry, who) => [who, entry["fieldsV1"] ?? {}] as const));
  return { writers, lines };
}
