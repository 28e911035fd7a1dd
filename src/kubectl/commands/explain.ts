import { apiVersionOf } from "../../apimachinery/gvk.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { resourceNamed } from "../discovery.ts";
import { parseArgs } from "../flags.ts";
import { KubectlError, mustSucceed, objectOf, textOf, type KubectlHost } from "../host.ts";

// Follows kubectl/pkg/explain/v2 and its plaintext template: the words are the server's own OpenAPI document's.

const width = 76;

function refName(schema: JsonObject): string {
  const all = Array.isArray(schema["allOf"]) ? schema["allOf"].filter(isJsonObject) : [];
  const reference = textOf(schema["$ref"]) || textOf(all[0]?.["$ref"]);
  return reference.slice(reference.lastIndexOf("/") + 1);
}

class Document {
  private readonly schemas: JsonObject;
  constructor(body: JsonObject) {
    this.schemas = objectOf(objectOf(body["components"])["schemas"]);
  }
  named(name: string): JsonObject {
    return objectOf(this.schemas[name]);
  }
  ofKind(group: string, version: string, kind: string): JsonObject | null {
    for (const value of Object.values(this.schemas)) {
      if (!isJsonObject(value)) continue;
      const kinds = value["x-kubernetes-group-version-kind"];
      if (Array.isArray(kinds) && kinds.some((one) => isJsonObject(one) && one["group"] === group && one["version"] === version && one["kind"] === kind)) return value;
    }
    return null;
  }
  /** What a field's schema says in the end: references followed. */
  resolve(schema: JsonObject): JsonObject {
    const name = refName(schema);
    return name === "" ? schema : this.named(name);
  }
  typeText(schema: JsonObject): string {
    const name = refName(schema);
    if (name !== "") {
      const short = name.slice(name.lastIndexOf(".") + 1);
      const target = this.named(name);
      return target["properties"] === undefined && textOf(target["type"]) !== "object" && textOf(target["type"]) !== "" && !["Quantity", "IntOrString"].includes(short) ? textOf(target["type"]) : short;
    }
    const type = textOf(schema["type"]);
    if (type === "array") return `[]${this.typeText(objectOf(schema["items"]))}`;
    if (type === "object") return schema["additionalProperties"] !== undefined && isJsonObject(schema["additionalProperties"]) ? `map[string]${this.typeText(schema["additionalProperties"])}` : "Object";
    return type === "" ? "Object" : type;
  }
  /** The mapping below a field: through lists and maps. */
  inner(schema: JsonObject): JsonObject {
    const here = this.resolve(schema);
    if (here["items"] !== undefined) return this.inner(objectOf(here["items"]));
    if (isJsonObject(here["additionalProperties"])) return this.inner(here["additionalProperties"]);
    return here;
  }
}

/** Breaks a text at words. Follows explain's formatter: each line of the text by itself. */
function wrap(text: string, indent: string): string {
  return text
    .split("\n")
    .map((line) => {
      const out: string[] = [];
      let current = "";
      for (const word of line.split(" ")) {
        if (current !== "" && current.length + 1 + word.length > width) {
          out.push(current);
          current = word;
        } else current = current === "" ? word : `${current} ${word}`;
      }
      out.push(current);
      return out.map((one) => indent + one).join("\n");
    })
    .join("\n");
}

function requiredOf(schema: JsonObject): readonly Json[] {
  return Array.isArray(schema["required"]) ? (schema["required"] as readonly Json[]) : [];
}

function enumLines(document: Document, schema: JsonObject, indent: string): string {
  const values = schema["enum"] ?? document.resolve(schema)["enum"];
  return Array.isArray(values) && values.length > 0 ? `${indent}enum: ${values.map((value) => (value === "" ? '""' : String(value))).slice(0, 4).join(", ")}${values.length > 4 ? ", ...." : ""}\n` : "";
}

function enumBlock(document: Document, schema: JsonObject): string {
  const values = schema["enum"] ?? document.resolve(schema)["enum"];
  return Array.isArray(values) && values.length > 0 ? `ENUM:\n${values.map((value) => `    ${String(value)}\n`).join("")}` : "\n";
}

function tree(document: Document, schema: JsonObject, indent: string, seen: readonly JsonObject[]): string {
  const properties = objectOf(schema["properties"]);
  return Object.keys(properties)
    .sort()
    .map((name) => {
      const field = objectOf(properties[name]);
      const inner = document.inner(field);
      const line = `${indent}${name}\t<${document.typeText(field)}>${requiredOf(schema).includes(name) ? " -required-" : ""}\n${enumLines(document, field, `${indent}`)}`;
      return line + (inner["properties"] === undefined || seen.includes(inner) ? "" : tree(document, inner, `${indent}  `, [...seen, inner]));
    })
    .join("");
}

export async function explain(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, { recursive: { type: "bool" }, "api-version": { type: "text" }, output: { short: "o", type: "text" } }, "explain");
  const [word, more] = args;
  if (word === undefined) throw new KubectlError("error: you must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.");
  if (more !== undefined) throw new KubectlError("error: We accept only this format: explain RESOURCE\nSee 'kubectl explain -h' for help and examples");
  const [type = "", ...path] = word.split(".").filter((part, at) => part !== "" || at === 0);
  const resource = await resourceNamed(host, type).catch((error: unknown) => {
    throw error instanceof KubectlError ? new KubectlError(error.message.replace(/^error: /, "")) : error;
  });
  const gv = flags.has("api-version") ? { group: flags.text("api-version").includes("/") ? (flags.text("api-version").split("/")[0] ?? "") : "", version: flags.text("api-version").split("/").at(-1) ?? "" } : resource;
  const body = mustSucceed(await host.client.send({ verb: "get", path: gv.group === "" ? `/openapi/v3/api/${gv.version}` : `/openapi/v3/apis/${gv.group}/${gv.version}` }));
  const document = new Document(body);
  let schema = document.ofKind(gv.group, gv.version, resource.kind);
  if (schema === null) throw new KubectlError(`error: couldn't find resource for "${apiVersionOf(gv)}, Kind=${resource.kind}"`);
  const head = `${gv.group === "" ? "" : `GROUP:      ${gv.group}\n`}KIND:       ${resource.kind}\nVERSION:    ${gv.version}\n\n`;
  let field: JsonObject | null = null;
  for (const part of path) {
    const properties: JsonObject = objectOf(document.inner(field ?? schema)["properties"]);
    const next: Json | undefined = properties[part];
    if (!isJsonObject(next)) host.out(head);
    if (!isJsonObject(next)) throw new KubectlError(`error: field "${part}" does not exist`);
    schema = document.inner(field ?? schema);
    field = next;
  }
  const described = field ?? schema;
  const inner = document.inner(described);
  let text = head;
  if (field !== null) text += `FIELD: ${path.at(-1) ?? ""} <${document.typeText(field)}>${requiredOf(schema).includes(path.at(-1) ?? "") ? " -required-" : ""}\n${enumBlock(document, field)}\n`;
  const own = textOf(described["description"]);
  const target = document.resolve(described["items"] === undefined ? described : objectOf(described["items"]));
  const words2 = own === "" ? textOf(target["description"]) : own;
  text += `DESCRIPTION:\n${wrap(words2 === "" ? "<empty>" : words2, "    ")}\n`;
  if (field !== null && own !== "" && refName(field["items"] === undefined ? field : objectOf(field["items"])) !== "" && textOf(target["description"]) !== "") text += `${wrap(textOf(target["description"]), "    ")}\n`;
  text += "    \n";
  const properties = objectOf(inner["properties"]);
  if (Object.keys(properties).length > 0) {
    text += "FIELDS:\n";
    if (flags.bool("recursive")) text += tree(document, inner, "  ", [inner]);
    else {
      for (const name of Object.keys(properties).sort()) {
        const one = objectOf(properties[name]);
        const description = textOf(one["description"]) || "<no description>";
        text += `  ${name}\t<${document.typeText(one)}>${requiredOf(inner).includes(name) ? " -required-" : ""}\n${enumLines(document, one, "  ")}${wrap(description, "    ")}\n\n`;
      }
    }
  }
  host.out(`${text.replace(/\n+$/, "")}\n\n${Object.keys(properties).length > 0 && !flags.bool("recursive") ? "\n" : ""}`);
}

