import type { ClusterRecording } from "../../cluster/commands.ts";

/** Hands a run to the browser as a file. */
export function downloadRun(recording: ClusterRecording, name = "run.orrery.json"): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(recording)], { type: "application/json" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
