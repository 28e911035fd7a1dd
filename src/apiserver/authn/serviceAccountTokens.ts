import { extended } from "../../base/extended.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { RequestContext, UserInfo } from "../requestContext.ts";
import type { ServerView } from "../serverView.ts";
import { objectKeyOf } from "../resources.ts";
import { decodeBase64 } from "../../kinds/base64.ts";
import type { Secret } from "../../kinds/core/secret/types.ts";
import { legacyClaimsOf, legacyIssuer } from "../../kinds/authentication/legacyTokens.ts";
import { fromBase64Url, latin1, toBase64Url } from "../../base/base64Url.ts";

export const issuer = "https://kubernetes.default.svc";

export function serviceAccountGroups(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
}

export interface BoundObject {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** Of a pod: where it runs. */
  readonly node?: { readonly name: string; readonly uid?: string };
}
export interface TokenSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A signed JWT for a service account. Follows pkg/serviceaccount/claims.go. */
export function issueToken(server: ServerView, subject: TokenSubject, bound: BoundObject | null, audiences: readonly string[], nowSeconds: number, expirationSeconds: number, tokenId: string): string {
  const binding: Record<string, Json> = bound?.node === undefined ? {} : { node: bound.node };
  if (bound !== null) binding[bound.kind.toLowerCase()] = { name: bound.name, uid: bound.uid };
  const claims: JsonObject = {
    aud: audiences, exp: nowSeconds + expirationSeconds, iat: nowSeconds, iss: issuer, jti: tokenId,
    "kubernetes.io": extended({ namespace: subject.namespace }, extended(binding, { serviceaccount: { name: subject.name, uid: subject.uid } })),
    nbf: nowSeconds, sub: `system:serviceaccount:${subject.namespace}:${subject.name}`,
  };
  const text = `${server.tokens.head}.${toBase64Url(latin1(JSON.stringify(claims)))}`;
  const token = `${text}.${toBase64Url(server.tokens.sign(text))}`;
  remember(`${server.tokens.keyId} ${token}`, claims);
  return token;
}

/** The user of a token, or null: bad signature, expired, another audience, or an account or pod that is gone. */
export function verifyToken(rc: Pick<RequestContext, "server" | "nowUs">, token: string, audience: string = issuer): UserInfo | null {
  const claims = readClaims(rc.server, token);
  if (claims === null) return null;
  if (claims["iss"] === legacyIssuer) return audience === issuer ? legacyUser(rc.server, claims, token) : null;
  const nowSeconds = Math.floor(rc.nowUs / 1_000_000);
  const audiences = claims["aud"];
  if (claims["iss"] !== issuer || !Array.isArray(audiences) || !audiences.includes(audience)) return null;
  if (typeof claims["exp"] !== "number" || claims["exp"] <= nowSeconds) return null;
  if (typeof claims["nbf"] !== "number" || claims["nbf"] > nowSeconds + 60) return null;
  const own = claims["kubernetes.io"];
  if (!isJsonObject(own) || typeof own["namespace"] !== "string") return null;
  const { namespace } = own;
  const account = reference(own["serviceaccount"]);
  if (account === null || !exists(rc.server, "serviceaccounts", namespace, account)) return null;
  const extra: Record<string, readonly string[]> = { "authentication.kubernetes.io/credential-id": [`JTI=${String(claims["jti"])}`] };
  const pod = reference(own["pod"]);
  if (own["pod"] !== undefined) {
    if (pod === null || !exists(rc.server, "pods", namespace, pod)) return null;
    extra["authentication.kubernetes.io/pod-name"] = [pod.name];
    extra["authentication.kubernetes.io/pod-uid"] = [pod.uid];
  }
  const node = own["node"];
  if (isJsonObject(node) && typeof node["name"] === "string") {
    // Told along with a pod; by itself it is what the token lives and dies with.
    const alone = own["pod"] === undefined ? reference(node) : null;
    if (own["pod"] === undefined && (alone === null || !exists(rc.server, "nodes", "", alone))) return null;
    extra["authentication.kubernetes.io/node-name"] = [node["name"]];
    if (typeof node["uid"] === "string") extra["authentication.kubernetes.io/node-uid"] = [node["uid"]];
  }
  const secret = reference(own["secret"]);
  if (own["secret"] !== undefined && (secret === null || !exists(rc.server, "secrets", namespace, secret))) return null;
  return { name: `system:serviceaccount:${namespace}:${account.name}`, uid: account.uid, groups: serviceAccountGroups(namespace), extra };
}

/** A token that lives in a Secret is good as long as the Secret holds it. Follows pkg/serviceaccount/legacy.go. */
function legacyUser(server: ServerView, claims: JsonObject, token: string): UserInfo | null {
  const found = legacyClaimsOf(claims);
  const secrets = server.resources.get("secrets");
  if (found === null || secrets === null) return null;
  const { namespace, account: name, uid } = found;
  const secret = server.cache.get(secrets, objectKeyOf(secrets, namespace, found.secret)) as Secret | null;
  if (secret?.metadata.deletionTimestamp !== undefined || decodeBase64(secret?.data?.["token"] ?? "") !== token || !exists(server, "serviceaccounts", namespace, { name, uid })) return null;
  return { name: String(claims["sub"]), uid, groups: serviceAccountGroups(namespace), extra: {} };
}

function reference(value: Json | undefined): { readonly name: string; readonly uid: string } | null {
  if (!isJsonObject(value) || typeof value["name"] !== "string" || typeof value["uid"] !== "string") return null;
  return { name: value["name"], uid: value["uid"] };
}

/** The very object of the token, not a later one of the same name, and not one whose deletion has long begun. */
function exists(server: ServerView, resourceId: string, namespace: string, wanted: { readonly name: string; readonly uid: string }): boolean {
  const resource = server.resources.get(resourceId);
  const object: KubeObject | null = resource === null ? null : server.cache.get(resource, objectKeyOf(resource, namespace, wanted.name));
  return object !== null && object.metadata.uid === wanted.uid;
}

/** Verified texts, the oldest first: the same token comes with every request of its pod. A cache of a pure function; most pods never show theirs. */
const verified = new Map<string, JsonObject>();
const mostVerified = 256;

function readClaims(server: ServerView, token: string): JsonObject | null {
  const memo = `${server.tokens.keyId} ${token}`;
  const known = verified.get(memo);
  if (known !== undefined) return known;
  const [head, body, signature, more] = token.split(".");
  if (head === undefined || body === undefined || signature === undefined || more !== undefined) return null;
  const bytes = fromBase64Url(signature);
  const header = parseJson(head);
  if (bytes === null || bytes.length !== 64 || header?.["alg"] !== "ES256" || !server.tokens.verify(`${head}.${body}`, bytes)) return null;
  const claims = parseJson(body);
  if (claims === null) return null;
  remember(memo, claims);
  return claims;
}

function remember(memo: string, claims: JsonObject): void {
  verified.set(memo, claims);
  if (verified.size > mostVerified) verified.delete(verified.keys().next().value ?? "");
}

function parseJson(part: string): JsonObject | null {
  const bytes = fromBase64Url(part);
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(String.fromCharCode(...bytes));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
