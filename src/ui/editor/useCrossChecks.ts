import { useEffect } from "react";
import type { AppModel } from "../app/appModel.ts";
import { setProblems } from "../stores/editorStore.ts";
import { checkFiles } from "./checker.ts";
import type { CheckQuestion } from "./checks.ts";

/** How long the files and the cluster rest before they are compared again, in real time. */
const pauseMs = 1_500;

/** What the cluster has by now, as the checks ask for it. */
function liveNames(app: AppModel): Pick<Extract<CheckQuestion, { type: "links" }>, "names" | "pods"> {
  const names = new Set<string>();
  const pods = new Map<string, Readonly<Record<string, string>>[]>();
  for (const { ref, summary } of app.cluster.getState().facts.values()) {
    names.add(`${ref.gvk.kind}/${ref.namespace}/${ref.name}`);
    if (summary.tier !== "pod") continue;
    const here = pods.get(ref.namespace);
    if (here === undefined) pods.set(ref.namespace, [summary.labels]);
    else here.push(summary.labels);
  }
  return { names, pods };
}

/**
 * Compares the documents with each other, and applied files with the cluster as it is now. Files that nobody has touched or applied
 * need neither, so a first visit loads nothing for it.
 */
export function useCrossChecks(app: AppModel): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let working = false;
    let seenFiles: unknown = null;
    let seenChange = -1;
    let ended = false;
    const look = async (): Promise<void> => {
      const { files, busy } = app.editor.getState();
      const { change, lookingAt, replaying } = app.cluster.getState();
      const touched = files.some(({ text, original, applied }) => applied !== null || text !== (original ?? ""));
      if (working || busy !== null || lookingAt !== null || replaying || !touched || (files === seenFiles && change === seenChange)) return;
      working = true;
      seenFiles = files;
      seenChange = change;
      try {
        const { driftProblems } = await import("./drift.ts");
        const manifests = files.filter(({ name, editing }) => editing === undefined && /\.(ya?ml|json)$/.test(name));
        const links = await checkFiles({ type: "links", files: manifests.map(({ name, text }) => ({ name, text })), ...liveNames(app) });
        for (const { name, text, applied } of manifests) {
          // A text that was changed since is compared when it is applied.
          const drift = applied === text ? await driftProblems(app.client, name, text) : [];
          if (ended || app.editor.getState().files !== files) return;
          tell(app, name, [...links.filter(({ file }) => file === name), ...drift]);
        }
      } finally {
        working = false;
      }
    };
    const turn = (): void => {
      timer = setTimeout(() => void look().finally(() => void (ended || turn())), pauseMs);
    };
    turn();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [app]);
}

/** Says it only where it is news: the editor draws anew with each setting. */
function tell(app: AppModel, file: string, problems: Parameters<typeof setProblems>[3]): void {
  const before = app.editor.getState().problems.filter((one) => one.file === file && (one.by === "links" || one.by === "drift"));
  if (JSON.stringify(before) !== JSON.stringify(problems)) setProblems(app.editor, file, ["links", "drift"], problems);
}
