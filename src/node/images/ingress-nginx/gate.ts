// Follows the order of nginx's phases: size of the body, rewrite (return, ssl redirect), preaccess (limits), access (addresses, passwords).
import { decodeBase64 } from "../../../kinds/base64.ts";
import type { HttpRequest, HttpResponse } from "../../../network/packet.ts";
import { headerOf } from "./balancing.ts";
import { refusedBy } from "./htpasswd.ts";
import { inRanges, poured } from "./limits.ts";
import type { Bucket } from "./limits.ts";
import type { IngressMatch } from "./matching.ts";
import type { GlobalSettings } from "./model.ts";
import { page } from "./proxying.ts";

export interface Asked {
  readonly request: HttpRequest;
  readonly scheme: "http" | "https";
  readonly client: string;
  readonly nowUs: number;
  /** Requests of this client that this Ingress has under way. */
  readonly underWay: number;
}

/** Why a request goes no further; `log` is a line of nginx's error log, "" where it writes none. */
export interface Stop {
  readonly response: HttpResponse;
  readonly rule: string;
  readonly log: string;
}

/** null: it may go to an upstream. `buckets` are those of limits, by Ingress, limit and client. */
export function stopped(match: IngressMatch, asked: Asked, global: GlobalSettings, buckets: Map<string, Bucket>): Stop | null {
  const { settings } = match.location;
  const { request } = asked;
  const size = request.body.length;
  if (settings.bodySize > 0 && size > settings.bodySize) return { response: page(413), rule: `${size} bytes are more than proxy-body-size allows`, log: `client intended to send too large body: ${size} bytes` };
  if (settings.denied !== "") return { response: page(503), rule: `nobody is let in: ${settings.denied}`, log: "" };
  if (settings.redirect !== null) return moved(settings.redirect.code, settings.redirect.url, `redirected to ${settings.redirect.url}`);
  const [path = "/"] = request.path.split("?");
  if (settings.appRoot !== "" && path === "/") return moved(302, `${asked.scheme}://${request.host}${settings.appRoot}`, `app-root: redirected to ${settings.appRoot}`);
  if (match.moved !== "") return moved(302, match.moved, `rewritten to ${match.moved}`);
  const wantsTls = settings.forceSslRedirect || (settings.sslRedirect && match.server.certificate !== null);
  if (asked.scheme === "http" && wantsTls && !path.startsWith("/.well-known/acme-challenge")) {
    const uri = !settings.preserveTrailingSlash && request.path.endsWith("/") ? request.path.slice(0, -1) : request.path;
    return moved(global.redirectCode, `https://${request.host.replace(/:[0-9]+$/, "")}${uri}`, "redirected to https");
  }
  return limited(match, asked, global, buckets) ?? refused(match, asked);
}

function moved(status: number, location: string, rule: string): Stop {
  return { response: page(status, { location }), rule, log: "" };
}

function limited({ location }: IngressMatch, { client, nowUs, underWay }: Asked, global: GlobalSettings, buckets: Map<string, Bucket>): Stop | null {
  const { limits } = location.settings;
  if (limits.rps + limits.rpm + limits.connections === 0 || inRanges(limits.exempt, client)) return null;
  const zone = (kind: string): string => `${location.ingress}_${kind}`;
  if (limits.connections > 0 && underWay >= limits.connections) return { response: page(global.limitStatus.connections), rule: `${client} has ${underWay} requests under way, limit-connections is ${limits.connections}`, log: `limiting connections by zone "${zone("conn")}"` };
  for (const [kind, count, perMinute] of [["rps", limits.rps, limits.rps * 60], ["rpm", limits.rpm, limits.rpm]] as const) {
    if (count === 0) continue;
    const key = `${zone(kind)}|${client}`;
    const bucket = poured(buckets.get(key), perMinute, count * limits.burst, nowUs);
    if (bucket === null) return { response: page(global.limitStatus.requests), rule: `${client} asks more often than limit-${kind} ${count} and its burst of ${count * limits.burst} allow`, log: `limiting requests, excess: ${count * limits.burst}.000 by zone "${zone(kind)}"` };
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > mostBuckets) for (const oldest of buckets.keys()) {
      buckets.delete(oldest);
      break;
    }
  }
  return null;
}

/** limit_req_zone of 5m: so many clients are remembered. */
const mostBuckets = 10_000;

function refused({ location }: IngressMatch, { request, client }: Asked): Stop | null {
  const { deny, allow, auth } = location.settings;
  if (inRanges(deny, client)) return { response: page(403), rule: `${client} is in denylist-source-range`, log: "access forbidden by rule" };
  if (allow.length > 0 && !inRanges(allow, client)) return { response: page(403), rule: `${client} is not in whitelist-source-range`, log: "access forbidden by rule" };
  if (auth === null) return null;
  const given = /^Basic\s+(\S+)$/i.exec(headerOf(request, "authorization") ?? "");
  const challenge = { "www-authenticate": `Basic realm="${auth.realm.replaceAll('"', "")}"` };
  if (given === null) return { response: page(401, challenge), rule: `no user was named (auth-type basic, Secret ${auth.secret})`, log: "no user/password was provided for basic authentication" };
  const text = decodeBase64(given[1] ?? "");
  const colon = text.indexOf(":");
  const user = colon < 0 ? text : text.slice(0, colon);
  const why = refusedBy(auth.file, user, colon < 0 ? "" : text.slice(colon + 1));
  return why === null ? null : { response: page(401, challenge), rule: `user "${user}" was refused: ${why} (Secret ${auth.secret})`, log: `user "${user}": ${why}` };
}
