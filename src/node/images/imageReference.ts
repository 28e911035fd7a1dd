// Follows distribution/reference: normalize.go and reference.go.

export interface ImageReference {
  /** "docker.io", "registry.k8s.io", "localhost:5000" */
  readonly domain: string;
  /** "library/nginx" */
  readonly path: string;
  /** "latest" where the reference names neither tag nor digest; "" with a digest alone. */
  readonly tag: string;
  /** "sha256:..." or "". */
  readonly digest: string;
  /** The reference named its registry itself. */
  readonly qualified: boolean;
}

/** Every request asks for the program of a container's image, and the images are few. */
const parsed = new Map<string, ImageReference | null>();
const parsedKept = 1000;

/** A reference as people write it; null where it breaks the grammar. */
export function parseImageReference(text: string): ImageReference | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= parsedKept) parsed.clear();
  const reference = readReference(text);
  parsed.set(text, reference);
  return reference;
}

function readReference(text: string): ImageReference | null {
  let rest = text;
  let digest = "";
  const at = rest.indexOf("@");
  if (at >= 0) {
    digest = rest.slice(at + 1);
    rest = rest.slice(0, at);
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return null;
  }
  let tag = "";
  const colon = rest.lastIndexOf(":");
  if (colon > rest.lastIndexOf("/")) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) return null;
  }
  const slash = rest.indexOf("/");
  const first = slash < 0 ? "" : rest.slice(0, slash);
  const qualified = slash >= 0 && (first.includes(".") || first.includes(":") || first === "localhost" || first.toLowerCase() !== first);
  let domain = qualified ? first : "docker.io";
  let path = qualified ? rest.slice(slash + 1) : rest;
  if (domain === "index.docker.io") domain = "docker.io";
  if (domain === "docker.io" && !path.includes("/")) path = `library/${path}`;
  if (!/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]+)?$/.test(domain) || path.length > 255 || !path.split("/").every((part) => /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/.test(part))) return null;
  return { domain, path, tag: tag === "" && digest === "" ? "latest" : tag, digest, qualified };
}

/** "docker.io/library/nginx" */
export function repositoryOf(reference: ImageReference): string {
  return `${reference.domain}/${reference.path}`;
}

/** "docker.io/library/nginx:1.14.2": how containerd names it in its errors. */
export function canonicalName(reference: ImageReference): string {
  const { tag, digest } = reference;
  return `${repositoryOf(reference)}${tag === "" ? "" : `:${tag}`}${digest === "" ? "" : `@${digest}`}`;
}

/** A fault names an image by its whole reference or by its name without the tag; "*" means all. */
export function namesImage(target: string, image: string): boolean {
  return target === "*" || target === image || image.startsWith(`${target}:`) || image.startsWith(`${target}@`);
}
