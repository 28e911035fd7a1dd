import { evaluateJsonPath, jsonPathValues } from "../../apimachinery/jsonpath.ts";
import { parseApiVersion } from "../../apimachinery/gvk.ts";
import { parseQuantity, compareQuantities } from "../../apimachinery/quantity.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { KubectlError, metaOf, nameOf, objectOf, textOf, type KubectlHost } from "../host.ts";
import { goIndentedJson, goYaml } from "./goYaml.ts";
import { alignTabs, getTable } from "./tabWriter.ts";

/** An output of -o that prints whole objects. */
export type ObjectPrinter = (object: JsonObject) => string;

const formats = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/** Without who wrote which field, as kubectl shows objects unless it is asked for. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _, ...meta } = metaOf(object);
  const bare = isJsonObject(object["metadata"]) ? { ...object, metadata: meta } : object;
  const items = object["items"];
  return Array.isArray(items) ? { ...bare, items: items.map((item: Json) => (isJsonObject(item) ? withoutManagedFields(item) : item)) } : bare;
}

function jsonPathPrinter(template: string, wrap: boolean): ObjectPrinter {
  return (object) => {
    if (wrap) {
      const values = jsonPathValues(template, object);
      if (values === null) throw new KubectlError(`error: error parsing jsonpath ${template}`);
      return `${JSON.stringify(values, null, 4)}\n`;
    }
    // kubectl takes a path without braces as well, and one without its first dot.
    const plain = /^\{?\.?([^{}]+)\}?$/.exec(template)?.[1];
    const whole = template.includes("{") || plain === undefined ? template : `{.${plain}}`;
    const result = evaluateJsonPath(whole, object, true);
    if (!result.ok) throw new KubectlError(`error: error parsing jsonpath ${template}, ${result.message}`);
    return result.text;
  };
}

function fullyQualified(object: JsonObject, singular: (kind: string, group: string) => string): string {
  const { group } = parseApiVersion(textOf(object["apiVersion"]));
  return `${singular(textOf(object["kind"]), group)}/${nameOf(object)}`;
}

/** "deployment.apps/web", from the object alone. */
export function objectLabel(object: JsonObject): string {
  return fullyQualified(object, (kind, group) => (group === "" ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`));
}

function customColumns(spec: string, noHeaders: boolean): ObjectPrinter {
  if (spec === "") throw new KubectlError("error: custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon < 0) throw new KubectlError(`error: unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), path: part.slice(colon + 1) };
  });
  return (object) => {
    const items = Array.isArray(object["items"]) ? (object["items"] as readonly Json[]).filter(isJsonObject) : [object];
    const rows = items.map((item) =>
      columns.map(({ path }) => {
        const values = jsonPathValues(path, item) ?? [];
        return values.length === 0 ? "<none>" : values.map((value) => (typeof value === "string" ? value : value === null ? "<none>" : goValue(value))).join(",");
      }).join("\t"),
    );
    const lines = [...(noHeaders ? [] : [columns.map(({ header }) => header).join("\t")]), ...rows];
    return lines.length === 0 ? "" : `${alignTabs(lines.join("\n"), getTable)}\n`;
  };
}

/** Go's %v. */
function goValue(value: Json): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goValue).join(" ")}]`;
  return `map[${Object.keys(value).sort().map((key) => `${key}:${goValue((value as JsonObject)[key] ?? null)}`).join(" ")}]`;
}

/** The printer of -o; null for tables ("" and wide). */
export function printerOf(host: KubectlHost, output: string, noHeaders = false): ObjectPrinter | null {
  const equals = output.indexOf("=");
  const format = equals < 0 ? output : output.slice(0, equals);
  const argument = equals < 0 ? "" : output.slice(equals + 1);
  switch (format) {
    case "":
    case "wide":
      return null;
    case "yaml":
      return goYaml;
    case "json":
      return goIndentedJson;
    case "name":
      return (object) => (Array.isArray(object["items"]) ? (object["items"] as readonly Json[]).filter(isJsonObject) : [object]).map((item) => `${objectLabel(item)}\n`).join("");
    case "jsonpath":
    case "jsonpath-as-json":
      if (argument === "") throw new KubectlError("error: template format specified but no template given");
      return jsonPathPrinter(argument, format === "jsonpath-as-json");
    case "jsonpath-file":
    case "custom-columns-file": {
      const text = host.readFile(argument);
      if (text === null) throw new KubectlError(`error: error reading ${argument}: open ${argument}: no such file or directory`);
      return format === "jsonpath-file" ? jsonPathPrinter(text, false) : customColumns(text.trim().split("\n").map((line) => line.trim().split(/\s+/)).reduce<string[]>((joined, words, at, all) => (at === 0 ? words.map((word, column) => `${word}:${all[1]?.[column] ?? ""}`) : joined), []).join(","), noHeaders);
    }
    case "custom-columns":
      return customColumns(argument, noHeaders);
    case "go-template":
    case "go-template-file":
    case "template":
    case "templatefile":
    case "kyaml":
      throw new KubectlError(`error: -o ${format} is not simulated in this terminal; jsonpath and custom-columns are`);
    default:
      throw new KubectlError(`error: unable to match a printer suitable for the output format "${output}", allowed formats are: ${formats}`);
  }
}

function natural(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Follows kubectl/pkg/cmd/get/sorter.go: numbers, quantities, then texts with their numbers. */
export function compareValues(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") {
    const left = parseQuantity(a);
    const right = parseQuantity(b);
    return left !== null && right !== null ? compareQuantities(left, right) : natural(a, b);
  }
  return natural(JSON.stringify(a), JSON.stringify(b));
}

/** Sorts by a path, stably; throws where no object has the field. */
export function sortedBy<T>(items: readonly T[], path: string, objectFor: (item: T) => JsonObject): readonly T[] {
  const keyed = items.map((item) => ({ item, key: (jsonPathValues(path, objectFor(item)) ?? [])[0] }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) throw new KubectlError(`error: couldn't find any field with path "{${path.replace(/^\{|\}$/g, "")}}" in the list of objects`);
  return keyed.sort((a, b) => compareValues(a.key, b.key)).map(({ item }) => item);
}

/** Several objects as the one that is printed: a List, or the object itself where it stands alone. */
export function asList(objects: readonly JsonObject[], single: boolean): JsonObject {
  const [only] = objects;
  if (single && objects.length === 1 && only !== undefined) return only;
  return { apiVersion: "v1", items: objects, kind: "List", metadata: { resourceVersion: "" } };
}

export function uidOf(object: JsonObject): string {
  return textOf(objectOf(object["metadata"])["uid"]);
}
