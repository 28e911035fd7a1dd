import type { ClusterRecording } from "../../cluster/commands.ts";
import { recordingFromJson } from "../../share/recordingCodec.ts";
import { linkLimits } from "../../share/limits.ts";
import type { AppModel } from "../app/appModel.ts";
import { say } from "../app/say.ts";
import { addFile } from "../editor/workspaceFiles.ts";
import { t } from "../language/text.ts";
import { endOfRun, openRun } from "./openRun.ts";

/** Opens a run that was saved as a file; a manifest goes into the workspace. The run before is kept: one click brings it back. */
export async function openFile(app: AppModel, file: File): Promise<void> {
  if (/\.(ya?ml|txt|sh|md)$/i.test(file.name)) {
    const problem = addFile(app.editor, file.name, await file.text());
    if (problem === null) say.done(t`${file.name} is in the workspace.`);
    else say.wrong(t`${file.name} was not added`, `${problem}.`);
    return;
  }
  const refuse = (reason: string) => say.wrong(t`${file.name} cannot be opened`, t`${reason} The run on this page goes on as it was.`);
  if (file.size > linkLimits.inflated) return refuse(t`It is larger than 2 MB, which no run of Orrery is.`);
  const decoded = recordingFromJson(await file.text());
  if (!decoded.ok) return refuse(t`The file cannot be read: ${decoded.reason}.`);
  const before = app.cluster.getState().running ? await app.client.ask<ClusterRecording | null>({ type: "recording" }) : null;
  await openRun(app, { recording: decoded.recording, atUs: endOfRun(decoded.recording), from: "file", select: null });
  if (before !== null) say.undoable(t`The run that was here before is kept.`, () => void openRun(app, { recording: before, atUs: endOfRun(before), from: "file", select: null }), t`Bring it back`);
}

/** Asks for a file, as a button or a command does. */
export function chooseFile(app: AppModel): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,.orrery.json,application/json";
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file !== undefined) void openFile(app, file);
  });
  input.click();
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") === true;
}

/** A run's file, or manifests, may be dropped anywhere on the page. */
export function takeDroppedFiles(app: AppModel): void {
  const over = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Capture: the editor would take the file for text.
  window.addEventListener("dragover", over, true);
  window.addEventListener(
    "drop",
    (event) => {
      if (!carriesFiles(event)) return;
      over(event);
      for (const file of event.dataTransfer?.files ?? []) void openFile(app, file);
    },
    true,
  );
}
