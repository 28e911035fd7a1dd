import { isJsonObject, type Json } from "../../../base/json.ts";
import type { Event } from "../../../kinds/core/event/types.ts";
import { alignTable, tableOf, type TextTable } from "./textTable.ts";
import { errorText, type TranscriptCluster } from "./transcriptCluster.ts";
import { durationSeconds, namedIn, type Words } from "./words.ts";

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io";

function tableFor(cluster: TranscriptCluster, { args, options }: Words): TextTable | string {
  const { resource, name } = namedIn(args);
  const kind = cluster.kind(resource);
  const all = options.get("all-namespaces") === "true";
  const namespace = options.get("namespace") ?? "default";
  const path = all ? cluster.path(kind, "").replace("/namespaces//", "/") : cluster.path(kind, namespace, name === "" ? undefined : name);
  const { code, body } = cluster.ask(name === "" ? "list" : "get", path, asTable);
  if (code !== 200) return errorText(code, body);
  const table = tableOf(body, options.get("output") === "wide");
  const rows = table.rows.map((row) => row.map((cell) => cluster.aliases.hide(cell)));
  if (rows.length === 0) return `No resources found${kind.scope === "Namespaced" && !all ? ` in ${namespace} namespace` : ""}.`;
  return { columns: table.columns, rows: kind.plural === "pods" ? rows.toSorted((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1)) : rows };
}

export function get(cluster: TranscriptCluster, words: Words): readonly string[] {
  const output = words.options.get("output") ?? "";
  if (output.startsWith("jsonpath:")) return [fieldOf(cluster, words, output.slice("jsonpath:".length))];
  const table = tableFor(cluster, words);
  return typeof table === "string" ? [table] : alignTable(table);
}

/** "-o jsonpath:status.podIP": one field of one object, by its path. */
function fieldOf(cluster: TranscriptCluster, { args, options }: Words, path: string): string {
  const { resource, name } = namedIn(args);
  let value: Json = cluster.fetch(cluster.path(cluster.kind(resource), options.get("namespace") ?? "default", name));
  for (const step of path.split(".")) value = Array.isArray(value) ? ((value as readonly Json[])[Number(step)] ?? null) : isJsonObject(value) ? (value[step.replaceAll("~", ".")] ?? null) : null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Columns that change with time alone. */
const passing: readonly string[] = ["AGE", "DURATION", "LAST SCHEDULE"];

/** "watch pods 30s": every row as it is and each time it changes, second by second, with the columns that are not ages. */
export function watch(cluster: TranscriptCluster, words: Words): readonly string[] {
  const seconds = durationSeconds(words.args.at(-1) ?? "");
  const looked = { ...words, args: words.args.slice(0, -1) };
  const shown = new Map<string, string>();
  const lines: string[][] = [];
  for (let second = 0; second <= seconds; second++) {
    if (second > 0) cluster.seconds(1);
    const table = tableFor(cluster, looked);
    if (typeof table === "string" && second === 0) continue;
    const { columns, rows } = typeof table === "string" ? { columns: [], rows: [] } : table;
    const steady = (row: readonly string[]): string[] => row.filter((_, index) => !passing.includes(columns[index] ?? "")).map((cell) => cell.replace(/ \(.* ago\)/, ""));
    if (lines.length === 0 && columns.length > 0) lines.push(["AT", ...steady(columns)]);
    const present = new Set(rows.map((row) => row[0] ?? ""));
    for (const name of [...shown.keys()].filter((known) => !present.has(known))) {
      shown.delete(name);
      lines.push([`${second}s`, name, "gone"]);
    }
    for (const row of rows) {
      const text = steady(row);
      if (shown.get(row[0] ?? "") === text.join(" ")) continue;
      shown.set(row[0] ?? "", text.join(" "));
      lines.push([`${second}s`, ...text]);
    }
  }
  const [columns = [], ...rows] = lines;
  return alignTable({ columns, rows });
}

/** The Events of one object, oldest first, as the end of `kubectl describe` lists them. */
export function events(cluster: TranscriptCluster, { args, options }: Words): readonly string[] {
  const { resource, name } = namedIn(args);
  const kind = cluster.kind(resource);
  const real = cluster.aliases.find(name);
  const namespace = kind.scope === "Namespaced" ? (options.get("namespace") ?? "default") : "default";
  const found = (cluster.list(`/api/v1/namespaces/${namespace}/events`) as unknown as readonly Event[])
    // Their names end in the nanosecond at which they were made.
    .filter((event) => event.involvedObject.kind === kind.gvk.kind && event.involvedObject.name === real)
    .sort((a, b) => ((a.firstTimestamp ?? a.eventTime ?? "") < (b.firstTimestamp ?? b.eventTime ?? "") ? -1 : (a.firstTimestamp ?? a.eventTime ?? "") > (b.firstTimestamp ?? b.eventTime ?? "") ? 1 : a.metadata.name < b.metadata.name ? -1 : 1));
  const rows = found.map((event) => [event.type ?? "", event.reason ?? "", `x${event.series?.count ?? event.count ?? 1}`, event.source?.component ?? event.reportingComponent ?? "", cluster.aliases.hide(event.message ?? "").trim()]);
  return rows.length === 0 ? ["no events"] : alignTable({ columns: ["TYPE", "REASON", "COUNT", "FROM", "MESSAGE"], rows });
}

interface Link {
  readonly parent: string;
  readonly at: number;
  readonly component: string;
  readonly text: string;
}

/** "said job": what the component did and why since this was asked last, each with the seconds since then. */
export function said(cluster: TranscriptCluster, { args }: Words): readonly string[] {
  const wanted = args.flatMap((name) => [name, `${name} controller`]);
  const { entries, since } = cluster.newTrace();
  const lines = entries.flatMap(({ at, link, body }) => {
    if (link === undefined || !isJsonObject(body) || !wanted.includes(String(body["component"]))) return [];
    return [`${Math.round((at - since) / 1e6)}s ${args.length > 1 ? `${String(body["component"])}: ` : ""}${cluster.aliases.hide(String(body["text"]))}`];
  });
  return lines.length === 0 ? ["nothing"] : lines;
}

/** From the command or the boot to the newest revision of an object, oldest link first. */
export function why(cluster: TranscriptCluster, { args, options }: Words): readonly string[] {
  const { resource, name } = namedIn(args);
  const kind = cluster.kind(resource);
  const group = kind.gvk.group === "" ? "" : `.${kind.gvk.group}`;
  const key = `${kind.plural}${group}/${kind.scope === "Namespaced" ? (options.get("namespace") ?? "default") : ""}/${cluster.aliases.find(name)}`;
  const links = new Map<string, Link>();
  for (const { link, cause, at, body } of cluster.world.trace) {
    if (link !== undefined && isJsonObject(body)) links.set(link, { parent: cause, at, component: String(body["component"]), text: String(body["text"]) });
  }
  const lines: string[] = [];
  let id = cluster.causes.get(key) ?? "";
  for (let link = links.get(id); link !== undefined; link = links.get(id)) {
    // How many writes the boot took is not what this is about.
    lines.push(`${link.component}: ${cluster.aliases.hide(link.text).replace(/, revision \d+$/, "")}`);
    id = link.parent;
  }
  lines.push(/^c\d+$/.test(id) ? "you" : id === "" ? `nothing is known of ${name}` : id);
  return lines.reverse();
}
