// Follows pkg/serviceaccount/legacy.go: tokens that live in a Secret, without an end.
import type { JsonObject } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { latin1, toBase64Url } from "../../base/base64Url.ts";
import type { TokenKeys } from "./tokenKeys.ts";

export const legacyIssuer = "kubernetes/serviceaccount";
export const accountTokenType = "kubernetes.io/service-account-token";
export const accountNameAnnotation = "kubernetes.io/service-account.name";
export const accountUidAnnotation = "kubernetes.io/service-account.uid";
const claimPrefix = "kubernetes.io/serviceaccount/";

/** What such a token says. */
export interface LegacyClaims {
  readonly namespace: string;
  readonly secret: string;
  readonly account: string;
  readonly uid: string;
}

/** The signed token of a Secret. */
export function legacyToken(keys: TokenKeys, account: KubeObject, secret: KubeObject): string {
  const namespace = account.metadata.namespace ?? "";
  const claims = {
    iss: legacyIssuer,
    [`${claimPrefix}namespace`]: namespace,
    [`${claimPrefix}secret.name`]: secret.metadata.name,
    [`${claimPrefix}service-account.name`]: account.metadata.name,
    [`${claimPrefix}service-account.uid`]: account.metadata.uid,
    sub: `system:serviceaccount:${namespace}:${account.metadata.name}`,
  };
  const text = `${keys.head}.${toBase64Url(latin1(JSON.stringify(claims)))}`;
  return `${text}.${toBase64Url(keys.sign(text))}`;
}

/** Null where the claims are not of this kind, or contradict themselves. */
export function legacyClaimsOf(claims: JsonObject): LegacyClaims | null {
  const text = (name: string): string => (typeof claims[name] === "string" ? claims[name] : "");
  const found = { namespace: text(`${claimPrefix}namespace`), secret: text(`${claimPrefix}secret.name`), account: text(`${claimPrefix}service-account.name`), uid: text(`${claimPrefix}service-account.uid`) };
  const isWhole = claims["iss"] === legacyIssuer && Object.values(found).every((part) => part !== "");
  return isWhole && claims["sub"] === `system:serviceaccount:${found.namespace}:${found.account}` ? found : null;
}
