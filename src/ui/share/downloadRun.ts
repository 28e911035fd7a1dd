import type { ClusterRecording } from "../../cluster/commands.ts";
import { saveFile } from "../app/saveFile.ts";

/** Hands a run to the browser as a file. */
export function downloadRun(recording: ClusterRecording, name = "run.orrery.json"): void {
  saveFile(name, JSON.stringify(recording), "application/json");
}
