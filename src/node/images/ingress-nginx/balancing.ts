// Follows rootfs/etc/nginx/lua/balancer.lua (route_to_alternative_balancer) and balancer/sticky.lua of kubernetes/ingress-nginx.
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import { fnv1a32 } from "../../../base/hash.ts";
import type { HttpRequest } from "../../../network/packet.ts";
import { hex, md5, utf8Bytes } from "./digests.ts";
import { expression, find } from "./matching.ts";
import type { Affinity, Canary } from "./model.ts";

type Address = { readonly ip: string; readonly port: number };

export function headerOf(request: HttpRequest, name: string): string | null {
  const wanted = name.toLowerCase();
  for (const key of Object.keys(request.headers)) if (key.toLowerCase() === wanted) return request.headers[key] ?? null;
  return null;
}

export function cookieOf(request: HttpRequest, name: string): string | null {
  for (const part of (headerOf(request, "cookie") ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

/** Whether the canary takes the request, and why it was decided so: "header x-canary: always". */
export function takesCanary(canary: Canary, request: HttpRequest, roll: (count: number) => number): { readonly takes: boolean; readonly why: string } {
  const header = canary.header === "" ? null : headerOf(request, canary.header);
  if (header !== null) {
    const why = `header ${canary.header}: ${header}`;
    if (canary.headerValue !== "") {
      if (canary.headerValue === header) return { takes: true, why };
    } else if (canary.headerPattern !== "") {
      const pattern = expression(canary.headerPattern, true);
      if (pattern === null) return { takes: false, why: `canary-by-header-pattern ${canary.headerPattern} is no expression` };
      if (find(header, pattern) !== null) return { takes: true, why };
    } else if (header === "always" || header === "never") return { takes: header === "always", why };
  }
  const cookie = canary.cookie === "" ? null : cookieOf(request, canary.cookie);
  if (cookie === "always" || cookie === "never") return { takes: cookie === "always", why: `cookie ${canary.cookie}=${cookie}` };
  const takes = canary.weight > 0 && roll(canary.weightTotal) < canary.weight;
  return { takes, why: `weight ${canary.weight} of ${canary.weightTotal}` };
}

/** The part of a session cookie that says for which upstream it is. */
export function upstreamKey(upstream: string): string {
  return hex(md5(utf8Bytes(upstream)));
}

/** What a client that was here before sent: null where it is new, or was at another upstream. */
export function stickyKey(affinity: Affinity, upstream: string, request: HttpRequest): string | null {
  const cookie = cookieOf(request, affinity.cookie);
  if (cookie === null) return null;
  const [key = "", of = ""] = cookie.split("|");
  return key !== "" && of === upstreamKey(upstream) ? key : null;
}

/** The pods in the order that a key prefers them: most clients stay where they are when pods come and go. */
export function preferred(addresses: readonly Address[], key: string): readonly Address[] {
  const weight = (address: Address): number => fnv1a32(`${address.ip}:${address.port}|${key}`);
  return addresses.map((address) => ({ address, weight: weight(address) })).sort((a, b) => b.weight - a.weight).map(({ address }) => address);
}

export function setCookie(affinity: Affinity, upstream: string, key: string, locationPath: string, secure: boolean, unixUs: number): string {
  const parts = [`${affinity.cookie}=${key}|${upstreamKey(upstream)}`];
  if (/^[0-9]{1,9}$/.test(affinity.expires)) parts.push(`Expires=${cookieTime(unixUs + Number(affinity.expires) * 1_000_000)}`);
  if (affinity.maxAge !== "") parts.push(`Max-Age=${affinity.maxAge}`);
  parts.push(`Path=${affinity.path || locationPath}`);
  if (affinity.secure ?? secure) parts.push("Secure");
  parts.push("HttpOnly");
  if (affinity.sameSite !== "") parts.push(`SameSite=${affinity.sameSite}`);
  return parts.join("; ");
}

const days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Thu, 01-Jan-26 00:00:07 GMT", as ngx.cookie_time has it. */
function cookieTime(unixUs: number): string {
  const text = formatRfc3339(unixUs);
  return `${days[Math.floor(unixUs / 86_400_000_000) % 7] ?? "Thu"}, ${text.slice(8, 10)}-${months[Number(text.slice(5, 7)) - 1] ?? "Jan"}-${text.slice(2, 4)} ${text.slice(11, 19)} GMT`;
}
