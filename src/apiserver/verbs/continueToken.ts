import { fromBase64Url, latin1, toBase64Url } from "../../base/base64Url.ts";
import { isJsonObject } from "../../base/json.ts";

// Follows apiserver/pkg/storage/continue.go: base64 of {"v":"meta.k8s.io/v1","rv":N,"start":"key"}.

export interface ContinueToken {
  /** -1: whatever is newest. */
  readonly revision: number;
  readonly start: string;
}

export function encodeContinue(revision: number, start: string): string {
  return toBase64Url(latin1(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start })));
}

/** A text says what is wrong with the token. */
export function decodeContinue(text: string): ContinueToken | string {
  const bytes = fromBase64Url(text.replace(/=+$/, ""));
  if (bytes === null) return "invalid continue token: continue key is not valid: illegal base64 data at input byte 0";
  let value: unknown;
  const decoded = String.fromCharCode(...bytes);
  try {
    value = JSON.parse(decoded);
  } catch {
    const first = decoded.charAt(0);
    return `invalid continue token: continue key is not valid: invalid character ${quoteRune(first)} looking for beginning of value`;
  }
  if (!isJsonObject(value) || value["v"] !== "meta.k8s.io/v1") return `invalid continue token: continue key is not valid: server does not recognize this encoded version`;
  const revision = value["rv"];
  const start = value["start"];
  if (typeof revision !== "number" || revision === 0) return "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)";
  if (typeof start !== "string" || start === "") return "invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)";
  return { revision, start };
}

function quoteRune(character: string): string {
  const code = character.charCodeAt(0);
  return code < 32 ? `'\\x${code.toString(16).padStart(2, "0")}'` : `'${character}'`;
}
