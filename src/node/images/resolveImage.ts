import { fnv1a32 } from "../../base/hash.ts";
import type { NodeImage } from "../runtime/criMessages.ts";
import { genericImage } from "./generic/image.ts";
import { canonicalName, parseImageReference, repositoryOf } from "./imageReference.ts";
import { images } from "./index.ts";
import type { ImageDefinition } from "./program.ts";
import { systemImages } from "./system.ts";

/** What asking a registry for an image leads to. `failure` is containerd's own text. */
export type ImageResolution =
  | { readonly definition: ImageDefinition; readonly image: NodeImage; readonly known: boolean }
  | { readonly failure: string; readonly reason: "ErrImagePull" | "InvalidImageName" };

type Index = ReadonlyMap<string, ImageDefinition>;
let systemIndex: Index | null = null;
let otherIndex: Index | null = null;
let builtIndex: Index | null = null;

function byRepository(definitions: readonly ImageDefinition[]): Index {
  return new Map(definitions.flatMap((definition) => definition.names.flatMap((name) => {
    const reference = parseImageReference(name);
    return reference === null ? [] : [[repositoryOf(reference), definition] as const];
  })));
}

/** The system's first: while a cluster boots there may be no others yet. */
function definitionOf(repository: string): ImageDefinition | null {
  systemIndex ??= byRepository(systemImages);
  const found = systemIndex.get(repository);
  if (found !== undefined) return found;
  otherIndex ??= byRepository(images);
  builtIndex ??= new Map(images.flatMap((definition) => (definition.builtAs === undefined ? [] : [[definition.builtAs, definition] as const])));
  return otherIndex.get(repository) ?? builtIndex.get(repository.slice(repository.lastIndexOf("/") + 1)) ?? null;
}

/** The image behind a reference, or the error that containerd would give. With `anything`, every well-formed reference exists. */
export function resolveImage(text: string, anything = false): ImageResolution {
  const reference = parseImageReference(text);
  if (reference === null) {
    const upper = text.toLowerCase() !== text;
    return { reason: "InvalidImageName", failure: `Failed to apply default image tag "${text}": couldn't parse image name "${text}": invalid reference format${upper ? ": repository name (library/" + text.split(":")[0] + ") must be lowercase" : ""}` };
  }
  const repository = repositoryOf(reference);
  const canonical = canonicalName(reference);
  const definition = definitionOf(repository);
  const prefix = `failed to pull and unpack image "${canonical}": failed to resolve reference "${canonical}": `;
  if (definition !== null && reference.tag !== "" && !definition.tagExists(reference.tag) && !anything) {
    return { reason: "ErrImagePull", failure: `rpc error: code = NotFound desc = ${prefix}${canonical}: not found` };
  }
  if (definition === null && !reference.qualified && !anything) {
    return { reason: "ErrImagePull", failure: `rpc error: code = Unknown desc = ${prefix}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed` };
  }
  const found = definition ?? genericImage;
  const digest = reference.digest !== "" ? reference.digest : `sha256:${digestOf(canonical)}`;
  const spread = definition === null ? 20_000_000 + (fnv1a32(canonical) % 60_000_000) : definition.sizeBytes + (fnv1a32(canonical) % 90_000) - 45_000;
  return { definition: found, known: definition !== null, image: { reference: text, canonical, id: `${repository}@${digest}`, sizeBytes: spread } };
}

/** By the text: asked for with every file a program reads. */
const definitions = new Map<string, ImageDefinition>();
const definitionsKept = 200;

/** What an image is never pulled for but must be run from: the definition behind an image that is on the node. */
export function definitionFor(text: string): ImageDefinition {
  let definition = definitions.get(text);
  if (definition === undefined) {
    if (definitions.size >= definitionsKept) definitions.clear();
    const reference = parseImageReference(text);
    definition = (reference === null ? null : definitionOf(repositoryOf(reference))) ?? genericImage;
    definitions.set(text, definition);
  }
  return definition;
}

/** What is in an image, by path. */
export function filesOf(text: string): Readonly<Record<string, string>> {
  return definitionFor(text).files;
}

/** 64 hex digits that depend on the name alone: there are no real layers to hash. */
function digestOf(canonical: string): string {
  let text = "";
  for (let word = 0; word < 8; word++) text += fnv1a32(`${word * 7919}/${canonical}/${word}`).toString(16).padStart(8, "0");
  return text;
}
