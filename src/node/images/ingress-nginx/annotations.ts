// Follows kubernetes/ingress-nginx internal/ingress/annotations: each annotation's own parser, and its default.
import { parseCidr, parseIpv4 } from "../../../network/ipv4.ts";
import type { Ingress } from "../../../kinds/networking/ingress/types.ts";
import type { Affinity, Canary, LocationSettings } from "./model.ts";

const prefix = "nginx.ingress.kubernetes.io/";

export type Options = Readonly<Record<string, string>>;

export function annotationOf(ingress: Ingress, name: string): string {
  return ingress.metadata.annotations?.[`${prefix}${name}`] ?? "";
}

/** An annotation before the ConfigMap's option of the same name before the controller's own default. */
export function settingsOf(ingress: Ingress, configMap: Options): LocationSettings {
  const given = (name: string): string => annotationOf(ingress, name);
  const either = (name: string, fallback: string): string => given(name) || (configMap[name] ?? "") || fallback;
  const flag = (name: string, fallback: boolean): boolean => flagOf(either(name, String(fallback)), fallback);
  const problems: string[] = [];
  const rps = numberOf(given("limit-rps"), 0);
  const rpm = numberOf(given("limit-rpm"), 0);
  return {
    rewriteTarget: given("rewrite-target"), useRegex: flagOf(given("use-regex"), false), appRoot: given("app-root").startsWith("/") ? given("app-root") : "",
    sslRedirect: flag("ssl-redirect", true), forceSslRedirect: flag("force-ssl-redirect", false), preserveTrailingSlash: flag("preserve-trailing-slash", false),
    redirect: redirectOf(given),
    auth: authOf(ingress, given, problems),
    allow: ranges(given("whitelist-source-range") || given("allowlist-source-range") || (configMap["whitelist-source-range"] ?? ""), problems),
    deny: ranges(either("denylist-source-range", ""), problems),
    limits: { rps, rpm, connections: numberOf(given("limit-connections"), 0), burst: numberOf(given("limit-burst-multiplier"), 5) || 5, exempt: ranges(given("limit-whitelist") || given("limit-allowlist"), problems) },
    bodySize: sizeOf(either("proxy-body-size", "1m")),
    connectTimeoutS: numberOf(either("proxy-connect-timeout", "5"), 5), readTimeoutS: numberOf(either("proxy-read-timeout", "60"), 60), sendTimeoutS: numberOf(either("proxy-send-timeout", "60"), 60),
    nextUpstream: either("proxy-next-upstream", "error timeout").split(/\s+/), tries: numberOf(either("proxy-next-upstream-tries", "3"), 3),
    upstreamHost: given("upstream-vhost"), forwardedPrefix: given("x-forwarded-prefix"), serviceUpstream: flag("service-upstream", false), accessLog: flagOf(given("enable-access-log"), true),
    denied: problems.join("; "),
  };
}

export function isCanary(ingress: Ingress): boolean {
  return flagOf(annotationOf(ingress, "canary"), false);
}

/** What sends requests to this canary; header and cookie go before the weight. */
export function shapingOf(ingress: Ingress): Pick<Canary, "weight" | "weightTotal" | "header" | "headerValue" | "headerPattern" | "cookie"> {
  const given = (name: string): string => annotationOf(ingress, `canary-${name}`);
  return { weight: numberOf(given("weight"), 0), weightTotal: Math.max(100, numberOf(given("weight-total"), 100)), header: given("by-header").toLowerCase(), headerValue: given("by-header-value"), headerPattern: given("by-header-pattern"), cookie: given("by-cookie") };
}

export function affinityOf(ingress: Ingress): Affinity | null {
  const given = (name: string): string => annotationOf(ingress, name);
  if (given("affinity") !== "cookie") return null;
  const secure = given("session-cookie-secure");
  return {
    cookie: given("session-cookie-name") || "INGRESSCOOKIE", path: given("session-cookie-path"), maxAge: given("session-cookie-max-age"), expires: given("session-cookie-expires"), sameSite: given("session-cookie-samesite"),
    secure: secure === "" ? null : flagOf(secure, false), changeOnFailure: flagOf(given("session-cookie-change-on-failure"), false), canarySticky: given("affinity-canary-behavior") !== "legacy",
  };
}

function redirectOf(given: (name: string) => string): LocationSettings["redirect"] {
  const code = (name: string, fallback: number): number => {
    const value = numberOf(given(name), fallback);
    return value >= 300 && value <= 308 ? value : fallback;
  };
  // A temporal redirect goes before a permanent one.
  if (isUrl(given("temporal-redirect"))) return { url: given("temporal-redirect"), code: code("temporal-redirect-code", 302) };
  return isUrl(given("permanent-redirect")) ? { url: given("permanent-redirect"), code: code("permanent-redirect-code", 301) } : null;
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s]+$/.test(text);
}

function authOf(ingress: Ingress, given: (name: string) => string, problems: string[]): LocationSettings["auth"] {
  const type = given("auth-type");
  if (type === "") return null;
  if (type !== "basic") {
    problems.push(type === "digest" ? "auth-type digest is not simulated" : "invalid authentication type");
    return null;
  }
  const name = given("auth-secret");
  if (name === "") {
    problems.push("error reading secret name from annotation: the annotation does not contain a valid value");
    return null;
  }
  const namespace = ingress.metadata.namespace ?? "";
  const secret = name.includes("/") ? name : `${namespace}/${name}`;
  if (!secret.startsWith(`${namespace}/`)) problems.push(`cross namespace secrets are not supported: ${secret}`);
  // The file is put in when the Secret is read (withPasswords).
  return { realm: given("auth-realm"), secret, file: given("auth-secret-type") === "auth-map" ? "map" : "file" };
}

function ranges(text: string, problems: string[]): readonly string[] {
  const given = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  const wrong = given.find((part) => parseCidr(part) === null && parseIpv4(part) === null && !part.includes(":"));
  if (wrong !== undefined) problems.push(`the annotation does not contain a valid IP address or network: invalid CIDR address: ${wrong}`);
  return given.map((part) => (part.includes("/") ? part : `${part}/32`));
}

/** "8m", "512k", "1g" or bytes; 0 checks nothing. */
export function sizeOf(text: string): number {
  const match = /^([0-9]{1,12})([kKmMgG]?)$/.exec(text.trim());
  if (match === null) return 1_048_576;
  const unit = { "": 1, k: 1024, m: 1_048_576, g: 1_073_741_824 }[(match[2] ?? "").toLowerCase()] ?? 1;
  return Number(match[1]) * unit;
}

function numberOf(text: string, fallback: number): number {
  return /^[0-9]{1,9}$/.test(text.trim()) ? Number(text) : fallback;
}

function flagOf(text: string, fallback: boolean): boolean {
  return ["1", "t", "T", "true", "TRUE", "True"].includes(text) ? true : ["0", "f", "F", "false", "FALSE", "False"].includes(text) ? false : fallback;
}
