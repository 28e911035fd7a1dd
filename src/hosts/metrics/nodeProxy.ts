import type { ApiRequest, ApiResponse } from "../../apimachinery/apiRequest.ts";
import { parseQuantity, quantityBytes } from "../../apimachinery/quantity.ts";
import { methodNotAllowed, serviceUnavailable } from "../../apimachinery/statusErrors.ts";
import { serverVersion } from "../../apiserver/discovery/serverVersion.ts";
import type { Json } from "../../base/json.ts";
import { resourceMetrics, statsSummary } from "../../node/kubelet/stats/statsTexts.ts";
import type { ObservedUse } from "../../node/runtime/observedUse.ts";
import { apiServer } from "../clusterComposition.ts";
import { asServer, type Look } from "../outsideLook.ts";
import { expositionText, expositionType } from "../../apimachinery/exposition.ts";
import { cadvisorFamilies, kubeletFamilies } from "./kubeletFamilies.ts";

/** Paths that a kubelet has and ours does not answer; below them too. Follows pkg/kubelet/server/server.go. */
const notServed = ["/metrics/probes", "/metrics/slis", "/pods", "/runningpods", "/configz", "/statusz", "/flagz", "/logs", "/containerLogs", "/exec", "/attach", "/portForward", "/run", "/checkpoint", "/debug"];

interface SeenNode {
  readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[]; readonly capacity?: Readonly<Record<string, string>> };
}
interface SeenPod {
  readonly metadata: { readonly uid: string };
  readonly status?: { readonly qosClass?: string };
}

/**
 * GET of nodes/<node>/proxy/<path>: what the node's kubelet answers. The API server judges who may (nodes/proxy); the kubelet takes the
 * API server's own word, as with upstream's client certificate. Reads from outside are looks, so nothing is counted and no message is sent.
 */
export async function readThroughProxy(look: Look, request: ApiRequest, node: string, asked: string): Promise<ApiResponse> {
  // What narrows an answer (only_cpu_and_memory) is not simulated: there is no more than that.
  const path = asked.split("?")[0] ?? "";
  const judged = (await look(apiServer, { type: "request", request: request as unknown as Json })) as unknown as ApiResponse | null;
  // 503 is the API server's own word for what it does not fetch itself.
  if (judged !== null && judged.code !== 503) return judged;
  if (request.verb !== "get") return { ...methodNotAllowed(), warnings: [] };
  const seen = (await readAs(look, `/api/v1/nodes/${node}`, {})) as SeenNode | null;
  if (judged === null || seen === null) return { ...serviceUnavailable("the server is currently unable to handle the request"), warnings: [] };
  const address = seen.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? node;
  const serving = (await look(`${node}/kubelet`, { type: "serving" })) as { readonly startedAtUs: number } | null;
  if (serving === null) return { ...serviceUnavailable(`error trying to reach service: dial tcp ${address}:10250: connect: connection refused`), warnings: [] };
  if (path === "" || path === "/") return text(404, "404 page not found\n");
  if (path === "/healthz") return text(200, "ok");
  if (notServed.some((known) => path === known || path.startsWith(`${known}/`))) return text(501, `${path} of the kubelet is not simulated\n`);
  const use = (await look(`${node}/runtime`, { type: "use" })) as unknown as ObservedUse | null;
  if (use === null) return text(500, "the container runtime does not answer\n");
  const capacity = seen.status?.capacity ?? {};
  const memoryBytes = quantityBytes(capacity["memory"] ?? "0");
  switch (path) {
    case "/metrics":
      return text(200, expositionText(kubeletFamilies(node, use, serverVersion)), expositionType);
    case "/metrics/cadvisor": {
      const listed = (await readAs(look, "/api/v1/pods", { fieldSelector: `spec.nodeName=${node}` })) as { readonly items: readonly SeenPod[] } | null;
      const classes = new Map((listed?.items ?? []).map(({ metadata, status }) => [metadata.uid, status?.qosClass ?? ""]));
      const cpuMilli = Number((parseQuantity(capacity["cpu"] ?? "0")?.nano ?? 0n) / 1_000_000n);
      return text(200, expositionText(cadvisorFamilies(use, { cpuMilli, memoryBytes }, (uid) => classes.get(uid) ?? "")), expositionType);
    }
    case "/metrics/resource":
      return text(200, resourceMetrics(use), expositionType);
    case "/stats/summary":
      return { code: 200, body: statsSummary(use, { name: node, memoryBytes, startedAtUs: serving.startedAtUs }), warnings: [] };
    default:
      return text(404, "404 page not found\n");
  }
}

async function readAs(look: Look, path: string, query: ApiRequest["query"]): Promise<Json | null> {
  const request: ApiRequest = { id: "", verb: "get", path, query, contentType: "", accept: "", ...asServer, body: null };
  const answer = (await look(apiServer, { type: "request", request: request as unknown as Json })) as unknown as ApiResponse | null;
  return answer?.code === 200 ? answer.body : null;
}

function text(code: number, body: string, contentType = "text/plain; charset=utf-8"): ApiResponse {
  return { code, body, warnings: [], contentType };
}
