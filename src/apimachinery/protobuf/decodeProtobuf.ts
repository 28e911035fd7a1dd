import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { setOwn } from "../schema/decode.ts";
import type { ObjectSchema, ScalarType, SchemaRegistry, TypeSchema } from "../schema/types.ts";
import { fieldNumbersText } from "./fieldNumbers.ts";
import { base64Of, doubleOf, ProtobufError, readFields, textOf, type WireField } from "./wireReader.ts";

// The binary form in which typed clients (kubectl create, helm) send objects, turned into the JSON form. Follows
// apimachinery/pkg/runtime/serializer/protobuf/protobuf.go.

export const protobufMediaType = "application/vnd.kubernetes.protobuf";

export type ProtobufResult = { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly message: string };

const magic = [0x6b, 0x38, 0x73, 0x00];
const maxDepth = 128;

/** The object in an envelope "k8s\0" + runtime.Unknown. Absent fields are absent; what JSON says by null or zero values is left to decoding. */
export function decodeProtobuf(registry: SchemaRegistry, body: Uint8Array): ProtobufResult {
  if (magic.some((byte, at) => body[at] !== byte)) return { ok: false, message: "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]" };
  try {
    return decodeEnvelope(registry, body.subarray(magic.length));
  } catch (error) {
    if (error instanceof ProtobufError) return { ok: false, message: error.message };
    throw error;
  }
}

function decodeEnvelope(registry: SchemaRegistry, envelope: Uint8Array): ProtobufResult {
  let apiVersion = "";
  let kind = "";
  let raw: Uint8Array = new Uint8Array(0);
  for (const { number, bytes } of readFields(envelope)) {
    if (bytes === null) continue;
    if (number === 2) raw = bytes;
    if (number !== 1) continue;
    for (const field of readFields(bytes)) {
      if (field.number === 1 && field.bytes !== null) apiVersion = textOf(field.bytes);
      if (field.number === 2 && field.bytes !== null) kind = textOf(field.bytes);
    }
  }
  const name = definitionOf(registry, apiVersion, kind);
  const schema = name === null ? null : registry.object(name);
  if (name === null || schema === null) return { ok: false, message: `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"` };
  return { ok: true, value: { kind, apiVersion, ...message(schema, name, raw, 0) } };
}

/** The options of all groups are one type. */
const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";

function definitionOf(registry: SchemaRegistry, apiVersion: string, kind: string): string | null {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  const own = `io.k8s.api.${group.split(".")[0] ?? ""}.${version}.${kind}`;
  if (registry.object(own) !== null && numbersOf(own) !== null) return own;
  const shared = `${metaPackage}.${kind}`;
  return registry.object(shared) !== null && numbersOf(shared) !== null ? shared : null;
}

let tables: Map<string, ReadonlyMap<number, string>> | null = null;

/** Field names by number of a definition; null where the table has none. */
function numbersOf(name: string): ReadonlyMap<number, string> | null {
  tables ??= readTable();
  return tables.get(name) ?? null;
}

function readTable(): Map<string, ReadonlyMap<number, string>> {
  const found = new Map<string, ReadonlyMap<number, string>>();
  let packageName = "";
  for (const line of fieldNumbersText.split("\n")) {
    const [head = "", ...fields] = line.split(" ");
    if (head.startsWith("io.k8s.")) packageName = head;
    else if (head !== "") found.set(`${packageName}.${head}`, new Map(fields.map((field) => [Number(field.slice(0, field.indexOf(":"))), field.slice(field.indexOf(":") + 1)])));
  }
  return found;
}

/** `name` gives the numbers; the types come from the schema, which for an inlined message is that of the object around it. */
function message(schema: ObjectSchema, name: string, bytes: Uint8Array, depth: number): JsonObject {
  const out: Record<string, Json> = {};
  if (depth > maxDepth) throw new ProtobufError("exceeded max depth");
  const numbers = numbersOf(name);
  if (numbers === null) throw new ProtobufError(`no binary form of ${name} is known`);
  for (const field of readFields(bytes)) {
    const jsonName = numbers.get(field.number);
    if (jsonName === undefined) continue;
    if (jsonName.startsWith("~")) {
      const inlined = `${name.slice(0, name.lastIndexOf("."))}.${jsonName.slice(1)}`;
      for (const [key, value] of Object.entries(message(schema, inlined, field.bytes ?? new Uint8Array(0), depth + 1))) setOwn(out, key, value);
      continue;
    }
    const type = schema.fields.get(jsonName)?.type;
    if (type === undefined) continue;
    const value = fieldValue(type, field, out[jsonName], depth + 1);
    if (value !== null) setOwn(out, jsonName, value);
  }
  return out;
}

/** Null: nothing was said (a zero time). */
function fieldValue(type: TypeSchema, field: WireField, before: Json | undefined, depth: number): Json {
  switch (type.type) {
    case "object":
      return message(type, type.name, field.bytes ?? new Uint8Array(0), depth);
    case "list": {
      const item = fieldValue(type.items, field, undefined, depth);
      return [...(Array.isArray(before) ? (before as readonly Json[]) : []), ...(item === null ? [] : [item])];
    }
    case "map": {
      const entry: Record<string, Json> = isJsonObject(before) ? { ...before } : {};
      const { key, value } = mapEntry(type.values, field.bytes ?? new Uint8Array(0), depth);
      setOwn(entry, key, value);
      return entry;
    }
    default:
      return scalar(type.type, field);
  }
}

function mapEntry(values: TypeSchema, bytes: Uint8Array, depth: number): { readonly key: string; readonly value: Json } {
  let key = "";
  let value: Json = null;
  for (const field of readFields(bytes)) {
    if (field.number === 1 && field.bytes !== null) key = textOf(field.bytes);
    else if (field.number === 2) value = values.type === "list" ? items(values.items, field.bytes ?? new Uint8Array(0), depth) : fieldValue(values, field, undefined, depth + 1);
  }
  return { key, value: value ?? emptyOf(values) };
}

/** A list as the value of a map is a message around its items. */
function items(type: TypeSchema, bytes: Uint8Array, depth: number): Json {
  const list: Json[] = [];
  for (const field of readFields(bytes)) if (field.number === 1) list.push(fieldValue(type, field, undefined, depth + 1));
  return list;
}

function emptyOf(type: TypeSchema): Json {
  if (type.type === "list") return [];
  return type.type === "object" || type.type === "map" ? {} : "";
}

function scalar(type: ScalarType, field: WireField): Json {
  const bytes = field.bytes ?? new Uint8Array(0);
  switch (type) {
    case "boolean":
      return field.value !== 0n;
    case "int32":
    case "int64":
      return Number(field.value);
    case "double":
      return field.fixed ? doubleOf(field.value) : Number(field.value);
    case "bytes":
      return base64Of(bytes);
    case "time":
      return timeOf(bytes, false);
    case "microTime":
      return timeOf(bytes, true);
    case "quantity":
      return firstText(bytes);
    case "intOrString":
      return intOrString(bytes);
    case "json":
    case "rawExtension":
    case "fieldsV1":
    case "schemaOrBool":
    case "schemaOrArray":
    case "schemaOrStrings":
      return rawJson(bytes);
    case "string":
      return textOf(bytes);
  }
}

function firstText(bytes: Uint8Array): string {
  for (const field of readFields(bytes)) if (field.number === 1 && field.bytes !== null) return textOf(field.bytes);
  return "";
}

function timeOf(bytes: Uint8Array, micro: boolean): Json {
  let seconds: number | null = null;
  let nanoseconds = 0;
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) seconds = Number(value);
    else if (number === 2) nanoseconds = Number(value);
  }
  return seconds === null ? null : formatRfc3339(seconds * 1_000_000 + (micro ? Math.floor(nanoseconds / 1000) : 0), micro);
}

function intOrString(bytes: Uint8Array): Json {
  let isText = false;
  let number = 0;
  let text = "";
  for (const field of readFields(bytes)) {
    if (field.number === 1) isText = field.value === 1n;
    else if (field.number === 2) number = Number(field.value);
    else if (field.number === 3 && field.bytes !== null) text = textOf(field.bytes);
  }
  return isText ? text : number;
}

function rawJson(bytes: Uint8Array): Json {
  for (const field of readFields(bytes)) {
    if (field.number !== 1 || field.bytes === null || field.bytes.length === 0) continue;
    try {
      return JSON.parse(textOf(field.bytes)) as Json;
    } catch {
      throw new ProtobufError("invalid JSON in a raw field");
    }
  }
  return null;
}
