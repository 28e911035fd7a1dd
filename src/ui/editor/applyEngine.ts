import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { applyFieldManager, planApply, type ApplyTarget } from "../../kubectl/apply.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { succeeded } from "../engine/failureText.ts";
import type { Problem } from "../stores/editorStore.ts";
import { spokenWarnings, unsimulatedNotes, warningNotes } from "./fieldNotes.ts";
import { parseManifest, type ManifestDoc } from "./manifestDocs.ts";
import { schemaProblems } from "./schemaProblems.ts";
import { serverProblems } from "./serverProblems.ts";

export interface Applied {
  readonly label: string;
  readonly outcome: "created" | "configured" | "unchanged" | "failed";
}

export interface FileResult {
  readonly applied: readonly Applied[];
  readonly problems: readonly Problem[];
  /** The API's own warnings. */
  readonly warnings: readonly string[];
  /** Fields that were kept and do nothing yet. */
  readonly unsimulated: readonly string[];
  /** Whether the whole file is now as the cluster has it. */
  readonly clean: boolean;
}

/** What the YAML and the schema say of a text, before anything is sent. */
export function checkText(file: string, text: string): { readonly docs: readonly { readonly doc: ManifestDoc; readonly target: ApplyTarget | null }[]; readonly problems: readonly Problem[] } {
  const parsed = parseManifest(file, text);
  const checked = parsed.docs.map((doc) => ({ doc, ...schemaProblems(file, doc) }));
  return { docs: checked.map(({ doc, target }) => ({ doc, target })), problems: [...parsed.problems, ...checked.flatMap(({ problems }) => problems)] };
}

async function applyOne(client: EngineClient, target: ApplyTarget, dryRun: boolean) {
  const live = await client.read({ verb: "get", path: target.path });
  if (!succeeded(live) && live.code !== 404) return { response: live, outcome: "failed" as const };
  const step = planApply(target, live.code === 404 || !isJsonObject(live.body) ? null : (live.body as JsonObject));
  if (step.type === "unchanged") return { response: live, outcome: "unchanged" as const };
  const query: Record<string, string> = { fieldManager: applyFieldManager, fieldValidation: "Strict", ...(dryRun ? { dryRun: "All" } : {}) };
  const response = step.type === "create" ? await client.write({ verb: "create", path: step.path, query, body: step.body }) : await client.write({ verb: "patch", path: step.path, query, contentType: step.contentType, body: step.body as Json });
  return { response, outcome: !succeeded(response) ? ("failed" as const) : step.type === "create" ? ("created" as const) : ("configured" as const) };
}

/**
 * Applies a file's documents one after another, as `kubectl apply -f` does: each on its own, so that one that is refused does not keep
 * the others. A file whose YAML cannot be read is not sent. What the schema minds is sent all the same where it has a target: the
 * server has the last word.
 */
export async function applyText(client: EngineClient, file: string, text: string, dryRun: boolean): Promise<FileResult> {
  const { docs, problems: found } = checkText(file, text);
  const problems: Problem[] = found.filter(({ by }) => by === "yaml");
  if (problems.length > 0) return { applied: [], problems, warnings: [], unsimulated: [], clean: false };
  const applied: Applied[] = [];
  const warnings: string[] = [];
  const unsimulated: string[] = [];
  for (const { doc, target } of docs) {
    if (target === null) continue;
    const { response, outcome } = await applyOne(client, target, dryRun);
    applied.push({ label: target.label, outcome });
    const spoken = spokenWarnings(target, response.warnings);
    warnings.push(...spoken);
    problems.push(...warningNotes(file, doc, spoken));
    if (outcome === "failed") problems.push(...serverProblems(file, doc, response));
    else {
      const notes = unsimulatedNotes(file, doc, target);
      problems.push(...notes);
      unsimulated.push(...notes.map(({ field }) => field));
    }
  }
  const refused = docs.some(({ target }) => target === null);
  return { applied, problems: refused ? [...problems, ...found.filter(({ message }) => message.startsWith("no matches") || message.includes("not set"))] : problems, warnings, unsimulated, clean: problems.every(({ severity }) => severity !== "error") && !refused };
}
