import type { ApplyTarget } from "../../kubectl/apply.ts";
import type { Problem } from "../stores/editorStore.ts";
import { parseManifest, type ManifestDoc } from "./manifestDocs.ts";
import { schemaProblems } from "./schemaProblems.ts";

/** What the YAML and the schema say of a text, before anything is sent. */
export function checkText(file: string, text: string): { readonly docs: readonly { readonly doc: ManifestDoc; readonly target: ApplyTarget | null }[]; readonly problems: readonly Problem[] } {
  const parsed = parseManifest(file, text);
  const checked = parsed.docs.map((doc) => ({ doc, ...schemaProblems(file, doc) }));
  return { docs: checked.map(({ doc, target }) => ({ doc, target })), problems: [...parsed.problems, ...checked.flatMap(({ problems }) => problems)] };
}
