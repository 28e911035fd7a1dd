// Follows src/core/ngx_crypt.c and the modules ngx_http_auth_basic_module and apr's apr_md5.c.
import { decodeBase64Bytes, encodeBase64Bytes } from "../../../kinds/base64.ts";
import { md5, sha1, utf8Bytes } from "./digests.ts";

const longestFile = 100_000;

/** "no user", "wrong password", "unknown format" (crypt and bcrypt are not simulated) or null: let in. */
export function refusedBy(file: string, user: string, password: string): string | null {
  for (const line of file.slice(0, longestFile).split("\n")) {
    const [name, hash = ""] = line.trim().split(":");
    if (name !== user || line.startsWith("#")) continue;
    const matches = passwordMatches(hash, password);
    return matches === null ? "its password is stored in a form that is not simulated (apr1, SHA, SSHA and PLAIN are)" : matches ? null : "password mismatch";
  }
  return "no such user";
}

/** null: a form that is not known here. */
export function passwordMatches(hash: string, password: string): boolean | null {
  if (hash.startsWith("$apr1$")) return apr1(password, hash.split("$")[2] ?? "") === hash;
  if (hash.startsWith("{PLAIN}")) return hash.slice("{PLAIN}".length) === password;
  if (hash.startsWith("{SHA}")) return encodeBase64Bytes(sha1(utf8Bytes(password))) === hash.slice("{SHA}".length);
  if (hash.startsWith("{SSHA}")) {
    const bytes = decodeBase64Bytes(hash.slice("{SSHA}".length));
    return sha1([...utf8Bytes(password), ...bytes.slice(20)]).every((byte, at) => byte === bytes[at]);
  }
  return null;
}

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The MD5 scheme of Apache, as `htpasswd -m` and `openssl passwd -apr1` make it. */
export function apr1(text: string, givenSalt: string): string {
  const password = utf8Bytes(text.slice(0, 256));
  const salt = utf8Bytes(givenSalt.slice(0, 8));
  const mixed = md5([...password, ...salt, ...password]);
  const start = [...password, ...utf8Bytes("$apr1$"), ...salt];
  for (let left = password.length; left > 0; left -= 16) start.push(...mixed.slice(0, Math.min(16, left)));
  for (let left = password.length; left > 0; left >>= 1) start.push((left & 1) === 1 ? 0 : (password[0] ?? 0));
  let result = md5(start);
  for (let i = 0; i < 1_000; i++) {
    const odd = i % 2 === 1;
    result = md5([...(odd ? password : result), ...(i % 3 === 0 ? [] : salt), ...(i % 7 === 0 ? [] : password), ...(odd ? result : password)]);
  }
  const at = (i: number): number => result[i] ?? 0;
  const encoded = (value: number, length: number): string => Array.from({ length }, (_, i) => alphabet[(value >> (6 * i)) & 63]).join("");
  const groups = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]] as const;
  return `$apr1$${givenSalt.slice(0, 8)}$${groups.map(([a, b, c]) => encoded((at(a) << 16) | (at(b) << 8) | at(c), 4)).join("")}${encoded(at(11), 2)}`;
}
