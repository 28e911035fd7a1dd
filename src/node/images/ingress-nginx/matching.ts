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
  const location = server?.locations.find((candidate) => (server.regex ? find(path, expression(`^${candidate.path}`)) !== null : pathMatches(candidate, path)));
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
  const found = find(path, expression(location.path));
  if (found === null) return whole;
  const target = rewriteTarget.replaceAll(/\$([0-9])/g, (_text, digit: string) => found[Number(digit)] ?? "");
  if (target.endsWith("?")) return target.slice(0, -1);
  const text = target === "" ? "/" : target;
  return query === "" ? text : `${text}${text.includes("?") ? "&" : "?"}${query}`;
}

/** PCRE gives up on an expression that takes too long; here such ones are not begun. */
const mostExpressions = 1_000;
const longestExpression = 512;
/** The longest text for an expression with so many repetitions without an end. */
const longestText = [2_048, 2_048, 2_048, 512, 128, 64] as const;
const expressions = new Map<string, Expression | null>();

export interface Expression {
  readonly regexp: RegExp;
  /** Longer texts do not match. */
  readonly longest: number;
}

/** Without cases unless `cases`; null where nginx would refuse it, or where it might take for ever. */
export function expression(text: string, cases: boolean = false): Expression | null {
  const key = `${cases ? "c" : "i"}${text}`;
  let known = expressions.get(key);
  if (known === undefined) {
    if (expressions.size >= mostExpressions) expressions.clear();
    expressions.set(key, (known = compiled(text, cases)));
  }
  return known;
}

export function find(text: string, where: Expression | null): RegExpExecArray | null {
  return where === null || text.length > where.longest ? null : where.regexp.exec(text);
}

function compiled(text: string, cases: boolean): Expression | null {
  const bare = text.replaceAll(/\\./g, "x").replaceAll(/\[[^\]]*\]/g, "x");
  const longest = longestText[(bare.match(/[*+]|\{[0-9]*,\}/g) ?? []).length];
  if (text.length > longestExpression || longest === undefined || repeatsChoices(bare) || /\\[1-9]|\(\?/.test(text)) return null;
  try {
    return { regexp: new RegExp(text, cases ? "" : "i"), longest };
  } catch {
    return null;
  }
}

/** Whether a repeated group repeats or chooses inside: it has more ways than anybody can try. Without escapes and sets. */
function repeatsChoices(bare: string): boolean {
  const open: boolean[] = [];
  let chooses = false;
  for (let i = 0; i < bare.length; i++) {
    const character = bare[i] ?? "";
    if (character === "(") {
      open.push(chooses);
      chooses = false;
    } else if (character === ")") {
      const repeated = /[*+{]/.test(bare[i + 1] ?? "");
      if (repeated && chooses) return true;
      chooses = (open.pop() ?? false) || chooses || repeated;
    } else if (/[*+?|{]/.test(character)) chooses = true;
  }
  return false;
}
