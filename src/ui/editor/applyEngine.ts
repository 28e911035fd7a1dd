import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { applyFieldManager, lastAppliedAnnotation, planApply, type ApplyTarget } from "../../kubectl/apply.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { failureText, succeeded } from "../engine/failureText.ts";
import type { Problem } from "../stores/editorStore.ts";
import { checkText } from "./checkText.ts";
import { spokenWarnings, unsimulatedNotes, warningNotes } from "./fieldNotes.ts";
import { serverProblems } from "./serverProblems.ts";

export interface Applied {
  readonly label: string;
  readonly outcome: "created" | "configured" | "unchanged" | "failed";
}

/** An object before and after: null before where it was created. */
export interface Change {
  readonly label: string;
  readonly path: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject;
}

export interface FileResult {
  readonly applied: readonly Applied[];
  /** What was created or configured, or would be. */
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
  /** The API's own warnings. */
  readonly warnings: readonly string[];
  /** Fields that were kept and do nothing yet. */
  readonly unsimulated: readonly string[];
  /** Whether the whole file is now as the cluster has it. */
  readonly clean: boolean;
}

async function applyOne(client: EngineClient, target: ApplyTarget, dryRun: boolean) {
  const live = await client.read({ verb: "get", path: target.path });
  if (!succeeded(live) && live.code !== 404) return { response: live, before: null, outcome: "failed" as const };
  const before = live.code === 404 || !isJsonObject(live.body) ? null : live.body;
  const step = planApply(target, before);
  if (step.type === "unchanged") return { response: live, before, outcome: "unchanged" as const };
  const query: Record<string, string> = { fieldManager: applyFieldManager, fieldValidation: "Strict", ...(dryRun ? { dryRun: "All" } : {}) };
  const response = step.type === "create" ? await client.write({ verb: "create", path: step.path, query, body: step.body }) : await client.write({ verb: "patch", path: step.path, query, contentType: step.contentType, body: step.body as Json });
  return { response, before, outcome: !succeeded(response) ? ("failed" as const) : step.type === "create" ? ("created" as const) : ("configured" as const) };
}

/**
 * Applies a file's documents one after another, as `kubectl apply -f` does: each on its own, so that one that is refused does not keep
 * the others. A file whose YAML cannot be read is not sent. What the schema minds is sent all the same where it has a target: the
 * server has the last word.
 */
export async function applyText(client: EngineClient, file: string, text: string, dryRun: boolean): Promise<FileResult> {
  const { docs, problems: found } = checkText(file, text);
  const problems: Problem[] = found.filter(({ by }) => by === "yaml");
  if (problems.length > 0) return { applied: [], changes: [], problems, warnings: [], unsimulated: [], clean: false };
  const applied: Applied[] = [];
  const changes: Change[] = [];
  const warnings: string[] = [];
  const unsimulated: string[] = [];
  for (const { doc, target } of docs) {
    if (target === null) continue;
    const { response, before, outcome } = await applyOne(client, target, dryRun);
    applied.push({ label: target.label, outcome });
    if ((outcome === "created" || outcome === "configured") && isJsonObject(response.body)) changes.push({ label: target.label, path: target.path, before, after: response.body });
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
  return { applied, changes, problems: refused ? [...problems, ...found.filter(({ message }) => message.startsWith("no matches") || message.includes("not set"))] : problems, warnings, unsimulated, clean: problems.every(({ severity }) => severity !== "error") && !refused };
}

/** Takes an apply back: what it created goes, what it configured becomes what it was. Settles with what could not be taken back. */
export async function takeBack(client: EngineClient, changes: readonly Change[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { label, path, before } of [...changes].reverse()) {
    const response = before === null ? await client.write({ verb: "delete", path, body: { propagationPolicy: "Background" } }) : await client.write({ verb: "update", path, query: { fieldManager: applyFieldManager }, body: withoutVersion(before) });
    if (!succeeded(response) && !(before === null && response.code === 404)) problems.push(`${label}: ${failureText(response)}`);
  }
  return problems;
}

/** An object that may be written over whatever is there now. */
function withoutVersion(object: JsonObject): JsonObject {
  const { resourceVersion: _, managedFields: _m, ...meta } = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  return { ...object, metadata: meta };
}

/** An object of an applied text that no file has any more. */
export interface Leftover {
  readonly label: string;
  readonly path: string;
}

/** What was applied from texts before and is in the files no more, and is still in the cluster as an applied object. */
export async function leftovers(client: EngineClient, before: readonly string[], files: readonly { readonly name: string; readonly text: string }[]): Promise<readonly Leftover[]> {
  const named = (texts: readonly { readonly name: string; readonly text: string }[]) => texts.flatMap(({ name, text }) => checkText(name, text).docs.flatMap(({ target }) => (target === null ? [] : [target])));
  const kept = new Set(named(files).map(({ path }) => path));
  const gone = new Map(named(before.map((text) => ({ name: "before", text }))).filter(({ path }) => !kept.has(path)).map((target) => [target.path, target]));
  const found: Leftover[] = [];
  for (const { path, label } of gone.values()) {
    const live = await client.read({ verb: "get", path });
    const meta = isJsonObject(live.body) && isJsonObject(live.body["metadata"]) ? live.body["metadata"] : {};
    const applied = isJsonObject(meta["annotations"]) && meta["annotations"][lastAppliedAnnotation] !== undefined;
    if (succeeded(live) && applied && meta["deletionTimestamp"] === undefined) found.push({ label, path });
  }
  return found;
}
