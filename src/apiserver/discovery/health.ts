import { goQuote } from "../../apimachinery/goFormat.ts";
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { compareText } from "../../base/compareText.ts";
import { textResponse } from "../answers.ts";
import type { RequestContext } from "../requestContext.ts";

/** The named checks of each endpoint, in upstream's order. All of them say what the server knows: it answers only when it is ready. */
const bootstrapChecks = ["start-apiserver-admission-initializer", "generic-apiserver-start-informers", "bootstrap-controller", "scheduling/bootstrap-system-priority-classes", "start-system-namespaces-controller"];
const checks: Readonly<Record<string, readonly string[]>> = {
  healthz: ["ping", "log", "etcd", ...bootstrapChecks.map((name) => `poststarthook/${name}`)],
  livez: ["ping", "log", "etcd", ...bootstrapChecks.map((name) => `poststarthook/${name}`)],
  readyz: ["ping", "log", "etcd", "etcd-readiness", "informer-sync", ...bootstrapChecks.map((name) => `poststarthook/${name}`), "shutdown"],
};

/** /healthz, /livez, /readyz, each with its single checks below. Null for other paths. Follows apiserver/pkg/server/healthz/healthz.go. */
export function serveHealth(rc: RequestContext): ApiResponse | null {
  const [, endpoint = "", ...rest] = rc.request.path.split("/");
  const names = Object.hasOwn(checks, endpoint) ? checks[endpoint] : undefined;
  if (names === undefined) return null;
  const single = rest.join("/");
  if (single !== "") return names.includes(single) ? textResponse(200, "ok") : null;
  if (rc.request.query["verbose"] === undefined) return textResponse(200, "ok");
  const excluded = new Set((rc.request.query["exclude"] ?? "").split(",").filter((name) => name !== ""));
  const lines = names.map((name) => (excluded.has(name) ? `[+]${name} excluded: ok` : `[+]${name} ok`));
  const unknown = [...excluded].filter((name) => !names.includes(name)).sort(compareText);
  if (unknown.length > 0) lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.map(goQuote).join(",")}`);
  return textResponse(200, `${lines.join("\n")}\n${endpoint} check passed\n`);
}

/** Every endpoint and every check below it. */
export function healthPaths(): readonly string[] {
  return Object.entries(checks).flatMap(([endpoint, names]) => [`/${endpoint}`, ...names.map((name) => `/${endpoint}/${name}`)]);
}
