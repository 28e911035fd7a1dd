// Follows pkg/util/parsers/parsers.go and distribution/reference.

/** The tag of an image reference: "latest" where it names neither a tag nor a digest, "" where it cannot be read. */
export function imageTag(image: string): string {
  const at = image.indexOf("@");
  const name = at < 0 ? image : image.slice(0, at);
  const colon = name.lastIndexOf(":");
  const tag = colon > name.lastIndexOf("/") ? name.slice(colon + 1) : "";
  if (!isReadable(name, tag)) return "";
  if (tag !== "") return tag;
  return at < 0 ? "latest" : "";
}

function isReadable(name: string, tag: string): boolean {
  const repository = tag === "" ? name : name.slice(0, name.length - tag.length - 1);
  return /^[A-Za-z0-9][A-Za-z0-9._\-/:]*$/.test(repository) && (tag === "" ? !name.endsWith(":") : /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) && /^[^A-Z]*$/.test(pathOf(repository));
}

/** What comes after the registry's host, if one is named. */
function pathOf(repository: string): string {
  const slash = repository.indexOf("/");
  const head = slash < 0 ? "" : repository.slice(0, slash);
  const isHost = head.includes(".") || head.includes(":") || head === "localhost" || head.toLowerCase() !== head;
  return isHost ? repository.slice(slash + 1) : repository;
}
