// Follows github.com/davecgh/go-spew (format.go, %#v with sorted keys and no methods), as apimachinery/pkg/util/dump.ForHash uses it.
import type { Json, JsonObject } from "../../base/json.ts";
import { goStructs, type GoType } from "./table.ts";

/** The text of a struct, given as the JSON of its API type. */
export function spewStruct(name: string, value: JsonObject): string {
  return printTyped({ type: "struct", name }, value);
}

function typeName(type: GoType): string {
  switch (type.type) {
    case "pointer": return `*${typeName(type.to)}`;
    case "slice": return `[]${typeName(type.to)}`;
    case "struct": return `v1.${type.name}`;
    default: return type.name;
  }
}

/** A field: its type in parentheses, then its value. */
function printTyped(type: GoType, value: Json | undefined): string {
  if (type.type === "pointer") {
    if (value === undefined || value === null) return `(${typeName(type)})<nil>`;
    return `(*${typeName(type.to)})${printBare(type.to, value)}`;
  }
  return `(${typeName(type)})${printBare(type, value)}`;
}

function printBare(type: GoType, value: Json | undefined): string {
  switch (type.type) {
    case "string": return typeof value === "string" ? value : "";
    case "bool": return value === true ? "true" : "false";
    case "int32": case "int64": return typeof value === "number" ? String(value) : "0";
    case "quantity": return printQuantity(typeof value === "string" ? value : "0");
    case "intOrString": return typeof value === "string" ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}` : `{Type:(intstr.Type)0 IntVal:(int32)${typeof value === "number" ? value : 0} StrVal:(string)}`;
    // Templates carry no times.
    case "time": return "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";
    case "pointer": return value === undefined || value === null ? "<nil>" : `<*>${printBare(type.to, value)}`;
    case "slice": return Array.isArray(value) && value.length > 0 ? `[${(value as readonly Json[]).map((item) => printBare(type.to, item)).join(" ")}]` : "<nil>";
    case "map": return printMap(type.values, value as JsonObject | undefined);
    case "struct": return printFields(type.name, (value ?? {}) as JsonObject);
  }
}

function printMap(values: GoType, record: JsonObject | undefined): string {
  const keys = record === undefined || record === null ? [] : Object.keys(record).sort();
  return keys.length === 0 ? "<nil>" : `map[${keys.map((key) => `${key}:${printBare(values, record?.[key])}`).join(" ")}]`;
}

function printFields(name: string, record: JsonObject): string {
  const fields = goStructs.get(name) ?? [];
  return `{${fields.map((field) => `${field.name}:${printTyped(field.type, field.json === "" ? record : record[field.json])}`).join(" ")}}`;
}

const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const decimalScales: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** A quantity as its parser leaves it: amount and scale, the text kept beside. */
function printQuantity(text: string): string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([A-Za-z]*)(?:[eE]?[+-]?\d*)?$/.exec(text);
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  const exponent = binaryExponents[suffix];
  const digits = BigInt(`${whole}${fraction}` === "" ? "0" : `${whole}${fraction}`);
  const amount = exponent === undefined ? digits : digits << BigInt(exponent);
  const scale = exponent === undefined ? (decimalScales[suffix] ?? 0) - fraction.length : 0;
  const format = exponent === undefined ? "DecimalSI" : "BinarySI";
  const isUnset = text === "0";
  return `{i:(resource.int64Amount){value:(int64)${sign === "-" ? -amount : amount} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${isUnset ? "0" : text} Format:(resource.Format)${format}}`;
}
