import type { ApiRequest, ApiResponse, Identity } from "../apimachinery/apiRequest.ts";
import type { ClusterEngine } from "../hosts/clusterEngine.ts";

/** "system:serviceaccount:<namespace>:<name>" of a token's claims; what it says counts only once the API server has verified it. */
function subjectOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const subject = typeof claims === "object" && claims !== null && "sub" in claims ? claims.sub : "";
    return typeof subject === "string" ? subject : "";
  } catch {
    return "";
  }
}

/**
 * A credential never reaches the journal: the API server verifies a bearer token now, and the request goes in under the name of whom
 * the token was issued for. Returns the API server's refusal where the token does not hold.
 */
export async function withoutCredential(engine: ClusterEngine, request: ApiRequest): Promise<ApiRequest | ApiResponse> {
  const { identity } = request;
  if (identity.type !== "bearer") return request;
  const probe = await engine.read({ id: "outside", verb: "get", path: "/version", query: {}, contentType: "", accept: "", identity, body: null });
  if (probe.code !== 200) return probe;
  const named: Identity = { type: "token", issuedFor: subjectOf(identity.token) };
  return { ...request, identity: named };
}
