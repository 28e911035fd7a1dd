import { canonicalJson } from "../../base/canonicalJson.ts";
import type { Json } from "../../base/json.ts";
import type { ClusterRecording } from "../../cluster/commands.ts";
import { scenarioById } from "../../scenarios/index.ts";
import { readFragment } from "../../share/link.ts";
import { decodeRecording } from "../../share/recordingCodec.ts";
import { freshRecording, type AppModel } from "../app/appModel.ts";
import { say } from "../app/say.ts";
import { forgetApplied, restoreApplied } from "../stores/editorStore.ts";
import { lensIds, type Lens } from "../stores/viewStore.ts";
import { doorStanding } from "../app/door.ts";
import { t } from "../language/text.ts";
import { endOfRun, openRun, type RunToOpen } from "./openRun.ts";

const lensNames: ReadonlySet<string> = new Set(lensIds);

/** The run a fragment asks for; null where it asks for none, or for one that cannot be had, which is said. */
function runOf(app: AppModel, fragment: string): RunToOpen | null {
  const target = readFragment(fragment);
  // Said once the page stands: what is said before it has a place to appear is lost.
  const refuse = (message: string, detail: string) => void setTimeout(() => say.wrong(message, t`${detail} The cluster here goes on as it was.`));
  if (target.type === "foreign") refuse(t`This link is not one of Orrery's, or a newer Orrery wrote it.`, "");
  if (target.type === "scenario" && scenarioById(target.id) === null) refuse(t`There is no scenario "${target.id}" in this Orrery.`, "");
  if (target.type !== "recording") return null;
  const decoded = decodeRecording(target.payload);
  if (!decoded.ok) {
    refuse(t`This link cannot be opened`, t`The link cannot be read: ${decoded.reason}.`);
    return null;
  }
  if (target.lens !== null && lensNames.has(target.lens)) app.view.setState({ lens: target.lens as Lens });
  return { recording: decoded.recording, atUs: target.atUs ?? endOfRun(decoded.recording), from: "link", select: target.select };
}

const openNextKey = "orrery.openNext";

/** Loads the page anew for what its address now says, not for the run that was here. */
function openAddress(): void {
  sessionStorage.setItem(openNextKey, "link");
  location.reload();
}

function isReload(): boolean {
  if (sessionStorage.getItem(openNextKey) !== null) {
    sessionStorage.removeItem(openNextKey);
    return false;
  }
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "reload";
}

/** Whether a run goes on from another: the same cluster, and all of the other's commands are its own first ones. */
function goesOnFrom(run: ClusterRecording, before: ClusterRecording): boolean {
  const beginning = (recording: ClusterRecording) => canonicalJson({ seed: recording.seed, spec: recording.spec, journal: recording.journal.slice(0, before.journal.length) } as unknown as Json);
  return run.journal.length >= before.journal.length && beginning(run) === beginning(before);
}

function begin(app: AppModel): void {
  forgetApplied(app.editor);
  app.open(freshRecording(app.loaded));
}

/** Goes on with the run that was open last, from where it was saved. */
function resume(app: AppModel, saved: ClusterRecording): void {
  app.door.store.setState(doorStanding(saved, app.loaded.scenario));
  restoreApplied(app.editor);
  app.open(saved, endOfRun(saved));
  say.opened(t`Your run goes on where you left it.`, t`Everything stayed in this browser.`, t`Begin anew`, () => {
    app.view.setState({ selection: null });
    app.door.again();
    begin(app);
  });
}

/** Opens what the address asks for, and later changes of it; without a link the run that was open last, or a fresh one. */
export async function openFirst(app: AppModel): Promise<void> {
  window.addEventListener("hashchange", () => {
    const target = readFragment(location.hash);
    // A link pasted into a page at work replaces nothing by itself: the page is loaded anew only when the person says so.
    if (target.type === "recording" || target.type === "scenario") say.undoable(t`Open what the link holds? The run on this page ends.`, openAddress, t`Open`);
    else if (target.type === "foreign") runOf(app, location.hash);
  });
  const reload = isReload();
  const run = runOf(app, location.hash);
  if (run !== null && !reload) return openRun(app, run);
  const saved = await app.saved;
  const asked = readFragment(location.hash).type;
  const goesOn = saved !== null && saved.journal.length > 0 && (run === null ? asked !== "scenario" || reload : goesOnFrom(saved, run.recording));
  if (!goesOn && run !== null) return openRun(app, run);
  app.breakpoints.restore();
  if (goesOn) resume(app, saved);
  else begin(app);
}
