import { isJsonObject, type Json } from "../../base/json.ts";
import { saysUnsimulated } from "../../kinds/unsimulated.ts";
import type { ApplyTarget } from "../../kubectl/apply.ts";
import type { Problem } from "../stores/editorStore.ts";
import { locate, pathParts, type ManifestDoc } from "./manifestDocs.ts";

const kept = "kept, but not simulated yet";

function isSet(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && value !== false && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** "spec.containers[*].lifecycle" -> the same path with the numbers of those items that set it. */
export function pathsThatAreSet(value: Json, path: string): readonly string[] {
  let found: { readonly at: string; readonly value: Json | undefined }[] = [{ at: "", value }];
  for (const part of path.split(".")) {
    const key = part.replace("[*]", "");
    found = found.map(({ at, value: here }) => ({ at: at === "" ? key : `${at}.${key}`, value: isJsonObject(here) ? here[key] : undefined }));
    if (part.endsWith("[*]")) found = found.flatMap(({ at, value: list }) => (Array.isArray(list) ? list.map((item: Json, index) => ({ at: `${at}[${index}]`, value: item })) : []));
  }
  return found.filter((one) => isSet(one.value)).map(({ at }) => at);
}

/** Fields that the cluster keeps and does nothing with, each at its line. */
export function unsimulatedNotes(file: string, doc: ManifestDoc, target: ApplyTarget): readonly (Problem & { readonly field: string })[] {
  const warnings = target.kind.unsimulatedWarnings?.(target.manifest as never) ?? [];
  return warnings.flatMap((warning) => {
    const path = warning.slice(0, warning.indexOf(":"));
    return pathsThatAreSet(target.manifest, path).map((field) => ({ file, ...locate(doc, pathParts(field)), severity: "info" as const, message: `${field}: ${kept}`, by: "server" as const, field }));
  });
}

/** Warnings to be shown as such: not those of fields that nothing acts on, which have notes of their own, each item of a list at its line. */
export function spokenWarnings(target: ApplyTarget, warnings: readonly string[]): readonly string[] {
  return warnings.filter((warning) => !saysUnsimulated(warning) || warning.startsWith(`${target.kind.gvk.kind}: `));
}

/** The API server's own warnings, each at the line of the field that it begins with, or of the kind. */
export function warningNotes(file: string, doc: ManifestDoc, warnings: readonly string[]): readonly Problem[] {
  return warnings.map((message) => {
    const field = /^([a-z][\w.[\]"/-]*): /.exec(message)?.[1] ?? "kind";
    return { file, ...locate(doc, pathParts(field)), severity: "warning", message, by: "server" };
  });
}
