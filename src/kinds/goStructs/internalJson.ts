// Follows encoding/json on the structs of pkg/apis/core/types.go, which carry no JSON tags: every field is printed, under its Go name.
import type { Json, JsonObject } from "../../base/json.ts";
import { unifiedDiff } from "./unifiedDiff.ts";
import { internalStructs, type GoType } from "./table.ts";

/** A struct of the API as upstream's messages show its internal form. */
export function internalJson(name: string, value: JsonObject): JsonObject {
  const out: Record<string, Json> = {};
  addFields(out, name, value);
  return out;
}

function addFields(out: Record<string, Json>, name: string, value: JsonObject): void {
  for (const field of internalStructs.get(name) ?? []) {
    // An embedded struct has its fields beside the others.
    if (field.json === "" && field.type.type === "struct") addFields(out, field.type.name, value);
    else out[field.name] = convert(field.type, value[field.json]);
  }
}

function convert(type: GoType, value: Json | undefined): Json {
  switch (type.type) {
    case "string": return typeof value === "string" ? value : "";
    case "bool": return value === true;
    case "int32": case "int64": return typeof value === "number" ? value : 0;
    case "quantity": return typeof value === "string" ? value : "0";
    case "intOrString": return value ?? 0;
    case "time": return value ?? null;
    case "pointer": return value === undefined || value === null ? null : convert(type.to, value);
    case "slice": return Array.isArray(value) && value.length > 0 ? (value as readonly Json[]).map((item) => convert(type.to, item)) : null;
    case "map": return isEmptyRecord(value) ? null : sortedRecord(value as JsonObject);
    case "struct": {
      const record = (value ?? {}) as JsonObject;
      // Selectors are shared with the API's own types and keep their JSON names.
      return type.name === "LabelSelector" ? record : internalJson(type.name, record);
    }
  }
}

function isEmptyRecord(value: Json | undefined): boolean {
  return value === undefined || value === null || Object.keys(value as JsonObject).length === 0;
}

function sortedRecord(record: JsonObject): JsonObject {
  const out: Record<string, Json> = {};
  for (const key of Object.keys(record).sort()) out[key] = record[key] ?? null;
  return out;
}

/** encoding/json's MarshalIndent with one space. */
export function indentedLines(value: Json): readonly string[] {
  return JSON.stringify(value, null, 1).replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`).split("\n");
}

/** What differs between the internal forms of two structs, as upstream's messages show it; "" where nothing does. Follows apimachinery/pkg/util/diff. */
export function internalDiff(name: string, before: JsonObject, after: JsonObject): string {
  return unifiedDiff(indentedLines(internalJson(name, before)), indentedLines(internalJson(name, after)));
}
