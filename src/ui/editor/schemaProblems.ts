import { isAlias, isMap, isScalar, isSeq, type Node as YamlNode, type Pair } from "yaml";
import type { FieldSchema, ObjectSchema, ScalarType, TypeSchema } from "../../apimachinery/schema/types.ts";
import { applyTarget, type ApplyTarget } from "../../kubectl/apply.ts";
import { kinds } from "../../kinds/index.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { t } from "../language/text.ts";
import type { Problem } from "../stores/editorStore.ts";
import { locate, pathParts, placeOf, type ManifestDoc } from "./manifestDocs.ts";
import { nearestWord } from "./nearest.ts";

/** The most problems one file shows: past this many, the first ones are what matters. */
const problemLimit = 100;

const scalarNames: Partial<Readonly<Record<ScalarType, string>>> = { string: t`text`, bytes: t`base64 text`, int32: t`a whole number`, int64: t`a whole number`, double: t`a number`, boolean: t`true or false`, time: t`a time`, microTime: t`a time`, quantity: t`a quantity such as 100m or 64Mi`, intOrString: t`a number or text` };

function scalarFits(type: ScalarType, value: unknown): boolean {
  switch (type) {
    case "string":
    case "bytes":
    case "time":
    case "microTime":
      return typeof value === "string";
    case "int32":
    case "int64":
      return typeof value === "number" && Number.isInteger(value);
    case "double":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "quantity":
    case "intOrString":
      return typeof value === "number" || typeof value === "string";
    default:
      return true;
  }
}

class Walker {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #doc: ManifestDoc;

  constructor(file: string, doc: ManifestDoc) {
    this.#file = file;
    this.#doc = doc;
  }

  #say(node: YamlNode | null | undefined, message: string, severity: Problem["severity"] = "error"): void {
    if (this.problems.length >= problemLimit) return;
    const range = node?.range;
    const whole = range === null || range === undefined ? locate(this.#doc, []) : placeOf(this.#doc.lines, [range[0], range[1]]);
    const place = whole.endLine > whole.line ? { ...whole, endLine: whole.line, endColumn: whole.column + 30 } : whole;
    this.problems.push({ file: this.#file, ...place, severity, message, by: "schema" });
  }

  object(node: unknown, schema: ObjectSchema, path: string, key: YamlNode | null): void {
    if (isAlias(node)) return;
    if (!isMap(node)) return this.#say(nodeOf(node) ?? key, t`${path || t`the document`} is a mapping of fields.`);
    const seen = new Set<string>();
    for (const pair of node.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : "";
      seen.add(name);
      const field = schema.fields.get(name);
      const at = path === "" ? name : `${path}.${name}`;
      if (field === undefined) this.#unknown(pair, at, name, schema);
      else if (!empty(pair.value)) this.#field(pair, field, at);
    }
    for (const name of schema.required) if (!seen.has(name)) this.#say(key ?? node, t`${path === "" ? name : `${path}.${name}`} is missing: it is required.`);
  }

  #unknown(pair: Pair, at: string, name: string, schema: ObjectSchema): void {
    if (name === "<<") return;
    const near = nearestWord(name, schema.fields.keys());
    this.#say(pair.key as YamlNode, t`unknown field ${at}.${near === null ? "" : t` Did you mean ${near}?`}`);
  }

  #field(pair: Pair, field: FieldSchema, at: string): void {
    this.type(pair.value, field.type, at, pair.key as YamlNode);
    if (field.enum !== null && isScalar(pair.value) && typeof pair.value.value === "string" && !field.enum.includes(pair.value.value)) {
      const near = nearestWord(pair.value.value, field.enum);
      this.#say(pair.value, t`${at}: "${pair.value.value}" is not one of ${field.enum.join(", ")}.${near === null ? "" : t` Did you mean ${near}?`}`);
    }
  }

  type(node: unknown, type: TypeSchema, path: string, key: YamlNode | null): void {
    if (isAlias(node)) return;
    switch (type.type) {
      case "object":
        return this.object(node, type, path, key);
      case "list":
        if (!isSeq(node)) return this.#say(nodeOf(node) ?? key, t`${path} is a list: each item begins with "- ".`);
        node.items.forEach((item, index) => this.type(item, type.items, `${path}[${index}]`, nodeOf(item)));
        return;
      case "map":
        if (!isMap(node)) return this.#say(nodeOf(node) ?? key, t`${path} is a mapping of names to values.`);
        for (const pair of node.items) if (!empty(pair.value)) this.type(pair.value, type.values, `${path}.${isScalar(pair.key) ? String(pair.key.value) : ""}`, pair.key as YamlNode);
        return;
      default: {
        const wanted = scalarNames[type.type];
        if (wanted === undefined) return;
        if (!isScalar(node)) return this.#say(nodeOf(node) ?? key, t`${path} is ${wanted}.`);
        if (node.value !== null && !scalarFits(type.type, node.value)) {
          const quoted = type.type === "string" && typeof node.value !== "string" ? t` Put it in quotes: "${String(node.source ?? node.value)}".` : "";
          this.#say(node, t`${path} is ${wanted}, not ${describe(node.value)}.${quoted}`);
        }
      }
    }
  }
}

function describe(value: unknown): string {
  return typeof value === "string" ? "text" : typeof value === "number" ? t`a number` : typeof value === "boolean" ? t`true or false` : t`this`;
}

function nodeOf(value: unknown): YamlNode | null {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : null;
}

function empty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

/** Everything that apiVersion, kind, name and the kind's schema say about one document. */
export function schemaProblems(file: string, doc: ManifestDoc): { readonly problems: readonly Problem[]; readonly target: ApplyTarget | null } {
  const found = applyTarget(doc.value, "default");
  const walker = new Walker(file, doc);
  if (!("path" in found)) {
    const kindName = /^no matches for kind "([^"]*)"/.exec(found.message)?.[1];
    const near = kindName === undefined ? null : (kinds.find((kind) => kind.gvk.kind === kindName)?.gvk ?? null);
    const word = kindName === undefined || near !== null ? null : nearestWord(kindName, kinds.map((kind) => kind.gvk.kind));
    const hint = near !== null ? t` ${near.kind} is in ${near.group === "" ? near.version : `${near.group}/${near.version}`}.` : word !== null ? t` Did you mean ${word}?` : "";
    return { problems: [{ file, ...locate(doc, pathParts(found.field)), severity: "error", message: `${found.message}.${hint}`, by: "schema" }], target: null };
  }
  const schema = schemas.object(found.kind.schema);
  if (schema !== null) walker.object(doc.document.contents, schema, "", null);
  return { problems: walker.problems, target: found };
}
