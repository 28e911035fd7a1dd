import type { ApiRequest } from "../../apimachinery/apiRequest.ts";
import type { ConnectionId } from "../../sim/process.ts";
import type { DurationUs } from "../../sim/time.ts";
import { LatencyTable, type LatencyState } from "./latencies.ts";
import type { RequestPath } from "../paths.ts";
import type { PlannedWrite } from "../requestContext.ts";
import type { Resources } from "../resources.ts";

export interface MetricsState {
  readonly requests: readonly (readonly [string, number])[];
  readonly requestLatencies: LatencyState;
  readonly etcdLatencies: LatencyState;
}

/** More kinds of requests than any client sends; what comes after them is not told apart. */
const mostKeys = 4096;

export interface OpenWatch {
  /** "<plural>.<group>" */
  readonly resource: string;
  readonly connection: ConnectionId;
}

/** What the server counts of itself. Reads from outside are looks between windows, which leave no trace: they are not counted. */
export class ServerMetrics {
  /** By the values of requestLabels, joined by "|". */
  readonly requests = new Map<string, number>();
  /** By the labels of requests without the code: from when one came to its answer, in virtual time. */
  readonly requestLatencies = new LatencyTable(mostKeys);
  /** By "<operation>|<group>|<resource>": how long etcd took. */
  readonly etcdLatencies = new LatencyTable(mostKeys);
  /** The watches that are open now: a look, not a count. */
  openWatches: () => readonly OpenWatch[] = () => [];

  /** An answer and how long it took; a watch counts when it begins, and has no duration. Differs: upstream counts a watch when it ends. */
  answered(kind: string, code: number, tookUs: DurationUs | null): void {
    count(this.requests, `${code}|${kind}`);
    if (tookUs !== null) this.requestLatencies.observe(kind, tookUs);
  }

  /** A transaction that etcd has answered. */
  transacted(resources: Resources, { noteObject, value, expectRevision }: PlannedWrite, tookUs: DurationUs): void {
    const resource = resources.get(noteObject.slice(0, noteObject.indexOf("/")));
    if (resource === null) return;
    const operation = value === null ? "delete" : expectRevision === 0 ? "create" : "update";
    this.etcdLatencies.observe(`${operation}|${resource.group}|${resource.plural}`, tookUs);
  }

  snapshot(): MetricsState {
    return { requests: [...this.requests], requestLatencies: this.requestLatencies.snapshot(), etcdLatencies: this.etcdLatencies.snapshot() };
  }

  restore(state: MetricsState): void {
    this.requestLatencies.restore(state.requestLatencies);
    this.etcdLatencies.restore(state.etcdLatencies);
    this.requests.clear();
    for (const [key, value] of state.requests) this.requests.set(key, value);
  }
}

export const requestLabels = ["code", "dry_run", "group", "resource", "scope", "subresource", "verb", "version"] as const;

function count(counters: Map<string, number>, key: string): void {
  const before = counters.get(key);
  if (before !== undefined || counters.size < mostKeys) counters.set(key, (before ?? 0) + 1);
}

const writeVerbs: Readonly<Record<string, string>> = { create: "POST", update: "PUT", patch: "PATCH", delete: "DELETE", deletecollection: "DELETECOLLECTION" };
const connecting: ReadonlySet<string> = new Set(["exec", "attach", "portforward", "proxy", "log"]);

/** What is counted together, but for the code. Follows apiserver/pkg/endpoints/metrics/metrics.go. */
export function requestKind(request: ApiRequest, path: RequestPath | null): string {
  const dryRun = request.query["dryRun"] ?? "";
  if (path === null) return `${dryRun}|||||${writeVerbs[request.verb] ?? "GET"}|`;
  const { group, plural, namespace, name, subresource, version } = path;
  const scope = name !== "" || request.verb === "create" ? "resource" : namespace !== "" ? "namespace" : "cluster";
  return `${dryRun}|${group}|${plural}|${scope}|${subresource}|${verbOf(request, name, subresource)}|${version}`;
}

function verbOf(request: ApiRequest, name: string, subresource: string): string {
  if (connecting.has(subresource)) return "CONNECT";
  if (request.verb === "patch" && request.contentType.startsWith("application/apply-patch")) return "APPLY";
  if (request.verb === "delete" && name === "") return "DELETECOLLECTION";
  const write = writeVerbs[request.verb];
  if (write !== undefined) return write;
  if (request.verb === "watch" || request.query["watch"] === "true" || request.query["watch"] === "1") return "WATCH";
  return name === "" ? "LIST" : "GET";
}
