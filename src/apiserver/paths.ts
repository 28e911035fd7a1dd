/** What a path names, before anybody looks whether it is served. Follows apiserver/pkg/endpoints/request/requestinfo.go. */
export interface RequestPath {
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource (proxy paths). */
  readonly rest: string;
}

/** Paths of collections come again and again. A cache of a pure function; bounded, because clients write them. */
const collections = new Map<string, RequestPath>();
const collectionsKept = 512;

/** Null where the path is no resource path: discovery, health, unknown. */
export function parseResourcePath(path: string): RequestPath | null {
  const known = collections.get(path);
  if (known !== undefined) return known;
  const parsed = parsePath(path);
  if (parsed !== null && parsed.name === "" && collections.size < collectionsKept) collections.set(path, parsed);
  return parsed;
}

function parsePath(path: string): RequestPath | null {
  const parts = path.split("/");
  // A trailing slash is the same path; an empty segment inside is no path of ours.
  if (parts[parts.length - 1] === "") parts.pop();
  if (parts[0] !== "" || parts.includes("", 1)) return null;
  let at: number;
  let group = "";
  if (parts[1] === "api") at = 2;
  else if (parts[1] === "apis") {
    group = parts[2] ?? "";
    at = 3;
  } else return null;
  const version = parts[at];
  if (version === undefined || parts.length === at + 1) return null;
  at++;
  let namespace = "";
  if (parts[at] === "namespaces" && parts.length > at + 2 && !namespaceSubresources.has(parts[at + 2] as string)) {
    namespace = decode(parts[at + 1]);
    at += 2;
  }
  const plural = decode(parts[at]);
  const name = decode(parts[at + 1]);
  // A namespace's own object lies in itself, as authorization and admission see it.
  const own = group === "" && plural === "namespaces" ? name : namespace;
  return { isResource: true, group, version, namespace: own, plural, name, subresource: decode(parts[at + 2]), rest: parts.length > at + 3 ? parts.slice(at + 3).join("/") : "" };
}

const namespaceSubresources = new Set(["status", "finalize"]);

function decode(segment: string | undefined): string {
  if (segment === undefined) return "";
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
