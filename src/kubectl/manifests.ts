import { parseAllDocuments } from "yaml";
import { goYamlTags } from "../apimachinery/goYamlTags.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { resourceOfKind, type Resource } from "./discovery.ts";
import { KubectlError, metaOf, textOf, type KubectlHost } from "./host.ts";

/** An object of a file, with what it is called and where it goes. */
export interface Manifest {
  readonly source: string;
  readonly object: JsonObject;
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
}

/** What is read at once: a limit of ours. */
const mostCharacters = 1_000_000;

const extensions = [".yaml", ".yml", ".json"];

function documentsOf(source: string, text: string): readonly Json[] {
  if (text.length > mostCharacters) throw new KubectlError(`error: ${source} is larger than ${mostCharacters / 1_000_000} MB, which is not read here`);
  const parsed = parseAllDocuments(text, { version: "1.1", customTags: goYamlTags, merge: true, prettyErrors: false, uniqueKeys: true });
  const documents = Array.isArray(parsed) ? parsed : [];
  return documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new KubectlError(`error: error parsing ${source}: error converting YAML to JSON: yaml: ${problem.message.split("\n")[0] ?? ""}`);
    const value = document.toJS({ maxAliasCount: 100 }) as Json;
    return value === null || value === undefined ? [] : isJsonObject(value) && textOf(value["kind"]).endsWith("List") && Array.isArray(value["items"]) ? (value["items"] as readonly Json[]) : [value];
  });
}

async function texts(host: KubectlHost, names: readonly string[]): Promise<readonly { readonly source: string; readonly text: string }[]> {
  const found: { readonly source: string; readonly text: string }[] = [];
  for (const name of names) {
    if (name === "-") {
      found.push({ source: "STDIN", text: await host.readInput() });
      continue;
    }
    if (/^https?:\/\//.test(name)) throw new KubectlError(`error: unable to read URL "${name}": nothing is fetched from elsewhere here; put the file into the workspace`);
    const text = host.readFile(name);
    if (text !== null) found.push({ source: name, text });
    else {
      const folder = host.listFolder(name);
      if (folder === null) throw new KubectlError(`error: the path "${name}" does not exist`);
      const files = folder.filter((file) => extensions.some((extension) => file.endsWith(extension)));
      if (files.length === 0) throw new KubectlError(`error: error reading [${name}]: recognized file extensions are [.json .yaml .yml]`);
      for (const file of files) found.push({ source: file, text: host.readFile(file) ?? "" });
    }
  }
  return found;
}

/** The objects of -f, in their order. A namespace that was asked for must be the manifest's own. */
export async function manifestsOf(host: KubectlHost, names: readonly string[], namespace: string, enforced: boolean): Promise<readonly Manifest[]> {
  const found: Manifest[] = [];
  for (const { source, text } of await texts(host, names)) {
    for (const value of documentsOf(source, text)) found.push(await manifestOf(host, source, value, namespace, enforced));
  }
  if (found.length === 0) throw new KubectlError("error: no objects passed to apply");
  return found;
}

async function manifestOf(host: KubectlHost, source: string, value: Json, namespace: string, enforced: boolean): Promise<Manifest> {
  const shown = source === "STDIN" ? "STDIN" : source;
  const quoted = source === "STDIN" ? '"STDIN"' : `"${source}"`;
  if (!isJsonObject(value)) throw new KubectlError(`error: error parsing ${shown}: json: cannot unmarshal ${typeof value === "string" ? "string" : Array.isArray(value) ? "array" : typeof value} into Go value of type map[string]interface {}`);
  const apiVersion = textOf(value["apiVersion"]);
  const kind = textOf(value["kind"]);
  if (kind === "" && apiVersion === "") throw new KubectlError(`error: error validating ${quoted}: error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false`);
  if (kind === "" || apiVersion === "") throw new KubectlError(`error: error validating ${quoted}: error validating data: ${kind === "" ? "kind" : "apiVersion"} not set; if you choose to ignore these errors, turn validation off with --validate=false`);
  const resource = await resourceOfKind(host, apiVersion, kind);
  const name = textOf(metaOf(value)["name"]);
  const own = textOf(metaOf(value)["namespace"]);
  if (resource === null) throw new KubectlError(`error: resource mapping not found for name: "${name}" namespace: "${own}" from "${source}": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`);
  if (!resource.namespaced) return { source, object: value, resource, namespace: "", name };
  if (own !== "" && enforced && own !== namespace) throw new KubectlError(`error: the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`);
  const placed = own === "" ? { ...value, metadata: { ...metaOf(value), namespace } } : value;
  return { source, object: placed, resource, namespace: own === "" ? namespace : own, name };
}
