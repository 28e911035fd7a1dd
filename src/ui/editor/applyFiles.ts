import type { AppModel } from "../app/appModel.ts";
import { fewLines, say } from "../app/say.ts";
import { patchFile, setProblems, type EditorFile } from "../stores/editorStore.ts";
import { failureText, succeeded } from "../engine/failureText.ts";
import { plural, t } from "../language/text.ts";
import type { Change, FileResult, Leftover } from "./applyEngine.ts";

/** "2 created, 1 unchanged" */
function countText(results: readonly FileResult[]): string {
  const order = ["created", "configured", "unchanged", "failed"] as const;
  const all = results.flatMap(({ applied }) => applied);
  return order
    .map((outcome) => [outcome, all.filter((one) => one.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome === "failed" ? "refused" : outcome}`)
    .join(", ");
}

/** Files that are manifests: what is being edited of the cluster's own, and notes, are not. */
function filesToApply(files: readonly EditorFile[]): readonly EditorFile[] {
  return files.filter(({ name, editing }) => editing === undefined && /\.(ya?ml|json)$/.test(name));
}

async function run(app: AppModel, mode: "apply" | "dryRun"): Promise<void> {
  const { editor, client } = app;
  if (editor.getState().busy !== null) return;
  editor.setState({ busy: mode });
  try {
    // What is applied in the past makes another future of it; what only would be is asked of now.
    if (mode === "apply" && app.cluster.getState().lookingAt !== null && !(await app.branches.here())) return;
    app.look.now();
    // The schema and the patch logic come with the editor, after the first paint.
    const { applyText, leftovers } = await import("./applyEngine.ts");
    const before = [...editor.getState().left, ...editor.getState().files.flatMap(({ applied }) => (applied === null ? [] : [applied]))];
    const results: FileResult[] = [];
    for (const { name, text } of filesToApply(editor.getState().files)) {
      const result = await applyText(client, name, text, mode === "dryRun");
      results.push(result);
      setProblems(editor, name, ["server", "yaml"], result.problems);
      if (result.clean && mode === "apply") patchFile(editor, name, { applied: text });
    }
    tellResult(app, mode, results);
    if (mode === "dryRun") {
      const changes = results.flatMap((result) => result.changes);
      if (changes.length > 0) editor.setState({ changes });
      return;
    }
    // A text that could not be read, or was refused, says nothing of what it has no more.
    if (results.some(({ clean }) => !clean)) return editor.setState({ left: before });
    const left = await leftovers(client, before, filesToApply(editor.getState().files));
    if (left.length > 0) offerPrune(app, left, before);
    else editor.setState({ left: [] });
  } finally {
    editor.setState({ busy: null });
  }
}

/** What was accepted but is worth knowing: in one line each kind, the rest stands at the lines of the file. */
function noteLines(results: readonly FileResult[]): string[] {
  const unsimulated = results.flatMap((result) => result.unsimulated);
  const warnings = results.flatMap((result) => result.warnings);
  return [
    ...(unsimulated.length === 0 ? [] : [t`${unsimulated.length} ${plural(unsimulated.length, "field is", "fields are")} kept but not simulated yet: ${unsimulated.map(lastPart).join(", ")}`]),
    ...(warnings.length === 0 ? [] : [`${warnings.length === 1 ? "Warning" : t`${warnings.length} warnings`}: ${warnings[0] ?? ""}`]),
  ];
}

/** "spec.template.spec.containers[0].lifecycle" -> "containers[0].lifecycle" */
function lastPart(field: string): string {
  return field.replace(/^(spec\.)?(template\.)?(spec\.)?/, "");
}

function tellResult(app: AppModel, mode: "apply" | "dryRun", results: readonly FileResult[]): void {
  const bad = filesToApply(app.editor.getState().files).find((_, index) => results[index]?.clean === false);
  const counts = countText(results);
  const what = mode === "apply" ? t`Applied` : t`Dry run: nothing was changed`;
  if (bad !== undefined) {
    const problem = app.editor.getState().problems.find(({ file, severity }) => file === bad.name && severity === "error");
    app.editor.setState({ active: bad.name, ...(problem === undefined ? {} : { reveal: { ...problem } }) });
    const message = problem?.message;
    say.wrong(`${bad.name} ${mode === "apply" ? t`was not applied` : t`would be refused`}${counts === "" ? "" : ` (${counts})`}`, message);
    return;
  }
  // What changed comes first, should there be too many lines.
  const applied = results.flatMap((result) => result.applied).toSorted((a, b) => Number(a.outcome === "unchanged") - Number(b.outcome === "unchanged"));
  const detail = counts === "" ? t`There is nothing in the files.` : [fewLines(applied.map((one) => `${one.label} ${one.outcome}`)), ...noteLines(results)].join("\n");
  const changes = mode === "apply" ? results.flatMap((result) => result.changes) : [];
  if (changes.length === 0) say.done(what, detail);
  else say.undoable(what, () => void undo(app, changes), t`Undo`, detail);
}

/** Brings the cluster to what it was before an apply, as far as the API goes: what happened meanwhile has happened. */
async function undo(app: AppModel, changes: readonly Change[]): Promise<void> {
  const { takeBack } = await import("./applyEngine.ts");
  const problems = await takeBack(app.client, changes);
  app.editor.setState(({ files }) => ({ files: files.map((file) => ({ ...file, applied: null })) }));
  if (problems.length === 0) say.done(t`The apply is taken back`, fewLines(changes.map(({ label, before }) => `${label} ${before === null ? t`deleted` : t`as it was before`}`)));
  else say.wrong(t`Not all of the apply could be taken back`, problems.join("\n"));
}

/** What was applied once and is in the files no more stays in the cluster, unless one says so. */
function offerPrune(app: AppModel, left: readonly Leftover[], before: readonly string[]): void {
  // Until then they are remembered, whatever the files become.
  app.editor.setState({ left: before });
  say.undoable(t`${left.length === 1 ? t`1 object is` : t`${left.length} objects are`} in the files no more, and still in the cluster.`, () => void prune(app, left), t`Prune`, fewLines(left.map(({ label }) => label)));
}

async function prune(app: AppModel, left: readonly Leftover[]): Promise<void> {
  const problems: string[] = [];
  for (const { label, path } of left) {
    const response = await app.client.write({ verb: "delete", path, body: { propagationPolicy: "Background" } });
    if (!succeeded(response)) problems.push(`${label}: ${failureText(response)}`);
  }
  if (problems.length > 0) return say.wrong(t`Not all could be pruned`, problems.join("\n"));
  app.editor.setState({ left: [] });
  say.done(t`Pruned`, fewLines(left.map(({ label }) => label)));
}

/** Applies every file, in the order of the tabs. */
export function applyAll(app: AppModel): Promise<void> {
  return run(app, "apply");
}

/** Sends every file with dryRun=All: the server checks and answers, and stores nothing. */
export function dryRunAll(app: AppModel): Promise<void> {
  return run(app, "dryRun");
}
