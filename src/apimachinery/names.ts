import type { FieldError } from "./status.ts";
import { invalid, tooLong } from "./fieldError.ts";
import { goQuote } from "./goFormat.ts";
import type { OwnerReference } from "./objectMeta.ts";

// Follows apimachinery/pkg/util/validation/validation.go, pkg/api/validate/content and pkg/apis/meta/v1/validation.
// Every is...() answers the complaints; an empty list means valid. The patterns are constants of ours, not of a user.

const dns1123Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const dns1123LabelUnderscore = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const dns1123Subdomain = `${dns1123Label}(\\.${dns1123Label})*`;
const dns1123SubdomainUnderscore = `${dns1123LabelUnderscore}(\\.${dns1123LabelUnderscore})*`;
const dns1035Label = "[a-z]([-a-z0-9]*[a-z0-9])?";
const labelValue = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
const qualifiedName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const httpPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const envVarName = "[-._a-zA-Z][-._a-zA-Z0-9]*";
const configMapKey = "[-._a-zA-Z0-9]+";
const httpHeaderName = "[-A-Za-z0-9]+";
const percent = "[0-9]+%";
const cIdentifier = "[A-Za-z_][A-Za-z0-9_]*";

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const dns1123LabelPattern = whole(dns1123Label);
const dns1123SubdomainPattern = whole(dns1123Subdomain);
const dns1123SubdomainUnderscorePattern = whole(dns1123SubdomainUnderscore);
const wildcardSubdomainPattern = whole(`\\*\\.${dns1123Subdomain}`);
const dns1035LabelPattern = whole(dns1035Label);
const labelValuePattern = whole(labelValue);
const qualifiedNamePattern = whole(qualifiedName);
const httpPathPattern = whole(httpPath);
const envVarNamePattern = whole(envVarName);
const configMapKeyPattern = whole(configMapKey);
const httpHeaderNamePattern = whole(httpHeaderName);
const percentPattern = whole(percent);
const cIdentifierPattern = whole(cIdentifier);

export const dns1123LabelMaxLength = 63;
export const dns1123SubdomainMaxLength = 253;

/** The text of a pattern that did not match, with examples. */
export function regexError(message: string, pattern: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  return `${message} (e.g. ${examples.map((example) => `'${example}', `).join(" or ")}regex used for validation is '${pattern}')`;
}
export function maxLenError(length: number): string {
  return `must be no more than ${length} characters`;
}
/** Labels count bytes, names say characters: upstream has one of each. */
function maxBytesError(length: number): string {
  return `must be no more than ${length} bytes`;
}
export function inclusiveRangeError(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}
export const emptyError = "must be non-empty";

export function isDns1123Label(value: string): readonly string[] {
  const out: string[] = [];
  if (value.length > dns1123LabelMaxLength) out.push(maxLenError(dns1123LabelMaxLength));
  if (!dns1123LabelPattern.test(value)) {
    if (dns1123SubdomainPattern.test(value)) out.push("must not contain dots");
    else out.push(regexError("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", dns1123Label, "my-name", "123-abc"));
  }
  return out;
}

const subdomainMessage = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

function subdomainErrors(value: string, lengthError: (length: number) => string): readonly string[] {
  const out: string[] = [];
  if (value.length > dns1123SubdomainMaxLength) out.push(lengthError(dns1123SubdomainMaxLength));
  if (!dns1123SubdomainPattern.test(value)) out.push(regexError(subdomainMessage, dns1123Subdomain, "example.com"));
  return out;
}
export function isDns1123Subdomain(value: string): readonly string[] {
  return subdomainErrors(value, maxLenError);
}
export function isDns1123SubdomainWithUnderscore(value: string): readonly string[] {
  const out: string[] = [];
  if (value.length > dns1123SubdomainMaxLength) out.push(maxLenError(dns1123SubdomainMaxLength));
  if (!dns1123SubdomainUnderscorePattern.test(value)) {
    out.push(regexError("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character", dns1123SubdomainUnderscore, "example.com"));
  }
  return out;
}
export function isWildcardDns1123Subdomain(value: string): readonly string[] {
  const out: string[] = [];
  if (value.length > dns1123SubdomainMaxLength) out.push(maxLenError(dns1123SubdomainMaxLength));
  if (!wildcardSubdomainPattern.test(value)) {
    out.push(regexError("a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character", `\\*\\.${dns1123Subdomain}`, "*.example.com"));
  }
  return out;
}
export function isDns1035Label(value: string): readonly string[] {
  const out: string[] = [];
  if (value.length > dns1123LabelMaxLength) out.push(maxLenError(dns1123LabelMaxLength));
  if (!dns1035LabelPattern.test(value)) {
    out.push(regexError("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", dns1035Label, "my-name", "abc-123"));
  }
  return out;
}

/** A label key, an annotation key, a resource name, a finalizer: [prefix/]name. */
export function isQualifiedName(value: string): readonly string[] {
  const out: string[] = [];
  const parts = value.split("/");
  const shape = (message: string): string => regexError(message, qualifiedName, "MyName", "my.name", "123-abc");
  let name = parts[0] ?? "";
  if (parts.length === 2) {
    const prefix = name;
    name = parts[1] ?? "";
    if (prefix === "") out.push(`prefix part ${emptyError}`);
    else for (const error of subdomainErrors(prefix, maxBytesError)) out.push(`prefix part ${error}`);
  } else if (parts.length > 2) {
    return [`a valid label key ${shape("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (name === "") out.push(`name part ${emptyError}`);
  else if (name.length > 63) out.push(`name part ${maxBytesError(63)}`);
  if (!qualifiedNamePattern.test(name)) out.push(`name part ${shape("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character")}`);
  return out;
}
export function isValidLabelValue(value: string): readonly string[] {
  const out: string[] = [];
  if (value.length > 63) out.push(maxBytesError(63));
  if (!labelValuePattern.test(value)) {
    out.push(regexError("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", labelValue, "MyValue", "my_value", "12345"));
  }
  return out;
}
export function isCIdentifier(value: string): readonly string[] {
  return cIdentifierPattern.test(value) ? [] : [regexError("a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'", cIdentifier, "my_name", "MY_NAME", "MyName")];
}
export function isValidPortNum(port: number): readonly string[] {
  return port >= 1 && port <= 65535 ? [] : [inclusiveRangeError(1, 65535)];
}
export function isInRange(value: number, low: number, high: number): readonly string[] {
  return value >= low && value <= high ? [] : [inclusiveRangeError(low, high)];
}
export function isValidUserId(id: number): readonly string[] {
  return isInRange(id, 0, 0x7fffffff);
}
export function isValidPortName(port: string): readonly string[] {
  const out: string[] = [];
  if (port.length > 15) out.push(maxLenError(15));
  if (!/^[-a-z0-9]+$/.test(port)) out.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(port)) out.push("must contain at least one letter (a-z)");
  if (port.includes("--")) out.push("must not contain consecutive hyphens");
  if (port.startsWith("-") || port.endsWith("-")) out.push("must not begin or end with a hyphen");
  return out;
}
export function isValidPercent(text: string): readonly string[] {
  return percentPattern.test(text) ? [] : [regexError("a valid percent string must be a numeric string followed by an ending '%'", percent, "1%", "93%")];
}
export function isHttpHeaderName(value: string): readonly string[] {
  return httpHeaderNamePattern.test(value) ? [] : [regexError("a valid HTTP header must consist of alphanumeric characters or '-'", httpHeaderName, "X-Header-Name")];
}

function directoryErrors(value: string): readonly string[] {
  if (value === ".") return ["must not be '.'"];
  if (value === "..") return ["must not be '..'"];
  return value.startsWith("..") ? ["must not start with '..'"] : [];
}
export function isEnvVarName(value: string): readonly string[] {
  const shape = envVarNamePattern.test(value) ? [] : [regexError("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit", envVarName, "my.env-name", "MY_ENV.NAME", "MyEnvName1")];
  return [...shape, ...directoryErrors(value)];
}
/** The rule since 1.34: any printable ASCII but "=". */
export function isRelaxedEnvVarName(value: string): readonly string[] {
  const out: string[] = [];
  if (value === "") out.push(`environment variable name ${emptyError}`);
  if (!/^[ -<>-~]*$/.test(value)) out.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
  return out;
}
export function isConfigMapKey(value: string): readonly string[] {
  const out: string[] = [];
  if (value.length > dns1123SubdomainMaxLength) out.push(maxLenError(dns1123SubdomainMaxLength));
  if (!configMapKeyPattern.test(value)) out.push(regexError("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", configMapKey, "key.name", "KEY_NAME", "key-name"));
  out.push(...directoryErrors(value));
  return out;
}
export function isFullyQualifiedName(path: string, name: string): readonly FieldError[] {
  if (name === "") return [{ path, type: "Required", detail: "" }];
  const errors = isDns1123Subdomain(name);
  if (errors.length > 0) return [invalid(path, name, errors.join(","))];
  return name.split(".").length < 3 ? [invalid(path, name, "should be a domain with at least three segments separated by dots")] : [];
}
/** "acme.io/foo". */
export function isDomainPrefixedPath(path: string, value: string): readonly FieldError[] {
  if (value === "") return [{ path, type: "Required", detail: "" }];
  const slash = value.indexOf("/");
  if (slash <= 0 || slash === value.length - 1) return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const host = value.slice(0, slash);
  const rest = value.slice(slash + 1);
  const errors = isDns1123Subdomain(host).map((error) => invalid(path, host, error));
  return httpPathPattern.test(rest) ? errors : [...errors, invalid(path, rest, regexError("Invalid path", httpPath))];
}
/** Names that become one segment of a URL path. */
export function isPathSegmentName(name: string): readonly string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((illegal) => name.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
}

/** generateName prefixes may end in "-": it is masked as upstream does. */
export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;
}

type Validator = (name: string) => readonly string[];
/** A validator of names that also serves generateName. */
export function nameOrPrefix(validator: Validator): (name: string, prefix: boolean) => readonly string[] {
  return (name, prefix) => validator(prefix ? maskTrailingDash(name) : name);
}

export function validateLabelName(name: string, path: string): readonly FieldError[] {
  return isQualifiedName(name).map((error) => invalid(path, name, error));
}
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): readonly FieldError[] {
  if (labels === undefined) return [];
  const out: FieldError[] = [];
  for (const name of Object.keys(labels).sort()) {
    out.push(...validateLabelName(name, path));
    const value = labels[name] ?? "";
    for (const error of isValidLabelValue(value)) out.push(invalid(path, value, error));
  }
  return out;
}

export const totalAnnotationSizeLimitBytes = 256 * 1024;

/** UTF-8 length without an encoder: the engine has none. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}
export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: string): readonly FieldError[] {
  if (annotations === undefined) return [];
  const out: FieldError[] = [];
  let size = 0;
  for (const name of Object.keys(annotations).sort()) {
    // The rule is isQualifiedName's on the lower-cased key.
    for (const error of isQualifiedName(name.toLowerCase())) out.push(invalid(path, name, error));
    size += utf8Bytes(name) + utf8Bytes(annotations[name] ?? "");
  }
  if (size > totalAnnotationSizeLimitBytes) out.push(tooLong(path, totalAnnotationSizeLimitBytes));
  return out;
}

const standardFinalizers: ReadonlySet<string> = new Set(["kubernetes", "foregroundDeletion", "orphan"]);

/** What every object's finalizers must be: qualified names, and one answer only to what becomes of dependents. */
export function validateFinalizers(finalizers: readonly string[] | undefined, path: string): readonly FieldError[] {
  if (finalizers === undefined) return [];
  const errors = finalizers.flatMap((name) => isQualifiedName(name).map((error) => invalid(path, name, error)));
  const clash = finalizers.includes("orphan") && finalizers.includes("foregroundDeletion");
  return clash ? [...errors, invalid(path, finalizers, 'finalizers "orphan" and "foregroundDeletion" cannot be both set')] : errors;
}
/** Finalizers without a prefix are upstream's own. Follows ValidateFinalizerName of pkg/apis/core/validation, which only built-in kinds ask. */
export function validateCoreFinalizer(name: string, path: string): readonly FieldError[] {
  return name.includes("/") || standardFinalizers.has(name) ? [] : [invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified")];
}

export function validateOwnerReferences(owners: readonly OwnerReference[] | undefined, path: string): readonly FieldError[] {
  if (owners === undefined) return [];
  const out: FieldError[] = [];
  let first: string | null = null;
  for (const owner of owners) {
    out.push(...validateOwnerReference(owner, path));
    if (owner.controller !== true) continue;
    const named = `${owner.kind}/${owner.name}`;
    if (first === null) first = named;
    else {
      const value = owners.map((each) => ({ ...each }));
      out.push(invalid(path, value, `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${named}`));
    }
  }
  return out;
}
function validateOwnerReference(owner: OwnerReference, path: string): readonly FieldError[] {
  const out: FieldError[] = [];
  const parts = owner.apiVersion.split("/");
  const version = parts.length > 1 ? (parts[1] ?? "") : owner.apiVersion;
  if (version === "") out.push(invalid(`${path}.apiVersion`, owner.apiVersion, "version must not be empty"));
  if (owner.kind === "") out.push(invalid(`${path}.kind`, owner.kind, "must not be empty"));
  if (owner.name === "") out.push(invalid(`${path}.name`, owner.name, "must not be empty"));
  if (owner.uid === "") out.push(invalid(`${path}.uid`, owner.uid, "must not be empty"));
  if (owner.apiVersion === "v1" && owner.kind === "Event") out.push(invalid(path, { ...owner }, "/v1, Kind=Event is disallowed from being an owner"));
  return out;
}

/** fieldManager of a request: at most 128 bytes, printable. */
export function validateFieldManager(manager: string, path: string): readonly FieldError[] {
  if (utf8Bytes(manager) > 128) return [tooLong(path, 128)];
  const out: FieldError[] = [];
  let at = 0;
  for (const char of manager) {
    const code = char.codePointAt(0) ?? 0;
    if (goQuote(char).startsWith('"\\') && char !== '"' && char !== "\\") {
      out.push(invalid(path, manager, `invalid character U+${code.toString(16).toUpperCase().padStart(4, "0")} (at position ${at})`));
    }
    at += utf8Bytes(char);
  }
  return out;
}
