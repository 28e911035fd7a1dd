import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { issuer } from "../authn/serviceAccountTokens.ts";
import { toBase64Url } from "../../base/base64Url.ts";
import type { RequestContext } from "../requestContext.ts";

const kept = { "Cache-Control": "public, max-age=3600" } as const;

/** How others verify service account tokens. Null for other paths. Follows pkg/serviceaccount/openidmetadata.go. */
export function serveOpenId(rc: RequestContext, path: string): ApiResponse | null {
  const { options, tokens } = rc.server;
  if (path === "/.well-known/openid-configuration") {
    const jwksUri = `https://${options.advertiseAddress}:${options.advertisePort}/openid/v1/jwks`;
    const body = { issuer, jwks_uri: jwksUri, response_types_supported: ["id_token"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["ES256"] };
    return { code: 200, body, warnings: [], headers: kept };
  }
  if (path !== "/openid/v1/jwks") return null;
  const point = tokens.publicKey();
  const key = { use: "sig", kty: "EC", kid: tokens.keyId, crv: "P-256", alg: "ES256", x: toBase64Url(point.subarray(1, 33)), y: toBase64Url(point.subarray(33)) };
  return { code: 200, body: { keys: [key] }, warnings: [], headers: kept, contentType: "application/jwk-set+json" };
}
