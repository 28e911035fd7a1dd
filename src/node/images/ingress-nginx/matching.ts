// Follows nginx: server_name (ngx_http_core_module), the choice of a location, and the rewrite module.
import type { IngressConfig, Location, LocationSettings, Server, ServerCertificate } from "./model.ts";

export interface IngressMatch {
  readonly server: Server;
  readonly location: Location;
  /** The path and query that go to the upstream. */
  readonly path: string;
  /** A rewrite-target that is a URL sends the client there. */
  readonly moved: string;
}

/** Which location answers: the exact host before a wildcard before the catch-all, then an exact path before the longest prefix. */
export function matchIngress(config: IngressConfig, host: string, pathAndQuery: string): IngressMatch | null {
  const server = serverFor(config.servers, host);
  const question = pathAndQuery.indexOf("?");
  const path = question < 0 ? pathAndQuery : pathAndQuery.slice(0, question);
  const query = question < 0 ? "" : pathAndQuery.slice(question + 1);
  const location = server?.locations.find((candidate) => (server.regex ? expression(`^${candidate.path}`)?.test(path.slice(0, longestPath)) === true : pathMatches(candidate, path)));
  if (server === undefined || location === undefined) return null;
  const rewritten = rewrite(location, location.settings, path, query);
  return /^https?:\/\//.test(rewritten) ? { server, location, path: pathAndQuery, moved: rewritten } : { server, location, path: rewritten, moved: "" };
}

/** The certificate that is shown to a client that names `serverName` in its hello ("" where it names none). */
export function certificateShown(config: IngressConfig, serverName: string): ServerCertificate {
  const server = serverName === "" ? undefined : serverFor(config.servers, serverName);
  return server?.certificate ?? config.servers.find((each) => each.host === "_")?.certificate ?? config.global.defaultCertificate;
}

function serverFor(servers: readonly Server[], hostHeader: string): Server | undefined {
  const host = hostHeader.replace(/:[0-9]+$/, "").toLowerCase();
  const exact = servers.find((server) => server.host === host);
  if (exact !== undefined) return exact;
  const dot = host.indexOf(".");
  // "*.foo.com" stands for exactly one label.
  const wildcard = dot > 0 ? servers.find((server) => server.host === `*${host.slice(dot)}`) : undefined;
  return wildcard ?? servers.find((server) => server.host === "_");
}

function pathMatches(location: Location, path: string): boolean {
  return location.pathType === "Exact" ? path === location.path : path.startsWith(location.path);
}

/** `rewrite "(?i)PATH" TARGET break`: the whole path becomes the target, with what was captured; the query goes along. */
function rewrite(location: Location, { rewriteTarget }: LocationSettings, path: string, query: string): string {
  const whole = query === "" ? path : `${path}?${query}`;
  if (rewriteTarget === "" || rewriteTarget === location.path) return whole;
  const found = expression(location.path)?.exec(path.slice(0, longestPath));
  if (found === null || found === undefined) return whole;
  const target = rewriteTarget.replaceAll(/\$([0-9])/g, (_text, digit: string) => found[Number(digit)] ?? "");
  if (target.endsWith("?")) return target.slice(0, -1);
  const text = target === "" ? "/" : target;
  return query === "" ? text : `${text}${text.includes("?") ? "&" : "?"}${query}`;
}

const longestPath = 2_048;
const mostExpressions = 1_000;
const expressions = new Map<string, RegExp | null>();

/** null where the text is no expression: nginx would refuse the whole configuration. */
export function expression(text: string): RegExp | null {
  let known = expressions.get(text);
  if (known === undefined) {
    if (expressions.size >= mostExpressions) expressions.clear();
    try {
      known = new RegExp(text, "i");
    } catch {
      known = null;
    }
    expressions.set(text, known);
  }
  return known;
}
