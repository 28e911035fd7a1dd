import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { parseArgs, type Flags, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, listOf, metaOf, ok, objectOf, textOf, type KubectlHost } from "../host.ts";
import { pathOf, qualifiedSingular, type Resource } from "../discovery.ts";
import { manifestsOf } from "../manifests.ts";
import { namespaceOf, selectionOf, selectorFlags, type Named } from "../selection.ts";
import { asList, printerOf, sortedBy, withoutManagedFields } from "../output/printers.ts";
import { headerLine, rowLine, type TableLook } from "../output/tables.ts";
import { alignTabs, getTable } from "../output/tabWriter.ts";
import { sendAs } from "../impersonation.ts";

// Follows kubectl/pkg/cmd/get/get.go.

const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

const specs: FlagSpecs = {
  ...selectorFlags,
  output: { short: "o", type: "text" },
  filename: { short: "f", type: "list" },
  recursive: { short: "R", type: "bool" },
  watch: { short: "w", type: "bool" },
  "watch-only": { type: "bool" },
  "output-watch-events": { type: "bool" },
  "no-headers": { type: "bool" },
  "show-labels": { type: "bool" },
  "show-kind": { type: "bool" },
  "show-managed-fields": { type: "bool" },
  "label-columns": { short: "L", type: "list" },
  "sort-by": { type: "text" },
  "ignore-not-found": { type: "bool" },
  "chunk-size": { type: "text" },
  raw: { type: "text" },
  subresource: { type: "text" },
  "server-print": { type: "bool" },
};

/** One request, and what came of it. */
interface Read {
  readonly resource: Resource;
  readonly single: boolean;
  readonly body: JsonObject;
}

interface Query {
  readonly resource: Resource;
  readonly path: string;
  readonly single: boolean;
  readonly query: Record<string, string>;
}

async function queriesOf(host: KubectlHost, flags: Flags, args: readonly string[]): Promise<readonly Query[]> {
  const namespace = namespaceOf(host, flags);
  const everywhere = flags.bool("all-namespaces");
  const query: Record<string, string> = {};
  if (flags.has("selector")) query["labelSelector"] = flags.text("selector");
  if (flags.has("field-selector")) query["fieldSelector"] = flags.text("field-selector");
  const subresource = flags.has("subresource") ? `/${flags.text("subresource")}` : "";
  const one = ({ resource, namespace: at, name }: Named): Query => ({ resource, path: `${pathOf(resource, at, name)}${subresource}`, single: true, query: {} });
  if (flags.has("filename")) return (await manifestsOf(host, flags.list("filename"), namespace, flags.has("namespace"))).map((manifest) => one(manifest));
  const selection = await selectionOf(host, args, namespace);
  if (selection === null) {
    throw new KubectlError(
      "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples",
    );
  }
  if (selection.type === "names") {
    if (everywhere) throw new KubectlError("error: a resource cannot be retrieved by name across all namespaces");
    if (flags.has("selector")) throw new KubectlError("error: name cannot be provided when a selector is specified");
    return selection.items.map(one);
  }
  return selection.resources.map((resource): Query => ({ resource, path: pathOf(resource, everywhere ? "" : namespace), single: false, query: { ...query, limit: flags.text("chunk-size", "500") } }));
}

/** Reads a list to its end, a part at a time. */
async function readAll(host: KubectlHost, flags: Flags, { resource, path, single, query }: Query, accept: string, extra: Record<string, string>): Promise<Read | string> {
  let first: JsonObject | null = null;
  const key = accept === "" ? "items" : "rows";
  const parts: Json[] = [];
  let next = "";
  do {
    const response = await sendAs(host, flags, { verb: single ? "get" : "list", path, accept, query: { ...query, ...extra, ...(next === "" ? {} : { continue: next }) } });
    if (!ok(response)) {
      const missing = response.code === 404 && flags.bool("ignore-not-found");
      return missing ? "" : failureMessage(response);
    }
    const body = objectOf(response.body);
    first ??= body;
    if (single) return { resource, single, body };
    parts.push(...listOf(body[key]));
    next = textOf(metaOf(body)["continue"]);
  } while (next !== "");
  return { resource, single, body: { ...first, [key]: parts } };
}

export async function get(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, specs, "get");
  if (flags.has("raw")) {
    const response = await sendAs(host, flags, { verb: "get", path: flags.text("raw") });
    if (!ok(response)) throw new KubectlError(failureMessage(response));
    host.out(typeof response.body === "string" ? response.body : JSON.stringify(response.body));
    return;
  }
  const print = printerOf(host, flags.text("output"), flags.bool("no-headers"));
  const queries = await queriesOf(host, flags, args);
  if (print === null) return printTables(host, flags, queries);
  const problems: string[] = [];
  const objects: JsonObject[] = [];
  let versions = "";
  for (const query of queries) {
    const read = await readAll(host, flags, query, "", {});
    if (typeof read === "string") {
      if (read !== "") problems.push(read);
      continue;
    }
    versions = textOf(metaOf(read.body)["resourceVersion"]);
    const kind = textOf(read.body["kind"]).replace(/List$/, "");
    if (read.single) objects.push(read.body);
    else objects.push(...listOf(read.body["items"]).map((item) => ({ apiVersion: textOf(read.body["apiVersion"]), kind, ...item })));
  }
  const single = queries.length === 1 && queries[0]?.single === true;
  const sorted = flags.has("sort-by") ? sortedBy(objects, flags.text("sort-by"), (object) => object) : objects;
  const shown = flags.bool("show-managed-fields") ? sorted : sorted.map(withoutManagedFields);
  const watching = flags.bool("watch") || flags.bool("watch-only");
  if (!flags.bool("watch-only") && (objects.length > 0 || (problems.length === 0 && !single && !(flags.text("output") === "name" || flags.text("output").startsWith("custom"))))) host.out(watching ? shown.map(print).join(flags.text("output") === "yaml" ? "---\n" : "") : print(asList(shown, single)));
  else if (objects.length === 0 && problems.length === 0 && flags.text("output").startsWith("custom") && !flags.bool("no-headers")) host.out(print({ items: [] }));
  if (problems.length > 0) throw new KubectlError(problems.join("\n"));
  const [only] = queries;
  if (watching && only !== undefined) await follow(host, flags, only, versions, "", (object) => host.out(`${flags.text("output") === "yaml" ? "---\n" : ""}${print(withoutManagedFields(object))}`));
}

function lookOf(flags: Flags, { resource }: Query, several: boolean): TableLook {
  return {
    wide: flags.text("output") === "wide",
    noHeaders: flags.bool("no-headers"),
    withNamespace: flags.bool("all-namespaces") && resource.namespaced,
    kind: several || flags.bool("show-kind") ? qualifiedSingular(resource) : "",
    showLabels: flags.bool("show-labels"),
    labelColumns: flags.list("label-columns"),
  };
}

async function printTables(host: KubectlHost, flags: Flags, queries: readonly Query[]): Promise<void> {
  const problems: string[] = [];
  const several = new Set(queries.map(({ resource }) => `${resource.plural}.${resource.group}`)).size > 1;
  const extra: Record<string, string> = flags.has("sort-by") ? { includeObject: "Object" } : {};
  // Tables that follow each other and are of one type are one.
  const groups: { readonly query: Query; readonly lines: string[] }[] = [];
  let version = "";
  for (const query of queries) {
    const read = await readAll(host, flags, query, tableAccept, extra);
    if (typeof read === "string") {
      if (read !== "") problems.push(read);
      continue;
    }
    version = textOf(metaOf(read.body)["resourceVersion"]);
    const rows = flags.has("sort-by") ? sortedBy(listOf(read.body["rows"]), flags.text("sort-by"), (row) => objectOf(row["object"])) : listOf(read.body["rows"]);
    if (rows.length === 0) continue;
    const look = lookOf(flags, query, several);
    const last = groups.at(-1);
    const group = last !== undefined && last.query.resource === query.resource ? last : { query, lines: look.noHeaders ? [] : [headerLine(read.body, look)] };
    if (group !== last) groups.push(group);
    group.lines.push(...rows.map((row) => rowLine(read.body, row, look)));
  }
  const remembered: number[] = [];
  const watching = flags.bool("watch") || flags.bool("watch-only");
  if (!flags.bool("watch-only")) {
    host.out(groups.map(({ lines }) => `${alignTabs(lines.join("\n"), getTable, watching ? remembered : null)}\n`).join(flags.bool("no-headers") ? "" : "\n"));
    if (groups.length === 0 && problems.length === 0 && !flags.bool("ignore-not-found") && !watching) {
      const inNamespace = !flags.bool("all-namespaces") && queries.every(({ resource }) => resource.namespaced);
      host.err(inNamespace ? `No resources found in ${namespaceOf(host, flags)} namespace.\n` : "No resources found\n");
    }
  }
  if (problems.length > 0) throw new KubectlError(problems.join("\n"));
  const [query] = queries;
  if (!watching || query === undefined) return;
  if (queries.length > 1) throw new KubectlError("error: you may only specify a single resource type");
  let columns: JsonObject | null = null;
  let headed = groups.length > 0 && !flags.bool("watch-only");
  const look = lookOf(flags, query, false);
  await follow(host, flags, query, version, tableAccept, (table, type) => {
    if (listOf(table["columnDefinitions"]).length > 0) columns = table;
    const known = columns ?? table;
    const event = flags.bool("output-watch-events") ? `${type}\t` : "";
    const lines = listOf(table["rows"]).map((row) => event + rowLine(known, row, look));
    if (!headed && !look.noHeaders && lines.length > 0) lines.unshift((event === "" ? "" : "EVENT\t") + headerLine(known, look));
    headed ||= lines.length > 0;
    if (lines.length > 0) host.out(`${alignTabs(lines.join("\n"), getTable, remembered)}\n`);
  });
}

/** Watches from a version on until Ctrl-C. */
async function follow(host: KubectlHost, flags: Flags, { path, single, query }: Query, version: string, accept: string, show: (object: JsonObject, type: string) => void): Promise<void> {
  const name = single ? decodeURIComponent(path.slice(path.lastIndexOf("/") + 1)) : "";
  const { limit: _, ...rest } = query;
  const asked = { ...rest, ...(name === "" ? {} : { fieldSelector: `metadata.name=${name}` }), resourceVersion: version, watch: "true" };
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => void (end = resolve));
  const watch = await host.client.watch({ verb: "watch", path: single ? path.slice(0, path.lastIndexOf("/")) : path, accept, query: asked, ...impersonated(flags) }, {
    frame: ({ type, object }) => {
      if (type !== "BOOKMARK" && isJsonObject(object)) show(object, type);
    },
    ended: () => end(),
  });
  if ("refused" in watch) throw new KubectlError(failureMessage(watch.refused));
  const stop = host.onInterrupt(() => {
    watch.close();
    end();
  });
  await ended;
  stop();
}

function impersonated(flags: Flags): { readonly impersonate?: NonNullable<Parameters<KubectlHost["client"]["send"]>[0]["impersonate"]> } {
  return flags.has("as") ? { impersonate: { user: flags.text("as"), groups: flags.list("as-group"), uid: flags.text("as-uid"), extra: {} } } : {};
}
