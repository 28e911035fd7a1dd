import { deepEqual } from "../../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

export interface FieldChange {
  /** "spec.containers[web].image" */
  readonly path: string;
  /** Undefined: it was not there. */
  readonly before: Json | undefined;
  /** Undefined: it is no longer there. */
  readonly after: Json | undefined;
}

/** What changes with every write and tells nothing of it. */
const noise: ReadonlySet<string> = new Set(["metadata.managedFields", "metadata.resourceVersion"]);
const deepest = 24;

/** The field by which the items of a list of objects are told apart, if one serves for all. */
function keyField(items: readonly Json[]): string | null {
  for (const key of ["name", "type", "uid", "containerPort", "port", "ip", "key", "path"]) {
    const values = items.map((item) => (isJsonObject(item) ? item[key] : undefined));
    if (values.every((value) => typeof value === "string" || typeof value === "number") && new Set(values).size === values.length) return key;
  }
  return null;
}

function under(path: string, key: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key);
  return path === "" ? key : plain ? `${path}.${key}` : `${path}["${key}"]`;
}

/** Each field that differs between two revisions of an object, in the order of the newer one. */
export function fieldChanges(before: Json | undefined, after: Json | undefined): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const walk = (path: string, old: Json | undefined, now: Json | undefined, depth: number) => {
    if (noise.has(path) || deepEqual(old ?? null, now ?? null)) return;
    if (depth < deepest && isJsonObject(old) && isJsonObject(now)) return walkObject(path, old, now, depth);
    if (depth < deepest && Array.isArray(old) && Array.isArray(now) && (old.length > 0 || now.length > 0)) {
      const key = keyField([...old]) === keyField([...now]) ? keyField([...now]) : null;
      if (key !== null) {
        const byKey = (items: readonly Json[]) => new Map(items.map((item) => [String((item as JsonObject)[key]), item]));
        const [olds, nows] = [byKey(old), byKey(now)];
        for (const name of new Set([...nows.keys(), ...olds.keys()])) walk(`${path}[${name}]`, olds.get(name), nows.get(name), depth + 1);
        return;
      }
    }
    changes.push({ path, before: old, after: now });
  };
  const walkObject = (path: string, old: JsonObject, now: JsonObject, depth: number) => {
    for (const key of new Set([...Object.keys(now), ...Object.keys(old)])) walk(under(path, key), old[key], now[key], depth + 1);
  };
  walk("", before, after, 0);
  return changes;
}

/** A value in a few characters. */
export function valueText(value: Json | undefined, most = 90): string {
  if (value === undefined) return "";
  const words = typeof value === "string" ? value : JSON.stringify(value);
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
}

/** Managers whose entry in managedFields is another than before: they wrote the revision. A subresource stands in parentheses. */
export function writersOf(before: Json | undefined, after: Json): readonly string[] {
  const entries = (object: Json | undefined) => {
    const metadata = isJsonObject(object) ? object["metadata"] : undefined;
    const fields = isJsonObject(metadata) ? metadata["managedFields"] : undefined;
    return (Array.isArray(fields) ? fields : []).filter(isJsonObject);
  };
  const old = entries(before);
  const fresh = entries(after).filter((entry) => !old.some((one) => deepEqual(one, entry)));
  return [...new Set(fresh.map(({ manager, subresource }) => `${String(manager)}${typeof subresource === "string" && subresource !== "" ? ` (${subresource})` : ""}`))];
}
